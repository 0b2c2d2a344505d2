/** Single lines of source files, for people to read. */
import { readFile } from 'node:fs/promises';
import { FileCache } from './fileCache';

const MAX_FILES = 200;
/** Minified code has lines of megabytes. */
const MAX_LINE_CHARACTERS = 200;

export class SourceLines {
  private readonly files = new FileCache(async file => (await readFile(file, 'utf8')).split('\n'), MAX_FILES);

  /** @returns the line's text, trimmed and cut to 200 characters; undefined when there is no such file or line */
  async line(file: string, line: number): Promise<string | undefined> {
    return shown(await this.wholeLine(file, line));
  }

  /** @returns the line as it stands in the file; undefined when there is no such file or line */
  async wholeLine(file: string, line: number): Promise<string | undefined> {
    return (await this.files.get(file))?.[line - 1];
  }
}

/** @returns line `line` (1-based) of a text, as `SourceLines` gives it */
export function lineOf(content: string, line: number): string | undefined {
  return shown(content.split('\n')[line - 1]);
}

function shown(text: string | undefined): string | undefined {
  return text?.trim().slice(0, MAX_LINE_CHARACTERS);
}
