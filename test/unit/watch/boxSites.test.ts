import { expect, test } from 'vitest';
import type { BoxReport } from '../../../sidecar/agent/reports';
import { FrameResolver } from '../../../sidecar/sources/frames';
import { BoxSites } from '../../../sidecar/watch/boxSites';
import { raw } from './agentSamples';

const resolver = new FrameResolver();
const figures = (elapsedMs: number) => ({ budgetMs: 100, elapsedMs, overrunMs: Math.max(0, elapsedMs - 100) });

function fired(line: number, changes: Partial<BoxReport> = {}): BoxReport {
  return {
    frames: [raw(line)],
    isAsync: false,
    budgetMs: 100,
    fired: 1,
    nearMisses: 0,
    worstFired: figures(101),
    ...changes,
  };
}

test('what the agent tells bit by bit is added up by place', async () => {
  const sites = new BoxSites('t1');
  await sites.add([fired(1), fired(2)], resolver);
  await sites.add([fired(1, { fired: 3, worstFired: figures(130) }), fired(1, { worstFired: figures(110) })], resolver);
  const [second, first] = sites.takeChanged() ?? [];
  expect(first).toMatchObject({
    id: 't1:/nowhere/app.js:1:1',
    fired: 5,
    worstFired: { elapsedMs: 130, overrunMs: 30 },
  });
  expect(second).toMatchObject({ id: 't1:/nowhere/app.js:2:1', fired: 1 });
  expect(sites.takeChanged()).toBeUndefined();
});

test('a near miss is counted beside those that fired, whose stack and budget are shown', async () => {
  const sites = new BoxSites('t1');
  const near = { frames: [raw(1), raw(9)], budgetMs: 70, fired: 0, nearMisses: 1, worstNear: figures(65) };
  const { worstFired: _, ...unfired } = fired(1, near);
  await sites.add([unfired, fired(1), unfired], resolver);
  const [site] = sites.takeChanged() ?? [];
  expect(site).toMatchObject({ fired: 1, nearMisses: 2, budgetMs: 100, worstNear: { elapsedMs: 65 } });
  expect(site?.frames).toHaveLength(1);
});

test('of more than a hundred places the one that was quiet for longest is forgotten', async () => {
  const sites = new BoxSites('t1');
  await sites.add(
    Array.from({ length: 100 }, (_, index) => fired(index + 1)),
    resolver,
  );
  await sites.add([fired(1), fired(101)], resolver);
  const lines = sites.takeChanged()?.map(({ frames }) => frames[0]?.line) ?? [];
  expect(lines).toHaveLength(100);
  expect(lines).toContain(1);
  expect(lines).not.toContain(2);
});
