import { expect, test } from 'vitest';
import { ChannelQueue } from '../../../sidecar/delivery/channelQueue';
import type { Channel } from '../../../sidecar/delivery/delivery';
import { eventually } from '../../support/eventually';
import { delivery } from './deliveryOf';

const LIMITS = { capacity: 2, pausesMs: [1, 1], tryMs: 10_000, closeMs: 50 };

function queueOf(deliver: Channel['deliver'], limits = LIMITS) {
  const told: string[] = [];
  const queue = new ChannelQueue(
    { name: 'mail', deliver },
    limits,
    () => {},
    (severity, message) => told.push(`${severity}: ${message}`),
  );
  return { queue, told };
}

test('tries three times, then gives up; the first failure and the recovery are told of once', async () => {
  let tries = 0;
  const { queue, told } = queueOf(async () => {
    tries += 1;
    if (tries <= 6) throw new Error('refused');
  });
  queue.push(delivery());
  await eventually('the first to be given up', () => queue.stats.failed === 1);
  expect(tries).toBe(3);
  queue.push(delivery());
  await eventually('the second to be given up', () => queue.stats.failed === 2);
  expect(queue.stats.lastError).toBe('refused');
  queue.push(delivery());
  await eventually('the third to get through', () => queue.stats.delivered === 1);
  expect(tries).toBe(7);
  expect(told).toEqual([
    'warning: Reports do not get through by mail: refused. Each is tried 3 times, then given up and counted.',
    'info: Reports get through by mail again.',
  ]);
  await queue.close();
});

test('holds as many as it may, drops and counts the next, and drops what is left at the end', async () => {
  const { queue, told } = queueOf(() => new Promise(() => {}));
  for (let pushed = 0; pushed < 3; pushed += 1) queue.push(delivery());
  expect(queue.stats).toMatchObject({ waiting: 3, dropped: 0 });
  queue.push(delivery());
  queue.push(delivery());
  expect(queue.stats).toMatchObject({ waiting: 3, dropped: 2 });
  expect(told).toEqual(['warning: 2 reports wait for mail: more are dropped and counted until it works again.']);
  await queue.close();
  expect(queue.stats).toMatchObject({ waiting: 0, delivered: 0, failed: 1, dropped: 4 });
});

test('gives up a try that takes too long', async () => {
  const { queue } = queueOf(() => new Promise(() => {}), { ...LIMITS, tryMs: 20 });
  queue.push(delivery());
  await eventually('it to be given up', () => queue.stats.failed === 1);
  expect(queue.stats.lastError).toBe('no answer within 0.02 s');
  await queue.close();
});
