/** The agent in a copy: profiles one request as finely as V8 can, for as long as it takes. */
import { setTimeout as delay } from 'node:timers/promises';
import { assembleProfile } from '../profiles/assemble';
import type { PositionResolver } from '../profiles/frameTable';
import type { Profile } from '../profiles/profile';
import { profileIdPrefix } from '../profiles/profileId';
import { decodeRawProfile } from '../profiles/rawProfileSchema';
import { DEFAULT_WATCH_SETTINGS } from '../protocol/defaults';
import { type ConnectedTarget, connectTarget } from '../targets/connectTarget';
import type { ProcessTable } from '../targets/processTable';
import { AgentSession } from '../watch/agentSession';
import { policyOf } from '../watch/policy';

/** The smallest interval V8 keeps to. */
const SAMPLING_INTERVAL_US = 100;
/** Nobody else is there to take the agent out: the copy is ended as a whole. */
const FOR_EVER_MS = 24 * 3_600_000;
const POLL_MS = 25;
const READY_TIMEOUT_MS = 30_000;
/** A copy that computes answers within milliseconds; one inside a native call may not answer at all. */
const CUT_TIMEOUT_MS = 5_000;

export class CopyAgent {
  private constructor(
    private readonly connected: ConnectedTarget,
    private readonly session: AgentSession,
    private readonly resolver: PositionResolver,
  ) {}

  /**
   * @param url of the inspector of the process that serves
   * @param token that a request to be profiled brings
   */
  static async install(
    table: ProcessTable,
    url: string,
    token: string,
    resolver: PositionResolver,
  ): Promise<CopyAgent> {
    const { hostname, port } = new URL(url);
    const connected = await connectTarget(table, { host: hostname, port: Number(port) });
    const { connection } = connected;
    // Else a copy that exits would wait for us, and its client with it.
    connection.on('NodeRuntime.waitingForDisconnect', () => connection.close());
    await connection.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
    const session = await AgentSession.install(connection, {
      policy: policyOf(DEFAULT_WATCH_SETTINGS),
      abandonedAfterMs: FOR_EVER_MS,
      ownsInspector: false,
      profiling: {
        token,
        idPrefix: profileIdPrefix(connected.identity.pid),
        samplingIntervalUs: SAMPLING_INTERVAL_US,
        maxDurationMs: FOR_EVER_MS,
      },
    });
    return new CopyAgent(connected, session, resolver);
  }

  /** @throws Error when the request that was profiled leaves no profile within half a minute */
  async profile(): Promise<Profile> {
    const deadlineMs = performance.now() + READY_TIMEOUT_MS;
    while (performance.now() < deadlineMs) {
      const { profiles, profilingProblems } = await this.session.drain({ paused: false, queued: [] });
      const [id] = profiles;
      if (id !== undefined) return this.take(id);
      if (profilingProblems.length > 0) throw new Error(profilingProblems.join('; '));
      await delay(POLL_MS);
    }
    throw new Error('the request left no profile');
  }

  /** @returns the profile so far of the request under way; undefined when there is none, or the copy does not answer */
  async cut(): Promise<Profile | undefined> {
    const ids = this.session.cutProfiles('the replay was cancelled').then(async ([id]) => id && this.take(id));
    ids.catch(() => {});
    const late = delay(CUT_TIMEOUT_MS, undefined, { ref: false });
    return (await Promise.race([ids, late]).catch(() => undefined)) || undefined;
  }

  close(): void {
    this.connected.connection.close();
  }

  private async take(id: string): Promise<Profile> {
    const { nodeVersion, workingDirectory, hostname, pid, script } = this.connected.identity;
    const name = script.split(/[\\/]/).at(-1) || 'node';
    const target = { name, pid, hostname, nodeVersion, workingDirectory };
    const profile = await assembleProfile(decodeRawProfile(await this.session.takeProfile(id)), target, this.resolver);
    return { ...profile, info: { ...profile.info, trigger: 'replay' } };
  }
}
