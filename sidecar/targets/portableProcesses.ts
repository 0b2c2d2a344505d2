/** The process table of macOS and Windows, asked of the programs these systems have for it. */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { allPortsWithPid } from 'pid-port';
import psList, { type ProcessDescriptor } from 'ps-list';
import { isNodeExecutable, type NodeProcess, type ProcessTable, scriptOf } from './processTable';

const run = promisify(execFile);
const LSOF_TIMEOUT_MS = 3_000;

export const portableProcesses: ProcessTable = {
  async list(newcomers) {
    const [processes, ports] = await Promise.all([psList(), newcomers === undefined ? portsByPid() : new Map()]);
    const sinceMs = newcomers?.sinceMs ?? 0;
    const isNews = ({ startTime }: ProcessDescriptor) => (startTime?.getTime() ?? sinceMs) >= sinceMs;
    const nodes = processes.filter(process => isNodeExecutable(process.name) && isNews(process));
    return Promise.all(nodes.map(process => describe(process, ports)));
  },

  async find(pid) {
    const [processes, ports] = await Promise.all([psList(), portsByPid()]);
    const process = processes.find(candidate => candidate.pid === pid);
    if (process === undefined) return undefined;
    return isNodeExecutable(process.name) ? describe(process, ports) : { notNode: process.name };
  },

  async holderOf(port) {
    const [processes, ports] = await Promise.all([psList(), portsByPid()]);
    const pid = [...ports].find(([, own]) => own.includes(port))?.[0];
    if (pid === undefined) return undefined;
    const process = processes.find(candidate => candidate.pid === pid);
    return { pid, command: process?.cmd || process?.name || 'unknown' };
  },

  catchesSigusr1: async () => undefined,
  ownPid: async pid => pid,
  sharesOurNetwork: async () => true,
};

async function describe(process: ProcessDescriptor, ports: Map<number, number[]>): Promise<NodeProcess> {
  const { pid, cmd, name, startTime } = process;
  const commandLine = (cmd ?? name).split(' ');
  const script = scriptOf(commandLine) ?? name;
  // The system does not tell which address a port is bound to. All count as loopback: an inspector could be on each.
  const listeningPorts = (ports.get(pid) ?? []).map(port => ({ port, isLoopback: true }));
  const described: NodeProcess = { pid, script, commandLine, listeningPorts };
  const workingDirectory = await workingDirectoryOf(pid);
  if (workingDirectory !== undefined) {
    described.workingDirectory = workingDirectory;
    if (script !== name && script !== '-e') described.scriptPath = resolve(workingDirectory, script);
  }
  if (startTime !== undefined) described.startedAtMs = startTime.getTime();
  return described;
}

async function portsByPid(): Promise<Map<number, number[]>> {
  const ports = new Map<number, number[]>();
  for (const [port, pid] of await allPortsWithPid().catch(() => new Map<number, number>())) {
    ports.set(pid, [...(ports.get(pid) ?? []), port]);
  }
  return ports;
}

async function workingDirectoryOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  const { stdout } = await run('lsof', ['-a', '-d', 'cwd', '-p', String(pid), '-Fn'], {
    timeout: LSOF_TIMEOUT_MS,
  }).catch(() => ({ stdout: '' }));
  return /^n(.+)$/m.exec(stdout)?.[1];
}
