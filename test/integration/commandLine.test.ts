import { afterEach, describe, expect, test } from 'vitest';
import { CommandLine } from '../support/commandLine';
import { markedLine } from '../support/marks';
import { SampleApp } from '../support/sampleApp';

describe('the command line', () => {
  let app: SampleApp;
  const started: CommandLine[] = [];

  afterEach(async () => {
    await Promise.all(started.splice(0).map(command => command.stop()));
    await app?.stop();
  });

  async function startApp(): Promise<void> {
    app = await SampleApp.start('causes/server.js', { env: { SLOW_MS: '1500' } });
  }

  function start(...args: string[]): CommandLine {
    const command = CommandLine.start(args);
    started.push(command);
    return command;
  }

  test('lists a running app with its pid, port, script and folder', async () => {
    await startApp();
    const { code, stdout } = await CommandLine.run('list');
    expect(code).toBe(0);
    const row = stdout.split('\n').find(line => line.startsWith(`${app.pid} `));
    expect(row).toContain(String(app.port));
    expect(row).toContain('causes/server.js');
    expect(row).toContain(process.cwd());
    const { stdout: json } = await CommandLine.run('list', '--json');
    const all = json
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(all.find(({ pid }) => pid === app.pid)).toMatchObject({
      ports: expect.arrayContaining([app.port]),
      workingDirectory: process.cwd(),
    });
  });

  test('reports a slow request while it runs, shows the guilty lines at Ctrl-C, and leaves nothing', async () => {
    await startApp();
    const watch = start('watch', String(app.pid), '--threshold', '250');
    await watch.printed(/Watching server\.js \[\d+\], Node [\d.]+, for requests over 250 ms/);
    const answer = app.open('/loop');
    let isOver = false;
    void answer.answer.then(() => {
      isOver = true;
    });
    await watch.printed(/Slow request: GET \/loop +still running/);
    expect(isOver).toBe(false);
    await answer.answer;
    await watch.printed(/Request \d+, GET \/loop: answered 200/);
    watch.signal('SIGINT');
    const { code, stdout, stderr } = await watch.ended;
    expect(code).toBe(0);
    const line = markedLine(app.file, 'SLOW: GET /loop');
    expect(stdout).toMatch(
      new RegExp(`Guilty lines\\s+test/apps/causes/server\\.js\\s+${line} .*● [\\d.]+ s blocking`),
    );
    expect(stdout).toMatch(/Detached from server\.js: removed \d+ hooks, closed the inspector\./);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(await app.get('/innocent')).toMatchObject({ status: 200 });
  });

  test('prints one event a line for programs', async () => {
    await startApp();
    const watch = start('watch', String(app.pid), '--threshold', '250', '--json');
    await watch.printed(/"targetChanged"/);
    await app.get('/timers-promises');
    await watch.printed(/"slowRequest".*"finished"/);
    watch.signal('SIGTERM');
    const { code, stdout } = await watch.ended;
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ event: 'detached' });
    expect(events.find(({ event }) => event === 'slowRequest')).toMatchObject({ method: 'GET', cause: 'waiting' });
  });

  test('ends with 2 and says so when the app ends first', async () => {
    await startApp();
    const watch = start('watch', String(app.pid));
    await watch.printed(/Watching/);
    app.signal('SIGTERM');
    const { code, stdout } = await watch.ended;
    expect(code).toBe(2);
    expect(stdout).toMatch(/server\.js \[\d+\] has exited\.\s*$/);
  });

  test('watches every request at a threshold of 0', async () => {
    await startApp();
    const watch = start('watch', String(app.pid), '--threshold', '0');
    await watch.printed(/over 0 ms/);
    await app.get('/short-timer');
    await watch.printed(/Slow request: GET \/short-timer/);
  });

  test.each([
    [['watch'], /missing required argument/],
    [['watch', 'abc'], /abc/],
    [['watch', '0'], /0/],
    [['watch', '127.0.0.1:65536'], /65536/],
    [['watch', '1', '--threshold', '-1'], /0 or more/],
    [['watch', '1', '--threshold', 'soon'], /number of milliseconds/],
    [['watch', '2147483647'], /There is no process 2147483647/],
    [['brew'], /unknown command/],
  ])('answers %j with a sentence and exit code 1', async (args, sentence) => {
    const { code, stdout, stderr } = await CommandLine.run(...args);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
