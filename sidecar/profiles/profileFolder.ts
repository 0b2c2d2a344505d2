/** Where profiles are kept. */
import { dirname, join } from 'node:path';

/**
 * @param journalFolder where journals are kept
 * @returns what the environment says, else the folder beside the journals
 */
export function defaultProfileFolder(journalFolder: string): string {
  return process.env.INTROSPECTOR_PROFILE_FOLDER || join(dirname(journalFolder), 'profiles');
}
