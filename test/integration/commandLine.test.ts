import { mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommandLine } from '../support/commandLine';
import { eventually } from '../support/eventually';
import { markedLine } from '../support/marks';
import { SampleApp } from '../support/sampleApp';

describe('the command line', () => {
  let folder: string;
  let app: SampleApp;
  let command: CommandLine | undefined;

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'introspector-')));
    app = await SampleApp.start('causes/server.js', { cwd: folder });
  });

  afterEach(async () => {
    await command?.stop();
    await app?.stop();
    await rm(folder, { recursive: true });
  });

  /** Attached, and known to be. */
  async function watching(...options: string[]): Promise<CommandLine> {
    command = CommandLine.start(['watch', String(app.pid), ...options]);
    await command.printed(options.includes('--json') ? /"targetStats"/ : /^Watching server\.js \[\d+\], Node /);
    return command;
  }

  test('lists the app with its process id, port, script and working directory', async () => {
    const { code, stdout, stderr } = await CommandLine.run('list');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^PID +PORTS +STARTED +SCRIPT +WORKING DIRECTORY\n/);
    const row = stdout.split('\n').find(line => line.startsWith(`${app.pid} `));
    expect(row?.split(/ {2,}/)).toEqual([
      String(app.pid),
      expect.stringMatching(new RegExp(`\\b${app.port}\\b`)),
      expect.stringMatching(/^\d+ (?:s|min) ago$/),
      app.file,
      folder,
    ]);
  });

  test('lists as JSON, one process a line', async () => {
    const { code, stdout } = await CommandLine.run('list', '--json');
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { pid: number });
    expect(rows.find(({ pid }) => pid === app.pid)).toMatchObject({
      ports: expect.arrayContaining([app.port]),
      script: app.file,
      scriptPath: app.file,
      workingDirectory: folder,
    });
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'reports a slow request while it runs, and at %s the guilty lines',
    async signal => {
      const watch = await watching('--threshold', '200');
      let isAnswered = false;
      const answer = app.get('/timer').then(() => {
        isAnswered = true;
      });
      await watch.printed(/^Slow request: GET \/timer +still running after [\d,]+ ms +\(threshold 200 ms\)$/m);
      expect(isAnswered).toBe(false);
      await watch.printed(/^ +> .*server\.js:\d+:\d+ .*SLOW: GET \/timer$/m);
      await answer;
      await watch.printed(/GET \/timer: answered 200 after [\d,]+ ms\.$/m);
      watch.signal(signal);
      const { code, stdout } = await watch.ended;
      expect(code).toBe(0);
      const line = markedLine(app.file, 'SLOW: GET /timer');
      expect(stdout).toMatch(
        new RegExp(`^Guilty lines\\n\\n.*server\\.js\\n +${line} .*● .* waiting · timer · GET /timer$`, 'm'),
      );
      expect(stdout).toMatch(/\nDetached from server\.js: removed \d+ hooks, closed the inspector\.\n$/);
      expect((await app.get('/innocent')).status).toBe(200);
    },
  );

  test('ends with exit code 2 when the app does', async () => {
    const watch = await watching();
    app.signal('SIGKILL');
    const { code, stdout } = await watch.ended;
    expect(code).toBe(2);
    expect(stdout).toMatch(
      new RegExp(
        `\\nserver\\.js \\[${app.pid}\\] was (ended by SIGKILL|killed or has crashed: it ended without a word)\\.\n$`,
      ),
    );
  });

  test('prints one JSON object a line', async () => {
    const watch = await watching('--threshold', '200', '--json');
    await app.get('/short-timer');
    await watch.printed(/"finished"/);
    watch.signal('SIGINT');
    const { code, stdout } = await watch.ended;
    expect(code).toBe(0);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as { event: string; url?: string });
    const kinds = events.map(({ event }) => event).filter(event => event !== 'requestGroup');
    expect(new Set(kinds)).toEqual(new Set(['targetChanged', 'targetStats', 'slowRequest', 'lineHints', 'detached']));
    expect(events.filter(({ event }) => event === 'slowRequest').map(({ url }) => url)).toContain('/short-timer');
    expect(events.at(-1)).toMatchObject({
      event: 'detached',
      undone: expect.arrayContaining(['closed the inspector']),
    });
  });

  test('reports every request with a threshold of 0', async () => {
    const watch = await watching('--threshold', '0');
    await app.get('/innocent');
    await watch.printed(/^Slow request: GET \/innocent .*\(threshold 0 ms\)$/m);
  });

  test('says what could not be delivered, without the secret, and lets the other reports go on', async () => {
    const reports = join(folder, 'reports');
    // Nobody listens on this port.
    const webhook = 'http://127.0.0.1:1/services/hush';
    const watch = await watching('--threshold', '100', '--report-folder', reports, '--webhook', webhook);
    await app.get('/short-timer');
    await eventually('the notice', () => watch.stderr.includes('Reports do not get through by webhook'));
    await eventually('the file', async () => (await readdir(reports)).length === 1);
    watch.signal('SIGINT');
    const { code, stderr, stdout } = await watch.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^warn \[delivery\] webhook: 0 delivered, 1 failed, 0 dropped \(127\.0\.0\.1:1 cannot be reached: /m,
    );
    expect(stderr + stdout).not.toContain('hush');
  });

  test('lets go of the app when nobody reads what it prints any more', async () => {
    const before = await portsOf(app.pid);
    const watch = await watching('--threshold', '0');
    expect(await portsOf(app.pid)).not.toEqual(before);
    watch.stopReading();
    await eventually('it to notice', async () => {
      await app.get('/innocent');
      return Promise.race([watch.ended, undefined]);
    });
    const { code, stderr } = await watch.ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(await portsOf(app.pid)).toEqual(before);
  });
});

/** Its inspector's port is among them. */
async function portsOf(pid: number): Promise<number[] | undefined> {
  const { stdout } = await CommandLine.run('list', '--json');
  const rows = stdout.trimEnd().split('\n');
  return rows.map(line => JSON.parse(line) as { pid: number; ports: number[] }).find(row => row.pid === pid)?.ports;
}
