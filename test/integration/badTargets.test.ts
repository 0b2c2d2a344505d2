import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { isAlive } from '../../sidecar/targets/aliveness';
import { CommandLine } from '../support/commandLine';
import { nodeVersions } from '../support/nodeVersions';
import { type AppOptions, SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const NOBODY = 65_534;

describe('a process that cannot be attached to', () => {
  let sidecar: TestSidecar;
  const apps: SampleApp[] = [];
  let child: ChildProcess | undefined;

  beforeAll(async () => {
    sidecar = await TestSidecar.start();
  });

  afterEach(async () => {
    child?.kill('SIGKILL');
    for (const app of apps.splice(0)) await app.stop();
  });

  afterAll(() => sidecar?.stop());

  async function start(file: string, options: AppOptions = {}): Promise<SampleApp> {
    const app = await SampleApp.start(file, options);
    apps.push(app);
    return app;
  }

  /** @returns the refusal's sentence and hint */
  async function refusal(pid: number, code: string): Promise<string> {
    const refused = await sidecar.attach({ pid }).then(
      () => expect.unreachable('it attached'),
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ name: 'IntrospectorError', code });
    return (refused as { advice: string }).advice;
  }

  async function expectUnharmed(app: SampleApp, path = '/innocent'): Promise<void> {
    expect((await app.get(path)).status).toBe(200);
    expect(app.stderr).not.toContain('Debugger');
  }

  test('because there is none says to pick another', async () => {
    child = spawn('true');
    await once(child, 'exit');
    const pid = child.pid ?? 0;
    expect(await refusal(pid, 'noSuchProcess')).toMatch(new RegExp(`no process ${pid}\\..*pick it again`));
  });

  test('because it is not Node.js is named, and lives on', async () => {
    child = spawn('sleep', ['600']);
    const pid = child.pid ?? 0;
    expect(await refusal(pid, 'notNode')).toMatch(new RegExp(`Process ${pid} \\(sleep\\) is not a Node.js process`));
    expect(isAlive(pid)).toBe(true);
  });

  test('because it is another user’s says whom to be', async ({ skip }) => {
    if (process.getuid?.() !== 0) skip('only root can run the sidecar as somebody else');
    const { code: canRun } = await CommandLine.start(['--version'], NOBODY).ended;
    if (canRun !== 0) skip('nobody may not read this folder');
    const app = await start('causes/server.js');
    const { code, stderr } = await CommandLine.start(['watch', String(app.pid)], NOBODY).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^This user may not signal process ${app.pid}\\. Run as the user who owns`));
    expect(stderr).not.toMatch(/\n\s+at /);
    await expectUnharmed(app);
  });

  test('because another process holds its inspector port names that process, and is attached to without it', async () => {
    const holder = await start('causes/server.js');
    const app = await start('causes/server.js', { inspectorPort: holder.port });
    const advice = await refusal(app.pid, 'inspectorPortTaken');
    expect(advice).toContain(`port ${holder.port}`);
    expect(advice).toMatch(new RegExp(`server\\.js.* \\(process ${holder.pid}\\) holds that port`));
    for (const each of [app, holder]) await expectUnharmed(each);

    await holder.stop();
    const target = await sidecar.attach({ pid: app.pid });
    expect(target).toMatchObject({ pid: app.pid, inspector: { port: holder.port, openedByUs: true } });
    await sidecar.request('detach', { targetId: target.id });
  });

  test('because another inspector holds its port leaves the app behind that one alone', async () => {
    const port = await freePort();
    const holder = await start('inside/server.js', { nodeOptions: ['--expose-internals', `--inspect=${port}`] });
    const before = await holder.get('/state');
    const app = await start('causes/server.js', { inspectorPort: port });
    expect(await refusal(app.pid, 'inspectorPortTaken')).toContain(`(process ${holder.pid})`);
    expect(await holder.get('/state')).toEqual(before);
    await expectUnharmed(app);
  });

  test('because it has a use of its own for the signal says so, and has got the signal once', async () => {
    const app = await start('signals/server.js');
    expect(await refusal(app.pid, 'inspectorNotOpened')).toMatch(/SIGUSR1 handler of its own.*--inspect/);
    expect((await app.get('/')).body).toBe('1');
    await expectUnharmed(app);
  });

  test('because it ends meanwhile says so', async () => {
    const app = await start('signals/server.js', { env: { ON_SIGUSR1: 'exit' } });
    expect(await refusal(app.pid, 'targetExited')).toContain(`Process ${app.pid} ended while it was being attached to`);
    expect(await app.exited).toEqual({ code: 0, signal: null });
  });

  test.each(nodeVersions.filter(({ major }) => major >= 22))(
    'because its inspector is switched off is not sent the signal that would end it, on Node $major',
    async node => {
      const app = await start('causes/server.js', { node, nodeOptions: ['--disable-sigusr1'] });
      expect(await refusal(app.pid, 'inspectorDisabled')).toMatch(/--disable-sigusr1.*Start it with --inspect/);
      await expectUnharmed(app);
    },
  );
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
