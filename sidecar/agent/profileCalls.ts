/** What the sidecar asks of profiles; each answer is the agent's own work, which no request is charged for. */
import type { LoopAccounts } from './loopAccounts';
import type { Profiling } from './profiling';
import type { RequestRecord } from './requests';
import type { RollingProfile } from './rollingProfile';
import type { Clock } from './runtime';
import type { Trails } from './trails';

export class ProfileCalls {
  constructor(
    private readonly profiling: Profiling,
    private readonly rolling: RollingProfile,
    private readonly trails: Trails,
    private readonly inFlight: () => Iterable<RequestRecord>,
    private readonly clock: Clock,
    private readonly accounts: LoopAccounts,
  ) {}

  /** @param routes JSON of string[]: whose next request is to be profiled; replaces what was asked for before */
  arm(routes: string): void {
    this.profiling.arm(JSON.parse(routes));
  }

  /** @returns JSON of RawProfile, which is forgotten here; empty when there is none */
  take(id: string): string {
    return this.discounted(() => this.profiling.take(id));
  }

  /** Ends the profiles under way. @returns JSON of the ids of those that can be taken */
  cut(reason: string): string {
    this.profiling.cut(reason);
    return JSON.stringify(this.profiling.settle().profiles);
  }

  /** @param to `next` begins a chunk of the rolling profile and ends the one before, `stop` ends it */
  roll(to: string): void {
    this.discounted(() => {
      if (to === 'next') {
        this.rolling.next();
        this.trails.switchOn();
      } else {
        this.rolling.stop();
        this.trails.switchOff();
      }
    });
  }

  /** @returns JSON of RawTrail of a request that runs or has just ended; empty when there is none */
  takeTrail(requestNumber: string): string {
    const number = Number(requestNumber);
    const running = [...this.inFlight()].find(record => record.number === number);
    return this.discounted(() => this.trails.take(number, running));
  }

  private discounted<T>(work: () => T): T {
    const startedMs = this.clock.nowMs();
    try {
      return work();
    } finally {
      this.accounts.discount(this.clock.nowMs() - startedMs);
    }
  }
}
