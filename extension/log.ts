/** The one output channel, levelled; the sidecar's own lines go there too. */
import * as vscode from 'vscode';

/** @returns channel named Introspector; ours to dispose */
export function createLog(): vscode.LogOutputChannel {
  return vscode.window.createOutputChannel('Introspector', { log: true });
}

/** Writes a line of the sidecar's stderr (`warn [tag] sentence`) at its own level. */
export function logSidecarLine(log: vscode.LogOutputChannel, line: string): void {
  if (line.startsWith('warn ')) log.warn(`sidecar ${line.slice('warn '.length)}`);
  else if (line.startsWith('info ')) log.info(`sidecar ${line.slice('info '.length)}`);
  else log.info(`sidecar ${line}`);
}
