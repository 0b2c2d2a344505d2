import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { linuxProcesses } from '../../../sidecar/targets/linuxProcesses';
import { type IdleNode, startIdleNode } from './idleNode';

describe.runIf(process.platform === 'linux')('the process table of Linux', () => {
  let node: IdleNode;

  beforeAll(async () => {
    node = await startIdleNode(['--no-warnings']);
  });

  afterAll(() => node.stop());

  test('lists a Node.js process with what it was started for and where', async () => {
    const listed = (await linuxProcesses.list()).find(({ pid }) => pid === node.pid);
    expect(listed).toMatchObject({ script: '-e', workingDirectory: process.cwd(), listeningPorts: [] });
    expect(listed?.commandLine.slice(1, 3)).toEqual(['--no-warnings', '-e']);
    expect(listed?.scriptPath).toBeUndefined();
    expect(Math.abs((listed?.startedAtMs ?? 0) - Date.now())).toBeLessThan(120_000);
  });

  test('lists only newcomers when asked to, and remembers which are older', async () => {
    const all = await linuxProcesses.list();
    const startedAtMs = all.find(({ pid }) => pid === node.pid)?.startedAtMs ?? 0;
    const among = { sinceMs: startedAtMs, older: new Set<number>() };
    expect((await linuxProcesses.list(among)).map(({ pid }) => pid)).toContain(node.pid);
    expect(among.older.has(node.pid)).toBe(false);

    const nobody = 2 ** 31 - 1;
    const past = { sinceMs: startedAtMs + 1, older: new Set([nobody]) };
    expect((await linuxProcesses.list(past)).map(({ pid }) => pid)).not.toContain(node.pid);
    expect(past.older.has(node.pid)).toBe(true);
    // The next process that gets this number is a newcomer.
    expect(past.older.has(nobody)).toBe(false);
  });

  test.each([
    ['127.0.0.1', true],
    ['0.0.0.0', false],
  ])('finds this process and its port on %s (loopback: %s)', async (host, isLoopback) => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const [found, holder] = [await linuxProcesses.find(process.pid), await linuxProcesses.holderOf(port)];
    server.close();
    expect(found).toMatchObject({ pid: process.pid, listeningPorts: expect.arrayContaining([{ port, isLoopback }]) });
    expect(holder?.pid).toBe(process.pid);
  });

  test('tells what runs in a process that is not Node.js', async () => {
    expect(await linuxProcesses.find(1)).toEqual({ notNode: expect.any(String) });
  });

  test('finds nothing for a number without a process, and nobody on a port without a listener', async () => {
    expect(await linuxProcesses.find(2 ** 31 - 1)).toBeUndefined();
    expect(await linuxProcesses.holderOf(1)).toBeUndefined();
  });

  test('knows that a Node.js process catches SIGUSR1', async () => {
    expect(await linuxProcesses.catchesSigusr1(node.pid)).toBe(true);
    expect(await linuxProcesses.catchesSigusr1(2 ** 31 - 1)).toBeUndefined();
  });

  test.each([
    ['USR1', true],
    ['FPE SEGV USR2', false],
  ])('knows of a shell that catches %s whether it catches SIGUSR1: %s', async (signals, expected) => {
    const shell = spawn('/bin/sh', ['-c', `trap : ${signals}; echo up; read line`], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    await once(shell.stdout, 'data');
    const catches = await linuxProcesses.catchesSigusr1(shell.pid ?? 0);
    shell.stdin.end();
    await once(shell, 'exit');
    expect(catches).toBe(expected);
  });

  test('knows that a process of this machine shares its network and its numbers', async () => {
    expect(await linuxProcesses.sharesOurNetwork(node.pid)).toBe(true);
    expect(await linuxProcesses.ownPid(process.pid)).toBe(process.pid);
  });
});
