/** Which group a slow request belongs to: the same after a restart of the app, and when lines were added above. */
import { createHash } from 'node:crypto';
import { relative } from 'node:path';
import type { SlowRequest } from '../protocol/values';

const DIGITS = 10;

/** What says which app it is, wherever and as often as it was started. */
export interface AppIdentity {
  name: string;
  workingDirectory: string;
}

/**
 * @returns ten hexadecimal digits for app, route, cause and guilty frame; the frame by its file, function and the text of
 *   its line, not by its number. Where no frame is the user's, by the kind of operation that is waited for.
 */
export function groupIdOf(
  { name, workingDirectory }: AppIdentity,
  { method, route, cause, frames, guiltyFrame, wait }: Omit<SlowRequest, 'groupId'>,
): string {
  const frame = frames[guiltyFrame ?? -1];
  const file = frame && relative(workingDirectory, frame.file);
  const place = frame ? [file, frame.functionName, frame.sourceLine ?? ''] : [wait?.kind ?? ''];
  const text = JSON.stringify([name, method, route, cause, ...place]);
  return createHash('sha256').update(text).digest('hex').slice(0, DIGITS);
}
