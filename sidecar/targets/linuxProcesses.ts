/** The process table of Linux, read from /proc: no `ps`, no `ss`, since slim containers have neither. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pm2Script } from './pm2';
import {
  isNodeExecutable,
  type ListeningPort,
  type Newcomers,
  type NodeProcess,
  type ProcessTable,
  scriptOf,
} from './processTable';
import { tcpSockets } from './procNet';

/** Bit of SIGUSR1 (10) in the signal masks of /proc/pid/status. */
const SIGUSR1_BIT = 1n << 9n;
/** Clock ticks a second in /proc/pid/stat: 100 on every architecture Node runs on (`getconf CLK_TCK`). */
const TICKS_PER_SECOND = 100;

export const linuxProcesses: ProcessTable = {
  async list(newcomers) {
    const bootedAtMs = await bootTime();
    const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
    const wanted = newcomers === undefined ? pids : notOlder(pids, newcomers);
    const found = await Promise.all(wanted.map(pid => describe(pid, bootedAtMs, newcomers).catch(() => undefined)));
    return found.filter(process => process !== undefined && 'pid' in process);
  },

  async find(pid) {
    try {
      return await describe(pid, await bootTime());
    } catch {
      return undefined;
    }
  },

  async holderOf(port) {
    const inodes = (await tcpSockets(process.pid))
      .filter(socket => socket.state === 'listening' && socket.localPort === port)
      .map(socket => socket.inode);
    if (inodes.length === 0) return undefined;
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name)) continue;
      const own = await socketInodes(Number(name));
      if (inodes.some(inode => own.has(inode))) {
        return { pid: Number(name), command: (await commandLineOf(Number(name))).join(' ') };
      }
    }
    return { command: 'a process of another user' };
  },

  async catchesSigusr1(pid) {
    const caught = await statusField(pid, 'SigCgt');
    return caught === undefined ? undefined : (BigInt(`0x${caught}`) & SIGUSR1_BIT) !== 0n;
  },

  async ownPid(pid) {
    // One pid per namespace the process is in, the innermost last.
    const pids = (await statusField(pid, 'NSpid'))?.split(/\s+/) ?? [];
    return Number(pids.at(-1) ?? pid);
  },

  async sharesOurNetwork(pid) {
    const networks = [`/proc/${pid}/ns/net`, '/proc/self/ns/net'].map(file => readlink(file).catch(() => undefined));
    const [theirs, ours] = await Promise.all(networks);
    return theirs === undefined || theirs === ours;
  },
};

/** A number whose process has ended is forgotten: the system may give it to a new one. */
function notOlder(pids: readonly number[], { older }: Newcomers): number[] {
  const running = new Set(pids);
  for (const pid of older) if (!running.has(pid)) older.delete(pid);
  return pids.filter(pid => !older.has(pid));
}

/** @returns undefined for a process that is not one of the newcomers */
async function describe(
  pid: number,
  bootedAtMs: number,
  newcomers?: Newcomers,
): Promise<NodeProcess | { notNode: string } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const startedAtMs = bootedAtMs + (startTicks(stat) / TICKS_PER_SECOND) * 1000;
  if (newcomers !== undefined && startedAtMs < newcomers.sinceMs) {
    newcomers.older.add(pid);
    return undefined;
  }
  const [executable, commandLine] = await Promise.all([
    readlink(`/proc/${pid}/exe`).catch(() => undefined),
    commandLineOf(pid),
  ]);
  // A replaced executable (an upgrade under a running process) is shown with this ending.
  const path = executable?.replace(/ \(deleted\)$/, '') ?? commandLine[0] ?? '';
  if (!isNodeExecutable(path)) return { notNode: commandLine[0] || commandOf(stat) };
  const known = scriptOf(commandLine) ?? (await pm2Script(pid, commandLine[0] ?? ''));
  const script = known ?? commandLine.join(' ');
  const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  const ports = newcomers === undefined ? await listeningPorts(pid) : [];
  const process: NodeProcess = { pid, script, commandLine, listeningPorts: ports };
  if (workingDirectory !== undefined) {
    process.workingDirectory = workingDirectory;
    if (known !== undefined && known !== '-e') process.scriptPath = resolve(workingDirectory, script);
  }
  process.startedAtMs = startedAtMs;
  return process;
}

async function commandLineOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  // A title that a process gives itself stands in the place of its arguments, padded to their length.
  return text === '' ? [] : text.replace(/\0+$/, '').split('\0');
}

/** @returns TCP ports a process listens on; empty for processes of other users */
export async function listeningPorts(pid: number): Promise<ListeningPort[]> {
  const inodes = await socketInodes(pid);
  if (inodes.size === 0) return [];
  const ports = new Map<number, ListeningPort>();
  for (const socket of await tcpSockets(pid).catch(() => [])) {
    if (socket.state !== 'listening' || !inodes.has(socket.inode)) continue;
    const { localPort, isLoopback } = socket;
    ports.set(localPort, { port: localPort, isLoopback: isLoopback && (ports.get(localPort)?.isLoopback ?? true) });
  }
  return [...ports.values()].sort((a, b) => a.port - b.port);
}

/** @returns inodes of a process's sockets; empty for processes of other users */
export async function socketInodes(pid: number): Promise<Set<number>> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const links = await Promise.all(names.map(name => readlink(`${folder}/${name}`).catch(() => '')));
  const inodes = links.map(link => /^socket:\[(?<inode>\d+)\]$/.exec(link)?.groups?.inode);
  return new Set(inodes.filter(inode => inode !== undefined).map(Number));
}

async function statusField(pid: number, name: string): Promise<string | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(status)?.[1]?.trim();
}

async function bootTime(): Promise<number> {
  const seconds = /^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1];
  return Number(seconds ?? 0) * 1000;
}

/** Field 2 of /proc/pid/stat, in parentheses. */
function commandOf(stat: string): string {
  return stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
}

/** Field 22 of /proc/pid/stat; the command in field 2 may hold spaces, so counting starts behind it. */
function startTicks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[19] ?? 0);
}
