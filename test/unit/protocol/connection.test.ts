import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ClientConnection, ServerConnection } from '../../../sidecar/protocol/connection';
import { DEFAULT_WATCH_SETTINGS } from '../../../sidecar/protocol/defaults';
import { errors, IntrospectorError } from '../../../sidecar/protocol/errors';
import type { EventHandlers, RequestHandlers } from '../../../sidecar/protocol/messages';
import { eventually } from '../../support/eventually';
import { slowRequest, target } from '../samples';
import { idleClient, idleServer } from './handlers';
import { openWire, type Wire } from './wire';

describe('a client and a sidecar', () => {
  let wire: Wire;
  let problems: string[];

  beforeEach(async () => {
    wire = await openWire();
    problems = [];
  });

  afterEach(() => wire.close());

  const serve = (handlers: Partial<RequestHandlers> = {}) =>
    new ServerConnection(wire.serverEnd, { ...idleServer, ...handlers }, problem =>
      problems.push(`server: ${problem}`),
    );
  const connect = (handlers: Partial<EventHandlers> = {}) =>
    new ClientConnection(wire.clientEnd, { ...idleClient, ...handlers }, problem =>
      problems.push(`client: ${problem}`),
    );

  /** Sends a frame past the typed connection, as another program could. */
  const sendRaw = (message: object) => wire.clientEnd.send(JSON.stringify({ jsonrpc: '2.0', ...message }));

  test('exchange a wish and its answer', async () => {
    serve();
    expect(
      await connect().request('attach', { address: { pid: 1 }, settings: DEFAULT_WATCH_SETTINGS, reattach: false }),
    ).toEqual({ target: target() });
    expect(problems).toEqual([]);
  });

  test('hand an expected error over with its code and its hint', async () => {
    const thrown = errors.noSuchProcess(1);
    serve({ attach: () => Promise.reject(thrown) });
    const error = await connect()
      .request('attach', { address: { pid: 1 }, settings: DEFAULT_WATCH_SETTINGS, reattach: false })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IntrospectorError);
    expect(error).toMatchObject({ code: thrown.code, message: thrown.message, hint: thrown.hint });
    expect(problems).toEqual([]);
  });

  test('keep the inside of an unexpected error on the side where it happened', async () => {
    serve({ report: () => Promise.reject(new Error('secret')) });
    await expect(connect().request('report', { slowRequestId: 'x', format: 'text' })).rejects.toThrow(
      'report failed in the sidecar; its log says why',
    );
    expect(problems).toEqual([expect.stringMatching(/^server: request report failed: Error: secret\n/)]);
  });

  test('refuse parameters of the wrong form, and say which', async () => {
    let attached = false;
    serve({
      attach: async () => {
        attached = true;
        return { target: target() };
      },
    });
    const answers: string[] = [];
    wire.clientEnd.onText(text => answers.push(text));
    sendRaw({
      id: 1,
      method: 'attach',
      params: { address: { pid: 1 }, settings: { thresholdMs: -1 }, reattach: false },
    });
    const answer = await eventually('an answer', () => answers[0]);
    expect(JSON.parse(answer)).toMatchObject({ id: 1, error: { message: expect.stringContaining('thresholdMs') } });
    expect(attached).toBe(false);
  });

  test('tell facts', async () => {
    const facts: unknown[] = [];
    connect({ slowRequest: fact => facts.push(fact) });
    serve().emit('slowRequest', slowRequest());
    expect(await eventually('the fact', () => facts[0])).toEqual(slowRequest());
  });

  test('drop a fact of the wrong form, say so, and go on', async () => {
    const facts: unknown[] = [];
    connect({ slowRequest: fact => facts.push(fact) });
    const server = serve();
    server.emit('slowRequest', { ...slowRequest(), durationMs: -1 });
    server.emit('slowRequest', slowRequest());
    await eventually('the second fact', () => facts.length > 0);
    expect(facts).toEqual([slowRequest()]);
    expect(problems).toEqual([expect.stringMatching(/^client: event slowRequest dropped: durationMs: /)]);
  });

  test('of different versions get along: an unknown fact is reported once', async () => {
    const facts: unknown[] = [];
    connect({ slowRequest: fact => facts.push(fact) });
    const unknown = JSON.stringify({ jsonrpc: '2.0', method: 'memory', params: {} });
    wire.serverEnd.send(unknown);
    wire.serverEnd.send(unknown);
    serve().emit('slowRequest', slowRequest());
    await eventually('the known fact', () => facts.length > 0);
    expect(problems).toEqual(['client: ignoring unknown event "memory"']);
  });

  test('end every wish with an error when the connection closes, and refuse those after it', async () => {
    serve({ report: () => new Promise(() => {}) });
    const client = connect();
    const pending = client.request('report', { slowRequestId: 'x', format: 'text' });
    wire.serverEnd.close();
    await expect(pending).rejects.toMatchObject({ code: 'sidecarGone' });
    await expect(client.request('listProcesses', {})).rejects.toMatchObject({ code: 'sidecarGone' });
  });
});
