import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { DEFAULT_WATCH_SETTINGS as SETTINGS } from '../../sidecar/protocol/defaults';
import type { Target } from '../../sidecar/protocol/values';
import { PROTOCOL_VERSION } from '../../sidecar/protocol/version';
import { eventually } from '../support/eventually';
import { SampleApp } from '../support/sampleApp';
import { hello, ServingSidecar } from '../support/servingSidecar';

const MAX_MESSAGE_BYTES = 1024 * 1024;

describe('the server of the sidecar', () => {
  let sidecar: ServingSidecar;

  beforeAll(async () => {
    sidecar = await ServingSidecar.start();
  });

  afterAll(() => sidecar?.stop());

  /** Whatever a client did, the next one is served. */
  afterEach(async () => {
    await sidecar.serve();
    expect(sidecar.stderr).not.toMatch(/\n\s+at /);
  });

  const request = (id: number, method: string, params: object = {}) =>
    JSON.stringify({ jsonrpc: '2.0', id, method, params });

  /** Sends frames and waits for one answer. */
  async function answerTo(socket: WebSocket, ...frames: (string | Buffer)[]): Promise<Record<string, unknown>> {
    const answer = once(socket, 'message');
    for (const frame of frames) socket.send(frame);
    const [data] = await answer;
    return JSON.parse(String(data)) as Record<string, unknown>;
  }

  test.each<[string, Record<string, string>]>([
    ['without a token', { authorization: '' }],
    ['with a wrong token', { authorization: `Bearer ${'0'.repeat(64)}` }],
    ['with a token that is too short', { authorization: 'Bearer 0' }],
    ['with a token that says it is another kind', { authorization: 'Basic 0' }],
    ['of a web page', { origin: 'http://127.0.0.1' }],
    ['of a web page without an origin of its own', { origin: 'null' }],
    ['to another host name, which may be rebound to this machine', { host: 'evil.example' }],
    ['to a host name that begins like this machine', { host: '127.0.0.1.evil.example' }],
  ])('refuses a connection %s', async (_what, headers) => {
    const [, response] = await once(sidecar.socket({ headers }), 'unexpected-response');
    expect(response.statusCode).toBe(401);
  });

  test('takes a connection to localhost', async () => {
    await once(sidecar.socket({ headers: { host: `localhost:${sidecar.port}` } }), 'open');
  });

  test('is no web server', async () => {
    expect((await fetch(`http://127.0.0.1:${sidecar.port}/`)).status).toBe(404);
  });

  test.each([
    [0, 'Update the extension.'],
    [PROTOCOL_VERSION + 1, 'Update the sidecar.'],
  ])('refuses a client of protocol %i, which says what to update', async (version, hint) => {
    const socket = await sidecar.openSocket();
    const refused = await answerTo(socket, request(1, 'hello', hello(version)));
    expect(refused).toMatchObject({ id: 1, error: { data: { code: 'protocolMismatch', hint } } });
    // A refused hello is none.
    expect(await answerTo(socket, request(2, 'listProcesses'))).toMatchObject({
      error: { data: { code: 'helloFirst' } },
    });
  });

  test.each(['listProcesses', 'attach', 'detach', 'configure', 'report', 'listJournals', 'readJournal'])(
    'refuses %s before hello',
    async method => {
      const address = { pid: process.pid };
      const params = {
        address,
        settings: SETTINGS,
        reattach: false,
        targetId: 't1',
        slowRequestId: 't1:1',
        format: 'text',
        file: 'none',
      };
      const refused = await answerTo(await sidecar.openSocket(), request(1, method, params));
      expect(refused).toMatchObject({ id: 1, error: { data: { code: 'helloFirst' } } });
    },
  );

  test.each<[string, string | Buffer]>([
    ['text that is not JSON', 'hello?'],
    ['half a message', request(1, 'hello').slice(0, 20)],
    ['JSON that is no message', '{"hello":1}'],
    ['JSON that is no object', '17'],
    ['a list of messages', `[${request(1, 'hello')}]`],
    ['an empty frame', ''],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xc3, 0x28])],
    ['an event that it does not know', '{"jsonrpc":"2.0","method":"whoKnows","params":{}}'],
    ['an answer to nothing', '{"jsonrpc":"2.0","id":99,"result":{}}'],
  ])('ignores %s and goes on with the same client', async (_what, frame) => {
    const answer = await answerTo(await sidecar.openSocket(), frame, request(7, 'hello', hello()));
    expect(answer).toMatchObject({ id: 7, result: { protocolVersion: PROTOCOL_VERSION } });
  });

  test('takes a message in a binary frame', async () => {
    const answer = await answerTo(await sidecar.openSocket(), Buffer.from(request(1, 'hello', hello())));
    expect(answer).toMatchObject({ id: 1, result: { protocolVersion: PROTOCOL_VERSION } });
  });

  test.each([
    ['a request that it does not know', 'whoKnows', {}, -32601],
    ['parameters of the wrong type', 'attach', { address: { pid: '1' }, settings: SETTINGS, reattach: false }, -32602],
    ['a pid of 0', 'attach', { address: { pid: 0 }, settings: SETTINGS, reattach: false }, -32602],
    [
      'port 65536',
      'attach',
      { address: { host: '127.0.0.1', port: 65_536 }, settings: SETTINGS, reattach: false },
      -32602,
    ],
    ['a threshold below 0', 'configure', { targetId: 't1', settings: { ...SETTINGS, thresholdMs: -1 } }, -32602],
    [
      'a threshold beyond a day',
      'configure',
      { targetId: 't1', settings: { ...SETTINGS, thresholdMs: 86_400_001 } },
      -32602,
    ],
    [
      'a threshold of a day for a target that is none',
      'configure',
      { targetId: 't1', settings: { ...SETTINGS, thresholdMs: 86_400_000 } },
      -32600,
    ],
  ])('answers %s with an error', async (_what, method, params, code) => {
    const socket = await sidecar.openSocket();
    await answerTo(socket, request(1, 'hello', hello()));
    expect(await answerTo(socket, request(2, method, params))).toMatchObject({ id: 2, error: { code } });
  });

  test('takes a message of 1 MiB and hangs up on one byte more', async () => {
    const empty = request(1, 'hello', hello(PROTOCOL_VERSION, '')).length;
    const largest = request(1, 'hello', hello(PROTOCOL_VERSION, 'x'.repeat(MAX_MESSAGE_BYTES - empty)));
    const socket = await sidecar.openSocket();
    expect(await answerTo(socket, largest)).toMatchObject({ id: 1, result: { protocolVersion: PROTOCOL_VERSION } });
    socket.send(`${largest} `);
    expect(await once(socket, 'close')).toEqual([1009, expect.anything()]);
  });

  test('outlives a client that vanishes in the middle of a message', async () => {
    const socket = await sidecar.openSocket();
    socket.send('{"jsonrpc":', { fin: false });
    socket.terminate();
    await once(socket, 'close');
  });

  test('outlives a client that vanishes while it attaches, and others hear of the target', async () => {
    const app = await SampleApp.start('causes/server.js');
    try {
      const heard: Target[] = [];
      const other = await sidecar.client({ targetChanged: ({ target }) => heard.push(target) });
      const socket = await sidecar.openSocket();
      await answerTo(socket, request(1, 'hello', hello()));
      socket.send(
        request(2, 'attach', {
          address: { pid: app.pid },
          settings: { ...SETTINGS, thresholdMs: 100 },
          reattach: false,
        }),
        () => socket.terminate(),
      );
      const target = await eventually('the target', () => heard.find(({ pid }) => pid === app.pid));
      const { undone } = await other.request('detach', { targetId: target.id });
      expect(undone).toContain('closed the inspector');
      expect((await app.get('/innocent')).status).toBe(200);
    } finally {
      await app.stop();
    }
  });
});
