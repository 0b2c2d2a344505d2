/** What a request does at this moment, as far as its reports tell: they add up from its start, so the last one is taken off. */
import type { Evidence, RequestReport } from '../agent/reports';
import type { TimeSplit } from '../protocol/values';
import { type FrameResolver, guiltyFrameOf } from '../sources/frames';
import type { Sight } from './lookLog';
import { causeOf, timeSplit } from './timeSplit';

type RawLook = Evidence['looks'][number];

export class Sights {
  private before: TimeSplit = { computingMs: 0, waitingMs: 0, heldUpMs: 0 };
  private weights = new Map<string, number>();

  constructor(private readonly resolver: FrameResolver) {}

  /** @returns what took most of the time since the call before this one, and where */
  async next(report: RequestReport, evidence: Evidence | undefined): Promise<Sight> {
    const now = timeSplit(report);
    const cause = causeOf({
      computingMs: Math.max(0, now.computingMs - this.before.computingMs),
      waitingMs: Math.max(0, now.waitingMs - this.before.waitingMs),
      heldUpMs: Math.max(0, now.heldUpMs - this.before.heldUpMs),
    });
    this.before = now;
    const grown = this.mostGrown(evidence?.looks ?? []);
    if (cause === 'heldUp') {
      const worst = [...report.heldUpBy].sort((a, b) => b.durationMs - a.durationMs)[0];
      return { cause, frame: undefined, wait: worst && `${worst.method} ${worst.route}` };
    }
    if (cause === 'computing') return { cause, frame: await this.frameOf(grown?.frames), wait: undefined };
    const wait = evidence?.waits[0];
    return { cause, frame: await this.frameOf((wait ?? evidence?.lastWait)?.frames), wait: wait?.label };
  }

  /** The stack that most time was added to. */
  private mostGrown(looks: readonly RawLook[]): RawLook | undefined {
    const weights = new Map(looks.map(look => [keyOf(look), look.weightMs]));
    const growth = (look: RawLook) => look.weightMs - (this.weights.get(keyOf(look)) ?? 0);
    const most = [...looks].sort((a, b) => growth(b) - growth(a))[0];
    this.weights = weights;
    return most;
  }

  private async frameOf(frames: RawLook['frames'] = []) {
    const resolved = await this.resolver.resolve(frames);
    return resolved[guiltyFrameOf(resolved) ?? 0];
  }
}

function keyOf({ frames }: RawLook): string {
  return frames.map(({ file, line, column }) => `${file}:${line}:${column}`).join('|');
}
