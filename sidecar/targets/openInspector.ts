/** From a process to the address of its inspector, opening it by signal when it is closed. */
import { setTimeout as delay } from 'node:timers/promises';
import { askEndpoint } from '../inspector/endpoint';
import { errors } from '../protocol/errors';
import { isAlive } from './aliveness';
import { inspectorPorts, loopbackPorts } from './inspectorPorts';
import type { NodeProcess, ProcessTable } from './processTable';

const MAX_COMMAND_LENGTH = 120;
const LOOPBACK = '127.0.0.1';
const ASK_TIMEOUT_MS = 1_000;
/** A process that has just started gets its signal handler within a few milliseconds. */
const STARTING_MS = 1_000;
/** The inspector opens about 15 ms after the signal; a machine without CPU to spare takes longer. */
const OPENING_MS = 5_000;
/** When no new port has come by now, the inspector was open before the signal. */
const OVERDUE_MS = 1_500;
const POLL_MS = 10;

export interface OpenInspector {
  host: string;
  port: number;
  /** WebSocket address. */
  url: string;
  /** True when it was closed before, so that it has to be closed again. */
  openedByUs: boolean;
}

/**
 * @param table how this system tells of its processes
 * @param pid process to open; nothing is sent to it before everything that can be checked was checked
 * @throws IntrospectorError that says what is in the way
 */
export async function openInspector(table: ProcessTable, pid: number): Promise<OpenInspector> {
  const process = await nodeProcess(table, pid);
  if (!(await table.sharesOurNetwork(pid))) throw errors.otherNetwork(pid);
  const { signalPort, candidates } = await inspectorPorts(process);
  for (const port of candidates) {
    const endpoint = await askEndpoint(LOOPBACK, port, ASK_TIMEOUT_MS);
    if (endpoint.found === 'inspector') return { host: LOOPBACK, port, url: endpoint.url, openedByUs: false };
  }
  await checkSignalIsSafe(table, pid);
  const holder = signalPort === 0 ? undefined : await table.holderOf(signalPort);
  if (holder !== undefined) throw errors.inspectorPortTaken(pid, signalPort, describeHolder(holder));
  sendSignal(pid);
  return openedInspector(table, process, signalPort);
}

async function nodeProcess(table: ProcessTable, pid: number): Promise<NodeProcess> {
  const found = await table.find(pid);
  if (found === undefined) throw errors.noSuchProcess(pid);
  if ('notNode' in found) throw errors.notNode(pid, found.notNode);
  return found;
}

/** A Node.js process that does not catch SIGUSR1 would be ended by it. */
async function checkSignalIsSafe(table: ProcessTable, pid: number): Promise<void> {
  const deadlineMs = Date.now() + STARTING_MS;
  while ((await table.catchesSigusr1(pid)) === false) {
    if (Date.now() > deadlineMs) throw errors.inspectorDisabled(pid);
    await delay(POLL_MS);
  }
}

function sendSignal(pid: number): void {
  try {
    if (process.platform === 'win32') debugProcess(pid);
    else process.kill(pid, 'SIGUSR1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EPERM' ? errors.notPermitted(pid) : errors.noSuchProcess(pid);
  }
}

/** What SIGUSR1 does elsewhere, Windows does by a thread started in the other process: node's own `_debugProcess`. */
function debugProcess(pid: number): void {
  (process as unknown as { _debugProcess(pid: number): void })._debugProcess(pid);
}

async function openedInspector(table: ProcessTable, before: NodeProcess, signalPort: number): Promise<OpenInspector> {
  const { pid } = before;
  const known = loopbackPorts(before);
  const startedMs = Date.now();
  while (Date.now() - startedMs < OPENING_MS) {
    const isOverdue = Date.now() - startedMs > OVERDUE_MS;
    const ports = signalPort === 0 ? await anyPorts(table, pid, isOverdue ? [] : known) : [signalPort];
    for (const port of ports) {
      const endpoint = await askEndpoint(LOOPBACK, port, ASK_TIMEOUT_MS);
      if (endpoint.found === 'inspector') {
        return { host: LOOPBACK, port, url: endpoint.url, openedByUs: !known.includes(port) };
      }
    }
    if (!isAlive(pid)) throw errors.targetExited(`Process ${pid}`);
    await delay(POLL_MS);
  }
  throw errors.inspectorNotOpened(pid);
}

/** Where any port may be the inspector's: those that are new, so that the app's own ports are not asked. */
async function anyPorts(table: ProcessTable, pid: number, known: readonly number[]): Promise<number[]> {
  const now = await table.find(pid);
  if (now === undefined || 'notNode' in now) return [];
  return loopbackPorts(now).filter(port => !known.includes(port));
}

function describeHolder({ pid, command }: { pid?: number; command: string }): string {
  return pid === undefined ? command : `${shortened(command)} (process ${pid})`;
}

/** The script stands at the end of a command line, behind paths of any length. */
function shortened(command: string): string {
  const { length } = command;
  return length <= MAX_COMMAND_LENGTH
    ? command
    : `${command.slice(0, 20)} … ${command.slice(length - MAX_COMMAND_LENGTH + 20)}`;
}
