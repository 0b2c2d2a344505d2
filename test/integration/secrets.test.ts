/** What crosses from the app: a secret that the client sent is in no event and in no line of the sidecar. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { nodeVersions } from '../support/nodeVersions';
import { rawRequest } from '../support/rawRequest';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';

const THRESHOLD_MS = 300;
const SECRET = 'hush-8129';
const NESTED = encodeURIComponent(`https://ann:${SECRET}@shop.example/back?token=${SECRET}&page=2`);

describe.each(nodeVersions)('on Node $major', node => {
  let app: SampleApp;
  let sidecar: TestSidecar;

  beforeEach(async () => {
    app = await SampleApp.start('watchdog/lasting.js', { node });
    sidecar = await TestSidecar.start();
    await sidecar.attach({ pid: app.pid }, THRESHOLD_MS, { redactNames: ['Customer-No'] });
  });

  afterEach(async () => {
    await sidecar.stop();
    await app.stop();
  });

  /** @returns the request as it was told at its end */
  const told = (url: string) =>
    eventually('its end', () =>
      sidecar
        .events('slowRequest')
        .map(({ value }) => value)
        .find(value => value.url.startsWith(url) && value.state.state === 'finished'),
    );

  const everything = () => JSON.stringify(sidecar.received) + sidecar.lines.join('\n');

  test('secrets of headers and cookies stay in the app, their names and the rest do not', async () => {
    await rawRequest(app.port, Buffer.from('/plain'), [
      `Authorization: Bearer ${SECRET}`,
      `X-Api-Key: ${SECRET}`,
      `Customer-No: ${SECRET}`,
      `Cookie: theme=dark; __Host-session=${SECRET}; _shop_session=${SECRET}; customerNo=${SECRET}`,
      `Referer: https://ann:${SECRET}@shop.example/?token=${SECRET}&next=${NESTED}&page=7`,
      'X-Request-Id: r-1',
    ]);
    const { headers } = await told('/plain');
    expect(headers).toEqual(
      expect.arrayContaining([
        { name: 'Authorization', value: 'Bearer [redacted]' },
        { name: 'X-Api-Key', value: '[redacted]' },
        { name: 'Customer-No', value: '[redacted]' },
        {
          name: 'Cookie',
          value: 'theme=dark; __Host-session=[redacted]; _shop_session=[redacted]; customerNo=[redacted]',
        },
        { name: 'X-Request-Id', value: 'r-1' },
      ]),
    );
    expect(headers.find(({ name }) => name === 'Referer')?.value).toMatch(
      /^https:\/\/\[redacted\]@shop\.example\/.*&page=7$/,
    );
    expect(everything()).not.toContain(SECRET);
  });

  test('secrets of the query stay in the app, encoded, nested or named by the user', async () => {
    const query = `user=7&access%5Ftoken=${SECRET}&customer_no=${SECRET}&next=${NESTED}`;
    await rawRequest(app.port, Buffer.from(`/plain?${query}`));
    const request = await told('/plain?');
    expect(request.query).toEqual([
      { name: 'user', value: '7' },
      { name: 'access_token', value: '[redacted]' },
      { name: 'customer_no', value: '[redacted]' },
      { name: 'next', value: 'https://[redacted]@shop.example/back?token=[redacted]&page=2' },
    ]);
    expect(everything()).not.toContain(SECRET);
  });

  test('the user of a whole URL stays in the app', async () => {
    await rawRequest(app.port, Buffer.from(`http://ann:${SECRET}@shop.example/plain`));
    const request = await told('http://');
    expect(request).toMatchObject({ url: 'http://[redacted]@shop.example/plain', route: '/plain' });
    expect(everything()).not.toContain(SECRET);
  });

  test('a body is not read', async () => {
    await app.post('/plain', JSON.stringify({ user: 'ann', note: SECRET }));
    await told('/plain');
    expect(everything()).not.toContain(SECRET);
  });
});
