/** The watchdog from its command line: what its ancestors' own tests ask of it, against a real app. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { CommandLine } from '../support/commandLine';
import { eventually } from '../support/eventually';
import { MailServer } from '../support/mailServer';
import { markedLine } from '../support/marks';
import { SampleApp } from '../support/sampleApp';

const THRESHOLD_MS = 300;

describe('the watchdog', () => {
  let app: SampleApp;
  let mail: MailServer;
  let folder: string;
  let watching: CommandLine | undefined;

  beforeAll(async () => {
    mail = await MailServer.start();
  });

  afterAll(() => mail?.stop());

  afterEach(async () => {
    await watching?.stop();
    await app?.stop();
    await rm(folder, { recursive: true, force: true });
    mail.mails.length = 0;
  });

  /** Starts an app and a watchdog over it. */
  async function watch(...options: string[]): Promise<CommandLine> {
    folder = await mkdtemp(join(tmpdir(), 'introspector-watchdog-'));
    app = await SampleApp.start('watchdog/server.js');
    const threshold = options.includes('--threshold') ? [] : ['--threshold', String(THRESHOLD_MS)];
    const started = CommandLine.start([
      'watch',
      String(app.pid),
      '--no-journal',
      ...threshold,
      ...options.map(inFolder),
    ]);
    watching = started;
    await started.printed(/Watching server\.js|"state":"watching"/);
    return started;
  }

  const inFolder = (option: string) => option.replace('FOLDER', folder);
  const reports = async () => (await readdir(join(folder, 'reports'))).filter(name => !name.startsWith('.'));

  /** Events of one slow request, as `--json` prints them. */
  function told({ stdout }: CommandLine, path: string): SlowRequest[] {
    return stdout
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line) as SlowRequest & { event: string })
      .filter(({ event, url }) => event === 'slowRequest' && url.split('?', 1)[0] === path);
  }

  const ended = (line: CommandLine, path: string) =>
    eventually(`the end of ${path}`, () => told(line, path).find(({ state }) => state.state === 'finished'));

  test('shows the values of local variables of a request that holds the event loop', async () => {
    const line = await watch('--capture-locals', 'blocked');
    await app.get('/busy?order=17');
    await line.printed(/answered 200/);
    expect(line.stdout).toMatch(/^Variables after [\d,]+ ms \(read in a pause of \d+ ms, prepared in \d+ ms\)$/m);
    expect(line.stdout).toMatch(
      /server\.js:\d+ busy\n +durationMs = \d+\n +orderId = "17"\n +customer = "customer of 17"$/m,
    );
  });

  test('leaves no trace of fast requests', async () => {
    const line = await watch('--threshold', '5000', '--report-folder', 'FOLDER/reports', '--json');
    expect(await app.get('/')).toMatchObject({ status: 200 });
    expect(await app.get('/slow')).toMatchObject({ status: 200 });
    await line.printed(/"requestsSeen":2,"requestsInFlight":0/);
    line.signal('SIGINT');
    await line.ended;
    expect(told(line, '/slow')).toEqual([]);
    expect(await reports().catch(() => [])).toEqual([]);
  });

  test('does not disturb a slow request, and writes exactly one file', async () => {
    const line = await watch('--threshold', '0', '--report-folder', 'FOLDER/reports');
    expect(await app.get('/slow')).toMatchObject({ status: 200, body: 'done' });
    await line.printed(/answered 200/);
    const [file = '', ...more] = await eventually('the file', async () => {
      const names = await reports();
      return names.length > 0 && names;
    });
    expect(more).toEqual([]);
    expect(await readFile(join(folder, 'reports', file), 'utf8')).toMatch(/Slow request: GET .*\/slow/);
  });

  const mailing = (...to: string[]) => [
    ...['--smtp', `127.0.0.1:${mail.port}`, '--mail-from', 'watchdog@shop.example'],
    ...to.flatMap(address => ['--mail-to', address]),
  ];

  test('sends one mail to one address', async () => {
    await watch(...mailing('oncall@shop.example'));
    await app.get('/slow');
    const sent = await eventually('the mail', () => mail.mails[0]);
    expect(sent).toMatchObject({ from: 'watchdog@shop.example', to: ['oncall@shop.example'] });
    expect(sent?.text).toMatch(/^Subject: Slow request: GET \/slow \([\d,]+ ms\)\r$/m);
    expect(sent?.text).toMatch(/\r\n\r\nSlow request: GET/);
  });

  test('sends one mail with three recipients to three addresses', async () => {
    const addresses = ['ann@shop.example', 'bob@shop.example', 'cy@shop.example'];
    const line = await watch(...mailing(...addresses));
    await app.get('/slow');
    const sent = await eventually('the mail', () => mail.mails[0]);
    expect(sent?.to).toEqual(addresses);
    line.signal('SIGINT');
    await line.ended;
    expect(mail.mails).toHaveLength(1);
  });

  test('writes exactly one line into the app’s own log', async () => {
    const line = await watch('--app-log');
    await app.get('/slow');
    await line.printed(/answered 200/);
    const lines = await eventually('the line', () => {
      const found = app.stderr.split('\n').filter(text => text.includes('msg="slow request"'));
      return found.length > 0 && found;
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/level=warn.* msg="slow request".* method=GET .*route=\/slow/);
  });

  test('blames the app’s own handler, in exactly one delivery', async () => {
    const line = await watch('--report-lines', 'FOLDER/lines.jsonl');
    await app.get('/slow');
    await line.printed(/answered 200/);
    const text = await eventually('the line', async () => {
      const written = await readFile(join(folder, 'lines.jsonl'), 'utf8');
      return written.endsWith('\n') && written;
    });
    const [first = '', ...more] = text.trimEnd().split('\n');
    expect(more).toEqual([]);
    expect(first).toMatch(/"functionName":"slowView"/);
    expect(first).toContain(`"line":${markedLine(app.file, 'SLOW: GET /slow')}`);
  });

  test('looks when the threshold is over: not before, and soon', async () => {
    const line = await watch('--json');
    await app.get('/slow');
    const { durationMs } = await ended(line, '/slow');
    const first = told(line, '/slow')[0]?.durationMs ?? 0;
    expect(first).toBeGreaterThanOrEqual(THRESHOLD_MS);
    expect(first).toBeLessThan(durationMs);
  });

  test('reports the running stack, and what the request was', async () => {
    const line = await watch();
    await app.get('/slow?user=7', { 'x-request-id': 'r-1' });
    await line.printed(/answered 200/);
    expect(line.stdout).toMatch(/> .*server\.js:\d+:\d+ +slowView +await delay\(SLOW_MS\)/);
    expect(line.stdout).toMatch(/x-request-id:? +r-1/i);
    expect(line.stdout).toMatch(/user:? +7/);
  });

  test('says nothing of a route that it is told to ignore', async () => {
    const line = await watch('--route', 'GET /slow=ignore', '--json');
    await Promise.all([app.get('/slow'), app.get('/stream')]);
    await ended(line, '/stream');
    expect(told(line, '/slow')).toEqual([]);
    // Not silently.
    await line.printed(/"ignored":\[\{"reason":"rule","route":"GET \/slow","count":1\}/);
  });

  test('watches until the body of the response is complete, not only its head', async () => {
    const line = await watch('--json');
    const { answering, answer } = app.open('/stream');
    await answering;
    const running = await eventually('a report of the stream', () => told(line, '/stream')[0]);
    expect(running.state).toEqual({ state: 'running' });
    expect(await answer).toMatchObject({ body: 'first part, done' });
    expect((await ended(line, '/stream')).durationMs).toBeGreaterThan(running.durationMs);
  });

  test('says nothing of a request that was answered, or given up by its client, in time', async () => {
    const line = await watch('--threshold', '5000', '--json');
    const exchange = app.open('/stream');
    await exchange.answering;
    exchange.abort();
    await app.get('/');
    await line.printed(/"requestsSeen":2,"requestsInFlight":0/);
    line.signal('SIGINT');
    await line.ended;
    expect(line.stdout).not.toContain('"event":"slowRequest"');
  });

  test('goes on when deliveries fail, and says so', async () => {
    const line = await watch('--report-folder', '/dev/null/reports', '--webhook', 'http://127.0.0.1:1/', '--app-log');
    for (const path of ['/slow', '/busy', '/stream']) await app.get(path);
    await line.printed(/GET \/stream: answered 200/);
    await eventually('three lines', () => app.stderr.match(/msg="slow request"/g)?.length === 3);
    await eventually('a warning', () => /warn .*report/i.test(line.stderr));
  });
});
