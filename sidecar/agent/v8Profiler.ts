/**
 * V8's sampling profiler, by a session of our own inside the app. Profiles that are started by `console.profile` share
 * one sampler: the first takes 4 to 12 ms to start (75 in a large heap), each further one 0.2 ms, measured on Node 18 to
 * 26. `Profiler.start` would take the full price for each.
 */
import type { Session } from 'node:inspector';
import type { Load } from './runtime';

/** As `Profiler.Profile` of the inspector protocol; times are microseconds on the clock of `process.hrtime`. */
export interface V8Profile {
  nodes: V8Node[];
  startTime: number;
  endTime: number;
  samples?: number[];
  timeDeltas?: number[];
}

export interface V8Node {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number; columnNumber: number };
  children?: number[];
  positionTicks?: { line: number; ticks: number }[];
}

/** The parts of `inspector.console` that are used; Node's types leave them out. */
interface ProfileConsole {
  profile(title: string): void;
  profileEnd(title: string): void;
}

export class V8Profiler {
  private session: Session | undefined;
  /** Title of the one that is being stopped: others may end meanwhile. */
  private stopping: string | undefined;
  private finished: V8Profile | undefined;

  constructor(
    private readonly load: Load,
    private readonly samplingIntervalUs: number,
  ) {}

  /** @throws what the inspector throws when it cannot be started */
  start(title: string): void {
    this.session ??= this.open();
    consoleOf(this.load).profile(title);
  }

  /** @returns all samples since its start; undefined when V8 gives none */
  stop(title: string): V8Profile | undefined {
    this.stopping = title;
    consoleOf(this.load).profileEnd(title);
    const { finished } = this;
    this.stopping = undefined;
    this.finished = undefined;
    return finished;
  }

  /** Ends all that run. */
  close(): void {
    this.session?.disconnect();
    this.session = undefined;
  }

  private open(): Session {
    const { Session } = this.load('inspector');
    const session = new Session();
    session.connect();
    session.on('Profiler.consoleProfileFinished', ({ params }) => {
      const { title, profile } = params as { title?: string; profile: unknown };
      if (title !== undefined && title === this.stopping) this.finished = profile as V8Profile;
    });
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: this.samplingIntervalUs });
    return session;
  }
}

/** @returns what starts and ends profiles in every session whose profiler is on */
export function consoleOf(load: Load): ProfileConsole {
  return load('inspector').console as unknown as ProfileConsole;
}
