/** The Node.js processes of this machine, as a picker shows them. */
import type { ProcessInfo } from '../protocol/values';
import { isCopy } from './environment';
import { inspectorPorts } from './inspectorPorts';
import { linuxProcesses } from './linuxProcesses';
import { portableProcesses } from './portableProcesses';
import type { NodeProcess, ProcessTable } from './processTable';

export const processTable: ProcessTable = process.platform === 'linux' ? linuxProcesses : portableProcesses;

/**
 * @param ownPids processes that are not worth showing: the sidecar, the editor that started it
 * @returns the others, the newest first; without the copies that replays make of apps
 */
export async function listProcesses(table: ProcessTable, ownPids: readonly number[]): Promise<ProcessInfo[]> {
  const found = (await table.list()).filter(({ pid }) => !ownPids.includes(pid));
  const copies = await Promise.all(found.map(({ pid }) => isCopy(pid)));
  const processes = await Promise.all(found.filter((_process, index) => !copies[index]).map(processInfo));
  return processes.sort((a, b) => (b.startedAtMs ?? 0) - (a.startedAtMs ?? 0) || b.pid - a.pid);
}

async function processInfo(process: NodeProcess): Promise<ProcessInfo> {
  const { commandLine: _commandLine, listeningPorts, ...shown } = process;
  const [inspectorPort] = (await inspectorPorts(process)).candidates;
  const ports = listeningPorts.map(({ port }) => port).filter(port => port !== inspectorPort);
  return inspectorPort === undefined ? { ...shown, ports } : { ...shown, ports, inspectorPort };
}
