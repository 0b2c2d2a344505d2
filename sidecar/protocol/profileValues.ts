/** What the wire says of profiles. Lines and columns are 1-based; `…AtMs` are milliseconds since 1970. */
import * as z from 'zod';

const durationMs = z.number().min(0);

/** Where a profiled request's wall time went. The four add up to its duration. */
const profileTime = z.object({
  /** Its own JavaScript, and native code called from it. */
  computingMs: durationMs,
  waitingMs: durationMs,
  /** Ready to go on while other work held the event loop. */
  heldUpMs: durationMs,
  /** Spent on starting the profiler, before the handler ran. */
  profilerMs: durationMs,
});
export type ProfileTime = z.infer<typeof profileTime>;

/** One profiled request, without its samples: what a list shows. */
export const profileInfo = z.object({
  /** File name safe, unique on this machine. */
  id: z.string().regex(/^[\w.-]{1,120}$/),
  method: z.string(),
  /** Path and query, secrets redacted by name. */
  url: z.string(),
  route: z.string(),
  end: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('finished'), statusCode: z.int() }),
    z.object({ kind: z.literal('aborted') }),
    /** Profiling ended before the request did. */
    z.object({ kind: z.literal('cut'), reason: z.string() }),
  ]),
  /** `continuous`: cut out of the continuous profile. */
  trigger: z.enum(['url', 'header', 'next', 'replay', 'continuous']),
  startedAtMs: z.number(),
  durationMs,
  time: profileTime,
  /** Interval the sampler was asked for, in microseconds. */
  samplingIntervalUs: z.number().positive(),
  /** Samples taken while this request ran. */
  samples: z.int().min(0),
  target: z.object({
    name: z.string(),
    pid: z.int(),
    hostname: z.string(),
    nodeVersion: z.string(),
    workingDirectory: z.string(),
  }),
  /** What could not be done or seen, in sentences. */
  notes: z.array(z.string()),
});
export type ProfileInfo = z.infer<typeof profileInfo>;

/** Own time of a source line of a request's computing, at its original position. */
export const hotLine = z.object({
  /** Absolute path. */
  file: z.string(),
  line: z.int().min(0),
  selfUs: z.number().min(0),
  /** Trimmed text of the line when it could be read. */
  sourceLine: z.string().optional(),
});
export type HotLine = z.infer<typeof hotLine>;

/** What a profile can be written as. */
export const profileFormat = z.enum(['speedscope', 'cpuprofile', 'pprof', 'folded', 'html', 'svg', 'pdf']);
export type ProfileFormat = z.infer<typeof profileFormat>;

/** How the files are called that each format is written into. */
export const PROFILE_FILE_EXTENSIONS: Readonly<Record<ProfileFormat, string>> = {
  speedscope: 'speedscope.json',
  cpuprofile: 'cpuprofile',
  pprof: 'pb.gz',
  folded: 'folded.txt',
  html: 'html',
  svg: 'svg',
  pdf: 'pdf',
};
