/** Random programs of boxes and quotas. */

export type Step =
  | { kind: 'compute'; durationMs: number }
  | { kind: 'throw' }
  | { kind: 'box'; name: string; limit: number | { quota: number }; steps: Step[]; isCaught: boolean };

export interface Program {
  quotasMs: number[];
  steps: Step[];
}

const MAX_DEPTH = 4;
const QUOTAS = 3;

/** @param random numbers below a limit @param maxMs of budgets and of computing */
export function randomProgram(random: (limit: number) => number, maxMs: number): Program {
  let boxes = 0;
  const someMs = () => 1 + random(maxMs);
  const steps = (depth: number): Step[] => Array.from({ length: 1 + random(3) }, () => step(depth));
  const step = (depth: number): Step => {
    const choice = random(10);
    if (choice === 0) return { kind: 'throw' };
    if (choice < 4 || depth === MAX_DEPTH) return { kind: 'compute', durationMs: someMs() };
    boxes += 1;
    const name = `box ${boxes}`;
    const limit = random(3) === 0 ? { quota: random(QUOTAS) } : someMs();
    return { kind: 'box', name, limit, steps: steps(depth + 1), isCaught: random(2) === 0 };
  };
  return { quotasMs: Array.from({ length: QUOTAS }, () => 2 * someMs()), steps: steps(0) };
}
