/** What is worth interrupting a person for: a hung request, a dead target, the first slow request of a target. */
import type { SlowRequest, Target } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import type { Occasion } from '../settings';
import { type LastReport, lastReportOf } from '../store/lastReports';
import type { SessionStore } from '../store/sessionStore';
import { CAUSE_WORDS, functionText } from '../trees/causes';

export interface Telling {
  occasion: Occasion;
  /** What it is about: of two tellings about the same, the second waits until the first has been read. */
  about: string;
  text: string;
  /** To show. */
  requestId?: string;
  lastReport?: LastReport;
}

export class Occasions {
  private readonly told = new Set<string>();

  constructor(private readonly store: SessionStore) {}

  /** @returns what has happened since the last call */
  news(): Telling[] {
    const tellings = this.store.targets.flatMap(({ target }) => [
      ...this.firstSlow(target),
      ...this.hung(target),
      ...this.dead(target),
    ]);
    this.forget();
    return tellings;
  }

  private firstSlow(target: Target): Telling[] {
    const first = this.requestsOf(target).at(-1);
    if (first === undefined || !this.isNew(`first ${target.id}`)) return [];
    const text = `${nameOf(first)} of ${whoIs(target)} is slow: ${storyOf(first)}.`;
    return [{ occasion: 'firstSlowRequest', about: `first ${target.id}`, text, requestId: first.id }];
  }

  private hung(target: Target): Telling[] {
    const isHung = ({ level, state }: SlowRequest) => level === 'hung' && state.state === 'running';
    const hung = this.requestsOf(target).filter(request => isHung(request) && this.isNew(`hung ${request.id}`));
    const oldest = hung.at(-1);
    if (oldest === undefined) return [];
    const text =
      hung.length === 1
        ? `${nameOf(oldest)} of ${whoIs(target)} hangs: ${storyOf(oldest)}.`
        : `${hung.length} requests of ${whoIs(target)} hang, longest of all ${nameOf(oldest)}: ${storyOf(oldest)}.`;
    return [{ occasion: 'hungRequest', about: `hung ${target.id}`, text, requestId: oldest.id }];
  }

  private dead(target: Target): Telling[] {
    const { state, id, pid } = target;
    const lastReport = lastReportOf(target);
    const isDead = state.state === 'gone' && state.reason !== 'detached';
    // An app that was restarted with nothing to do is nobody's worry.
    const isMissed = state.state === 'awaitingRestart' && lastReport !== undefined;
    if ((!isDead && !isMissed) || !this.isNew(`dead ${id} ${pid}`)) return [];
    const text = lastReport === undefined ? state.message : `${state.message} Requests were in flight.`;
    return [{ occasion: 'deadTarget', about: `dead ${id} ${pid}`, text, ...(lastReport && { lastReport }) }];
  }

  /** Newest first. */
  private requestsOf({ id }: Target): SlowRequest[] {
    return this.store.slowRequests.filter(({ targetId }) => targetId === id);
  }

  private isNew(what: string): boolean {
    if (this.told.has(what)) return false;
    this.told.add(what);
    return true;
  }

  /** A target that was detached and attached anew begins anew; a request that is forgotten cannot be told of again. */
  private forget(): void {
    for (const what of this.told) {
      const [kind = '', id = ''] = what.split(' ');
      const isKnown = kind === 'hung' ? this.store.slowRequest(id) : this.store.targetOf({ targetId: id });
      if (isKnown === undefined) this.told.delete(what);
    }
  }
}

function nameOf({ method, route }: SlowRequest): string {
  return `${method} ${route}`;
}

function whoIs({ name, pid }: Target): string {
  return `${name} [${pid}]`;
}

/** @returns `1,204 ms so far, waiting in findByUser` */
function storyOf({ durationMs, state, cause, frames, guiltyFrame }: SlowRequest): string {
  const frame = frames[guiltyFrame ?? -1];
  const soFar = state.state === 'running' ? ' so far' : '';
  return `${exactMs(durationMs)}${soFar}, ${CAUSE_WORDS[cause]}${frame ? ` in ${functionText(frame)}` : ''}`;
}
