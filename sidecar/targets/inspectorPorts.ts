/** Where a process would have its inspector, told from how it was started. */
import { readFile } from 'node:fs/promises';
import { type NodeProcess, scriptOf } from './processTable';

const DEFAULT_PORT = 9229;

/** `--inspect`, `--inspect-brk`, `--inspect-wait` and `--inspect-port`, each with or without `=port`, `=host:port`, `=host`. */
const INSPECT_OPTION =
  /^--(?<name>inspect(?:-brk|-wait|-port)?|debug-port)(?:=(?:(?:\[.*\]|[^:]*):)?(?<port>\d+)|=(?<host>.*))?$/;

export interface InspectorPorts {
  /** The port that SIGUSR1 opens; 0 when Node will take any that is free. */
  signalPort: number;
  /** Ports of the process that may be an open inspector, the likeliest first. */
  candidates: number[];
}

/**
 * Only ports that can be an inspector's are named, so that the app's own ports are never asked: with `--inspect=0` any
 * loopback port may be, else only the one that is configured.
 */
export async function inspectorPorts(process: NodeProcess): Promise<InspectorPorts> {
  // The last one counts, and the command line comes after NODE_OPTIONS.
  const options = [...(await nodeOptions(process.pid)), ...ownOptions(process.commandLine)];
  const matches = options.map(option => INSPECT_OPTION.exec(option)?.groups).filter(groups => groups !== undefined);
  const ports = matches
    .map(({ host, port }) => (host === undefined ? port : DEFAULT_PORT))
    .filter(port => port !== undefined);
  const opensAtStart = matches.some(({ name }) => !name?.endsWith('-port'));
  const configured = Number(ports.at(-1) ?? DEFAULT_PORT);
  if (configured === 0) return { signalPort: 0, candidates: opensAtStart ? loopbackPorts(process) : [] };
  const isListening = process.listeningPorts.some(({ port }) => port === configured);
  return { signalPort: configured, candidates: isListening ? [configured] : [] };
}

/** @returns ports that nobody outside this machine can reach */
export function loopbackPorts({ listeningPorts }: NodeProcess): number[] {
  return listeningPorts.filter(({ isLoopback }) => isLoopback).map(({ port }) => port);
}

/** Node's own options: what stands behind the script is the app's. */
function ownOptions(commandLine: readonly string[]): readonly string[] {
  const script = scriptOf(commandLine);
  return script === undefined || script === '-e' ? commandLine : commandLine.slice(0, commandLine.indexOf(script));
}

/** NODE_OPTIONS of another process, where the system shows it. */
async function nodeOptions(pid: number): Promise<string[]> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const entry = environment.split('\0').find(variable => variable.startsWith('NODE_OPTIONS='));
  return entry?.slice('NODE_OPTIONS='.length).split(/\s+/) ?? [];
}
