import { Agent } from 'node:http';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Target } from '../../sidecar/protocol/values';
import { eventually } from '../support/eventually';
import { nodeVersions } from '../support/nodeVersions';
import { FlameGraph, nextProfile, profileOneOfTwenty } from '../support/profiles';
import { exchange, rawExchange } from '../support/rawExchange';
import { SampleApp } from '../support/sampleApp';
import { samplers } from '../support/samplers';
import { TestSidecar } from '../support/testSidecar';

describe.each(nodeVersions)('a profiled request on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;
  let target: Target;
  let token: string;

  beforeAll(async () => {
    app = await SampleApp.start('profiled/server.js', { node });
    sidecar = await TestSidecar.start();
    target = await sidecar.attach({ pid: app.pid }, 60_000);
    token = (await sidecar.request('profileToken', {})).token;
  });

  afterAll(async () => {
    await sidecar?.stop();
    await app?.stop();
  });

  /** Fulfilled when whatever was profiled until now has been told of. */
  async function drained(): Promise<void> {
    const sinceMs = performance.now();
    await eventually('two more counts', () => {
      const later = sidecar.events('targetStats').filter(({ atMs }) => atMs > sinceMs);
      return later.length >= 2 && later.at(-1)?.value.requestsInFlight === 0;
    });
  }

  const byUrl = (path: string) => `${path}${path.includes('?') ? '&' : '?'}__introspect__=${token}`;

  test('yields a profile that contains the handler, by the parameter in its URL', async () => {
    const answer = await app.get(byUrl('/slow'));
    expect(answer.status).toBe(200);
    const info = await nextProfile(sidecar, '/slow');
    expect(info).toMatchObject({
      trigger: 'url',
      method: 'GET',
      url: '/slow',
      end: { kind: 'finished', statusCode: 200 },
    });
    expect(info.target).toMatchObject({ pid: app.pid, hostname: hostname(), nodeVersion: target.nodeVersion });
    const graph = await FlameGraph.of(sidecar, info.id);
    expect(graph.cpuMs('/slow')).toBeGreaterThan(250);
    expect(graph.cpuMs('alpha')).toBeGreaterThan(250);
  });

  test('yields one by the header, too, of any method, and neither body, cookies nor headers are lost', async () => {
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'GET' ? '' : 'tag=1&tag=2&name=%C3%BC';
      const headers = {
        'x-introspect': token,
        cookie: 'session=abc; theme=dark',
        'content-type': 'application/x-www-form-urlencoded',
      };
      const answer = await exchange(app.port, { method, path: '/echo?a=1', headers }, body);
      const seen = JSON.parse(answer.body);
      expect(seen).toMatchObject({ method, url: '/echo?a=1', body });
      expect(seen.headers).toMatchObject({ cookie: headers.cookie, 'content-type': headers['content-type'] });
      expect(seen.headers).not.toHaveProperty('x-introspect');
      expect(JSON.stringify(seen)).not.toContain(token);
      const info = await nextProfile(sidecar, '/echo');
      expect(info).toMatchObject({ trigger: 'header', method });
      expect(answer.headers['x-introspect-profile']).toBe(info.id);
    }
  });

  test.each([
    ['/echo?__introspect__=TOKEN', '/echo'],
    ['/echo?__introspect__=TOKEN&b=2', '/echo?b=2'],
    ['/echo?a=%20+&__introspect__=TOKEN&b=2&b=3', '/echo?a=%20+&b=2&b=3'],
    ['/echo?__introspect__=wrong&__introspect__=TOKEN', '/echo?__introspect__=wrong'],
    ['/echo?&&__introspect__=TOKEN', '/echo?&'],
  ])('does not see the parameter of %s', async (sent, seen) => {
    const answer = await app.get(sent.replace('TOKEN', token));
    expect(JSON.parse(answer.body).url).toBe(seen);
    await nextProfile(sidecar, '/echo');
  });

  test('answers byte for byte as ever with a wrong token, leaves it in the request, and starts no profiler', async () => {
    const get = async (path: string, headers = '') => {
      const text = `GET ${path} HTTP/1.1\r\nHost: a\r\n${headers}Connection: close\r\n\r\n`;
      return (await rawExchange(app.port, text)).replace(/^Date: .*\r\n/m, '');
    };
    const plain = await get('/raw-head?a=1');
    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    for (const given of [wrong, token.slice(1), `${token}x`, '', 'ü'.repeat(12)].map(encodeURI)) {
      const query = `?a=1&__introspect__=${given}`;
      const header = `x-introspect: ${given}\r\n`;
      expect(await get(`/raw-head${query}`, header)).toBe(plain);
      const seen = JSON.parse((await get(`/echo${query}`, header)).split('\r\n\r\n')[1] ?? '');
      expect(seen).toMatchObject({ url: `/echo${query}`, headers: { 'x-introspect': given } });
      expect(samplers(app.pid)).toBe(0);
    }
    await drained();
    expect(sidecar.events('profileTaken')).toEqual([]);
  });

  test('keeps the headers of its answer, doubles and its own timings among them', async () => {
    const raw = await exchange(app.port, { path: byUrl('/raw-head') });
    expect(raw.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(raw.headers['server-timing']).toMatch(/^computing;desc="Computing";dur=[\d.]+, waiting;/);
    await nextProfile(sidecar, '/raw-head');
    const timed = await exchange(app.port, { path: byUrl('/own-timing') });
    expect(timed.headers['server-timing']).toMatch(/^db;dur=5, computing;/);
    await nextProfile(sidecar, '/own-timing');
  });

  test('yields a profile when its handler throws after a wait', async () => {
    expect((await app.get(byUrl('/throw'))).status).toBe(500);
    const info = await nextProfile(sidecar, '/throw');
    expect(info.end).toEqual({ kind: 'finished', statusCode: 500 });
    const graph = await FlameGraph.of(sidecar, info.id);
    expect(graph.cpuMs('alpha')).toBeGreaterThan(20);
    expect(graph.wallMs('waiting: timer of 20 ms')).toBeGreaterThan(15);
  });

  test('yields a profile when the client gives up', async () => {
    const sent = app.open(byUrl('/never'));
    await eventually('a profiler', () => samplers(app.pid) === 1);
    sent.abort();
    const info = await nextProfile(sidecar, '/never');
    expect(info.end).toEqual({ kind: 'aborted' });
    expect((await FlameGraph.of(sidecar, info.id)).cpuMs('alpha')).toBeGreaterThan(20);
  });

  test('yields a profile up to the last byte of a streamed answer', async () => {
    const { body } = await app.get(byUrl('/stream'));
    const info = await nextProfile(sidecar, '/stream');
    const graph = await FlameGraph.of(sidecar, info.id);
    const own = JSON.parse(body.split('\n').at(-1) ?? '{}');
    expect(Math.abs(graph.cpuMs('gamma') - own.gamma)).toBeLessThan(toleranceMs(own.gamma));
    expect(graph.wallMs('waiting: timer of 20 ms')).toBeGreaterThan(80);
    expect(info.durationMs).toBeGreaterThan(145);
  });

  test('is the next one of a route that was asked for, and only that', async () => {
    await sidecar.request('profileNext', { targetId: target.id, routes: ['POST /echo'] });
    await app.get('/echo');
    await app.post('/echo', '{"a":1}');
    await app.post('/echo', '{"a":2}');
    const info = await nextProfile(sidecar, '/echo');
    expect(info).toMatchObject({ trigger: 'next', method: 'POST' });
    expect((await FlameGraph.of(sidecar, info.id)).cpuMs('beta')).toBeGreaterThan(25);
    await drained();
    expect(sidecar.events('profileTaken')).toEqual([]);
  });

  test('carries an upload in many parts through', async () => {
    const boundary = 'xyz';
    const part = 'p'.repeat(400_000);
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n${part}\r\n--${boundary}--\r\n`;
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'x-introspect': token };
    const answer = await exchange(app.port, { method: 'POST', path: '/echo', headers }, body);
    expect(JSON.parse(answer.body)).toMatchObject({ bytes: body.length, body });
    const graph = await FlameGraph.of(sidecar, (await nextProfile(sidecar, '/echo')).id);
    expect(Math.abs(graph.cpuMs('beta') - JSON.parse(answer.body).own.beta)).toBeLessThan(toleranceMs(30));
  });

  test('is told from those pipelined on the same connection', async () => {
    const get = (path: string, close = false) =>
      `GET ${path} HTTP/1.1\r\nHost: a\r\n${close ? 'Connection: close\r\n' : ''}\r\n`;
    const answers = await rawExchange(app.port, get('/other') + get(byUrl('/mixed')) + get('/other', true));
    expect(answers.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
    const graph = await FlameGraph.of(sidecar, (await nextProfile(sidecar, '/mixed')).id);
    expect(graph.cpuMs('alpha')).toBeGreaterThan(30);
    expect(graph.names).not.toContain('innocent');
  });

  test('is followed over a connection that is kept alive', async () => {
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    for (const path of ['/slow', '/mixed', '/slow']) {
      await exchange(app.port, { path: byUrl(path) }, '', kept);
      const graph = await FlameGraph.of(sidecar, (await nextProfile(sidecar, path)).id);
      expect(graph.names.has('beta')).toBe(path === '/mixed');
      expect(graph.names).toContain('alpha');
    }
    kept.destroy();
  });

  test('is one of several at once, each of which gets its own', async () => {
    const [mixed, slow] = await Promise.all([app.get(byUrl('/mixed')), app.get(byUrl('/stream'))]);
    expect([mixed.status, slow.status]).toEqual([200, 200]);
    const ofMixed = await FlameGraph.of(sidecar, (await nextProfile(sidecar, '/mixed')).id);
    const ofStream = await FlameGraph.of(sidecar, (await nextProfile(sidecar, '/stream')).id);
    expect(ofMixed.names).not.toContain('/stream');
    expect(ofStream.names).not.toContain('beta');
    expect(ofStream.cpuMs('gamma')).toBeGreaterThan(35);
  });

  test('is refused beyond ten at once, which is said, and the request is served', async () => {
    const open = Array.from({ length: 11 }, () => app.open(byUrl('/never')));
    const { value } = await sidecar.waitFor('notice', ({ source }) => source === 'profile');
    expect(value.message).toBe('GET /never was not profiled: 10 other requests are being profiled.');
    for (const each of open) each.abort();
    for (let taken = 0; taken < 10; taken += 1) await nextProfile(sidecar, '/never');
    expect((await app.get('/count')).status).toBe(200);
  });
});

describe.each(nodeVersions)('ground truth on Node $major', node => {
  test('of one of 20 requests: its own functions and waits, nobody else’s, and widths that add up', async () => {
    const app = await SampleApp.start('profiled/server.js', { node });
    const sidecar = await TestSidecar.start();
    try {
      await sidecar.attach({ pid: app.pid }, 60_000);
      const { info, graph, own } = await profileOneOfTwenty(app, sidecar);
      for (const name of ['alpha', 'beta', 'gamma'] as const) {
        // The app's own clock goes on while it is looked into, so that the wall time is what it measured.
        expect(Math.abs(graph.wallMs(name) - own[name]), name).toBeLessThan(toleranceMs(own[name]));
      }
      for (const name of ['/other', 'innocent', 'burnInnocent']) expect(graph.names).not.toContain(name);
      expect(Math.abs(graph.widthMs - info.durationMs)).toBeLessThan(0.02 * info.durationMs);
      const { computingMs, waitingMs, heldUpMs, profilerMs } = info.time;
      expect(Math.abs(computingMs + waitingMs + heldUpMs + profilerMs - info.durationMs)).toBeLessThan(1);
      expect(Math.abs(graph.wallMs('waitShort') - own.waitShort)).toBeLessThan(toleranceMs(own.waitShort));
      expect(Math.abs(graph.wallMs('waitLong') - own.waitLong)).toBeLessThan(toleranceMs(own.waitLong));
      expect([...graph.names].some(name => name.startsWith('held up by GET /other'))).toBe(true);
    } finally {
      await sidecar.stop();
      await app.stop();
    }
  });
});

describe('a request of a minute', () => {
  test('is profiled to its end', { timeout: 180_000 }, async () => {
    const app = await SampleApp.start('profiled/server.js');
    const sidecar = await TestSidecar.start();
    try {
      await sidecar.attach({ pid: app.pid }, 60_000);
      const { token } = await sidecar.request('profileToken', {});
      const own = JSON.parse((await app.get('/minute', { 'x-introspect': token })).body);
      const info = await nextProfile(sidecar, '/minute');
      expect(info).toMatchObject({ end: { kind: 'finished', statusCode: 200 }, notes: [] });
      expect(info.durationMs).toBeGreaterThan(60_000);
      const graph = await FlameGraph.of(sidecar, info.id);
      expect(Math.abs(graph.cpuMs('gamma') - own.gamma)).toBeLessThan(toleranceMs(own.gamma));
      expect(Math.abs(graph.widthMs - info.durationMs)).toBeLessThan(0.02 * info.durationMs);
    } finally {
      await sidecar.stop();
      await app.stop();
    }
  });
});

describe('profiling that ends before the request does', () => {
  test('gives what there is at detach, and leaves neither profiler nor hooks behind', async () => {
    const app = await SampleApp.start('profiled/server.js');
    const sidecar = await TestSidecar.start();
    try {
      const target = await sidecar.attach({ pid: app.pid }, 60_000);
      const { token } = await sidecar.request('profileToken', {});
      expect(samplers(app.pid)).toBe(0);
      const open = app.open(`/never?__introspect__=${token}`);
      await eventually('a profiler', () => samplers(app.pid) === 1);
      await sidecar.request('detach', { targetId: target.id });
      const info = await nextProfile(sidecar, '/never');
      expect(info.end).toMatchObject({ kind: 'cut', reason: 'Introspector was detached' });
      expect(info.notes).toEqual(['The request had not ended when its profile did: Introspector was detached.']);
      open.abort();
      await eventually('no profiler', () => samplers(app.pid) === 0);
    } finally {
      await sidecar.stop();
      await app.stop();
    }
  });
});

/** Within 10 % or two sampling intervals of a millisecond. */
function toleranceMs(durationMs: number): number {
  return Math.max(0.1 * durationMs, 2);
}
