import { type ChildProcessByStdio, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { hasEnded, isAlive } from '../../../sidecar/targets/aliveness';
import { startIdleNode } from './idleNode';

const SOON_MS = 20_000;

describe('a process', () => {
  test('is alive while it runs', async () => {
    expect(isAlive(process.pid)).toBe(true);
    expect(await hasEnded(process.pid, 0)).toBe(false);
  });

  test('has ended when it has exited', async () => {
    const node = await startIdleNode();
    expect(isAlive(node.pid)).toBe(true);
    const ended = hasEnded(node.pid, SOON_MS);
    await node.stop();
    expect(await ended).toBe(true);
    expect(isAlive(node.pid)).toBe(false);
  });

  test('that nobody can have is not alive', () => {
    expect(isAlive(2 ** 31 - 1)).toBe(false);
    expect(isAlive(2 ** 31)).toBe(false);
  });

  test.runIf(process.platform === 'linux')(
    'has ended though its parent has not asked for its exit status',
    async () => {
      const script = '(read line <&3) & echo $!; exec cat';
      const stdio: StdioOptions = ['pipe', 'pipe', 'inherit', 'pipe'];
      const parent = spawn('/bin/sh', ['-c', script], { stdio }) as ChildProcessByStdio<Writable, Readable, null>;
      const [pidText] = await once(parent.stdout, 'data');
      const pid = Number(String(pidText));
      // Its answer shows that the shell, which would ask for the status, has become `cat`, which does not.
      parent.stdin.write('up');
      await once(parent.stdout, 'data');
      expect(isAlive(pid)).toBe(true);
      (parent.stdio[3] as Writable).end();
      expect(await hasEnded(pid, SOON_MS)).toBe(true);
      expect(() => process.kill(pid, 0)).not.toThrow();
      parent.stdin.end();
      await once(parent, 'exit');
    },
  );
});
