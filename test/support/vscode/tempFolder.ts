/** A temporary folder that is gone when its owner is done with it, or this process ends. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onProcessEnd } from './processEnd';

/** Processes that are just being killed may still write, and Chromium's crash handler outlives it for a moment. */
const REMOVE_ATTEMPTS = 20;

export interface TempFolder {
  readonly path: string;
  /** Makes a folder in it, and gives its path. */
  folder(name: string): string;
  /** Puts its removal at the end of this process behind all that others have registered for that moment until now. */
  removeLast(): void;
  remove(): void;
}

/** @param prefix keep it short: VS Code makes sockets in there, whose paths may have some 100 characters */
export function createTempFolder(prefix: string): TempFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  const removeNow = () => removeStubbornly(path);
  let forget = onProcessEnd(removeNow);
  return {
    path,
    folder: name => {
      const folder = join(path, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    removeLast: () => {
      forget();
      forget = onProcessEnd(removeNow, 'last');
    },
    remove: () => {
      removeNow();
      forget();
    },
  };
}

/** `maxRetries` of `rmSync` is not enough: Node 20 does not look again for what has been added to a folder. */
function removeStubbornly(path: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
      return;
    } catch (error) {
      if (attempt === REMOVE_ATTEMPTS) throw error;
    }
  }
}
