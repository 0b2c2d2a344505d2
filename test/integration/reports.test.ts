import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { CommandLine } from '../support/commandLine';
import { markedLine } from '../support/marks';
import { nodeVersion } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

/** Bytes of a lone surrogate; Node.js 20 and later refuse them in a request line by themselves. */
const HALF_A_CHARACTER = Buffer.from([0xed, 0xb3, 0xae]);

describe('reports of slow requests', () => {
  let app: SampleApp;
  let sidecar: TestSidecar;

  beforeEach(async () => {
    app = await SampleApp.start('causes/server.js', { env: { SLOW_MS: '1000' } });
    sidecar = await TestSidecar.start();
  });

  afterEach(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  async function finished(path: string): Promise<SlowRequest> {
    const isIt = ({ url, state }: SlowRequest) => url.startsWith(path) && state.state === 'finished';
    return (await sidecar.waitFor('slowRequest', isIt)).value;
  }

  test.each([18, 24])('a request line with half a character does not break its report on Node %i', async major => {
    const node = nodeVersion(major);
    await app.stop();
    app = await SampleApp.start('causes/server.js', { node, env: { SLOW_MS: '1000' } });
    await sidecar.attach({ pid: app.pid }, 300);
    const answer = requestWith(app.port, ['/timer?q=%ED%B3%AE', ...(node.major < 20 ? [HALF_A_CHARACTER] : [])]);
    const { id } = await finished('/timer');
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);

    const { text } = await sidecar.request('report', { slowRequestId: id, format: 'text' });
    expect(text).toMatch(/^Slow request: GET \/timer\?q=\S+ +answered 200 after /);
    expect(Buffer.from(text, 'utf8').toString('utf8')).toBe(text);
    const { text: markdown } = await sidecar.request('report', { slowRequestId: id, format: 'markdown' });
    expect(markdown).toMatch(/^## Slow request: GET \/timer\?q=\S+\n\n- answered 200 after /);
    const [, fence = '', code] = /\n\n(`{3,})text\n(.*)\n\1$/s.exec(markdown) ?? [];
    expect(fence).not.toBe('');
    expect(code).toContain('Traceback (outermost first)');
    expect(code).not.toContain(fence);
  });

  test('a fast request leaves nothing', async () => {
    const { id: targetId } = await sidecar.attach({ pid: app.pid }, 5_000);
    expect(await app.get('/innocent')).toMatchObject({ status: 200 });
    await sidecar.waitFor(
      'targetStats',
      ({ requestsSeen, requestsInFlight }) => requestsSeen === 1 && requestsInFlight === 0,
    );
    await sidecar.request('detach', { targetId });
    expect(sidecar.events('slowRequest')).toEqual([]);
    expect(sidecar.events('requestGroup')).toEqual([]);
  });

  test('a slow request is not disturbed, makes one group of one, and its guilty frame is the handler of the app', async () => {
    await sidecar.attach({ pid: app.pid }, 300);
    expect(await app.get('/timers-promises')).toMatchObject({ status: 200, body: 'done' });
    const { value } = await sidecar.waitFor('requestGroup', ({ running }) => running === 0);
    expect(value).toMatchObject({ count: 1, route: '/timers-promises', method: 'GET', cause: 'waiting' });
    const line = markedLine(app.file, 'SLOW: GET /timers-promises');
    expect(value.frame).toMatchObject({ file: app.file, line, functionName: '/timers-promises' });
    expect(sidecar.slowRequests('/timers-promises')).toHaveLength(1);
    const { text } = await sidecar.request('report', { slowRequestId: value.newestRequestId, format: 'text' });
    const traceback = text.split('\n\n')[1]?.split('\n') ?? [];
    const guilty = traceback.findIndex(shown => shown.startsWith('    > '));
    expect(traceback[guilty]).toMatch(
      new RegExp(`server\\.js:${line}:\\d+ +/timers-promises +await delay\\(SLOW_MS\\);`),
    );
    // Below it stands only what is not the app's.
    expect(traceback.slice(guilty + 1)).toEqual([expect.stringMatching(/^ {6}… \d+ frames of Node\.js/)]);
  });

  test('in the terminal a slow request makes exactly one report and one line at its end', async () => {
    const command = CommandLine.start(['watch', String(app.pid), '--threshold', '300']);
    try {
      await command.printed(/^Watching server\.js /);
      await app.get('/timer');
      await command.printed(/^Request 1, GET \/timer: answered 200 after [\d,]+ ms\.$/m);
      command.signal('SIGINT');
      const { stdout } = await command.ended;
      expect(stdout.match(/^Slow request: GET \/timer +still running after/gm)).toHaveLength(1);
      expect(stdout.match(/^Request 1,/gm)).toHaveLength(1);
      expect(stdout).not.toContain('Hung request');
    } finally {
      await command.stop();
    }
  });

  test('in the terminal a request that is slow by any measure is reported once, at its end', async () => {
    const command = CommandLine.start(['watch', String(app.pid), '--threshold', '0']);
    try {
      await command.printed(/^Watching server\.js /);
      expect(await app.get('/innocent')).toMatchObject({ status: 200 });
      await command.printed(/^Slow request: GET \/innocent .*\(threshold 0 ms\)$/m);
      await app.get('/short-timer');
      await command.printed(/GET \/short-timer(: | +)answered 200/);
      command.signal('SIGINT');
      const { stdout } = await command.ended;
      expect(stdout.match(/^Slow request: GET \/innocent/gm)).toHaveLength(1);
      expect(stdout).toMatch(/^Ended: answered 200 after \d+ ms$/m);
    } finally {
      await command.stop();
    }
  });
});

/** Sends a request line of any bytes. @returns the answer */
async function requestWith(port: number, target: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  const headers = ' HTTP/1.1\r\nhost: app\r\nx-note: `````\r\nconnection: close\r\n\r\n';
  socket.write(Buffer.concat(['GET ', ...target, headers].map(part => Buffer.from(part))));
  let answer = '';
  socket.on('data', (text: string) => {
    answer += text;
  });
  await once(socket, 'close');
  return answer;
}
