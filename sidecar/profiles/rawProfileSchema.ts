/** The border to the app: every word of a profile is checked here, since the app may have changed it. */
import * as z from 'zod';
import type { RawProfile, RawTrail } from '../agent/profileReports';

const text = z.string().max(4_000);
const timeUs = z.number().min(-1e12).max(1e12);
const count = z.int().min(0);
const optionalIndex = z.int().min(-1);

const rawFrame = z.object({ functionName: text, file: text, line: count, column: count, isAsync: z.boolean() });

/** Of a stretch of a trail, and those of them that are times at which the request was seen. */
const STRETCH_FIELDS = 4;
const STRETCH_MARKS = [1, 2];

const shape = z.object({
  id: z.string().regex(/^[\w.-]{1,120}$/),
  trigger: z.enum(['url', 'header', 'next', 'continuous']),
  requestNumber: count,
  method: text,
  url: text,
  route: text,
  startedAtMs: z.number().min(0).max(8.64e15),
  durationUs: timeUs.min(0),
  end: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('finished'), statusCode: z.int() }),
    z.object({ kind: z.literal('aborted') }),
    z.object({ kind: z.literal('cut'), reason: text }),
  ]),
  readUs: timeUs,
  readyUs: timeUs,
  samplingIntervalUs: z.number().positive(),
  nodes: z.array(
    z.object({
      functionName: text,
      file: text,
      line: count,
      column: count,
      parent: optionalIndex,
      lineTicks: z.array(count),
    }),
  ),
  samples: z.array(z.number()),
  runs: z.array(timeUs),
  gapWaits: z.array(optionalIndex),
  waits: z.array(
    z.object({ kind: text, label: text, stack: optionalIndex, startUs: timeUs, dueUs: timeUs.optional() }),
  ),
  stacks: z.array(z.array(rawFrame).max(200)),
  others: z.array(z.object({ startUs: timeUs, endUs: timeUs, name: optionalIndex })),
  otherNames: z.array(text),
  leftOut: count,
}) satisfies z.ZodType<RawProfile>;

const trailShape = shape
  .pick({ requestNumber: true, method: true, url: true, route: true, startedAtMs: true, durationUs: true, end: true })
  .extend(shape.pick({ readUs: true, gapWaits: true, waits: true, stacks: true, others: true, otherNames: true }).shape)
  .extend({ startUs: z.number(), stretches: z.array(timeUs) }) satisfies z.ZodType<RawTrail>;

/**
 * @param json what the agent sent
 * @throws when it is not a trail: a number that names nothing, a time that runs backwards
 */
export function decodeRawTrail(json: unknown): RawTrail {
  const raw = trailShape.parse(JSON.parse(String(json)));
  checkNames(raw);
  const { length } = raw.stretches;
  check('a stretch', length % STRETCH_FIELDS === 0 && raw.gapWaits.length === length / STRETCH_FIELDS);
  check('a stretch', isAscending(raw.stretches.filter((_, index) => STRETCH_MARKS.includes(index % STRETCH_FIELDS))));
  return raw;
}

/**
 * @param json what the agent sent
 * @throws when it is not a profile: a number that names nothing, a time that runs backwards
 */
export function decodeRawProfile(json: unknown): RawProfile {
  const raw = shape.parse(JSON.parse(String(json)));
  check(
    'a caller',
    raw.nodes.every(({ parent }, index) => parent < index),
  );
  check('a sample', raw.samples.length % 2 === 0 && everyOther(raw.samples, 0, index => isIndex(index, raw.nodes, -1)));
  checkNames(raw);
  check('a run', raw.runs.length % 2 === 0 && isAscending(raw.runs));
  return raw;
}

function checkNames(raw: Pick<RawProfile, 'gapWaits' | 'waits' | 'stacks' | 'others' | 'otherNames'>): void {
  check(
    'a wait',
    raw.gapWaits.every(index => isIndex(index, raw.waits, -1)),
  );
  check(
    'a stack',
    raw.waits.every(({ stack }) => isIndex(stack, raw.stacks, -1)),
  );
  check(
    'other work',
    raw.others.every(({ name }) => isIndex(name, raw.otherNames, -1)),
  );
}

function check(what: string, isRight: boolean): void {
  if (!isRight) throw new Error(`the profile names ${what} that is not there`);
}

function isIndex(index: number, list: readonly unknown[], smallest: number): boolean {
  return Number.isInteger(index) && index >= smallest && index < list.length;
}

function everyOther(values: readonly number[], first: number, fits: (value: number) => boolean): boolean {
  for (let index = first; index < values.length; index += 2) if (!fits(values[index] ?? Number.NaN)) return false;
  return true;
}

function isAscending(values: readonly number[]): boolean {
  return values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
}
