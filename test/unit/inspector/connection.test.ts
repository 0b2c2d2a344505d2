import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { InspectorConnection } from '../../../sidecar/inspector/connection';

let server: WebSocketServer;
let connection: InspectorConnection;
/** Methods as they arrived. */
let arrived: string[];

/** An inspector that answers everything with nothing. */
beforeEach(async () => {
  arrived = [];
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  server.on('connection', socket =>
    socket.on('message', data => {
      const { id, method } = JSON.parse(String(data));
      arrived.push(method);
      socket.send(JSON.stringify({ id, result: {} }));
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
