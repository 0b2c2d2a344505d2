/** For vitest: gives the tests of one file a folder of their own for profiles, so that they list none of another file's. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { dirname, join } from 'node:path';

const shared = process.env.INTROSPECTOR_PROFILE_FOLDER;
if (shared === undefined) throw new Error('test/support/journalFolder.ts has to have run before');
// Beside the shared one, in the folder that is gone at the end.
mkdirSync(dirname(shared), { recursive: true });
process.env.INTROSPECTOR_PROFILE_FOLDER = mkdtempSync(join(dirname(shared), 'profiles-'));
