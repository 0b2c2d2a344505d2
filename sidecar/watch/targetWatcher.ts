/** Watches one target from attach to detach: drains the agent, turns its reports into events, tells how it ended. */
import type { AgentReport, Instructions, UninstallReport } from '../agent/reports';
import type { InspectorConnection } from '../inspector/connection';
import type { Log } from '../log';
import { profileIdPrefix } from '../profiles/profileId';
import { errors } from '../protocol/errors';
import type { SlowRequest, Target, TargetState, WatchSettings } from '../protocol/values';
import { lastReport, type YoungRequest } from '../reports/lastReport';
import type { FrameResolver } from '../sources/frames';
import { type StartRecipe, startRecipeOf } from '../targets/startRecipe';
import { AgentSession } from './agentSession';
import { ContinuousCuts } from './continuousCuts';
import { DrainLoop } from './drainLoop';
import { endingOf } from './ending';
import { exitCodeOf } from './exitCode';
import type { Emit, Tick } from './facts';
import { Interruptions } from './interruptions';
import { PauseDetector } from './pauseDetector';
import { policyOf } from './policy';
import { ProfileCollector } from './profileCollector';
import { QueuedConnections } from './queuedConnections';
import { type Gathered, RequestBook } from './requestBook';
import { RollingProfile } from './rollingProfile';
import { runningNote } from './runningNotes';
import { SlowRequestAssembler } from './slowRequests';
import { undoneWords } from './undoneWords';
import { capturedVariables, VariableCapture } from './variableCapture';

/** The agent leaves by itself when nobody has drained it for this long. */
const ABANDONED_AFTER_MS = 10_000;
const STATS_EVERY_MS = 1_000;
/** The kernel's queues are worth a look when the loop was hardly idle. */
const HELD_SHARE = 0.9;
const DETACH_TIMEOUT_MS = 3_000;
/** V8's own default. */
const SAMPLING_INTERVAL_US = 1_000;
/** A profile of a request that never ends is cut. */
const MAX_PROFILE_MS = 10 * 60_000;

/** What is kept of a target when its app is started again. */
export interface CarriedOver {
  settings: WatchSettings;
  gathered: Gathered;
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
  private readonly book: RequestBook;
  private readonly capture: VariableCapture;
  private readonly profiles: ProfileCollector;
  private readonly rolling: RollingProfile;
  /** Slow requests out of the continuous profile. */
  readonly cuts: ContinuousCuts;
  readonly interruptions: Interruptions;
  private readonly profileIds: string;
  /** Fulfilled when the variables that are being read are known. */
  private reading: Promise<void> = Promise.resolve();
  private readonly pauses = new PauseDetector();
  private readonly queued: QueuedConnections;
  private queuedNow: Instructions['queued'] = [];
  private work: Promise<void> = Promise.resolve();
  private paused = false;
  private detaching = false;
  private saidGoodbye = false;
  private exitCode: number | undefined;
  private lastTick: Tick;
  private generation: number;
  private lastReportMs = performance.now();
  private statsMs = 0;
  private costAtStatsMs = 0;

  /**
   * @param info what is known of the target; its state and hooks are kept up to date here
   * @param connection open connection to its inspector; ours to close
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
    /** What a client has to know to have its request profiled. */
    private readonly profileToken: string,
  ) {
    const { before } = succession;
    this.book = new RequestBook(info.id, emit, before?.gathered);
    this.capture = new VariableCapture(settings.captureLocals);
    this.profiles = new ProfileCollector(info, resolver, emit, log);
    this.profileIds = profileIdPrefix(info.pid);
    this.rolling = new RollingProfile(connection, this.profileIds, resolver, {
      onLines: recent => emit('hotLines', { targetId: info.id, ...recent }),
      onProblem: problem => log.warn(problem),
    });
    this.cuts = new ContinuousCuts(info, this.profileIds, this.rolling, resolver, emit, log);
    this.interruptions = new Interruptions(
      resolver,
      {
        isPaused: () => this.paused || this.info.state.state === 'pausedByDebugger',
        tell: (requestNumber, interruption) => this.assembler.tellInterruption(requestNumber, interruption),
        note: (requestNumber, sentence) => this.assembler.note(requestNumber, sentence),
      },
      log,
    );
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
    this.book.start();
  }

  private async install(): Promise<void> {
    this.session = await AgentSession.install(this.connection, {
      policy: policyOf(this.settings),
      abandonedAfterMs: ABANDONED_AFTER_MS,
      ownsInspector: this.info.inspector.openedByUs,
      profiling: {
        token: this.profileToken,
        idPrefix: this.profileIds,
        samplingIntervalUs: SAMPLING_INTERVAL_US,
        maxDurationMs: MAX_PROFILE_MS,
      },
    });
    this.cuts.use(this.session);
    this.interruptions.use(this.session);
    this.info.hooks = this.session.hooks;
    this.costAtStatsMs = 0;
    this.loop = new DrainLoop(this.session, {
      instructions: () => this.instructions(),
      onReport: (report, lateMs, wasOvertaken) => this.onReport(report, lateMs, wasOvertaken),
      betweenDrains: () => this.reading.then(() => this.interruptions.betweenDrains()),
      onSilence: (sinceMs, isOvertaken) => this.onSilence(sinceMs, isOvertaken),
      onLost: error => this.onLost(error),
    });
    this.loop.start();
    this.rolling.halt();
    await this.rolling.set(this.settings.continuousProfile, this.session);
  }

  /** Takes the agent out of the app and lets go of it. @returns what was undone, in words */
  async detach(): Promise<string[]> {
    this.detaching = true;
    await this.loop?.stop();
    this.rolling.halt();
    await this.finishProfiles('Introspector was detached');
    const report = await this.uninstalled();
    this.connection.close();
    await this.connection.closed;
    return undoneWords(report, this.info.inspector, this.localPid);
  }

  /** Watches by other settings from now on. */
  async configure(settings: WatchSettings): Promise<void> {
    this.settings = settings;
    this.capture.configure(settings.captureLocals);
    this.info.thresholdMs = settings.thresholdMs;
    if (this.info.state.state !== 'awaitingRestart') {
      await this.session?.configure(policyOf(settings));
      await this.rolling.set(settings.continuousProfile, this.session);
    }
    this.emit('targetChanged', { target: this.info });
  }

  /** @returns what the watcher of the same app needs when it is started again; this one has ended */
  leave(): CarriedOver {
    return { settings: this.settings, gathered: this.book.gathered, generation: this.generation + 1 };
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
    return this.book.request(id);
  }

  /** @param routes whose next request is to be profiled; replaces what was asked for before */
  async profileNext(routes: readonly string[]): Promise<void> {
    if (this.info.state.state !== 'awaitingRestart') await this.session?.armProfile(routes);
  }

  /** @throws IntrospectorError `cannotReplay` */
  async startRecipe(): Promise<StartRecipe> {
    if (this.localPid === undefined || this.info.state.state === 'awaitingRestart') {
      throw errors.cannotReplay('the app does not run on this machine now', 'Attach to a running one by its pid.');
    }
    const recipe = await startRecipeOf(this.connection, this.localPid);
    return { ...recipe, ports: recipe.ports.filter(port => port !== this.info.inspector.port) };
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
    this.interruptions.onReport(report);
    this.noteRunning(report, lateMs, this.paused || wasOvertaken);
    this.lookAtQueue(report);
    if (this.session !== undefined) this.profiles.collect(this.session, report.profiles);
    this.profiles.tellProblems(report.profilingProblems);
    const toRead = this.paused ? undefined : this.capture.due(report, nowMs);
    this.reading = toRead === undefined ? Promise.resolve() : this.readVariables(toRead);
    const { atMs, requestsInFlight, inFlight } = report;
    this.lastTick = { targetId: this.info.id, atMs, requestsInFlight, inFlight };
    this.emit('tick', this.lastTick);
    const { reading } = this;
    // What is told of a request for the first time is to hold its variables.
    this.work = this.work.then(() => reading).then(() => this.onRequests(report));
    if (nowMs - this.statsMs >= STATS_EVERY_MS) this.emitStats(report, nowMs);
  }

  private noteRunning({ running }: AgentReport, lateMs: number, wasPaused: boolean): void {
    const note = runningNote(lateMs, wasPaused);
    if (running?.requestNumber !== undefined && note !== undefined) this.assembler.note(running.requestNumber, note);
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
    for (const problem of await this.book.takeBoxes(report, this.resolver)) this.log.warn(problem);
    for (const request of report.requests) {
      try {
        const slowRequest = await this.assembler.assemble(request, report);
        this.book.take(slowRequest, request.evidence !== undefined);
        this.cuts.note(slowRequest);
      } catch (error) {
        this.log.warn(`request ${request.requestNumber} cannot be told of: ${String(error)}`);
      }
    }
  }

  /** Never fails: why there are none is told instead. */
  private async readVariables(requestNumber: number): Promise<void> {
    const { session, assembler } = this;
    try {
      if (session === undefined) return;
      const startedMs = performance.now();
      const read = await session.standstill.read(requestNumber);
      this.capture.tried(startedMs, performance.now());
      if ('obstacle' in read) throw new Error(read.obstacle);
      this.capture.done(requestNumber);
      assembler.tellVariables(requestNumber, await capturedVariables(read, this.resolver));
    } catch (error) {
      assembler.tellVariables(requestNumber, `Variables were not captured: ${messageOf(error)}.`);
    }
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
      slowRequests: this.book.count,
      ignored: report.ignored,
      agentCpuShare,
    });
  }

  /** The app wants to exit and waits for its inspector clients to hang up. One last look, then we do. */
  private async letGo(): Promise<void> {
    this.saidGoodbye = true;
    await this.loop?.stop();
    this.rolling.halt();
    await this.finishProfiles('the app exited');
    this.exitCode = await exitCodeOf(this.connection);
    this.connection.close();
  }

  private onLost(error: unknown): void {
    if (this.detaching) return;
    this.log.warn(`lost the agent: ${messageOf(error)}`);
    this.connection.close();
  }

  private async onClosed(): Promise<void> {
    const { localPid, detaching: isDetaching, saidGoodbye, exitCode } = this;
    this.rolling.halt();
    const ending = endingOf(this.info, { localPid, isDetaching, saidGoodbye, exitCode });
    await this.loop?.stop();
    await this.work;
    const state = await ending;
    const ended = this.book.close(state.message);
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

  private async finishProfiles(reason: string): Promise<void> {
    if (this.session === undefined) return;
    await Promise.race([this.profiles.finish(this.session, reason), late(DETACH_TIMEOUT_MS)]);
  }

  private async uninstalled(): Promise<UninstallReport | undefined> {
    return Promise.race([this.session?.uninstall().catch(() => undefined), late(DETACH_TIMEOUT_MS)]);
  }

  private newAssembler(): SlowRequestAssembler {
    const prefix = this.generation === 0 ? this.info.id : `${this.info.id}.${this.generation}`;
    return new SlowRequestAssembler(this.resolver, {
      idPrefix: prefix,
      targetId: this.info.id,
      app: this.info,
      hungMs: () => this.settings.hungMs,
      requestByNumber: requestNumber => this.book.request(`${prefix}:${requestNumber}`),
    });
  }
}

function late(durationMs: number): Promise<undefined> {
  return new Promise(resolve => setTimeout(resolve, durationMs, undefined).unref());
}

/** Without the stack that V8 adds to a description. */
function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
