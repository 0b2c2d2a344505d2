/** Fetches the profiles that an agent has ready, and makes something readable of them. */
import type { Log } from '../log';
import { assembleProfile } from '../profiles/assemble';
import type { PositionResolver } from '../profiles/frameTable';
import { decodeRawProfile } from '../profiles/rawProfileSchema';
import type { Target } from '../protocol/values';
import type { AgentSession } from './agentSession';
import type { Emit } from './facts';

export class ProfileCollector {
  private readonly underWay = new Set<string>();
  private work: Promise<void> = Promise.resolve();

  constructor(
    private readonly target: Target,
    private readonly resolver: PositionResolver,
    private readonly emit: Emit,
    private readonly log: Log,
  ) {}

  /** @param ids of profiles that can be taken; those that are being taken already are left alone */
  collect(session: AgentSession, ids: readonly string[]): void {
    for (const id of ids) {
      if (this.underWay.has(id)) continue;
      this.underWay.add(id);
      const taken = session.takeProfile(id);
      taken.catch(() => {});
      this.work = this.work.then(() => this.assemble(id, taken));
    }
  }

  /** Tells why requests that should have been were not profiled. */
  tellProblems(problems: readonly string[]): void {
    for (const problem of problems) {
      this.emit('notice', { severity: 'warning', source: 'profile', message: `${problem}.` });
    }
  }

  /**
   * Ends the profiles under way and fetches them, when the agent is about to go.
   *
   * @param reason why they end: the end of a sentence
   */
  async finish(session: AgentSession, reason: string): Promise<void> {
    const ids = await session.cutProfiles(reason).catch(() => []);
    this.collect(session, ids);
    await this.work;
  }

  private async assemble(id: string, taken: Promise<unknown>): Promise<void> {
    try {
      const raw = await taken;
      if (raw === '') return;
      const { name, pid, hostname, nodeVersion, workingDirectory } = this.target;
      const target = { name, pid, hostname, nodeVersion, workingDirectory };
      this.emit('profile', await assembleProfile(decodeRawProfile(raw), target, this.resolver));
    } catch (error) {
      this.log.warn(`profile ${id} cannot be used: ${String(error)}`);
      this.tellProblems([`A profile of ${this.target.name} was lost: what came from the app cannot be used`]);
    } finally {
      this.underWay.delete(id);
    }
  }
}
