/** Something read from a file and kept until the file changes. */
import { stat } from 'node:fs/promises';

interface Entry<T> {
  readonly version: string;
  readonly value: Promise<T>;
}

export class FileCache<T> {
  private readonly entries = new Map<string, Entry<T>>();

  /**
   * @param read makes the value from a file that exists
   * @param capacity files kept at the most; the one unused for longest goes first
   */
  constructor(
    private readonly read: (file: string) => Promise<T>,
    private readonly capacity: number,
  ) {}

  /** @returns the value; undefined when the file does not exist or cannot be read */
  async get(file: string): Promise<T | undefined> {
    try {
      const { mtimeMs, size } = await stat(file);
      return await this.current(file, `${mtimeMs}:${size}`).value;
    } catch {
      return undefined;
    }
  }

  private current(file: string, version: string): Entry<T> {
    const known = this.entries.get(file);
    this.entries.delete(file);
    const entry = known?.version === version ? known : { version, value: this.read(file) };
    this.entries.set(file, entry);
    const [oldest] = this.entries.keys();
    if (this.entries.size > this.capacity && oldest !== undefined) this.entries.delete(oldest);
    return entry;
  }
}
