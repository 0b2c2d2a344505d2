/** `introspector interrupt`, at apps that hang already when it comes. */
import { afterEach, describe, expect, test } from 'vitest';
import { CommandLine } from '../support/commandLine';
import { markedLine } from '../support/marks';
import { nodeVersion, nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';

let app: SampleApp | undefined;

afterEach(async () => {
  await app?.stop();
});

describe.each(nodeVersions.filter(({ major }) => major >= 20))('introspector interrupt on Node $major', node => {
  test('stops a request that began before it came, says what was cut off, and leaves nothing behind', async () => {
    app = await SampleApp.start('stopped/server.js', { node });
    // Its answer comes once the loop is free, or never.
    const stuck = app.get('/try');
    await hangs(app);
    const { code, stdout, stderr } = await CommandLine.run('interrupt', String(app.pid), 'GET /try');
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('Attached to server.js') });
    expect(await stuck).toMatchObject({ status: 503 });
    expect(stdout).toMatch(/^Interrupted by you after [\d,]+ ms.*: its client was answered with 503\.$/m);
    expect(stdout).toContain(`server.js:${markedLine(app.file, 'SLOW: GET /spin')} spin`);
    expect(stdout).toMatch(/catch and finally did not run around .*spinInTry/);
    expect(stdout).toContain('It had begun before Introspector was attached');
    const { resources } = JSON.parse((await app.get('/state')).body);
    expect(resources).not.toContain('Timeout');
    expect(resources).not.toContain('Immediate');
  });
});

test('introspector interrupt does nothing when no such request holds the loop, and says so', async () => {
  app = await SampleApp.start('stopped/server.js', { node: nodeVersion(24) });
  const { code, stderr } = await CommandLine.run('interrupt', String(app.pid), 'GET /spin', '--timeout', '1');
  expect(code).toBe(1);
  expect(stderr).toContain('The request cannot be stopped: no such request held the event loop in time.');
  expect(await app.get('/innocent')).toEqual({ status: 200, body: 'ok' });
});

/** Waits until the app does not answer any more. */
async function hangs(hanging: SampleApp): Promise<void> {
  for (;;) {
    const probe = hanging.open('/innocent');
    const isAnswered = await Promise.race([probe.answer.then(() => true), patience()]);
    probe.abort();
    if (!isAnswered) return;
  }
}

function patience(): Promise<false> {
  return new Promise(resolve => setTimeout(resolve, 300, false));
}
