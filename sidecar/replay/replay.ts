/** One replay: starts a copy of the app, sends it the request, profiles the last time, ends the copy. */
import { randomBytes } from 'node:crypto';
import type { PositionResolver } from '../profiles/frameTable';
import type { Profile } from '../profiles/profile';
import { errors, IntrospectorError } from '../protocol/errors';
import type { ReplayOrder, ReplayOutcome, ReplayProgress } from '../protocol/replayValues';
import { exactMs } from '../protocol/words';
import type { ProcessTable } from '../targets/processTable';
import type { StartRecipe } from '../targets/startRecipe';
import { Copy, type Listening } from './copy';
import { CopyAgent } from './copyAgent';
import { replayTimes } from './replayTimes';
import { type Answered, sendRequest } from './sendRequest';
import { withoutSecrets } from './withoutSecrets';

/** What the app gets at a click: https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1 */
const SAFE_METHODS = new Set(['GET', 'HEAD']);

export interface ReplayTools {
  table: ProcessTable;
  resolver: PositionResolver;
  onProgress(progress: ReplayProgress): void;
  /** Receives the profile with all that is to be told of it. */
  onProfile(profile: Profile): void;
}

/**
 * @param recipe of the running app; its inspector's port is not among its ports
 * @param signal cancels it; the profile so far is kept
 * @returns when nothing of the copy is left
 * @throws IntrospectorError `notAccepted`, `replayFailed`
 */
export async function replay(
  order: ReplayOrder,
  recipe: StartRecipe,
  tools: ReplayTools,
  signal: AbortSignal,
): Promise<ReplayOutcome> {
  const { method } = order.request;
  if (!SAFE_METHODS.has(method) && !order.sideEffectsAccepted) throw errors.notAccepted(method);
  const running = new Replay(order, tools, signal, Copy.start(recipe));
  return running.run(recipe);
}

class Replay {
  private readonly answers: Answered[] = [];
  private readonly notes: string[] = [];
  private profile: Profile | undefined;

  constructor(
    private readonly order: ReplayOrder,
    private readonly tools: ReplayTools,
    private readonly signal: AbortSignal,
    private readonly copy: Copy,
  ) {}

  async run(recipe: StartRecipe): Promise<ReplayOutcome> {
    try {
      await this.sendAll(recipe);
    } catch (error) {
      if (!this.signal.aborted) throw error instanceof IntrospectorError ? error : this.copy.failure(messageOf(error));
    } finally {
      this.tell('ending');
      await this.copy.end();
    }
    return this.outcome(recipe);
  }

  private async sendAll(recipe: StartRecipe): Promise<void> {
    this.tell('starting');
    const { server, inspector } = await this.copy.serving(wantedPort(recipe, this.order), this.signal);
    const token = randomBytes(18).toString('base64url');
    const { request, notes } = withoutSecrets(this.order.request);
    this.notes.push(...notes);
    for (let sent = 1; sent < this.order.times; sent += 1) {
      this.tell('sending');
      this.answers.push(await sendRequest(request, server, {}, this.signal));
    }
    const agent = await CopyAgent.install(this.tools.table, inspector.url, token, this.tools.resolver);
    try {
      this.tell('profiling');
      const answered = await this.sendProfiled({ ...this.order, request }, server, token, agent);
      if (answered !== undefined) this.answers.push(answered);
    } finally {
      agent.close();
    }
  }

  private async sendProfiled({ request }: ReplayOrder, server: Listening, token: string, agent: CopyAgent) {
    const sent = sendRequest(request, server, { 'x-introspect': token }, neverAborted());
    const cancelled = new Promise<'cancelled'>(resolve => {
      if (this.signal.aborted) resolve('cancelled');
      this.signal.addEventListener('abort', () => resolve('cancelled'), { once: true });
    });
    sent.catch(() => {});
    const outcome = await Promise.race([sent, cancelled]);
    if (outcome === 'cancelled') {
      this.profile = await agent.cut();
      return undefined;
    }
    this.profile = await agent.profile();
    // The profiler's start is ours, not the app's.
    const { profilerMs } = this.profile.info.time;
    return { ...outcome, durationMs: Math.max(0, outcome.durationMs - profilerMs) };
  }

  private outcome({ pid }: StartRecipe): ReplayOutcome {
    const times = replayTimes(this.answers.map(({ durationMs }) => durationMs));
    const notes = [...this.notes];
    if (times !== undefined && times.count > 1) {
      notes.unshift(
        `Sent ${times.count} times, the last time profiled: median ${exactMs(times.medianMs)}, 90 % within ${exactMs(times.p90Ms)}, 99 % within ${exactMs(times.p99Ms)}, slowest ${exactMs(times.maxMs)}.`,
      );
    }
    const statusCodes = countsOf(this.answers.map(({ statusCode }) => statusCode));
    const outcome = { statusCodes, wasCancelled: this.signal.aborted, notes };
    const { profile } = this;
    if (profile === undefined) return { ...outcome, ...(times && { times }) };
    const copyOf = `Replayed in a copy of ${profile.info.target.name} [${pid}].`;
    const info = { ...profile.info, notes: [...profile.info.notes, copyOf, ...notes] };
    this.tools.onProfile({ ...profile, info });
    return { ...outcome, profile: info, ...(times && { times }) };
  }

  private tell(step: ReplayProgress['step']): void {
    const { replayId, times } = this.order;
    this.tools.onProgress({ replayId, step, answered: this.answers.length, times });
  }
}

/** The original's port that the client named; else its only one; else whichever the copy listens on first. */
function wantedPort({ ports }: StartRecipe, { request }: ReplayOrder): number | undefined {
  const host = request.headers.find(({ name }) => name.toLowerCase() === 'host')?.value ?? '';
  const named = Number(/:(?<port>\d+)$/.exec(host)?.groups?.port);
  if (ports.includes(named)) return named;
  return ports.length === 1 ? ports[0] : undefined;
}

function countsOf(statusCodes: readonly number[]): ReplayOutcome['statusCodes'] {
  const counts = new Map<number, number>();
  for (const statusCode of statusCodes) counts.set(statusCode, (counts.get(statusCode) ?? 0) + 1);
  return [...counts].map(([statusCode, count]) => ({ statusCode, count }));
}

/** The copy is ended when a replay is cancelled; until then its request is to go on, to be profiled. */
function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
