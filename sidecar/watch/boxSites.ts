/** Adds up what the agent tells of timeboxes, by the place where they were called. */
import type { BoxReport } from '../agent/reports';
import type { BoxFigures, BoxSite } from '../protocol/boxValues';
import type { FrameResolver } from '../sources/frames';

/** More places than anybody looks at; the one that was quiet for longest is forgotten. */
const MAX_SITES = 100;

export class BoxSites {
  /** The newest last. */
  private readonly sites = new Map<string, BoxSite>();
  private hasChanged = false;

  /** @param targetId makes the ids of places unique */
  constructor(private readonly targetId: string) {}

  /** @param reports what happened since those given before */
  async add(reports: readonly BoxReport[], resolver: Pick<FrameResolver, 'resolve'>): Promise<void> {
    for (const report of reports) {
      const frames = await resolver.resolve(report.frames);
      const [called] = report.frames;
      const place = called === undefined ? '' : `${called.file}:${called.line}:${called.column}`;
      const id = `${this.targetId}:${place}`;
      const site = joined(this.sites.get(id), { ...report, id, frames });
      this.sites.delete(id);
      this.sites.set(id, site);
      const [oldest] = this.sites.keys();
      if (this.sites.size > MAX_SITES && oldest !== undefined) this.sites.delete(oldest);
      this.hasChanged = true;
    }
  }

  /** @returns all places when there is news of any */
  takeChanged(): BoxSite[] | undefined {
    if (!this.hasChanged) return undefined;
    this.hasChanged = false;
    return [...this.sites.values()];
  }
}

function joined(before: BoxSite | undefined, now: BoxSite): BoxSite {
  if (before === undefined) return now;
  const worstFired = worseOf(before.worstFired, now.worstFired);
  const worstNear = worseOf(before.worstNear, now.worstNear);
  // A near miss takes the place of no box that fired.
  const shown = now.fired > 0 || before.fired === 0 ? now : before;
  return {
    ...shown,
    fired: before.fired + now.fired,
    nearMisses: before.nearMisses + now.nearMisses,
    ...(worstFired && { worstFired }),
    ...(worstNear && { worstNear }),
  };
}

function worseOf(before: BoxFigures | undefined, now: BoxFigures | undefined): BoxFigures | undefined {
  if (before === undefined || now === undefined) return before ?? now;
  return now.elapsedMs >= before.elapsedMs ? now : before;
}
