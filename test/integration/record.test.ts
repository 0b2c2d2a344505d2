import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CommandLine } from '../support/commandLine';
import { eventually } from '../support/eventually';
import { SampleApp } from '../support/sampleApp';
import { samplers } from '../support/samplers';

describe('introspector record', () => {
  let folder: string;
  let app: SampleApp;
  let command: CommandLine;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'introspector-'));
    app = await SampleApp.start('profiled/server.js');
  });

  afterEach(async () => {
    await command?.stop();
    await app?.stop();
    await rm(folder, { recursive: true });
  });

  /** @returns when it waits for a request */
  async function waiting(...flags: string[]): Promise<void> {
    command = CommandLine.start(['record', String(app.pid), ...flags]);
    await eventually('its first words', () => command.stderr.includes('will do, too.'));
  }

  test('profiles the next request of a route, writes it, says where the time went, and detaches', async () => {
    const out = join(folder, 'mixed.cpuprofile');
    await waiting('--route', 'GET /mixed', '--format', 'cpuprofile', '--out', out);
    await app.get('/other');
    await app.get('/mixed');
    const { code, stdout } = await command.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Profile of GET \/mixed {10}answered 200 after \d+ ms\n/);
    expect(stdout).toMatch(
      /\nTime: computing \d+ ms · waiting \d+ ms · held up by other work \d+ ms · starting the profiler \d+ ms\n/,
    );
    expect(stdout).toMatch(/\nLines that computed most\n +[\d.]+ ms +\d+ % {2}\S*server\.js:\d+ /);
    expect(stdout.trimEnd()).toMatch(new RegExp(`\nWritten: ${out}$`));
    expect(JSON.parse(await readFile(out, 'utf8')).nodes.length).toBeGreaterThan(5);
    expect(samplers(app.pid)).toBe(0);
  });

  test('takes a request with its token, too, in the header or in the URL', async () => {
    await waiting('--route', 'GET /nothing', '--out', join(folder, 'a.json'));
    const token = /\?__introspect__=(?<token>[\w-]{24}) /.exec(command.stderr)?.groups?.token ?? '';
    await app.get(`/other?__introspect__=${token}`);
    expect((await command.ended).stdout).toContain('Profile of GET /other ');
  });

  test('gives up when no request comes in time, and at Ctrl-C', async () => {
    await waiting('--timeout', '0.2', '--out', join(folder, 'a.json'));
    expect(await command.ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('No request came within 0.2 s. Nothing was written.'),
    });
    await waiting('--out', join(folder, 'a.json'));
    command.signal('SIGINT');
    expect(await command.ended).toMatchObject({ code: 1, stderr: expect.stringContaining('Given up.') });
    expect(await readdir(folder)).toEqual([]);
  });

  test('says when the app has ended first', async () => {
    await waiting('--out', join(folder, 'a.json'));
    app.signal('SIGKILL');
    expect(await command.ended).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('server.js ended before a request was profiled.'),
    });
  });

  test('says when the file cannot be written, and keeps the profile', async () => {
    await waiting('--out', join(folder, 'missing', 'a.json'));
    await app.get('/other');
    const { code, stderr } = await command.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /The file .*a\.json cannot be written \(ENOENT.*\)\. Choose another place, or make room\.\n/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
    const kept = await readdir(process.env.INTROSPECTOR_PROFILE_FOLDER ?? '');
    expect(kept.some(name => name.includes(`-${app.pid}-`))).toBe(true);
  });
});
