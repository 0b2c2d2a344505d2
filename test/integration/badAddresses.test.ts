import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CommandLine } from '../support/commandLine';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const HOST = '127.0.0.1';

describe('an address that cannot be attached to', () => {
  let sidecar: TestSidecar;
  const servers: Server[] = [];
  const sockets: Socket[] = [];

  beforeAll(async () => {
    sidecar = await TestSidecar.start();
  });

  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
    for (const server of servers.splice(0)) server.close();
  });

  afterAll(() => sidecar?.stop());

  async function listening(server: Server): Promise<number> {
    servers.push(server);
    server.on('connection', socket => sockets.push(socket.on('error', () => {})));
    server.listen(0, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** @returns the refusal's sentence and hint */
  async function refusal(port: number, code: string, host = HOST): Promise<string> {
    const refused = await sidecar.attach({ host, port }).then(
      () => expect.unreachable('it attached'),
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ name: 'IntrospectorError', code });
    return (refused as { advice: string }).advice;
  }

  test('because nothing listens there says where Node.js prints the right one', async () => {
    const server = createServer();
    const port = await listening(server);
    server.close();
    await once(server, 'close');
    const advice = await refusal(port, 'cannotConnect');
    expect(advice).toMatch(
      new RegExp(`^Nothing answers on ${HOST}:${port} \\(ECONNREFUSED\\)\\. .*Debugger listening on`),
    );
  });

  test('because there is no such host says so', async () => {
    expect(await refusal(9229, 'cannotConnect', 'no-such-host.invalid')).toMatch(/^Nothing answers on no-such-host/);
  });

  test('because the app itself listens there says which port it should be, and leaves the app alone', async () => {
    const app = await SampleApp.start('causes/server.js');
    try {
      const advice = await refusal(app.port, 'notAnInspector');
      expect(advice).toMatch(new RegExp(`${app.port} is not a Node.js inspector\\..*the one after --inspect`));
      expect((await app.get('/innocent')).status).toBe(200);
    } finally {
      await app.stop();
    }
  });

  test.each([
    ['answers with a web page', '<h1>Hello</h1>'],
    ['answers with JSON of another kind', '{"type":"node"}'],
    ['answers as a browser does', '[{"type":"page","webSocketDebuggerUrl":"ws://127.0.0.1/page"}]'],
    ['answers with an address that is none', '[{"type":"node","webSocketDebuggerUrl":"nowhere"}]'],
    ['answers without end', 'x'.repeat(100_000)],
  ])('because a server there %s says that it is no inspector', async (_how, body) => {
    const port = await listening(createHttpServer((_request, response) => response.end(body)));
    expect(await refusal(port, 'notAnInspector')).toContain(`${HOST}:${port} is not a Node.js inspector`);
  });

  test('because a server there speaks no HTTP says that it is no inspector', async () => {
    const port = await listening(createServer(socket => socket.write('220 mail.example ESMTP\r\n')));
    expect(await refusal(port, 'notAnInspector')).toContain('is not a Node.js inspector');
  });

  test('because what listens there says nothing says for how long it has waited', async () => {
    const port = await listening(createServer());
    expect(await refusal(port, 'cannotConnect')).toMatch(/\(no answer within 3000 ms\)/);
  });

  test('because what listens there says a word every now and then does not wait for its last one', async () => {
    const port = await listening(
      createServer(socket => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n');
        const trickle = setInterval(() => socket.write('['), 200);
        socket.on('close', () => clearInterval(trickle));
      }),
    );
    expect(await refusal(port, 'cannotConnect')).toMatch(/\(no answer within 3000 ms\)/);
  }, 30_000);

  test('because what looks like an inspector hangs up says so', async () => {
    const inspector = createHttpServer((_request, response) =>
      response.end('[{"type":"node","webSocketDebuggerUrl":"ws://127.0.0.1/abc"}]'),
    );
    inspector.on('upgrade', (_request, socket: Socket) => socket.destroy());
    expect(await refusal(await listening(inspector), 'targetExited')).toContain('ended while it was being attached to');
  });

  test.each([
    '',
    '0',
    '-1',
    '4711x',
    'localhost',
    'localhost:',
    ':9229',
    'localhost:0',
    'localhost:65536',
    'a b:1',
    'http://localhost:9229',
  ])('because it is malformed (%j) is refused with a sentence by the command line', async address => {
    const { code, stdout, stderr } = await CommandLine.run('watch', '--', address);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/It is a process id such as 4711, or the address of an inspector such as 127\.0\.0\.1:9229/);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test.each(['99999999', '127.0.0.1:1', '[::1]:65535', 'ws://127.0.0.1:1/abc'])(
    'that is well formed (%s) is tried by the command line, though nobody is there',
    async address => {
      const { code, stderr } = await CommandLine.run('watch', address);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^(?:There is no process|Nothing answers on).*\n$/);
    },
  );
});
