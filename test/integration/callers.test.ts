import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { markedLine } from '../support/marks';
import { nodeVersions } from '../support/nodeVersions';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 200;
const SEARCH = '/search?q=mug&coupon=WELCOMEBACKTOTHETEASHOP202612!';

/** The shop is written in TypeScript: prepare.mjs compiles it. */
describe.each(nodeVersions)('the caller in the shop on Node $major', node => {
  let shop: SampleApp;
  let sidecar: TestSidecar;

  beforeAll(async () => {
    shop = await SampleApp.start('shop/dist/server.js', { node });
    sidecar = await TestSidecar.start();
    await sidecar.attach({ pid: shop.pid }, THRESHOLD_MS);
  });

  afterAll(async () => {
    await sidecar?.stop();
    await shop?.stop();
  });

  function expectGuilty(value: SlowRequest, source: string, mark: string): void {
    const file = fileURLToPath(new URL(`../apps/shop/${source}`, import.meta.url));
    const guilty = value.frames[value.guiltyFrame ?? -1];
    expect(guilty).toMatchObject({ file, line: markedLine(file, mark), origin: 'user' });
    expect(guilty?.generated?.file).toContain('dist');
  }

  function ended(url: string): Promise<{ value: SlowRequest }> {
    return sidecar.waitFor('slowRequest', value => value.url === url && value.state.state === 'finished');
  }

  test('is the line of the loop that asks the database, though only the database computes, after an await', async () => {
    const answer = shop.get('/orders');
    const running = await sidecar.waitFor(
      'slowRequest',
      ({ url, state, guiltyFrame }) => url === '/orders' && state.state === 'running' && guiltyFrame !== undefined,
    );
    expect((await answer).status).toBe(200);
    expectGuilty(running.value, 'orders.ts', 'SLOW: GET /orders');

    const { value } = await ended('/orders');
    expectGuilty(value, 'orders.ts', 'SLOW: GET /orders');
    expect(value).toMatchObject({ route: '/orders', cause: 'computing' });
    const innermost = value.frames.slice(0, value.guiltyFrame);
    expect(innermost.map(({ packageName }) => packageName)).toContain('@electric-sql/pglite');
  });

  test('is the line of the regular expression that backtracks, and the shop survives the looks into it', async () => {
    for (const path of ['/', '/products/7', '/search?q=mug&coupon=TEA-2026', '/orders']) {
      expect((await shop.get(path)).status, path).toBe(200);
    }
    const search = shop.get(SEARCH);
    const running = await sidecar.waitFor(
      'slowRequest',
      ({ route, state, guiltyFrame }) => route === '/search' && state.state === 'running' && guiltyFrame !== undefined,
    );
    expectGuilty(running.value, 'search.ts', 'SLOW: GET /search');
    const behind = [shop.get('/'), shop.get('/products/7')];
    for (const answer of [search, ...behind]) expect((await answer).status).toBe(200);

    const { value } = await ended(SEARCH);
    expectGuilty(value, 'search.ts', 'SLOW: GET /search');
    expect(value).toMatchObject({ cause: 'computing', victims: 2 });
    expect(value.frames[0]?.functionName).toMatch(/^RegExp\./);
    for (const url of ['/', '/products/7']) {
      const isHeldUpBySearch = ({ heldUpBy }: SlowRequest) =>
        heldUpBy.some(({ requestNumber }) => requestNumber === value.requestNumber);
      await sidecar.waitFor('slowRequest', victim => victim.url === url && isHeldUpBySearch(victim));
    }
    expect((await shop.get('/')).status).toBe(200);
  });
});
