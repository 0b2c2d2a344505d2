/** From an address to a checked connection: it is the process that was asked for, and it tells who it is. */
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { InspectorConnection } from '../inspector/connection';
import { askEndpoint } from '../inspector/endpoint';
import { errors, IntrospectorError } from '../protocol/errors';
import type { TargetAddress } from '../protocol/values';
import { isAlive } from './aliveness';
import { type OpenInspector, openInspector } from './openInspector';
import type { ProcessTable } from './processTable';

const ASK_TIMEOUT_MS = 3_000;
/** A native call may keep the app from answering; longer than this, a person wants to be told. */
const ANSWER_TIMEOUT_MS = 15_000;

/** What the process says of itself. Untrusted, like all that comes from the app. */
const identity = z.object({
  pid: z.int().positive(),
  nodeVersion: z.string().max(100),
  script: z.string().max(4_000),
  workingDirectory: z.string().max(4_000),
  hostname: z.string().max(300),
});
export type Identity = z.infer<typeof identity>;

/** Runs in the app, once, before anything is put into it. pm2 runs the app's script by one of its own. */
const ASK_IDENTITY = `JSON.stringify({
  pid: process.pid,
  nodeVersion: process.versions.node,
  script: String(
    process.argv[1]?.includes('ProcessContainer') && process.env.pm_exec_path || (process.argv[1] ?? process.title)
  ),
  workingDirectory: process.cwd(),
  hostname: require('os').hostname(),
})`;

export interface ConnectedTarget {
  connection: InspectorConnection;
  inspector: OpenInspector;
  identity: Identity;
}

/** @throws IntrospectorError that says what is in the way */
export async function connectTarget(table: ProcessTable, address: TargetAddress): Promise<ConnectedTarget> {
  const inspector = 'pid' in address ? await openInspector(table, address.pid) : await inspectorAt(address);
  const connection = await InspectorConnection.open(inspector.url).catch(() => {
    throw lost(address, inspector.port);
  });
  try {
    const identity = await identityOf(connection, address);
    if ('pid' in address) await checkPid(table, address.pid, identity.pid, inspector.port);
    return { connection, inspector, identity };
  } catch (error) {
    connection.close();
    throw error instanceof IntrospectorError ? error : lost(address, inspector.port);
  }
}

async function inspectorAt({ host, port }: { host: string; port: number }): Promise<OpenInspector> {
  const endpoint = await askEndpoint(host, port, ASK_TIMEOUT_MS);
  if (endpoint.found === 'inspector') return { host, port, url: endpoint.url, openedByUs: false };
  throw endpoint.found === 'nothing'
    ? errors.cannotConnect(host, port, endpoint.reason)
    : errors.notAnInspector(host, port);
}

async function identityOf(connection: InspectorConnection, address: TargetAddress): Promise<Identity> {
  const late = new AbortController();
  const answer = connection.send('Runtime.evaluate', {
    expression: ASK_IDENTITY,
    includeCommandLineAPI: true,
    returnByValue: true,
    silent: true,
  });
  const tooLate = delay(ANSWER_TIMEOUT_MS, undefined, { signal: late.signal }).then(() => {
    throw errors.notAnswering(describe(address), ANSWER_TIMEOUT_MS);
  });
  try {
    const { result } = await Promise.race([answer, tooLate]);
    return identity.parse(JSON.parse(String(result.value)));
  } finally {
    late.abort();
    tooLate.catch(() => {});
    answer.catch(() => {});
  }
}

async function checkPid(table: ProcessTable, wanted: number, found: number, port: number): Promise<void> {
  if (found !== wanted && found !== (await table.ownPid(wanted))) throw errors.wrongProcess(wanted, found, port);
}

function lost(address: TargetAddress, port: number): IntrospectorError {
  if (!('pid' in address) || !isAlive(address.pid)) return errors.targetExited(describe(address));
  return errors.cannotConnect('127.0.0.1', port, 'the inspector closed the connection');
}

function describe(address: TargetAddress): string {
  return 'pid' in address ? `Process ${address.pid}` : `The process behind ${address.host}:${address.port}`;
}
