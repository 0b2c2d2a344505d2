/** Loads the refactoring when it is wanted for the first time: with the parser it takes a third of a second. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { timeboxEdit } from './refactoring/timeboxEdit';

interface Refactoring {
  timeboxEdit: typeof timeboxEdit;
}

export class RefactoringModule {
  private loaded: Refactoring | undefined;
  private readonly path: string;

  /** @param extensionPath where the extension is installed */
  constructor(extensionPath: string) {
    this.path = join(extensionPath, 'dist/timeboxRefactoring.js');
  }

  /** @returns the same each time */
  get(): Refactoring {
    this.loaded ??= createRequire(this.path)(this.path) as Refactoring;
    return this.loaded;
  }
}
