/** The npm package as its users get it: packed, and installed in a folder of its own. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const packed = z.array(z.object({ filename: z.string(), files: z.array(z.object({ path: z.string() })) })).length(1);

export class InstalledPackage {
  private constructor(
    /** Of an application that has the package among its own. */
    readonly folder: string,
    /** Paths of all files in the package. */
    readonly files: readonly string[],
  ) {}

  /** @param programs a folder below the root whose files are put beside the installed package */
  static async install(programs: string): Promise<InstalledPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'introspector-installed-'));
    await cp(join(root, programs), folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{ "private": true }');
    const { stdout } = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root);
    const [{ filename, files } = { filename: '', files: [] }] = packed.parse(JSON.parse(stdout));
    await npm(['install', '--no-save', '--offline', '--no-audit', '--no-fund', join(folder, filename)], folder);
    return new InstalledPackage(
      folder,
      files.map(({ path }) => path),
    );
  }

  /**
   * @param executable a Node.js
   * @param args the first is one of the programs
   * @returns what the program prints
   * @throws when it does not end with exit code 0 in a minute
   */
  async run(executable: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run(executable, args, { cwd: this.folder, timeout: 60_000 });
    return stdout;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

function npm(args: readonly string[], cwd: string) {
  // On Windows npm is a script, which only a shell can start.
  return run('npm', args, { cwd, shell: process.platform === 'win32', maxBuffer: 16 * 2 ** 20 });
}
