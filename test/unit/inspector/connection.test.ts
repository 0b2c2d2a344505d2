import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { InspectorConnection } from '../../../sidecar/inspector/connection';
import { eventually } from '../../support/eventually';

let server: WebSocketServer;
let connection: InspectorConnection;
/** Methods as they arrived. */
let arrived: string[];

/** How many of the next commands a time-out of the app's own ends. */
let terminations: number;

/** An inspector that answers everything with nothing. */
beforeEach(async () => {
  arrived = [];
  terminations = 0;
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', socket =>
    socket.on('message', data => {
      const { id, method } = JSON.parse(String(data));
      arrived.push(method);
      terminations -= 1;
      const error = { code: -32000, message: 'Execution was terminated' };
      socket.send(JSON.stringify(terminations >= 0 ? { id, error } : { id, result: {} }));
    }),
  );
  await once(server, 'listening');
  connection = await InspectorConnection.open(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterEach(async () => {
  connection.close();
  await connection.closed;
  server.close();
});

test('what others send while somebody has the connection alone goes out afterwards, in order', async () => {
  const others: Promise<unknown>[] = [];
  const result = await connection.alone(async line => {
    others.push(connection.send('Debugger.disable', undefined), connection.send('Runtime.disable', undefined));
    await line.send('Debugger.pause', undefined);
    await line.send('Debugger.resume', undefined);
    return 'done';
  });
  await Promise.all(others);
  expect(result).toBe('done');
  expect(arrived).toEqual(['Debugger.pause', 'Debugger.resume', 'Debugger.disable', 'Runtime.disable']);
});

test('when the work of that one fails, the others are served all the same', async () => {
  let other: Promise<unknown> | undefined;
  const work = connection.alone(async () => {
    other = connection.send('Runtime.disable', undefined);
    throw new Error('not so');
  });
  await expect(work).rejects.toThrow('not so');
  await other;
  expect(arrived).toEqual(['Runtime.disable']);
});

test('what a time-out of the app has ended is sent again', async () => {
  terminations = 3;
  await connection.send('Runtime.evaluate', { expression: '1' });
  expect(arrived).toEqual(Array(4).fill('Runtime.evaluate'));
});

test('what is to be sent again when the connection closes fails', async () => {
  terminations = 1_000;
  const sent = connection.send('Runtime.evaluate', { expression: '1' });
  sent.catch(() => {});
  await eventually('the second try', () => arrived.length > 1);
  connection.close();
  await expect(sent).rejects.toThrow('Runtime.evaluate: connection closed');
});

test('what runs no code of the app is refused once and for all', async () => {
  terminations = 1;
  await expect(connection.send('Runtime.enable', undefined)).rejects.toThrow('Execution was terminated');
});

test('what waits when the connection closes fails', async () => {
  let other: Promise<unknown> | undefined;
  await connection.alone(async () => {
    other = connection.send('Runtime.disable', undefined);
    other.catch(() => {});
    connection.close();
    await connection.closed;
  });
  await expect(other).rejects.toThrow('Runtime.disable: connection closed');
});
