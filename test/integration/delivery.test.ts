import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeliverySettings } from '../../sidecar/protocol/values';
import { eventually } from '../support/eventually';
import { MailServer } from '../support/mailServer';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

/** More than a queue has room for, in portions that it has. */
const REQUESTS = 130;
const AT_ONCE = 65;

describe('delivery', () => {
  let folder: string;
  let app: SampleApp;
  let sidecar: TestSidecar;
  let mails: MailServer;
  let onEnd: (() => unknown)[];

  beforeEach(async () => {
    onEnd = [];
    folder = await mkdtemp(join(tmpdir(), 'introspector-'));
    mails = await MailServer.start();
    sidecar = await TestSidecar.start();
  });

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
    for (const end of onEnd) await end();
    await mails?.stop();
    await rm(folder, { recursive: true });
  });

  async function watch(path: string, thresholdMs: number, settings: Partial<DeliverySettings>): Promise<void> {
    app = await SampleApp.start(path);
    await sidecar.request('setDeliveries', { settings: { perHour: 4, appLog: false, ...settings } });
    await sidecar.attach({ pid: app.pid }, thresholdMs);
  }

  const mail = (to: string[], port = mails.port) => ({
    host: '127.0.0.1',
    port,
    secure: false,
    from: 'introspector@shop.example',
    to,
  });

  const channel = (name: string) =>
    sidecar
      .events('deliveryStats')
      .at(-1)
      ?.value.channels.find(found => found.name === name);

  async function portOf(server: Server | ReturnType<typeof createServer>): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  test('a fast request leaves no file and no mail', async () => {
    await watch('causes/server.js', 5_000, { folder, mail: mail(['ops@shop.example']) });
    expect((await app.get('/innocent')).status).toBe(200);
    await sidecar.waitFor('targetStats', ({ requestsSeen }) => requestsSeen > 0);
    await sidecar.stop();
    expect(await readdir(folder)).toEqual([]);
    expect(mails.mails).toEqual([]);
  });

  test('a slow request is not disturbed and leaves exactly one file that starts with its headline', async () => {
    await watch('causes/server.js', 0, { folder });
    expect((await app.get('/short-timer')).status).toBe(200);
    await eventually('the file', () => channel('folder')?.delivered === 1);
    const names = await readdir(folder);
    expect(names).toEqual([expect.stringMatching(/^GET-short-timer-[0-9a-f]{10}\.txt$/)]);
    expect(await readFile(join(folder, names[0] ?? ''), 'utf8')).toMatch(/^Slow request: GET \/short-timer /);
  });

  test.each([[['ops@shop.example']], [['a@shop.example', 'b@shop.example', 'c@shop.example']]])(
    'one mail goes to %j',
    async to => {
      await watch('causes/server.js', 200, { mail: mail(to) });
      await app.get('/timer');
      await eventually('the mail', () => channel('mail')?.delivered === 1);
      await sidecar.stop();
      expect(mails.mails).toHaveLength(1);
      expect(mails.mails[0]).toMatchObject({ from: 'introspector@shop.example', to });
      expect(mails.mails[0]?.text).toMatch(/^Subject: Slow request: GET \/timer \([\d,]+ ms\)\r$/m);
      expect(mails.mails[0]?.text).toMatch(/\r\n\r\nSlow request: GET \/timer /);
    },
  );

  test("the app's own log gets exactly one line of level warn", async () => {
    await watch('causes/server.js', 200, { appLog: true });
    await app.get('/timer');
    await eventually('the line', () => channel('appLog')?.delivered === 1 && app.stderr.includes('slow request'));
    const lines = app.stderr.split('\n').filter(line => line.includes('slow request'));
    expect(lines).toEqual([
      expect.stringMatching(/^level=warn msg="slow request" method=GET route=\/timer duration_ms=\d+ /),
    ]);
  });

  test('a webhook gets a body for Slack', async () => {
    const bodies: string[] = [];
    const server = createHttpServer((request, response) => {
      void text(request).then(body => {
        bodies.push(body);
        response.end('ok');
      });
    });
    const port = await portOf(server);
    onEnd.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    await watch('causes/server.js', 200, { webhook: `http://127.0.0.1:${port}/services/hush` });
    await app.get('/timer');
    const body = await eventually('the post', () => bodies[0]);
    expect(JSON.parse(body)).toMatchObject({ text: expect.stringMatching(/^Slow request: GET \/timer \(/) });
  });

  test.each<[string, RequestListener]>([
    ['answers 500', (_request, response) => void response.writeHead(500).end()],
    ['never answers', () => {}],
  ])(
    'a mail server that hangs and a webhook that %s harm neither the looks nor the other channels',
    async (_how, answer) => {
      const sockets = new Set<Socket>();
      const silent = createServer(socket => void sockets.add(socket.on('error', () => {})));
      const webhook = createHttpServer(answer);
      const silentPort = await portOf(silent);
      const webhookPort = await portOf(webhook);
      onEnd.push(() => {
        for (const socket of sockets) socket.destroy();
        silent.close();
        webhook.closeAllConnections();
        webhook.close();
      });
      const jsonLines = join(folder, 'reports.jsonl');
      await watch('causes/server.js', 200, {
        perHour: 10_000,
        folder: join(folder, 'reports'),
        jsonLines,
        mail: mail(['ops@shop.example'], silentPort),
        webhook: `http://127.0.0.1:${webhookPort}/services/hush`,
      });
      const answers: Promise<unknown>[] = [];
      while (answers.length < REQUESTS) {
        for (let count = 0; count < AT_ONCE; count += 1) answers.push(app.get('/timer'));
        await eventually('what was sent', () => channel('jsonLines')?.delivered === answers.length);
      }
      await Promise.all(answers);
      for (const name of ['folder', 'jsonLines']) {
        await eventually(`all in ${name}`, () => channel(name)?.delivered === REQUESTS);
        expect(channel(name)).toMatchObject({ failed: 0, dropped: 0, waiting: 0 });
      }
      expect((await readFile(jsonLines, 'utf8')).trimEnd().split('\n')).toHaveLength(REQUESTS);
      for (const name of ['mail', 'webhook']) {
        const { delivered, waiting = 0, dropped = 0, failed = 0 } = channel(name) ?? {};
        expect(delivered, name).toBe(0);
        // A hundred in the queue, and the one that is being tried.
        expect(waiting, name).toBeLessThanOrEqual(101);
        expect(dropped, name).toBeGreaterThan(0);
        expect(waiting + dropped + failed, name).toBe(REQUESTS);
      }
      expect(JSON.stringify(sidecar.received) + sidecar.lines.join()).not.toContain('hush');
      // Requests of 3 s over a threshold of 200 ms: at 0.2, 1.2 and 2.2 s, where the machine is not too busy for one.
      const counts = sidecar
        .slowRequests('/timer')
        .map(({ looks }) => looks.reduce((sum, { count }) => sum + count, 0));
      expect(Math.min(...counts)).toBeGreaterThanOrEqual(2);
      expect(counts.reduce((sum, count) => sum + count, 0) / counts.length).toBeGreaterThan(2.5);
    },
  );

  test('5,000 slow requests of 3 kinds make 3 groups and the configured number of mails', async () => {
    await watch('kinds/server.js', 50, { perHour: 2, mail: mail(['ops@shop.example']) });
    const paths = ['/orders', '/stock', '/prices'];
    let next = 0;
    const client = async () => {
      for (let number = next++; number < 5_000; number = next++) await app.get(paths[number % 3] ?? '');
    };
    await Promise.all(Array.from({ length: 100 }, client));
    await sidecar.waitFor(
      'targetStats',
      ({ requestsSeen, requestsInFlight }) => requestsSeen === 5_000 && requestsInFlight === 0,
    );
    await eventually('the mails', () => channel('mail')?.delivered === 6);
    await sidecar.stop();
    const groups = new Set(
      sidecar.events('slowRequest').map(({ value }) => value.groupId || `${value.route} ${value.cause}`),
    );
    expect(groups.size).toBe(3);
    const subjects = mails.mails.map(({ text: received }) => /GET (\/\w+)/.exec(received)?.[1]).sort();
    expect(subjects).toEqual(['/orders', '/orders', '/prices', '/prices', '/stock', '/stock']);
  });
});
