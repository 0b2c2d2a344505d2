/**
 * Reads arguments and locals of the JavaScript that runs: switches the debugger on, pauses, reads, lets go. Measured on
 * Node 18 to 26: switching it on takes 15 ms with 130 scripts and 200 to 400 ms with 2,000, the pause 2 to 6 ms.
 *
 * Node.js can lose the messages of its inspector, and then stands still for ever, when JavaScript that a client has
 * called reaches a pause while another message arrives (`MainThreadInterface::DispatchMessages` in
 * https://github.com/nodejs/node src/inspector/main_thread_interface.cc). So nothing of ours is called from the order to
 * pause until the pause: hence `Debugger.pause` rather than a `debugger` statement, and a connection of our own.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type Protocol from 'devtools-protocol/types/protocol';
import type { FrameVariables, Readiness, Reading } from '../agent/reports';
import type { InspectorConnection, InspectorLine } from '../inspector/connection';
import { pathOf } from '../sources/fileUrls';
import { frameOrigin } from '../sources/frameOrigin';
import type { GeneratedFrame } from '../sources/frames';
import { callAgent } from './agentCall';
import { decodeReadiness, decodeReading } from './agentReport';

/** An app that is not in a native call answers in some milliseconds; with thousands of scripts in half a second. */
const PATIENCE_MS = 1_000;
/** The innermost ones of the app's own code. */
const MAX_FRAMES = 16;
const SCOPES: ReadonlySet<string> = new Set(['local', 'block', 'catch', 'eval']);

const MAX_QUESTIONS = 50;

const FOREIGN_PAUSE = 'another debugger has stopped the app';
const ELSEWHERE: FrameVariables = { variables: [], notCaptured: '(not captured: another context)' };
const TOO_LATE = 'the app did not answer within a second';

/** What was read in one pause. */
export interface Variables {
  /** Innermost first. */
  frames: { generated: GeneratedFrame; variables: FrameVariables }[];
  /** Age of the request at that moment. */
  ageMs: number;
  /** At the most. */
  pauseMs: number;
  /** What it took the app to switch the debugger on. */
  enableMs: number;
}

/** Why nothing was read: the end of a sentence. */
export interface Obstacle {
  obstacle: string;
}

type CallFrames = Protocol.Debugger.CallFrame[];

/** What was asked for during a pause that is over by now. */
interface Asked {
  frames: { generated: GeneratedFrame; isForeign: boolean }[];
  reading: Promise<Reading>;
  pauseMs: Promise<number>;
}

export class Standstill {
  private readonly scripts = new Map<string, string>();
  /** Set while a pause is being waited for. */
  private pausing: { line: InspectorLine; questionsLeft: number } | undefined;
  private onPaused: (callFrames: CallFrames) => void = () => {};

  /** @param agentId object id of the agent inside the app */
  constructor(
    private readonly connection: InspectorConnection,
    private readonly agentId: string,
  ) {
    connection.on('Debugger.scriptParsed', ({ scriptId, url }) => this.onScript(scriptId, url));
    connection.on('Debugger.paused', ({ callFrames }) => this.onPaused(callFrames));
  }

  /**
   * @param requestNumber request whose JavaScript is believed to run
   * @returns what was read, or why nothing was; the debugger is off again either way
   * @throws InspectorError when the connection closes meanwhile
   */
  async read(requestNumber: number): Promise<Variables | Obstacle> {
    this.scripts.clear();
    const paused = new Promise<CallFrames>(resolve => {
      this.onPaused = resolve;
    });
    try {
      // Another debugger's pause is told before the debugger is on.
      const ready = await Promise.race([this.enable(requestNumber), paused, patience()]);
      if (ready === undefined) return { obstacle: TOO_LATE };
      if (Array.isArray(ready)) return { obstacle: FOREIGN_PAUSE };
      if (ready.obstacle !== undefined) return { obstacle: ready.obstacle };
      const { asked } = await this.connection.alone(line => this.pause(line, requestNumber, paused));
      return asked === undefined ? { obstacle: TOO_LATE } : await variables(asked, ready.enableMs);
    } finally {
      // Alone it ends a pause that is nobody's, and leaves one that another debugger made.
      letGo(this.connection, 'Debugger.disable');
    }
  }

  private async enable(requestNumber: number): Promise<Readiness> {
    const { connection } = this;
    const [, , ready] = await Promise.all([
      this.call(connection, 'function () { this.standstill.mark(); }'),
      connection.send('Debugger.enable', undefined),
      this.call(connection, 'function (number) { return this.standstill.ready(number); }', [{ value: requestNumber }]),
    ]);
    return decodeReadiness(ready);
  }

  private async pause(line: InspectorLine, requestNumber: number, paused: Promise<CallFrames>) {
    this.pausing = { line, questionsLeft: MAX_QUESTIONS };
    const mark = this.call(line, 'function () { this.standstill.mark(); }');
    for (const sent of [mark, line.send('Debugger.pause', undefined)]) {
      sent.then(
        () => this.hasten(),
        () => {},
      );
    }
    const callFrames = await Promise.race([paused, patience()]);
    this.pausing = undefined;
    if (callFrames === undefined) {
      letGo(line, 'Debugger.disable');
      return { asked: undefined };
    }
    return { asked: this.ask(line, requestNumber, callFrames) };
  }

  private ask(line: InspectorLine, requestNumber: number, callFrames: CallFrames): Asked {
    const own = callFrames.filter(frame => frameOrigin(pathOf(this.urlOf(frame))) === 'user').slice(0, MAX_FRAMES);
    const scopes = own.map(frame => this.readable(frame));
    const reading = this.call(
      line,
      'function (number, counts, ...scopes) { return this.standstill.read(number, counts, scopes); }',
      [{ value: requestNumber }, { value: JSON.stringify(scopes.map(({ length }) => length)) }, ...scopes.flat()],
    );
    letGo(line, 'Debugger.resume');
    letGo(line, 'Debugger.disable');
    const stood = this.call(line, 'function () { return this.standstill.stood(); }');
    return {
      frames: own.map(frame => ({ generated: this.generated(frame), isForeign: this.isForeign(frame) })),
      reading: reading.then(decodeReading),
      pauseMs: stood.then(Number),
    };
  }

  private onScript(scriptId: string, url: string): void {
    this.scripts.set(scriptId, url);
    this.hasten();
  }

  /**
   * Answers each message that comes before the pause with a question that costs nothing. Of several small messages the
   * app's kernel keeps the next until the one before is acknowledged, which ours does 40 ms late when it has nothing to
   * send: RFC 896 against RFC 1122, 4.2.3.2.
   */
  private hasten(): void {
    const { pausing } = this;
    if (pausing === undefined || pausing.questionsLeft === 0) return;
    pausing.questionsLeft -= 1;
    pausing.line.send('Runtime.getIsolateId', undefined).then(
      () => this.hasten(),
      () => {},
    );
  }

  private readable(frame: Protocol.Debugger.CallFrame): { objectId: string }[] {
    if (this.isForeign(frame)) return [];
    return frame.scopeChain.flatMap(({ type, object: { objectId } }) =>
      SCOPES.has(type) && objectId !== undefined ? [{ objectId }] : [],
    );
  }

  /** Objects of another context, such as one of `node:vm`, V8 does not hand to the agent. */
  private isForeign({ scopeChain }: Protocol.Debugger.CallFrame): boolean {
    const own = contextOf(this.agentId);
    return scopeChain.some(({ object: { objectId } }) => objectId !== undefined && contextOf(objectId) !== own);
  }

  private generated(frame: Protocol.Debugger.CallFrame): GeneratedFrame {
    const { functionName, location } = frame;
    const { lineNumber, columnNumber = 0 } = location;
    return { functionName, file: this.urlOf(frame), line: lineNumber + 1, column: columnNumber + 1, isAsync: false };
  }

  private urlOf({ url, location }: Protocol.Debugger.CallFrame): string {
    return url || (this.scripts.get(location.scriptId) ?? '');
  }

  private call(line: InspectorLine, declaration: string, args?: Protocol.Runtime.CallArgument[]) {
    return callAgent(line, this.agentId, declaration, args);
  }
}

async function variables({ frames, reading, pauseMs }: Asked, enableMs: number): Promise<Variables | Obstacle> {
  pauseMs.catch(() => {});
  const { obstacle, ageMs, frames: read } = await reading;
  if (obstacle !== undefined) return { obstacle };
  return {
    frames: frames.map(({ generated, isForeign }, index) => {
      return { generated, variables: isForeign ? ELSEWHERE : (read[index] ?? { variables: [] }) };
    }),
    ageMs,
    pauseMs: await pauseMs,
    enableMs,
  };
}

/** Sent without waiting for the answer, which says nothing. */
function letGo(line: InspectorLine, command: 'Debugger.resume' | 'Debugger.disable'): void {
  line.send(command, undefined).catch(() => {});
}

function patience(): Promise<undefined> {
  return delay(PATIENCE_MS, undefined, { ref: false });
}

/** An object id is `isolate.context.number`, in every V8 so far; should that change, all ids count as foreign. */
function contextOf(objectId: string): string {
  return objectId.slice(0, objectId.lastIndexOf('.'));
}
