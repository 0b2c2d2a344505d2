/** What a person sees of a profile whose flame graph is a file of 50 MB. Prints how long it takes to open, leaves a picture. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProfileLibrary } from '../../../sidecar/library/profileLibrary';
import type { Profile, ProfileFrame, ProfileNode } from '../../../sidecar/profiles/profile';
import { FactHub } from '../../../sidecar/watch/facts';
import { eventually } from '../../support/eventually';
import { distinctColours } from '../../support/pixels';
import { startServer, type VsCodeServer } from '../../support/vscode/server';
import { openWindow, type VsCodeWindow } from '../../support/vscode/window';
import { profileInfo } from '../../unit/profiles/profiles';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'test/apps/profiled');
const pictures = join(root, 'test/results/screenshots');
const DEADLINE_MS = 90_000;
const SIZE_BYTES = 50_000_000;
const ID = '20261124T010203004Z-50';
const SEGMENTS = 252_000;
const DEPTH = 20;
/** Neighbours have their callers in common, as the samples of real code have. */
const SEGMENTS_OF_CHAIN = 100;
const CHAINS = 200;

const profiles = process.env.INTROSPECTOR_PROFILE_FOLDER ?? '';
const profileFile = join(profiles, `${ID}.profile.json`);

let server: VsCodeServer;
let window: VsCodeWindow;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  mkdirSync(profiles, { recursive: true });
  writeFileSync(profileFile, JSON.stringify(largeProfile()));
  const library = new ProfileLibrary(profiles, new FactHub());
  const exported = join(profiles, 'size');
  await library.export(ID, 'speedscope', exported);
  // What the editor reads is the file that speedscope takes.
  expect(statSync(exported).size).toBeGreaterThanOrEqual(SIZE_BYTES);
  rmSync(exported);
  server = await startServer({});
  window = await openWindow(server, {
    folder,
    extensionDevelopmentPath: root,
    viewport: { width: 1440, height: 860 },
  });
  window.page.setDefaultTimeout(DEADLINE_MS);
  await window.setColorTheme('dark');
});

afterAll(async () => {
  await window?.close();
  await server?.stop();
  rmSync(profileFile, { force: true });
});

test('a profile of 50 MB opens, as graph and as table', async () => {
  const { page } = window;
  await window.runCommand('Introspector: Focus on Profiles View');
  const row = page.locator('.monaco-list-row', { hasText: 'GET /large' }).first();
  await row.waitFor();
  const startedMs = performance.now();
  await row.click();
  const flame = page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  const canvas = flame.frameLocator('iframe[title="Flame graph"]').locator('canvas').last();
  await canvas.waitFor();
  await eventually('a graph in many colours', async () => distinctColours(await canvas.screenshot()) > 10);
  console.log(`profile of 50 MB clicked to flame graph on screen: ${Math.round(performance.now() - startedMs)} ms`);
  await window.screenshot(join(pictures, 'flame-large.png'));
  await flame.getByRole('tab', { name: 'Table' }).click();
  await flame.getByRole('table').getByText('step 0 of chain 0', { exact: true }).waitFor();
});

function largeProfile(): Profile {
  const frames: ProfileFrame[] = [];
  const nodes: ProfileNode[] = [];
  for (let chain = 0; chain < CHAINS; chain += 1) {
    for (let depth = 0; depth < DEPTH; depth += 1) {
      const name = `step ${depth} of chain ${chain}`;
      const place = { file: join(folder, 'server.js'), line: depth + 1, column: 1 };
      nodes.push({ frame: frames.length, parent: depth === 0 ? -1 : nodes.length - 1 });
      frames.push({ name, ...place, kind: 'function', origin: 'user' });
    }
  }
  const segments = Array.from({ length: SEGMENTS }, (_, index) => {
    const chain = Math.floor(index / SEGMENTS_OF_CHAIN) % CHAINS;
    return { node: chain * DEPTH + DEPTH - 1 - (index % 2), durationUs: 1_000 };
  });
  const time = { computingMs: SEGMENTS, waitingMs: 0, heldUpMs: 0, profilerMs: 0 };
  const what = { id: ID, url: '/large', route: '/large', durationMs: SEGMENTS, time, samples: SEGMENTS };
  return { version: 1, info: profileInfo(what), frames, nodes, segments, lines: [] };
}
