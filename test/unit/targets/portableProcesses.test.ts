import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portableProcesses } from '../../../sidecar/targets/portableProcesses';
import { type IdleNode, startIdleNode } from './idleNode';

describe.runIf(process.platform !== 'win32')('the process table of macOS and Windows, run on this machine', () => {
  let node: IdleNode;

  beforeAll(async () => {
    node = await startIdleNode(['--no-warnings']);
  });

  afterAll(() => node.stop());

  test('lists a Node.js process with what it was started for', async () => {
    const listed = (await portableProcesses.list()).find(({ pid }) => pid === node.pid);
    expect(listed).toMatchObject({ pid: node.pid, script: '-e', listeningPorts: [] });
    expect(listed?.commandLine.slice(0, 3)).toEqual([process.execPath, '--no-warnings', '-e']);
    expect(Math.abs((listed?.startedAtMs ?? 0) - Date.now())).toBeLessThan(120_000);
  });

  test('finds a Node.js process by its number', async () => {
    expect(await portableProcesses.find(node.pid)).toMatchObject({ pid: node.pid, script: '-e' });
  });

  test('finds this process, whose title is its own, with the ports it listens on', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [found, holder] = [await portableProcesses.find(process.pid), await portableProcesses.holderOf(port)];
    server.close();
    expect(found).toMatchObject({
      pid: process.pid,
      listeningPorts: expect.arrayContaining([{ port, isLoopback: true }]),
    });
    expect(holder?.pid).toBe(process.pid);
  });

  test('tells what runs in a process that is not Node.js', async () => {
    expect(await portableProcesses.find(1)).toEqual({ notNode: expect.any(String) });
  });

  test('finds nothing for a number without a process, and nobody on a port without a listener', async () => {
    expect(await portableProcesses.find(2 ** 31 - 1)).toBeUndefined();
    expect(await portableProcesses.holderOf(1)).toBeUndefined();
  });
});
