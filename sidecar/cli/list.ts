/** `introspector list`: what could be attached to. */
import type { ProcessInfo } from '../protocol/values';
import { listProcesses, processTable } from '../targets/processes';

/** @returns exit code */
export async function list({ json }: { json?: boolean }): Promise<number> {
  const processes = await listProcesses(processTable, [process.pid]);
  if (json) for (const info of processes) console.log(JSON.stringify(info));
  else console.log(processes.length === 0 ? 'No other Node.js process runs on this machine.' : table(processes));
  return 0;
}

function table(processes: readonly ProcessInfo[]): string {
  const rows = processes.map(info => [
    String(info.pid),
    info.ports.join(', ') || '-',
    info.startedAtMs === undefined ? '-' : ago(Date.now() - info.startedAtMs),
    info.script,
    info.workingDirectory ?? '-',
  ]);
  const all = [['PID', 'PORTS', 'STARTED', 'SCRIPT', 'WORKING DIRECTORY'], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0))) ?? [];
  return all
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @returns `12 s ago`, `5 min ago`, `3 h ago`, `2 d ago` */
export function ago(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h ago` : `${Math.floor(seconds / 86_400)} d ago`;
}
