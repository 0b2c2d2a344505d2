import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parseTable, tcpSockets } from '../../../sidecar/targets/procNet';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const TAIL = '1 0000000000000000 100 0 0 10 0';

function row(local: string, remote = '00000000:0000', state = '0A', queues = '00000000:00000000'): string {
  return `   0: ${local} ${remote} ${state} ${queues} 00:00000000 00000000  1000        0 4711 ${TAIL}`;
}

describe("a line of the kernel's table", () => {
  test('gives ports, state, unread bytes and inode, the numbers being hexadecimal', () => {
    const line = row('0100007F:1F90', '0100007F:D431', '01', '00000003:000001A0');
    expect(parseTable(`${HEAD}\n${line}\n`)).toEqual([
      { localPort: 8_080, remotePort: 54_321, state: 'established', isLoopback: true, unread: 416, inode: 4_711 },
    ]);
  });

  test.each([
    ['01', 'established'],
    ['0A', 'listening'],
    ['06', 'other'],
  ])('names state %s %s', (state, expected) => {
    expect(parseTable(`${HEAD}\n${row('0100007F:0050', undefined, state)}`)[0]?.state).toBe(expected);
  });

  test.each([
    ['127.0.0.1', '0100007F', true],
    ['127.0.0.53', '3500007F', true],
    ['0.0.0.0', '00000000', false],
    ['10.0.0.127', '7F00000A', false],
    ['::1', '00000000000000000000000001000000', true],
    ['::', '00000000000000000000000000000000', false],
    ['::ffff:127.0.0.1', '0000000000000000FFFF00000100007F', true],
    ['::ffff:10.0.0.1', '0000000000000000FFFF00000100000A', false],
    ['fe80::1', '000080FE000000000000000001000000', false],
  ])('tells that %s can be reached from this machine alone: %s %s', (_address, hexadecimal, expected) => {
    expect(parseTable(`${HEAD}\n${row(`${hexadecimal}:0050`)}`)[0]?.isLoopback).toBe(expected);
  });

  test.each([0, 1, 65_535])('may have port %i', port => {
    const hexadecimal = port.toString(16).toUpperCase().padStart(4, '0');
    expect(parseTable(`${HEAD}\n${row(`0100007F:${hexadecimal}`)}`)[0]?.localPort).toBe(port);
  });
});

describe("the kernel's table", () => {
  test('may be empty', () => {
    expect(parseTable('')).toEqual([]);
    expect(parseTable(`${HEAD}\n`)).toEqual([]);
  });

  test('is read up to a line that was cut off', () => {
    const whole = row('0100007F:0050');
    expect(parseTable(`${HEAD}\n${whole}\n${whole.slice(0, 40)}`)).toHaveLength(1);
  });
});

describe.runIf(process.platform === 'linux')('the sockets of this machine', () => {
  test.each(['127.0.0.1', '::1', '0.0.0.0'])('include one that listens on %s', async host => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const found = (await tcpSockets(process.pid)).find(({ localPort }) => localPort === port);
    server.close();
    expect(found).toMatchObject({ state: 'listening', isLoopback: host !== '0.0.0.0', remotePort: 0 });
  });

  test('cannot be read for a process that is not there', async () => {
    await expect(tcpSockets(2 ** 31 - 1)).rejects.toThrow('ENOENT');
  });
});
