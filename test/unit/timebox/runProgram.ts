/** Runs random programs with the library. */
import { Quota } from '../../../sidecar/timebox/quota';
import type { Timeboxes } from '../../../sidecar/timebox/timeboxes';
import type { Trace } from './model';
import type { Program, Step } from './programs';

export interface Machine {
  nowMs(): number;
  compute(durationMs: number): void;
  isCatchable(error: unknown): boolean;
}

/** @returns what is seen of a program */
export function runProgram(program: Program, timeboxes: Timeboxes, machine: Machine): Trace {
  const startedMs = machine.nowMs();
  const quotas = program.quotasMs.map(budgetMs => new Quota(budgetMs, machine.nowMs));
  const events: string[] = [];

  const box = ({ name, limit, steps }: Extract<Step, { kind: 'box' }>): void => {
    void timeboxes.run({
      limit: typeof limit === 'number' ? limit : (quotas[limit.quota] ?? Number.NaN),
      errorSource: () => name,
      callSite: runProgram,
      body: ({ defer }) => {
        defer(() => events.push(`${name} ends`));
        events.push(`${name} begins`);
        run(steps);
      },
    });
  };
  const run = (steps: Step[]) => {
    for (const step of steps) {
      if (step.kind === 'compute') machine.compute(step.durationMs);
      else if (step.kind === 'throw') throw 'its own';
      else {
        try {
          box(step);
        } catch (error) {
          if (!step.isCaught || !machine.isCatchable(error)) throw error;
          events.push(`caught ${error}`);
        }
      }
    }
  };

  let end = 'returned';
  try {
    run(program.steps);
  } catch (error) {
    end = String(error);
  }
  return { events, end, quotasMs: quotas.map(quota => quota.remaining()), atMs: machine.nowMs() - startedMs };
}
