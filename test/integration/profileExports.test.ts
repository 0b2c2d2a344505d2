import { mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProfileFormat, ProfileInfo } from '../../sidecar/protocol/profileValues';
import { eventually } from '../support/eventually';
import { renderPdf } from '../support/pdfPicture';
import { distinctColours } from '../support/pixels';
import { decodePprof } from '../support/pprofSchema';
import { FlameGraph, nextProfile } from '../support/profiles';
import { SampleApp } from '../support/sampleApp';
import { TestSidecar } from '../support/testSidecar';
import { type Browser, launchBrowser } from '../support/vscode/browser';

const pictures = fileURLToPath(new URL('../results/screenshots', import.meta.url));
const speedscope = dirname(createRequire(import.meta.url).resolve('speedscope/package.json'));

describe('a profile that is exported', () => {
  let app: SampleApp;
  let sidecar: TestSidecar;
  let folder: string;
  let info: ProfileInfo;
  let graph: FlameGraph;
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    folder = await mkdtemp(join(tmpdir(), 'introspector-'));
    browser = await launchBrowser();
    app = await SampleApp.start('profiled/server.js');
    sidecar = await TestSidecar.start();
    await sidecar.attach({ pid: app.pid }, 60_000);
    const { token } = await sidecar.request('profileToken', {});
    await app.get(`/mixed?note=${encodeURIComponent('</script><b>&"')}&__introspect__=${token}`);
    info = await nextProfile(sidecar, '/mixed');
    graph = await FlameGraph.of(sidecar, info.id);
  });

  afterAll(async () => {
    await browser?.close();
    await sidecar?.stop();
    await app?.stop();
    await rm(folder, { recursive: true });
  });

  async function exported(format: ProfileFormat, extension: string = format): Promise<string> {
    const file = join(folder, `profile.${extension}`);
    await sidecar.request('exportProfile', { profileId: info.id, format, file });
    return file;
  }

  test('as a CPU profile is what the inspector protocol says, and takes as long as the request', async () => {
    const profile = JSON.parse(await readFile(await exported('cpuprofile'), 'utf8'));
    const ids = new Set(profile.nodes.map(({ id }: { id: number }) => id));
    expect(ids.size).toBe(profile.nodes.length);
    const children = profile.nodes.flatMap((node: { children?: number[] }) => node.children ?? []);
    // A tree: everybody but the root has one parent.
    expect(children.toSorted()).toEqual([...ids].filter(id => id !== profile.nodes[0].id).toSorted());
    for (const sample of profile.samples) expect(ids).toContain(sample);
    expect(profile.timeDeltas).toHaveLength(profile.samples.length);
    expect(profile.timeDeltas.every((delta: number) => delta >= 0)).toBe(true);
    expect((profile.endTime - profile.startTime) / 1000).toBeCloseTo(info.durationMs, 0);
  });

  test('as a CPU profile is read by another viewer, with the same function taking the same time', async () => {
    const { page } = browser;
    await page.goto(pathToFileURL(join(speedscope, 'dist/release/index.html')).href);
    await drop(page, 'profile.cpuprofile', await readFile(await exported('cpuprofile'), 'utf8'));
    await page.getByText('Sandwich').click();
    const row = page.locator('tr', { hasText: 'beta' }).filter({ hasNotText: 'burnBeta' }).first();
    const totalMs = Number(/\d+\.\d+(?=ms)/.exec((await row.locator('td').nth(0).textContent()) ?? '')?.[0]);
    expect(Math.abs(totalMs - graph.cpuMs('beta'))).toBeLessThan(2);
  });

  test('for pprof is decoded by another decoder, wall time and CPU time adding up', async () => {
    const profile = decodePprof(gunzipSync(await readFile(await exported('pprof', 'pb.gz'))));
    const text = (index: number) => profile.stringTable[index];
    expect(profile.sampleType.map(({ type, unit }) => [text(type), text(unit)])).toEqual([
      ['wall', 'nanoseconds'],
      ['cpu', 'nanoseconds'],
    ]);
    const sum = (index: number) => profile.sample.reduce((total, { value }) => total + (value[index] ?? 0), 0) / 1e6;
    expect(sum(0)).toBeCloseTo(info.durationMs, 0);
    expect(sum(1)).toBeCloseTo(info.time.computingMs, 0);
    expect(profile.durationNanos / 1e6).toBeCloseTo(info.durationMs, 0);
    const functions = new Map(profile.function.map(each => [each.id, each]));
    const locations = new Map(profile.location.map(each => [each.id, each]));
    const names = profile.sample.flatMap(({ locationId }) =>
      locationId.map(id => text(functions.get(locations.get(id)?.line[0]?.functionId ?? 0)?.name ?? 0)),
    );
    expect(names).toContain('burnBeta');
    expect(names).toContain('waiting: timer of 150 ms');
    const file = profile.function.find(({ name }) => text(name) === 'alpha')?.filename;
    expect(text(file ?? 0)).toBe(app.file);
  });

  test('as folded stacks has one line a stack, whose numbers add up', async () => {
    const lines = (await readFile(await exported('folded', 'txt'), 'utf8')).trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^[^;]+(;[^;]+)* \d+$/);
    const sumUs = lines.reduce((total, line) => total + Number(/\d+$/.exec(line)?.[0]), 0);
    expect(sumUs / 1000).toBeCloseTo(info.durationMs, 0);
    expect(lines.find(line => line.includes(';waitLong;waiting: timer of 150 ms '))).toBeDefined();
  });

  test('as a web page opens from disk with no network, draws the graph and has it as a table', async () => {
    const { page } = browser;
    const asked: string[] = [];
    const file = await exported('html');
    page.on('request', request => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    expect(await page.title()).toMatch(/^GET \/mixed: \d+ ms$/);
    await page.getByText(/computing \d+ ms · waiting \d+ ms/).waitFor();
    const canvas = page.frameLocator('iframe[title="Flame graph"]').locator('canvas').last();
    await eventually('a graph in many colours', async () => distinctColours(await canvas.screenshot()) > 10);
    await page.screenshot({ path: join(pictures, 'flame-exported.png') });
    await page.getByRole('tab', { name: 'Table' }).click();
    await page.getByRole('cell', { name: 'waiting: timer of 150 ms' }).waitFor();
    expect(await page.getByRole('button', { name: 'Reveal in Editor' }).count()).toBe(0);
    expect(asked.filter(url => !url.startsWith('file:') && !url.startsWith('data:') && url !== 'about:srcdoc')).toEqual(
      [],
    );
  });

  test('as a call graph is an SVG that names the functions', async () => {
    const svg = await readFile(await exported('svg'), 'utf8');
    expect(svg).toMatch(/^<\?xml /);
    for (const text of ['burnBeta', 'waiting: timer of 150 ms', `GET /mixed: ${Math.round(info.durationMs)} ms`]) {
      expect(svg).toContain(text);
    }
  });

  test('as a call graph is a PDF of one page that can be rendered', async () => {
    const picture = join(pictures, 'call-graph.png');
    await renderPdf(await exported('pdf'), picture);
    expect(distinctColours(await readFile(picture))).toBeGreaterThan(20);
  });

  test('to a place that cannot be written says so, and what to do', async () => {
    await writeFile(join(folder, 'file'), '');
    const file = join(folder, 'file', 'profile.json');
    await expect(sidecar.request('exportProfile', { profileId: info.id, format: 'speedscope', file })).rejects.toThrow(
      /^The file .+ cannot be written \(ENOTDIR/,
    );
    await expect(
      sidecar.request('exportProfile', { profileId: 'no-such', format: 'speedscope', file: join(folder, 'x') }),
    ).rejects.toThrow('There is no profile no-such.');
  });
});

/** As if a person dropped the file on the page. */
async function drop(page: Page, name: string, content: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    `(([name, content]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], name));
      return transfer;
    })(${JSON.stringify([name, content])})`,
  );
  await page.locator('body > div').first().dispatchEvent('drop', { dataTransfer });
}
