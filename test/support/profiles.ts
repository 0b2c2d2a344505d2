/** Reads profiles as the tests of them look at them. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';
import type { SampleApp } from './sampleApp';
import type { TestSidecar } from './testSidecar';

const sampled = z.object({
  type: z.literal('sampled'),
  name: z.string(),
  unit: z.literal('microseconds'),
  startValue: z.number(),
  endValue: z.number(),
  samples: z.array(z.array(z.int())),
  weights: z.array(z.number()),
});
const file = z.object({
  $schema: z.string(),
  name: z.string(),
  shared: z.object({
    frames: z.array(
      z.object({ name: z.string(), file: z.string().optional(), line: z.int().optional(), col: z.int().optional() }),
    ),
  }),
  profiles: z.tuple([sampled, sampled]),
});

export class FlameGraph {
  private constructor(private readonly content: z.infer<typeof file>) {}

  /** @returns what the sidecar writes for speedscope */
  static async of(sidecar: TestSidecar, profileId: string): Promise<FlameGraph> {
    const folder = await mkdtemp(join(tmpdir(), 'introspector-export-'));
    try {
      const path = join(folder, 'profile.json');
      await sidecar.request('exportProfile', { profileId, format: 'speedscope', file: path });
      return new FlameGraph(file.parse(JSON.parse(await readFile(path, 'utf8'))));
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  get frames() {
    return this.content.shared.frames;
  }

  /** @returns milliseconds of wall time below frames of this name */
  wallMs(name: string): number {
    return this.totalMs(0, name);
  }

  /** @returns milliseconds of CPU time below frames of this name */
  cpuMs(name: string): number {
    return this.totalMs(1, name);
  }

  /** @returns sum of all widths of the wall time, in milliseconds */
  get widthMs(): number {
    return this.content.profiles[0].weights.reduce((sum, weight) => sum + weight / 1000, 0);
  }

  /** @returns names of all frames in the wall time's stacks */
  get names(): Set<string> {
    return new Set(this.content.profiles[0].samples.flat().map(index => this.frames[index]?.name ?? ''));
  }

  /** @returns stacks, outermost first, that end with a frame of this name */
  stacksTo(name: string): string[][] {
    return this.content.profiles[0].samples
      .map(stack => stack.map(index => this.frames[index]?.name ?? ''))
      .filter(stack => stack.at(-1) === name);
  }

  private totalMs(profile: 0 | 1, name: string): number {
    const { samples, weights } = this.content.profiles[profile];
    return samples.reduce(
      (sum, stack, index) =>
        stack.some(frame => this.frames[frame]?.name === name) ? sum + (weights[index] ?? 0) / 1000 : sum,
      0,
    );
  }
}

/** @returns the next profile that is told of and that no test has taken yet */
export async function nextProfile(sidecar: TestSidecar, path: string): Promise<ProfileInfo> {
  const { value } = await sidecar.waitFor('profileTaken', ({ url }) => url.split('?')[0] === path);
  sidecar.received.splice(
    sidecar.received.findIndex(event => event.value === value),
    1,
  );
  return value;
}

/** What the app measured of itself, in milliseconds, by function. */
type Measured = Record<'alpha' | 'beta' | 'gamma' | 'waitShort' | 'waitLong', number>;

/**
 * Profiles one request of an app that serves 19 others at the same time.
 *
 * @returns its profile, and what the app measured itself
 */
export async function profileOneOfTwenty(
  app: SampleApp,
  sidecar: TestSidecar,
): Promise<{ info: ProfileInfo; graph: FlameGraph; own: Measured }> {
  const { token } = await sidecar.request('profileToken', {});
  const others = Array.from({ length: 10 }, () => app.get('/other'));
  const profiled = app.get('/mixed', { 'x-introspect': token });
  others.push(...Array.from({ length: 9 }, () => app.get('/other')));
  const own = JSON.parse((await profiled).body);
  await Promise.all(others);
  const info = await nextProfile(sidecar, '/mixed');
  return { info, graph: await FlameGraph.of(sidecar, info.id), own };
}
