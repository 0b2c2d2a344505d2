import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ProfileFiles } from '../../../sidecar/profiles/profileFiles';
import { cutId } from '../../../sidecar/profiles/profileId';
import { profileInfo, profileOf } from './profiles';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'introspector-'));
});

afterEach(() => rm(folder, { recursive: true }));

test('of profiles that were cut out the newest 50 are kept, and none that was asked for goes for them', async () => {
  const files = new ProfileFiles(folder);
  const write = async (id: string, atS: number) => {
    await files.write({ ...profileOf([]), info: profileInfo({ id }) });
    await utimes(join(folder, `${id}.profile.json`), atS, atS);
  };
  const nowS = Math.floor(Date.now() / 1000);
  const ids = async () => new Set((await files.list()).map(({ id }) => id));
  await write('p-1', nowS - 1_000);
  for (let count = 1; count <= 50; count += 1) await write(cutId('p', count), nowS - 900 + count);
  expect(await ids()).toContain('p-c1');
  await write(cutId('p', 51), nowS);
  const kept = await ids();
  expect(kept.size).toBe(51);
  expect(kept).toContain('p-1');
  expect(kept).not.toContain('p-c1');
});
