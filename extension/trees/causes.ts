/** How causes look and are called, and how a function is. */
import { basename } from 'node:path';
import type { Cause, Frame } from '../../sidecar/protocol/values';

export const CAUSE_WORDS: Record<Cause, string> = { computing: 'computing', waiting: 'waiting', heldUp: 'held up' };
export const CAUSE_ICONS: Record<Cause, string> = { computing: 'flame', waiting: 'watch', heldUp: 'debug-pause' };
export const CAUSE_COLORS: Record<Cause, string> = {
  computing: 'introspector.hintComputingForeground',
  waiting: 'introspector.hintWaitingForeground',
  heldUp: 'foreground',
};

/** @returns its name; where it stands when it has none */
export function functionText({ functionName, file, line }: Frame): string {
  if (functionName !== '') return functionName;
  return file === '' ? '(anonymous)' : `${basename(file)}:${line}`;
}
