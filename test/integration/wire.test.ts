import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { PROTOCOL_VERSION } from '../../sidecar/protocol/version';
import { SampleApp } from '../support/sampleApp';

const SIDECAR = fileURLToPath(new URL('../../dist/sidecar.mjs', import.meta.url));
const MAX_MESSAGE_BYTES = 1024 * 1024;
const HELLO = { protocolVersion: PROTOCOL_VERSION, clientName: 'test', clientVersion: '1' };

interface Message {
  id?: number;
  method?: string;
  result?: Record<string, unknown>;
  error?: { code: number; message: string; data?: { code: string; hint: string } };
}

describe('the wire of a sidecar', () => {
  let child: ChildProcess;
  let address: { port: number; token: string };
  const sockets: WebSocket[] = [];

  beforeEach(async () => {
    const started = spawn(process.execPath, [SIDECAR, 'serve'], { stdio: ['pipe', 'pipe', 'ignore'] });
    child = started;
    const [line] = await once(createInterface({ input: started.stdout }), 'line');
    address = JSON.parse(String(line));
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.terminate();
    child.stdin?.end();
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  });

  function open(headers: Record<string, string> = {}): WebSocket {
    const authorization = `Bearer ${address.token}`;
    const socket = new WebSocket(`ws://127.0.0.1:${address.port}`, { headers: { authorization, ...headers } });
    sockets.push(socket);
    return socket;
  }

  async function connected(): Promise<WebSocket> {
    const socket = open();
    await once(socket, 'open');
    return socket;
  }

  async function greeted(): Promise<WebSocket> {
    const socket = await connected();
    expect(await ask(socket, 'hello', HELLO)).toMatchObject({ result: { protocolVersion: PROTOCOL_VERSION } });
    return socket;
  }

  async function refusal(headers: Record<string, string>): Promise<string> {
    const [error] = await once(open(headers), 'error');
    return String(error.message);
  }

  /** Shows that the sidecar is as good as new: the test's last word. */
  async function stillServes(): Promise<void> {
    expect(await ask(await greeted(), 'listProcesses', {})).toHaveProperty('result.processes');
  }

  test('takes no client without its token, from a web page, or by another host name', async () => {
    const { port, token } = address;
    expect(await refusal({ authorization: '' })).toContain('401');
    expect(await refusal({ authorization: `Bearer ${token.slice(1)}0` })).toContain('401');
    expect(await refusal({ authorization: `Bearer ${token}0` })).toContain('401');
    expect(await refusal({ origin: 'https://example.com' })).toContain('401');
    expect(await refusal({ origin: `http://127.0.0.1:${port}` })).toContain('401');
    expect(await refusal({ host: `example.com:${port}` })).toContain('401');
    await stillServes();
  });

  test('answers nothing before the greeting, and says so', async () => {
    const socket = await connected();
    const { error } = await ask(socket, 'listProcesses', {});
    expect(error?.data).toMatchObject({ code: 'helloFirst' });
    await stillServes();
  });

  test('refuses a client of another protocol version with a sentence about both', async () => {
    const socket = await connected();
    const { error } = await ask(socket, 'hello', { ...HELLO, protocolVersion: PROTOCOL_VERSION + 1 });
    expect(error?.data).toMatchObject({ code: 'protocolMismatch' });
    expect(error?.message).toContain(String(PROTOCOL_VERSION + 1));
  });

  test('answers an unknown request with an error and ignores an unknown event', async () => {
    const socket = await greeted();
    expect((await ask(socket, 'makeTea', {})).error?.code).toBe(-32601);
    socket.send(JSON.stringify({ jsonrpc: '2.0', method: 'teaIsReady', params: {} }));
    expect(await ask(socket, 'listProcesses', {})).toHaveProperty('result.processes');
  });

  test('answers a request with wrong parameters with what is wrong with them', async () => {
    const socket = await greeted();
    const { error } = await ask(socket, 'attach', { address: { pid: 'four' }, thresholdMs: 100 });
    expect(error?.code).toBe(-32602);
    expect(error?.message).toContain('address');
  });

  test.each([
    ['what is not JSON', 'hello?'],
    ['half a message', '{"jsonrpc":"2.0","id":1,"method":"hel'],
    ['a number', '42'],
    ['null', 'null'],
    ['an empty list', '[]'],
    ['a list of requests', `[${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'listProcesses' })}]`],
    ['a request without a method', '{"jsonrpc":"2.0","id":7}'],
    ['an answer nobody asked for', '{"jsonrpc":"2.0","id":99,"result":{}}'],
    ['deep nesting', '['.repeat(100_000)],
    ['the name of a prototype', '{"jsonrpc":"2.0","id":3,"method":"__proto__","params":{"__proto__":{"a":1}}}'],
  ])('survives %s', async (_, text) => {
    const socket = await greeted();
    socket.send(text);
    socket.send(Buffer.from(text));
    expect(await ask(socket, 'listProcesses', {})).toHaveProperty('result.processes');
    await stillServes();
  });

  test('closes on a message that is longer than any wish can be', async () => {
    const accepted = await greeted();
    const padding = (bytes: number) => JSON.stringify({ jsonrpc: '2.0', method: 'event', params: ['x'.repeat(bytes)] });
    const overhead = padding(0).length;
    accepted.send(padding(MAX_MESSAGE_BYTES - overhead));
    expect(await ask(accepted, 'listProcesses', {})).toHaveProperty('result.processes');
    accepted.send(padding(MAX_MESSAGE_BYTES - overhead + 1));
    const [code] = await once(accepted, 'close');
    expect(code).toBe(1009);
    await stillServes();
  });

  test('survives bytes that are no WebSocket frame, and a socket that is cut in the middle of one', async () => {
    const { port, token } = address;
    const raw = connect(port, '127.0.0.1');
    const upgrade = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n\r\n`;
    raw.write(upgrade);
    await once(raw, 'data');
    raw.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0x00, 0x01]));
    raw.on('error', () => {});
    await once(raw, 'close');
    const cut = await connected();
    cut.send('{"jsonrpc":"2.0",', { fin: false });
    cut.terminate();
    await stillServes();
  });

  test('goes on for others when a client vanishes in the middle of an attach', async () => {
    const app = await SampleApp.start('causes/server.js');
    try {
      const socket = await greeted();
      socket.send(
        JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method: 'attach',
          params: { address: { pid: app.pid }, thresholdMs: 100 },
        }),
        () => socket.terminate(),
      );
      await once(socket, 'close');
      const other = await greeted();
      const { result } = await ask(other, 'attach', { address: { pid: app.pid }, thresholdMs: 100 });
      expect(result).toHaveProperty('target.pid', app.pid);
      expect(await app.get('/innocent')).toMatchObject({ status: 200 });
    } finally {
      await app.stop();
    }
  });
});

let lastId = 1000;

/** @returns the answer to one request */
function ask(socket: WebSocket, method: string, params: unknown): Promise<Message> {
  lastId += 1;
  const id = lastId;
  return new Promise((resolve, reject) => {
    const onMessage = (data: unknown) => {
      const message: Message = JSON.parse(String(data));
      if (message.id !== id || message.method !== undefined) return;
      socket.off('message', onMessage);
      resolve(message);
    };
    socket.on('message', onMessage);
    socket.once('close', code => reject(new Error(`closed with ${code} before the answer to ${method}`)));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  });
}
