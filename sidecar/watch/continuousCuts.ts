/** Cuts slow requests out of the continuous profile: the first of each group by itself, any other when it is asked for. */
import { setTimeout as delay } from 'node:timers/promises';
import type { RawTrail } from '../agent/profileReports';
import type { Log } from '../log';
import { assembleProfile } from '../profiles/assemble';
import { cutOut } from '../profiles/continuousCut';
import type { PositionResolver } from '../profiles/frameTable';
import { cutId } from '../profiles/profileId';
import { decodeRawTrail } from '../profiles/rawProfileSchema';
import { errors } from '../protocol/errors';
import type { ProfileInfo } from '../protocol/profileValues';
import type { SlowRequest, Target } from '../protocol/values';
import type { AgentSession } from './agentSession';
import type { Emit } from './facts';
import type { RollingProfile } from './rollingProfile';

/** To spell a trail out takes the app up to 5 ms. */
const TAKE_EVERY_MS = 300;
const MAX_TAKING = 10;
const MAX_TRAILS = 100;
const CUT_GROUP_EVERY_MS = 60_000;
/** A queued request's start may be moved back. */
const SAME_START_MS = 1_000;

export class ContinuousCuts {
  private session: AgentSession | undefined;
  /** By id of the slow request. */
  private readonly trails = new Map<string, RawTrail>();
  private readonly profiles = new Map<string, Promise<ProfileInfo>>();
  private readonly groupsCutMs = new Map<string, number>();
  private readonly seen = new Set<string>();
  private taking = 0;
  private work: Promise<void> = Promise.resolve();
  private count = 0;

  constructor(
    private readonly target: Target,
    private readonly idPrefix: string,
    private readonly rolling: RollingProfile,
    private readonly resolver: PositionResolver,
    private readonly emit: Emit,
    private readonly log: Log,
  ) {}

  /** @param session of the agent that is in the app from now on */
  use(session: AgentSession): void {
    this.session = session;
    this.seen.clear();
  }

  /** Takes what is needed of one that has ended, before the agent forgets it. Does not fail. */
  note(slowRequest: SlowRequest): void {
    const { id, state } = slowRequest;
    if (!this.rolling.isOn || state.state === 'running' || this.seen.has(id) || this.taking >= MAX_TAKING) return;
    this.seen.add(id);
    const [oldest] = this.seen;
    if (this.seen.size > MAX_TRAILS && oldest !== undefined) this.seen.delete(oldest);
    this.taking += 1;
    this.work = this.work.then(() => this.takeInTurn(slowRequest));
  }

  /**
   * @returns the profile of a slow request, the same one when it has been cut out before
   * @throws IntrospectorError `cannotCut`
   */
  async cut(slowRequest: SlowRequest): Promise<ProfileInfo> {
    const { id, state } = slowRequest;
    const known = this.profiles.get(id);
    if (known !== undefined) return known;
    this.checkRunning();
    const trail = this.trails.get(id) ?? (await this.take(slowRequest));
    if (trail === undefined) {
      throw errors.cannotCut(
        'it began before the continuous profile did, or nothing is kept of it any more',
        'Replay it in a copy, or profile the next request of its route.',
      );
    }
    const cutting = this.assemble(trail);
    if (state.state !== 'running') this.remember(id, cutting);
    return cutting;
  }

  private checkRunning(): void {
    if (this.rolling.isOn) return;
    if (this.target.state.state === 'gone' || this.target.state.state === 'awaitingRestart') {
      throw errors.cannotCut('its app has ended', 'The Profiles view has those that were cut out before.');
    }
    throw errors.cannotCut(
      'the continuous profile is off',
      'Switch introspector.continuousProfile on for the requests to come, or profile the next request of its route.',
    );
  }

  private async takeInTurn(slowRequest: SlowRequest): Promise<void> {
    try {
      const trail = await this.take(slowRequest);
      if (trail === undefined) return;
      this.trails.set(slowRequest.id, trail);
      forgetOldest(this.trails);
      if (this.isDue(slowRequest)) await this.cut(slowRequest);
    } catch (error) {
      this.log.warn(`${slowRequest.id} cannot be cut out of the continuous profile: ${String(error)}`);
    } finally {
      this.taking -= 1;
    }
    await delay(TAKE_EVERY_MS, undefined, { ref: false });
  }

  private isDue({ groupId }: SlowRequest): boolean {
    const nowMs = performance.now();
    const cutMs = this.groupsCutMs.get(groupId);
    if (cutMs !== undefined && nowMs - cutMs < CUT_GROUP_EVERY_MS) return false;
    this.groupsCutMs.delete(groupId);
    this.groupsCutMs.set(groupId, nowMs);
    forgetOldest(this.groupsCutMs);
    return true;
  }

  private async take({ requestNumber, startedAtMs }: SlowRequest): Promise<RawTrail | undefined> {
    const raw = await this.session?.takeTrail(requestNumber);
    const trail = raw === undefined || raw === '' ? undefined : decodeRawTrail(raw);
    // An agent that was put back into the app has begun to count anew.
    const isSame = trail !== undefined && Math.abs(trail.startedAtMs - startedAtMs) < SAME_START_MS;
    return isSame ? trail : undefined;
  }

  private async assemble(trail: RawTrail): Promise<ProfileInfo> {
    const chunks = await this.rolling.chunksUntil(trail.startUs + trail.durationUs);
    this.count += 1;
    const raw = cutOut(cutId(this.idPrefix, this.count), trail, chunks);
    const { name, pid, hostname, nodeVersion, workingDirectory } = this.target;
    const profile = await assembleProfile(raw, { name, pid, hostname, nodeVersion, workingDirectory }, this.resolver);
    const missingMs = ((chunks[0]?.startTime ?? 0) - trail.startUs) / 1000;
    if (missingMs > 0) profile.info.notes.push(missingText(missingMs));
    this.emit('profile', profile);
    return profile.info;
  }

  private remember(id: string, cutting: Promise<ProfileInfo>): void {
    this.profiles.set(id, cutting);
    forgetOldest(this.profiles);
    cutting.then(
      () => this.trails.delete(id),
      () => this.profiles.delete(id),
    );
  }
}

function missingText(missingMs: number): string {
  return `The continuous profile does not go back as far: what was computed in its first ${Math.ceil(missingMs / 1000)} s shows as waiting.`;
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MAX_TRAILS && oldest !== undefined) map.delete(oldest);
}
