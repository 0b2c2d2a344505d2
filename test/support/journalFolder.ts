/** Gives all sidecars that tests start one folder for their journals and one for their profiles, gone at the end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For vitest: runs before the tests, in the process that their processes inherit from. @returns what runs after them */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'introspector-state-'));
  process.env.INTROSPECTOR_JOURNAL_FOLDER = join(folder, 'journals');
  process.env.INTROSPECTOR_PROFILE_FOLDER = join(folder, 'profiles');
  return () => rmSync(folder, { recursive: true, force: true });
}
