/** Profiles single requests on demand: switches on what it takes with the first one, and off with the last. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ContextRuns, type Runner } from './contextRuns';
import { announceProfile } from './profileHeaders';
import type { ProfileTrigger, RawProfile } from './profileReports';
import { ProfileTriggers } from './profileTrigger';
import { identityOf, type OtherStretch, othersBetween, profiledWaits } from './rawProfile';
import { redactUrl } from './redaction';
import type { ProfilingSettings } from './reports';
import { RequestProfile } from './requestProfile';
import type { RequestRecord } from './requests';
import { routeOf } from './routes';
import { type Clock, type Load, profilerOffsetUs } from './runtime';
import { sampledWithin } from './sampledNodes';
import { V8Profiler } from './v8Profiler';

/** At the same time: each takes V8 some memory per sample. */
const MAX_AT_ONCE = 10;
/** Finished and not yet taken. */
const MAX_READY = 20;
/** Shorter stretches of other work are not told of one by one. */
const OTHER_MIN_MS = 0.5;
const MAX_OTHERS = 100_000;

interface Active {
  record: RequestRecord;
  profile: RequestProfile;
  unannounce(): void;
}

export class Profiling {
  private readonly triggers: ProfileTriggers;
  private readonly v8: V8Profiler;
  private readonly active = new Map<RequestRecord, Active>();
  private readonly ready = new Map<string, RawProfile>();
  private readonly contextRuns: ContextRuns;
  private others: OtherStretch[] = [];
  private ranLast: Runner | undefined;
  private started = 0;
  /** What could not be done, as sentences without their end. */
  private readonly problems: string[] = [];
  /** Difference between the profiler's clock, in microseconds, and the loop's. */
  private readonly clockOffsetUs: number;

  constructor(
    private readonly load: Load,
    private readonly clock: Clock,
    context: AsyncLocalStorage<RequestRecord>,
    private readonly settings: ProfilingSettings,
    /** Takes time that is our own out of the accounts. */
    private readonly discount: (costMs: number) => void,
  ) {
    this.triggers = new ProfileTriggers(load, settings.token);
    this.v8 = new V8Profiler(load, settings.samplingIntervalUs);
    this.clockOffsetUs = profilerOffsetUs(clock);
    this.contextRuns = new ContextRuns(load, context, clock.nowMs, {
      resumes: (record, nowMs) => record.profile?.resumes(nowMs, this.ranLast === record),
      settled: (record, asyncId) => record.profile?.settled(asyncId),
      ran: (runner, startedMs, endedMs) => this.ran(runner, startedMs, endedMs),
    });
  }

  get runs(): Pick<ContextRuns, 'enter' | 'leave' | 'belongsTo'> {
    return this.contextRuns;
  }

  arm(routes: readonly string[]): void {
    this.triggers.arm(routes);
  }

  /** @returns what asks for this request to be profiled, taken out of it */
  wish(request: IncomingMessage): ProfileTrigger | undefined {
    return this.triggers.take(request);
  }

  /** To be called before the request's handler. */
  start(record: RequestRecord, response: ServerResponse, trigger: ProfileTrigger): void {
    const { method, url } = record;
    if (this.active.size >= MAX_AT_ONCE) {
      this.problems.push(
        `${method} ${redactUrl(url)} was not profiled: ${MAX_AT_ONCE} other requests are being profiled`,
      );
      return;
    }
    this.started += 1;
    const id = `${this.settings.idPrefix}-${this.started}`;
    const readMs = this.clock.nowMs();
    try {
      this.contextRuns.enable();
      this.v8.start(id);
    } catch (error) {
      this.problems.push(`${method} ${redactUrl(url)} was not profiled: ${String(error)}`);
      if (this.active.size === 0) this.switchOff();
      return;
    }
    const readyMs = this.clock.nowMs();
    this.discount(readyMs - readMs);
    const profile = new RequestProfile({ id, trigger, readMs, readyMs });
    record.profile = profile;
    const timings = () => {
      this.contextRuns.flush();
      const sinceMs = record.startedMs + readyMs - readMs;
      return timingsOf(record.heldUpMs, profile.computingMs(), this.clock.nowMs() - sinceMs);
    };
    this.active.set(record, { record, profile, unannounce: announceProfile(response, id, timings) });
  }

  /** @param endedMs when the request ended, on the loop's clock */
  finish(record: RequestRecord, end: RawProfile['end'], endedMs: number): void {
    const active = this.active.get(record);
    if (active === undefined) return;
    this.contextRuns.flush();
    const raw = this.close(active, end, endedMs);
    this.discount(this.clock.nowMs() - endedMs);
    if (raw === undefined) return;
    this.ready.set(raw.id, raw);
    const [oldest] = this.ready.keys();
    if (this.ready.size > MAX_READY && oldest !== undefined) this.ready.delete(oldest);
  }

  /** Ends those that have run for too long. @returns ids of the profiles that can be taken, and what went wrong since */
  settle(): { profiles: string[]; profilingProblems: string[] } {
    const nowMs = this.clock.nowMs();
    const { maxDurationMs } = this.settings;
    const minutes = maxDurationMs / 60_000;
    for (const { record } of [...this.active.values()]) {
      if (nowMs - record.startedMs < maxDurationMs) continue;
      this.finish(record, { kind: 'cut', reason: `it was cut after ${minutes} minutes` }, nowMs);
    }
    return { profiles: [...this.ready.keys()], profilingProblems: this.problems.splice(0) };
  }

  /** Ends all that run, so that they can be taken. */
  cut(reason: string): void {
    for (const { record } of [...this.active.values()]) {
      this.finish(record, { kind: 'cut', reason }, this.clock.nowMs());
    }
  }

  /** @returns JSON of the profile, which is forgotten here; empty when there is none of this id */
  take(id: string): string {
    const raw = this.ready.get(id);
    this.ready.delete(id);
    return raw === undefined ? '' : JSON.stringify(raw);
  }

  /** Leaves no profiler and no hook behind. */
  stop(): void {
    this.triggers.arm([]);
    for (const { record, unannounce } of this.active.values()) {
      unannounce();
      record.profile = undefined;
    }
    this.active.clear();
    this.ready.clear();
    this.switchOff();
  }

  private switchOff(): void {
    this.contextRuns.disable();
    this.v8.close();
    this.others = [];
    this.ranLast = undefined;
  }

  private close({ record, profile, unannounce }: Active, end: RawProfile['end'], endedMs: number) {
    const { id } = profile.started;
    this.active.delete(record);
    unannounce();
    profile.close();
    record.profile = undefined;
    const samples = this.v8.stop(id);
    const raw = samples && this.rawProfile(record, profile, end, endedMs, samples);
    if (this.active.size === 0) this.switchOff();
    return raw;
  }

  private rawProfile(
    record: RequestRecord,
    profile: RequestProfile,
    end: RawProfile['end'],
    endedMs: number,
    samples: Parameters<typeof sampledWithin>[0],
  ): RawProfile {
    const { startedMs } = record;
    const { id, trigger, readMs, readyMs } = profile.started;
    const toUs = (ms: number) => Math.round((ms - startedMs) * 1000);
    const runs = profile.runs.map(ms => toUs(Math.min(ms, endedMs)));
    const sampled = sampledWithin(samples, runs, startedMs * 1000 + this.clockOffsetUs);
    return {
      id,
      trigger,
      requestNumber: record.number,
      method: record.method,
      url: redactUrl(record.url),
      route: routeOf(this.load, record),
      startedAtMs: this.clock.epochMs(startedMs),
      durationUs: toUs(endedMs),
      end,
      readUs: toUs(readMs),
      readyUs: toUs(readyMs),
      samplingIntervalUs: this.settings.samplingIntervalUs,
      runs,
      gapWaits: profile.gapWaits,
      ...profiledWaits(profile.waits, toUs),
      ...othersBetween(this.others, { requestNumber: record.number, startMs: startedMs, endMs: endedMs }, toUs),
      ...sampled,
      leftOut: profile.leftOut + sampled.leftOut,
    };
  }

  private ran(runner: Runner, startedMs: number, endedMs: number): void {
    this.ranLast = runner;
    if (typeof runner === 'object') runner.profile?.ran(startedMs, endedMs);
    if (endedMs - startedMs < OTHER_MIN_MS || this.others.length >= MAX_OTHERS) return;
    this.others.push({ startedMs, endedMs, by: runner === 'other' ? undefined : identityOf(runner) });
  }
}

function timingsOf(heldUpMs: number, computingMs: number, elapsedMs: number) {
  return { computingMs, heldUpMs, waitingMs: Math.max(0, elapsedMs - computingMs - heldUpMs) };
}
