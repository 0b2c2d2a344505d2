/** The rules of boxes in their simplest form, told from the programs alone: nothing of the library is in it. */
import type { Program, Step } from './programs';

/** What is seen of a program: which boxes began, which were cleaned up, which errors were caught, in their order. */
export interface Trace {
  events: string[];
  /** What the whole threw, if it did. */
  end: string;
  /** Left of each quota, in milliseconds. */
  quotasMs: number[];
  atMs: number;
}

interface Open {
  name: string;
  deadlineMs: number;
  quota: number | undefined;
}

/** Ends everything up to the box of this name. */
class Expired {
  constructor(readonly name: string) {}
}

const OWN = 'its own';

/** @param lateMs by how much boxes are stopped later than asked for */
export function modelOf(program: Program, lateMs = 0): Trace {
  const quotasMs = [...program.quotasMs];
  const events: string[] = [];
  const open: Open[] = [];
  let atMs = 0;

  const pass = (durationMs: number) => {
    for (const quota of new Set(open.map(box => box.quota))) {
      if (quota !== undefined) quotasMs[quota] = (quotasMs[quota] ?? 0) - durationMs;
    }
    atMs += durationMs;
  };
  const compute = (durationMs: number) => {
    const dueMs = Math.min(...open.map(box => box.deadlineMs));
    pass(Math.max(0, Math.min(durationMs, dueMs - atMs)));
    if (dueMs <= atMs) pass(lateMs);
    // The outermost of those that are due.
    const expired = open.find(box => box.deadlineMs <= atMs);
    if (expired !== undefined) throw new Expired(expired.name);
  };
  const box = (step: Extract<Step, { kind: 'box' }>) => {
    const quota = typeof step.limit === 'number' ? undefined : step.limit.quota;
    const budgetMs = typeof step.limit === 'number' ? step.limit : (quotasMs[step.limit.quota] ?? 0);
    if (budgetMs <= 0) throw step.name;
    open.push({ name: step.name, deadlineMs: atMs + budgetMs, quota });
    events.push(`${step.name} begins`);
    try {
      run(step.steps);
    } catch (error) {
      throw error instanceof Expired && error.name === step.name ? step.name : error;
    } finally {
      open.pop();
      events.push(`${step.name} ends`);
    }
  };
  const run = (steps: Step[]) => {
    for (const step of steps) {
      if (step.kind === 'compute') compute(step.durationMs);
      else if (step.kind === 'throw') throw OWN;
      else {
        try {
          box(step);
        } catch (error) {
          // No `catch` inside of the box that expired has its turn.
          if (error instanceof Expired || !step.isCaught) throw error;
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
  return { events, end, quotasMs: quotasMs.map(leftMs => Math.max(0, leftMs)), atMs };
}
