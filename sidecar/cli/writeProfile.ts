/** Writes a profile that was taken into a file, and what it says to the terminal. */
import { resolve } from 'node:path';
import { PROFILE_FILE_EXTENSIONS, type ProfileFormat } from '../protocol/profileValues';
import { profileReport } from '../reports/profileReport';
import type { Sidecar } from '../sidecar';

/**
 * @param out file; by default the profile's id, in the working directory
 * @throws IntrospectorError `cannotWrite`
 */
export async function writeProfile(
  { profiles }: Sidecar,
  id: string,
  { out, format }: { out?: string; format: ProfileFormat },
): Promise<void> {
  const file = resolve(out ?? `${id}.${PROFILE_FILE_EXTENSIONS[format]}`);
  // What was taken just now is kept first.
  await profiles.settled();
  await profiles.export(id, format, file);
  console.log(profileReport(await profiles.read(id)));
  console.log(`\nWritten: ${file}`);
}
