import { describe, expect, test } from 'vitest';
import { inspectorPorts, loopbackPorts } from '../../../sidecar/targets/inspectorPorts';
import type { ListeningPort, NodeProcess } from '../../../sidecar/targets/processTable';
import { startIdleNode } from './idleNode';

/** No process has this number, so no environment is found for it. */
const NOBODY = 0;

const loopback = (port: number): ListeningPort => ({ port, isLoopback: true });

function startedWith(options: readonly string[], listeningPorts: ListeningPort[] = [], pid = NOBODY): NodeProcess {
  return { pid, script: 'app.js', commandLine: ['node', ...options, 'app.js'], listeningPorts };
}

describe('the port that the signal opens', () => {
  test.each([
    [[], 9_229],
    [['--inspect'], 9_229],
    [['--inspect=9230'], 9_230],
    [['--inspect-brk=9230'], 9_230],
    [['--inspect-wait=9230'], 9_230],
    [['--inspect-port=9230'], 9_230],
    [['--debug-port=9230'], 9_230],
    [['--inspect=localhost:9230'], 9_230],
    [['--inspect=0.0.0.0:9230'], 9_230],
    [['--inspect=[::1]:9230'], 9_230],
    [['--inspect=localhost'], 9_229],
    [['--inspect=0.0.0.0'], 9_229],
    [['--inspect=127.0.0.1'], 9_229],
    [['--inspect=[::1]'], 9_229],
    [['--inspect-port=0'], 0],
    [['--inspect=9230', '--inspect-port=9231'], 9_231],
    [['--inspect-publish-uid=http'], 9_229],
    [['--inspector=9230'], 9_229],
  ])('of node %j is %i', async (options, expected) => {
    expect((await inspectorPorts(startedWith(options))).signalPort).toBe(expected);
  });

  test('is also told behind code that is given on the command line', async () => {
    const commandLine = ['node', '-e', 'serve()', '--inspect-port=9230'];
    expect((await inspectorPorts({ ...startedWith([]), commandLine })).signalPort).toBe(9_230);
  });

  test("does not depend on the app's own arguments", async () => {
    const commandLine = ['node', '--inspect-port=9230', 'app.js', '--inspect=3000', 'app.js'];
    expect((await inspectorPorts({ ...startedWith([]), commandLine })).signalPort).toBe(9_230);
  });
});

describe('a port is asked whether it is an inspector', () => {
  test('when the process listens on the one that is configured', async () => {
    const ports = [loopback(3_000), loopback(9_229)];
    expect((await inspectorPorts(startedWith(['--inspect'], ports))).candidates).toEqual([9_229]);
  });

  test('when that is 9229, though no option says so: the signal may have come before', async () => {
    expect((await inspectorPorts(startedWith([], [loopback(3_000), loopback(9_229)]))).candidates).toEqual([9_229]);
  });

  test("but none of the app's own", async () => {
    expect((await inspectorPorts(startedWith(['--inspect=9230'], [loopback(3_000)]))).candidates).toEqual([]);
  });

  test('when Node was to take any that is free and this one is on loopback', async () => {
    const ports = [loopback(40_000), { port: 3_000, isLoopback: false }];
    expect(await inspectorPorts(startedWith(['--inspect=0'], ports))).toEqual({ signalPort: 0, candidates: [40_000] });
  });

  test('but none before the signal, when Node will take any that is free only then', async () => {
    expect((await inspectorPorts(startedWith(['--inspect-port=0'], [loopback(40_000)]))).candidates).toEqual([]);
  });
});

test('the loopback ports are those that nobody outside this machine can reach', () => {
  const ports = [loopback(1), { port: 2, isLoopback: false }, loopback(3)];
  expect(loopbackPorts(startedWith([], ports))).toEqual([1, 3]);
});

describe.runIf(process.platform === 'linux')('NODE_OPTIONS of another process', () => {
  test.each([
    ['--no-warnings --inspect-port=9240', [], 9_240],
    ['--inspect-port=9240', ['--inspect-port=9241'], 9_241],
    ['--inspect-port=localhost', ['--inspect-port=9241'], 9_241],
    ['--inspect-port=9240', ['--inspect-port=127.0.0.1'], 9_229],
  ])('%j and its command line %j are read as Node.js itself does', async (nodeOptions, options, expected) => {
    const node = await startIdleNode(options, { NODE_OPTIONS: nodeOptions });
    const { signalPort } = await inspectorPorts(startedWith(options, [], node.pid));
    await node.stop();
    expect(node.debugPort).toBe(expected);
    expect(signalPort).toBe(expected);
  });
});
