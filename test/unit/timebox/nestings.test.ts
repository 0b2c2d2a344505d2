/** Random nestings of boxes and quotas, against a model of the rules. */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import { AsyncBoxes } from '../../../sidecar/timebox/asyncBoxes';
import { timeboxes } from '../../../sidecar/timebox/threadBoxes';
import { Timeboxes } from '../../../sidecar/timebox/timeboxes';
import { randomNumbers, seed } from '../random';
import { modelOf, type Trace } from './model';
import { type Program, randomProgram, type Step } from './programs';
import { runProgram } from './runProgram';
import { isCatchable, VirtualMachine } from './virtualMachine';

const VIRTUAL_CASES = 10_000;
const REAL_CASES = 100;
/** In virtual time everything may meet at the same moment, and often does. */
const VIRTUAL_MS = 20;
/** In real time, of budgets and of computing, in units; a unit is far longer than what watchdogs are late. */
const REAL_UNITS = 5;
const UNIT_MS = 25;
/** Only programs count whose course is the same when each step takes, and each box is stopped, so much later. */
const SLACK_UNITS = 0.6;
/** A pause of the machine may change what comes first, but hardly so often. */
const REAL_TRIES = 10;

console.log(`seed ${seed}`);

test('any nesting keeps to the rules in virtual time', () => {
  const random = randomNumbers(seed);
  for (let number = 0; number < VIRTUAL_CASES; number += 1) {
    const program = randomProgram(random, VIRTUAL_MS);
    const machine = new VirtualMachine();
    const virtual = new Timeboxes(machine, machine, new AsyncBoxes(machine, machine));
    const trace = runProgram(program, virtual, {
      nowMs: machine.nowMs,
      compute: durationMs => machine.compute(durationMs),
      isCatchable,
    });
    expect(trace, JSON.stringify(program)).toEqual(modelOf(program));
  }
});

test('any nesting keeps to the rules in real time', () => {
  const random = randomNumbers(seed);
  for (let number = 0; number < REAL_CASES; number += 1) {
    const program = sturdyProgram(random);
    const { events, end } = modelOf(program);
    let trace = runReally(program);
    for (let retry = 1; retry < REAL_TRIES && !isDeepStrictEqual(trace, { events, end }); retry += 1) {
      trace = runReally(program);
    }
    expect(trace, JSON.stringify(program)).toEqual({ events, end });
  }
});

/** @returns a program in which at least one box begins */
function sturdyProgram(random: (limit: number) => number): Program {
  for (;;) {
    const program = randomProgram(random, REAL_UNITS);
    const [exact, late] = [modelOf(program), modelOf(slower(program, SLACK_UNITS), SLACK_UNITS)];
    const isSturdy = isDeepStrictEqual([exact.events, exact.end], [late.events, late.end]);
    if (isSturdy && exact.events.length > 0) return program;
  }
}

function slower({ quotasMs, steps }: Program, slack: number): Program {
  const slowed = (step: Step): Step => {
    if (step.kind === 'compute') return { ...step, durationMs: step.durationMs + slack };
    return step.kind === 'box' ? { ...step, steps: step.steps.map(slowed) } : step;
  };
  return { quotasMs, steps: steps.map(slowed) };
}

/** @param program its times are units */
function runReally(program: Program): Pick<Trace, 'events' | 'end'> {
  const scaled = (step: Step): Step => {
    if (step.kind === 'compute') return { ...step, durationMs: step.durationMs * UNIT_MS };
    if (step.kind === 'throw') return step;
    const limit = typeof step.limit === 'number' ? step.limit * UNIT_MS : step.limit;
    return { ...step, limit, steps: step.steps.map(scaled) };
  };
  const inMs = {
    quotasMs: program.quotasMs.map(units => units * UNIT_MS),
    steps: program.steps.map(scaled),
  };
  const { events, end } = runProgram(inMs, timeboxes, {
    nowMs: () => performance.now(),
    compute,
    isCatchable: () => true,
  });
  return { events, end };
}

function compute(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}
