/**
 * Stops JavaScript inside the app. V8 is told to terminate by an order of its own, and whatever of ours was called in the
 * same moment would be terminated instead of the app's code: so the connection is ours alone meanwhile.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type Protocol from 'devtools-protocol/types/protocol';
import type { EndedRequest, InterruptOutcome } from '../agent/reports';
import type { InspectorConnection, InspectorLine } from '../inspector/connection';
import { callAgent } from './agentCall';
import { decodeEndOutcome, decodeInterruptOutcome } from './agentReport';

/** From inside a blocked loop an app answers in some 5 ms; on a starved machine in some 100. */
const READY_PATIENCE_MS = 700;
/** The agent keeps others from being hit for twice as long. */
const ACT_PATIENCE_MS = 250;
const OUTCOME_PATIENCE_MS = 5_000;
const TERMINATE_PATIENCE_MS = 3_000;
const TURN_PATIENCE_MS = 10_000;

/** Why nothing was done: the end of a sentence. */
export interface Refusal {
  obstacle: string;
}

export interface Stopped extends NonNullable<InterruptOutcome['stopped']> {
  /** From the order to the first turn of the event loop after it; undefined when that was not seen. */
  servesAfterMs: number | undefined;
  /** What went otherwise than it should, in sentences. */
  notes: string[];
}

export class Interrupter {
  /** @param agentId object id of the agent inside the app */
  constructor(
    private readonly connection: InspectorConnection,
    private readonly agentId: string,
  ) {}

  /**
   * Not to be called while anything else is being asked of the app.
   *
   * @param requestNumber request whose JavaScript is believed to hold the event loop
   * @param why one sentence for its client
   * @throws InspectorError when the connection closes meanwhile
   */
  async stop(requestNumber: number, why: string): Promise<Stopped | Refusal> {
    const startedMs = performance.now();
    const orderedMs = await this.ready();
    if (orderedMs === undefined) return { obstacle: 'a native call is at work, which lets nobody in until it returns' };
    const done = await this.connection.alone(line => this.act(line, requestNumber, orderedMs, why));
    if ('obstacle' in done) return done;
    const turned = await inTime(this.call(this.connection, 'turned', [], true), TURN_PATIENCE_MS);
    if (turned === undefined) done.notes.push('The event loop has not turned since.');
    return { ...done, servesAfterMs: turned === undefined ? undefined : performance.now() - startedMs };
  }

  /**
   * Answers a request that waits.
   *
   * @param why one sentence for its client
   * @throws InspectorError when the connection closes meanwhile
   */
  async end(requestNumber: number, why: string): Promise<EndedRequest | Refusal> {
    const orderedMs = await this.ready();
    const ending =
      orderedMs === undefined ? undefined : this.call(this.connection, 'end', [requestNumber, orderedMs, why], true);
    const { ended, obstacle } = decodeEndOutcome((await (ending && inTime(ending, OUTCOME_PATIENCE_MS))) ?? HELD);
    return ended ?? { obstacle: obstacle ?? 'the event loop is held' };
  }

  private async act(
    line: InspectorLine,
    requestNumber: number,
    orderedMs: number,
    why: string,
  ): Promise<Omit<Stopped, 'servesAfterMs'> | Refusal> {
    const sentMs = performance.now();
    const answer = await inTime(this.call(line, 'act', [requestNumber, orderedMs, why]), OUTCOME_PATIENCE_MS);
    if (answer === undefined) return { obstacle: 'a native call has begun, which lets nobody in until it returns' };
    const { stopped, obstacle } = decodeInterruptOutcome(answer);
    if (stopped === undefined) return { obstacle: obstacle ?? 'the app did not say why' };
    const notes: string[] = [];
    if (performance.now() - sentMs > ACT_PATIENCE_MS) {
      notes.push(
        'Its client was answered, but the app took so long for it that its code was let go on: others might have been hit.',
      );
    } else if (
      (await inTime(line.send('Runtime.terminateExecution', undefined), TERMINATE_PATIENCE_MS)) === undefined
    ) {
      notes.push('V8 was told to terminate its code, and has not said that it did.');
    }
    const stillRuns = await this.call(line, 'settle', [requestNumber]);
    if (stillRuns === true && notes.length === 0) notes.push('Its code still runs.');
    return { ...stopped, notes };
  }

  private async ready(): Promise<number | undefined> {
    const answer = await inTime(this.call(this.connection, 'ready', []), READY_PATIENCE_MS);
    return typeof answer === 'number' ? answer : undefined;
  }

  private call(
    line: InspectorLine,
    method: 'ready' | 'act' | 'settle' | 'turned' | 'end',
    values: readonly (number | string)[],
    awaitPromise = false,
  ): Promise<unknown> {
    const args: Protocol.Runtime.CallArgument[] = values.map(value => ({ value }));
    const declaration = `function (...values) { return this.interruption.${method}(...values); }`;
    return callAgent(line, this.agentId, declaration, args, awaitPromise);
  }
}

const HELD = JSON.stringify({ obstacle: 'the event loop is held, and whoever holds it has to be stopped first' });

/** @returns what comes of it; undefined when it takes longer */
async function inTime<T>(work: Promise<T>, patienceMs: number): Promise<T | undefined> {
  work.catch(() => {});
  const late = new AbortController();
  const lateness = delay(patienceMs, undefined, { signal: late.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([work, lateness]);
  } finally {
    late.abort();
  }
}
