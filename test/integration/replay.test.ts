import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ReplayOrder, ReplayOutcome } from '../../sidecar/protocol/replayValues';
import { tcpSockets } from '../../sidecar/targets/procNet';
import { CommandLine } from '../support/commandLine';
import { eventually } from '../support/eventually';
import { markedLine } from '../support/marks';
import { type NodeVersion, nodeVersion, nodeVersions } from '../support/nodeVersions';
import { nextProfile } from '../support/profiles';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

let folder: string;
let notesFile: string;
let app: SampleApp;
let sidecar: TestSidecar;
let targetId: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'introspector-test-'));
  notesFile = join(folder, 'notes');
  sidecar = await TestSidecar.start();
});

afterEach(async () => {
  await sidecar?.stop();
  await app?.stop();
  await rm(folder, { recursive: true });
});

async function start(env: NodeJS.ProcessEnv = {}, node?: NodeVersion): Promise<void> {
  const port = await freePort();
  app = await SampleApp.start('replayed/server.js', {
    ...(node && { node }),
    env: { PORT: String(port), NOTES: notesFile, ...env },
  });
  targetId = (await sidecar.attach({ pid: app.pid })).id;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}

function replay(url: string, more: Partial<ReplayOrder> = {}, method = 'GET', body?: string): Promise<ReplayOutcome> {
  const request = { method, url, headers: [], ...(body !== undefined && { body }) };
  return sidecar.request('replay', {
    replayId: 'r1',
    targetId,
    request,
    times: 1,
    sideEffectsAccepted: false,
    ...more,
  });
}

async function listening(): Promise<number[]> {
  return (await tcpSockets(process.pid)).filter(({ state }) => state === 'listening').map(({ localPort }) => localPort);
}

/** @returns processes that belong to a copy of the app under test, or keep one */
async function processesOfCopies(): Promise<string[]> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name) && Number(name) !== app.pid);
  const found: string[] = [];
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (environment.includes(`NOTES=${notesFile}`) || command.includes('keep-copy')) found.push(`${pid} ${command}`);
  }
  return found;
}

/** One that nobody has asked for its exit code yet has ended, too. */
async function hasEnded(pid: string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat === undefined || stat.includes(') Z ');
}

async function notes(): Promise<string[]> {
  return (await readFile(notesFile, 'utf8').catch(() => '')).split('\n').filter(line => line !== '');
}

async function expectNothingLeft(): Promise<void> {
  await eventually('the end of all processes', async () => (await processesOfCopies()).length === 0);
  const helper = (await notes()).find(line => line.startsWith('helper '))?.split(' ')[1];
  if (helper !== undefined) await eventually('the end of the helper', () => hasEnded(helper));
  const replayFolders = async () => (await readdir(tmpdir())).filter(name => name.startsWith('introspector-replay-'));
  await eventually('the end of the folder', async () => (await replayFolders()).length === 0);
  const ports = (await notes()).filter(line => line.startsWith('port ')).map(line => Number(line.split(' ')[1]));
  expect((await listening()).filter(port => ports.includes(port))).toEqual([]);
}

describe.each(nodeVersions)('on Node $major, a request that is replayed in a copy', node => {
  test('has the guilty line of the live profile, and the original receives nothing', async () => {
    await start({}, node);
    const { token } = await sidecar.request('profileToken', {});
    await app.get('/slow', { 'x-introspect': token });
    const live = await nextProfile(sidecar, '/slow');
    const notesBefore = (await notes()).length;

    const outcome = await replay('/slow?page=2');
    expect(outcome).toMatchObject({ statusCodes: [{ statusCode: 200, count: 1 }], wasCancelled: false });
    const replayed = await nextProfile(sidecar, '/slow');
    expect(replayed).toMatchObject({ trigger: 'replay', url: '/slow?page=2', samplingIntervalUs: 100 });
    const hottest = async (profileId: string) => (await sidecar.request('profileLines', { profileId })).lines[0];
    const guilty = { file: app.file, line: markedLine(app.file, 'SLOW: GET /slow') };
    expect(await hottest(live.id)).toMatchObject(guilty);
    expect(await hottest(replayed.id)).toMatchObject(guilty);

    const since = (await notes()).slice(notesBefore);
    expect(since.filter(line => line.includes(' GET '))).toHaveLength(1);
    expect(since.filter(line => line.startsWith(`${app.pid} `))).toEqual([]);
    expect(since.join('\n')).not.toContain('x-introspect');
    expect(replayed.notes).toEqual([`Replayed in a copy of server.js [${app.pid}].`]);
    await expectNothingLeft();
  });
});

describe('a copy', () => {
  test('is sent a request as often as is wanted, one after the other, and the times are told', async () => {
    await start();
    const { statusCodes, times } = await replay('/slow', { times: 5 });
    expect(statusCodes).toEqual([{ statusCode: 200, count: 5 }]);
    expect((await notes()).filter(line => line.includes(' GET /slow '))).toHaveLength(5);
    const { count = 0, minMs = 0, medianMs = 0, p90Ms = 0, maxMs = 0 } = times ?? {};
    expect(count).toBe(5);
    expect(minMs).toBeGreaterThanOrEqual(190);
    expect([minMs, medianMs, p90Ms, maxMs]).toEqual([minMs, medianMs, p90Ms, maxMs].sort((a, b) => a - b));
    const { notes: told } = await nextProfile(sidecar, '/slow');
    expect(told.join(' ')).toMatch(/Replayed in a copy of server\.js \[\d+\]\. Sent 5 times, the last time profiled: /);
    await expectNothingLeft();
  });

  test('that calls the app by its port reaches itself, not the original', async () => {
    await start();
    await replay('/self');
    const [own, called] = (await notes()).filter(line => line.includes(' GET '));
    expect(called).toContain('/called');
    expect(called?.split(' ')[0]).toBe(own?.split(' ')[0]);
    await expectNothingLeft();
  });

  test('that does not start is told of with its own words, and nothing is left', async () => {
    await start({ FAIL_IN_COPY: '1' });
    await expect(replay('/slow')).rejects.toMatchObject({
      code: 'replayFailed',
      message: 'The replay failed: the copy ended with code 3. Nothing of the copy was left.',
      hint: expect.stringContaining('the licence allows one instance'),
    });
    await expectNothingLeft();
  });

  test('whose Node.js is gone from the disk is told of', async () => {
    const executable = join(folder, 'node');
    await copyFile(nodeVersion(20).executable, executable);
    await start({}, { ...nodeVersion(20), executable });
    await rm(executable);
    await expect(replay('/slow')).rejects.toMatchObject({
      code: 'replayFailed',
      message: expect.stringContaining(`${executable} could not be started (spawn ${executable} ENOENT)`),
    });
    await expectNothingLeft();
  });

  test('that ends while it serves is told of, and nothing is left', async () => {
    await start();
    await expect(replay('/die')).rejects.toMatchObject({ code: 'replayFailed' });
    await expectNothingLeft();
  });

  test('that computes for ever can be cancelled, and its profile so far is kept', async () => {
    await start();
    const outcome = replay('/for-ever');
    await eventually('the request', async () => (await notes()).some(line => line.includes('/for-ever')));
    const { processes } = await sidecar.request('listProcesses', {});
    expect(processes.filter(({ script }) => script.includes('replayed/server.js')).map(({ pid }) => pid)).toEqual([
      app.pid,
    ]);
    await sidecar.request('cancelReplay', { replayId: 'r1' });
    expect(await outcome).toMatchObject({ wasCancelled: true, statusCodes: [] });
    const { end, id } = await nextProfile(sidecar, '/for-ever');
    expect(end.kind).toBe('cut');
    const { lines } = await sidecar.request('profileLines', { profileId: id });
    expect(lines[0]?.line).toBe(markedLine(app.file, 'SLOW: GET /slow'));
    await expectNothingLeft();
  });

  test('can be cancelled while it starts', async () => {
    await start();
    const outcome = replay('/slow');
    await sidecar.waitFor('replayProgress', ({ step }) => step === 'starting');
    await sidecar.request('cancelReplay', { replayId: 'r1' });
    expect(await outcome).toMatchObject({ wasCancelled: true });
    await expectNothingLeft();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)('ends with a sidecar that %s ends, in an endless loop', async signal => {
    await start();
    replay('/for-ever').catch(() => {});
    await eventually('the request', async () => (await notes()).some(line => line.includes('/for-ever')));
    sidecar.kill(signal);
    await expectNothingLeft();
    expect((await app.get('/fine')).status).toBe(200);
  });

  test('is not made of an app that listens on a socket in a folder, which it would take away', async () => {
    await start({ SOCKET: join(folder, 'app.sock') });
    await eventually('the socket', async () => (await readdir(folder)).includes('app.sock'));
    await expect(replay('/slow')).rejects.toMatchObject({ code: 'cannotReplay' });
    await expectNothingLeft();
  });
});

describe('a request that may write', () => {
  test('is not sent again unless that is accepted', async () => {
    await start();
    await expect(replay('/write', {}, 'POST')).rejects.toMatchObject({ code: 'notAccepted' });
    await expect(replay('/write', {}, 'DELETE')).rejects.toMatchObject({ code: 'notAccepted' });
    expect(await notes()).toEqual([]);
    await expectNothingLeft();
  });

  test('is sent with its body and what is known of its headers when it is', async () => {
    await start();
    const headers = [
      { name: 'Content-Type', value: 'application/json' },
      { name: 'Cookie', value: 'sid=[redacted]; theme=dark' },
      { name: 'Content-Length', value: '99' },
    ];
    const request = { method: 'POST', url: '/write?token=[redacted]&page=2', headers, body: '{"a":"é"}' };
    const outcome = await replay('', { request, sideEffectsAccepted: true });
    const [line] = (await notes()).filter(each => each.includes(' POST '));
    expect(line).toMatch(
      / POST \/write\?page=2 .*"content-type":"application\/json".*"content-length":"10".* \{"a":"é"\}$/,
    );
    expect(line).not.toContain('cookie');
    expect(outcome.notes).toEqual([
      'Sent without the header Cookie: its value is not recorded.',
      'Sent without the parameter token: its value is not recorded.',
    ]);
    await expectNothingLeft();
  });
});

describe('introspector replay', () => {
  test('writes the profile, says where the time went, and leaves nothing', async () => {
    await start();
    await sidecar.request('detach', { targetId });
    const out = join(folder, 'slow.json');
    const command = CommandLine.start(['replay', String(app.pid), 'GET /slow', '--times', '2', '--out', out]);
    const { code, stdout, stderr } = await command.ended;
    expect(stderr).toContain('Sending the request (1 of 2)\nSending the request, profiled.\nEnding the copy.\n');
    expect(stdout).toMatch(/^Profile of GET \/slow {10}answered 200 after \d+ ms\n/);
    expect(code).toBe(0);
    expect(JSON.parse(await readFile(out, 'utf8')).profiles).toHaveLength(2);
    await expectNothingLeft();
  });

  test('does not send a POST without --yes, and says so', async () => {
    await start();
    await sidecar.request('detach', { targetId });
    const command = CommandLine.start(['replay', String(app.pid), 'POST /write']);
    const { code, stderr } = await command.ended;
    expect(stderr).toContain('POST was not sent again: it may write, send or charge something a second time.');
    expect(code).toBe(1);
    await expectNothingLeft();
  });
});
