/** Watches one target from attach to detach: drains the agent, turns its reports into events, tells how it ended. */
import type { AgentReport, Instructions, Policy, UninstallReport } from '../agent/reports';
import type { InspectorConnection } from '../inspector/connection';
import type { Log } from '../log';
import type { SlowRequest, Target, TargetState, WatchSettings } from '../protocol/values';
import { lastReport, type YoungRequest } from '../reports/lastReport';
import { LineHints } from '../reports/lineHints';
import { RequestGroups } from '../reports/requestGroups';
import type { FrameResolver } from '../sources/frames';
import { portCloses } from '../targets/listening';
import { AgentSession } from './agentSession';
import { DrainLoop } from './drainLoop';
import { endingOf } from './ending';
import type { Emit, Tick } from './facts';
import { PauseDetector } from './pauseDetector';
import { QueuedConnections } from './queuedConnections';
import { SlowRequestAssembler } from './slowRequests';

/** The agent leaves by itself when nobody has drained it for this long. */
const ABANDONED_AFTER_MS = 10_000;
const STATS_EVERY_MS = 1_000;
const HINTS_EVERY_MS = 250;
/** A running request whose evidence is the same is only told of again to show its time. */
const SAME_AGAIN_EVERY_MS = 500;
/** The kernel's queues are worth a look when the loop was hardly idle. */
const HELD_SHARE = 0.9;
const LATE_MS = 250;
const DETACH_TIMEOUT_MS = 3_000;
const MAX_REMEMBERED = 500;
/** Those that run are remembered beyond that, since their end will have to be told; some 20 kB each. */
const MAX_RUNNING = 2_500;

/** What slow requests of a target add up to. */
export interface Gathered {
  hints: LineHints;
  groups: RequestGroups;
}

/** What is kept of a target when its app is started again. */
export interface CarriedOver {
  settings: WatchSettings;
  gathered: Gathered;
  remembered: Map<string, SlowRequest>;
  generation: number;
}

export type Gone = TargetState & { state: 'gone' };

/** How a watcher stands to those of the same app before and after it. */
export interface Succession {
  /** See `leave`. */
  before?: CarriedOver;
  /** @returns what becomes of the target after its end */
  stateAfter(ended: Gone): TargetState;
}

export class TargetWatcher {
  private session: AgentSession | undefined;
  private loop: DrainLoop | undefined;
  private assembler: SlowRequestAssembler;
  private readonly gathered: Gathered;
  private hintsDirty = false;
  private readonly pauses = new PauseDetector();
  private readonly queued: QueuedConnections;
  private queuedNow: Instructions['queued'] = [];
  private readonly remembered: Map<string, SlowRequest>;
  private readonly emittedMs = new Map<string, number>();
  private work: Promise<void> = Promise.resolve();
  private paused = false;
  private detaching = false;
  private saidGoodbye = false;
  private lastTick: Tick;
  private generation: number;
  private slowSeen = 0;
  private lastReportMs = performance.now();
  private statsMs = 0;
  private costAtStatsMs = 0;
  private hintsTimer: NodeJS.Timeout | undefined;

  /**
   * @param info what is known of the target; its state and hooks are kept up to date here
   * @param connection open connection to its inspector; ours to close
   * @param gathered goes on from there
   */
  constructor(
    readonly info: Target,
    private settings: WatchSettings,
    private readonly connection: InspectorConnection,
    /** Its number on this machine; undefined when it may run on another one. */
    private readonly localPid: number | undefined,
    private readonly resolver: FrameResolver,
    private readonly emit: Emit,
    private readonly log: Log,
    private readonly succession: Succession,
  ) {
    const { before } = succession;
    this.gathered = before?.gathered ?? { hints: new LineHints(), groups: new RequestGroups() };
    this.remembered = before?.remembered ?? new Map();
    this.generation = before?.generation ?? 0;
    this.queued = new QueuedConnections(localPid);
    this.assembler = this.newAssembler();
    this.lastTick = { targetId: info.id, atMs: 0, requestsInFlight: 0, inFlight: [] };
  }

  /** @throws IntrospectorError when the agent cannot be put into the app */
  async start(): Promise<void> {
    this.connection.on('NodeRuntime.waitingForDisconnect', () => void this.letGo());
    // Else an app that wants to exit would wait for us.
    await this.connection.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
    await this.install();
    void this.connection.closed.then(() => this.onClosed());
    this.hintsTimer = setInterval(() => this.flushHints(), HINTS_EVERY_MS);
  }

  private async install(): Promise<void> {
    this.session = await AgentSession.install(this.connection, {
      policy: policyOf(this.settings),
      abandonedAfterMs: ABANDONED_AFTER_MS,
      ownsInspector: this.info.inspector.openedByUs,
    });
    this.info.hooks = this.session.hooks;
    this.costAtStatsMs = 0;
    this.loop = new DrainLoop(this.session, {
      instructions: () => this.instructions(),
      onReport: (report, lateMs, wasOvertaken) => this.onReport(report, lateMs, wasOvertaken),
      onSilence: (sinceMs, isOvertaken) => this.onSilence(sinceMs, isOvertaken),
      onLost: error => this.onLost(error),
    });
    this.loop.start();
  }

  /** Takes the agent out of the app and lets go of it. @returns what was undone, in words */
  async detach(): Promise<string[]> {
    this.detaching = true;
    await this.loop?.stop();
    const report = await this.uninstalled();
    this.connection.close();
    await this.connection.closed;
    if (report === undefined)
      return ['Let go of the app. It does not answer now: the agent takes itself out within 10 s.'];
    const kept = report.kept.map(name => `left ${name} in place, switched off: something else was built on it`);
    const removed = `removed ${report.undone.length} hooks`;
    return [removed, ...kept, ...(await this.inspectorAfter(report.inspector))];
  }

  /** Watches by other settings from now on. */
  async configure(settings: WatchSettings): Promise<void> {
    this.settings = settings;
    this.info.thresholdMs = settings.thresholdMs;
    if (this.info.state.state !== 'awaitingRestart') await this.session?.configure(policyOf(settings));
    this.emit('targetChanged', { target: this.info });
  }

  /** @returns what the watcher of the same app needs when it is started again; this one has ended */
  leave(): CarriedOver {
    const { settings, gathered, remembered, generation } = this;
    return { settings, gathered, remembered, generation: generation + 1 };
  }

  /** Ends the wait for a restart. */
  stopWaiting(): void {
    const { name, pid } = this.info;
    this.setState({ state: 'gone', reason: 'detached', message: `Detached from ${name} [${pid}].` });
  }

  /** @returns whether the line is on the app's standard error now */
  async writeLog(line: string): Promise<boolean> {
    return (await this.session?.writeLog(line)) ?? false;
  }

  /** @returns a slow request of this target; undefined when it is not remembered */
  slowRequest(id: string): SlowRequest | undefined {
    return this.remembered.get(id);
  }

  private instructions(): Instructions {
    return { paused: this.paused, queued: this.queuedNow };
  }

  private onReport(report: AgentReport, lateMs: number, wasOvertaken: boolean): void {
    if (!report.installed) {
      this.log.warn('the agent had left, since it was not drained for 10 s: putting it back');
      this.generation += 1;
      this.assembler = this.newAssembler();
      this.install().catch(error => this.onLost(error));
      void this.loop?.stop();
      return;
    }
    const nowMs = performance.now();
    this.paused = this.pauses.isPaused(report.running, nowMs - this.lastReportMs, lateMs);
    this.lastReportMs = nowMs;
    this.setState(this.paused ? { state: 'pausedByDebugger' } : { state: 'watching' });
    this.noteRunning(report, lateMs, this.paused || wasOvertaken);
    this.lookAtQueue(report);
    const { atMs, requestsInFlight, inFlight } = report;
    this.lastTick = { targetId: this.info.id, atMs, requestsInFlight, inFlight };
    this.emit('tick', this.lastTick);
    this.work = this.work.then(() => this.onRequests(report)).catch(error => this.log.warn(String(error)));
    if (nowMs - this.statsMs >= STATS_EVERY_MS) this.emitStats(report, nowMs);
  }

  private noteRunning({ running }: AgentReport, lateMs: number, wasPaused: boolean): void {
    const requestNumber = running?.requestNumber;
    if (requestNumber === undefined) return;
    if (wasPaused)
      this.assembler.note(requestNumber, 'The app stood at a breakpoint of a debugger for part of the time.');
    else if (lateMs >= LATE_MS) {
      this.assembler.note(
        requestNumber,
        'A native call kept the app from answering; its stack was taken when the call returned.',
      );
    }
  }

  private lookAtQueue({ running, busyShare }: AgentReport): void {
    if (running === undefined || busyShare < HELD_SHARE || this.paused) {
      this.queued.clear();
      this.queuedNow = [];
      return;
    }
    void this.queued.look().then(queued => {
      this.queuedNow = queued;
    });
  }

  private async onSilence(sinceMs: number, isOvertaken: boolean): Promise<void> {
    if (isOvertaken) return this.setState({ state: 'pausedByDebugger' });
    this.setState({ state: 'notAnswering', sinceMs: Date.now() - sinceMs });
    const queued = await this.queued.look();
    if (queued.length > 0) this.session?.tellQueued(queued).catch(() => {});
  }

  private async onRequests(report: AgentReport): Promise<void> {
    for (const request of report.requests) {
      const slowRequest = await this.assembler.assemble(request, report);
      const before = this.remembered.get(slowRequest.id);
      this.remember(slowRequest);
      const isNews = request.evidence !== undefined || newsOf(before) !== newsOf(slowRequest);
      const sinceMs = performance.now() - (this.emittedMs.get(slowRequest.id) ?? 0);
      if (isNews || sinceMs >= SAME_AGAIN_EVERY_MS) this.publish(slowRequest);
    }
  }

  private publish(slowRequest: SlowRequest): void {
    if (!this.emittedMs.has(slowRequest.id)) this.slowSeen += 1;
    this.emittedMs.set(slowRequest.id, performance.now());
    if (slowRequest.state.state !== 'running') this.emittedMs.delete(slowRequest.id);
    this.gathered.hints.add(slowRequest);
    this.gathered.groups.add(slowRequest);
    this.hintsDirty = true;
    this.emit('slowRequest', slowRequest);
  }

  private remember(slowRequest: SlowRequest): void {
    this.remembered.set(slowRequest.id, slowRequest);
    if (this.remembered.size <= MAX_REMEMBERED) return;
    const oldest =
      this.oldestEnded() ?? (this.remembered.size > MAX_RUNNING ? [...this.remembered.keys()][0] : undefined);
    if (oldest !== undefined) this.remembered.delete(oldest);
  }

  private oldestEnded(): string | undefined {
    for (const [id, { state }] of this.remembered) if (state.state !== 'running') return id;
    return undefined;
  }

  private flushHints(): void {
    if (!this.hintsDirty) return;
    this.hintsDirty = false;
    this.emit('lineHints', { targetId: this.info.id, hints: this.gathered.hints.all() });
    for (const group of this.gathered.groups.takeChanged()) this.emit('requestGroup', group);
  }

  private emitStats(report: AgentReport, nowMs: number): void {
    const elapsedMs = nowMs - this.statsMs;
    const agentCpuShare = this.statsMs === 0 ? 0 : Math.max(0, report.ownCostMs - this.costAtStatsMs) / elapsedMs;
    this.statsMs = nowMs;
    this.costAtStatsMs = report.ownCostMs;
    this.emit('targetStats', {
      targetId: this.info.id,
      requestsSeen: report.requestsSeen,
      requestsInFlight: report.requestsInFlight,
      slowRequests: this.slowSeen,
      ignored: report.ignored,
      agentCpuShare,
    });
  }

  /** The app wants to exit and waits for its inspector clients to hang up. One last look, then we do. */
  private async letGo(): Promise<void> {
    this.saidGoodbye = true;
    await this.loop?.stop();
    this.connection.close();
  }

  private onLost(error: unknown): void {
    if (this.detaching) return;
    this.log.warn(`lost the agent: ${error instanceof Error ? error.message : String(error)}`);
    this.connection.close();
  }

  private async onClosed(): Promise<void> {
    clearInterval(this.hintsTimer);
    const { localPid, detaching: isDetaching, saidGoodbye } = this;
    const ending = endingOf(this.info, { localPid, isDetaching, saidGoodbye });
    await this.loop?.stop();
    await this.work;
    const state = await ending;
    const unfinished = [...this.remembered.values()].filter(request => request.state.state === 'running');
    const ended = unfinished.map(request => ({
      ...request,
      state: { state: 'unknown', message: state.message } as const,
    }));
    for (const slowRequest of ended) {
      this.remember(slowRequest);
      this.publish(slowRequest);
    }
    this.flushHints();
    const report = isDetaching ? undefined : lastReport(this.info, state.message, ended, this.youngOnes(ended));
    this.setState(this.succession.stateAfter(report === undefined ? state : { ...state, report }));
  }

  /** Requests in flight at the last look that were not slow. */
  private youngOnes(slow: readonly SlowRequest[]): YoungRequest[] {
    const { atMs, inFlight } = this.lastTick;
    const slowNumbers = new Set(slow.map(({ requestNumber }) => requestNumber));
    return inFlight
      .filter(({ requestNumber }) => !slowNumbers.has(requestNumber))
      .map(({ startedAtMs, ...request }) => ({ ...request, durationMs: Math.max(0, atMs - startedAtMs) }));
  }

  private setState(state: TargetState): void {
    if (this.info.state.state === state.state || this.info.state.state === 'gone') return;
    this.info.state = state;
    this.emit('targetChanged', { target: this.info });
  }

  private async uninstalled(): Promise<UninstallReport | undefined> {
    const late = new Promise<undefined>(resolve => setTimeout(resolve, DETACH_TIMEOUT_MS, undefined).unref());
    return Promise.race([this.session?.uninstall().catch(() => undefined), late]);
  }

  private async inspectorAfter(left: UninstallReport['inspector']): Promise<string[]> {
    if (left === 'leftToAnotherAgent') return ['left the inspector open for another editor that watches this app'];
    const { openedByUs, port } = this.info.inspector;
    if (left === 'leftOpen') return openedByUs ? ['left the inspector open: another client uses it'] : [];
    return (await portCloses(this.localPid, port))
      ? ['closed the inspector']
      : ['the inspector closes when nobody uses it'];
  }

  private newAssembler(): SlowRequestAssembler {
    const prefix = this.generation === 0 ? this.info.id : `${this.info.id}.${this.generation}`;
    return new SlowRequestAssembler(this.resolver, {
      idPrefix: prefix,
      targetId: this.info.id,
      app: this.info,
      hungMs: () => this.settings.hungMs,
      requestByNumber: requestNumber => this.remembered.get(`${prefix}:${requestNumber}`),
    });
  }
}

/** What is told at once when it changes. */
function newsOf(slowRequest: SlowRequest | undefined): string {
  if (slowRequest === undefined) return '';
  const { state, level, looks, groupId } = slowRequest;
  return [state.state, level, groupId, ...looks.map(({ count }) => count)].join();
}

function policyOf({ thresholdMs, routes, redactNames }: WatchSettings): Policy {
  const rules = Object.entries(routes).map(([pattern, rule]) => ({ pattern, thresholdMs: rule }));
  return { thresholdMs, routes: rules, redactNames };
}
