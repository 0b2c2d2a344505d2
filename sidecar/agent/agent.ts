/**
 * The agent: the part of Introspector that runs inside the app. It is evaluated once over the inspector, held by object
 * id, and called every 100 ms; it never calls out by itself. It may be called in the middle of the app's own JavaScript.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Boxes } from './boxes';
import { StackBudget } from './budget';
import { CallerSearch } from './callerSearch';
import { EndedRequests, isUntold } from './endedRequests';
import { installFastifyRoutes, installKoaRoutes } from './frameworkRoutes';
import { guarded } from './guarded';
import { Hooks } from './hooks';
import { InFlightRequests } from './inFlightRequests';
import { closeInspectorWhenUnused } from './inspectorPort';
import { Interruption } from './interruption';
import { Looks } from './looks';
import { LoopAccounts } from './loopAccounts';
import { LoopBlocks } from './loopBlocks';
import { joinOtherAgents, tellOtherAgents } from './otherAgents';
import { OwnCost } from './ownCost';
import { ProfileCalls } from './profileCalls';
import { Profiling } from './profiling';
import { redactAlso } from './redaction';
import type {
  AgentReport,
  AgentSettings,
  HookState,
  Instructions,
  LoopState,
  Policy,
  RawFrame,
  RequestEnd,
  UninstallReport,
} from './reports';
import { installRequestHooks } from './requestHooks';
import { RequestJudge } from './requestJudge';
import { RequestReporter } from './requestReports';
import { type RequestRecord, RequestTable, release } from './requests';
import { RollingProfile } from './rollingProfile';
import { RouteBudgets } from './routeBudgets';
import { RoutePolicy } from './routePolicy';
import { templated } from './routes';
import { type Clock, clockOf, type Load } from './runtime';
import { capture, hasOwnCode, materialise } from './stacks';
import { Standstill } from './standstill';
import { oneLine } from './text';
import { Trails } from './trails';
import { unseenRequest } from './unseenRequests';
import { WaitHooks } from './waitHooks';

/** Deep enough for frameworks with long middleware chains. */
const SAMPLE_STACK_LIMIT = 100;
/** Younger requests are not worth a look: few of them will be slow. */
const LOOK_AFTER_MS = 20;
/** Spelling out the stacks of this many requests keeps a drain below 2 ms. */
const MAX_REPORTS = 25;
/** Of a line for the app's log. */
const MAX_LINE_LENGTH = 4_000;
/** The switch looks this often within the time after which nobody is there any more. */
const SWITCH_TICKS = 5;

export class Agent {
  private readonly clock: Clock;
  private readonly hooks = new Hooks();
  private readonly table = new RequestTable();
  private readonly accounts: LoopAccounts;
  private readonly blocks: LoopBlocks;
  private readonly budget: StackBudget;
  private readonly reporter: RequestReporter;
  private readonly callerSearch: CallerSearch;
  private readonly cost: OwnCost;
  private readonly context;
  readonly standstill: Standstill;
  readonly interruption: Interruption;
  private readonly profiling: Profiling;
  readonly profiles: ProfileCalls;
  private readonly rolling: RollingProfile;
  private readonly trails: Trails;
  private readonly boxes: Boxes;
  private readonly deadMansSwitch: NodeJS.Timeout;
  private ticksWithoutDrain = 0;
  private installed = true;
  private readonly ended = new EndedRequests();
  private readonly judge: RequestJudge;
  private budgets: RouteBudgets;
  private readonly inFlight: InFlightRequests;
  private ownsInspector: boolean;
  private isLooking = false;
  /** At the end of the drain before: what drains take would look as if the app ran. */
  private cpuMs = mainThreadCpuMs();

  constructor(
    private readonly load: Load,
    settings: AgentSettings,
  ) {
    this.judge = new RequestJudge(load, new RoutePolicy(settings.policy));
    this.budgets = new RouteBudgets(load, settings.policy);
    redactAlso(settings.policy.redactNames);
    this.ownsInspector = settings.ownsInspector;
    this.clock = clockOf(load);
    const { nowMs } = this.clock;
    this.cost = new OwnCost(nowMs);
    this.accounts = new LoopAccounts(this.clock);
    this.budget = new StackBudget(nowMs);
    this.reporter = new RequestReporter(load, this.clock, this.accounts);
    const { AsyncLocalStorage } = load('async_hooks');
    this.context = new AsyncLocalStorage<RequestRecord>();
    this.callerSearch = new CallerSearch(load, this.context);
    this.standstill = new Standstill(load, this.clock, this.accounts, {
      running: () => this.runningRequest(),
      isAlone: () => this.isAlone(),
    });
    const discount = (costMs: number) => this.accounts.discount(costMs);
    this.profiling = new Profiling(load, this.clock, this.context, settings.profiling, discount);
    this.trails = new Trails(load, this.clock);
    this.boxes = new Boxes(load, this.context);
    this.rolling = new RollingProfile(load, settings.profiling.idPrefix);
    const label = ({ method, route, url }: RequestRecord) => ({ method, route: route ?? templated(url) });
    const inFlight = () => this.table.inFlight.values();
    const { profiling, rolling, trails, clock, accounts } = this;
    this.profiles = new ProfileCalls(profiling, rolling, trails, inFlight, clock, accounts);
    this.inFlight = new InFlightRequests(load, this.clock, this.judge, inFlight);
    const afterPoll = (callback: () => void) => setImmediate(guarded(callback));
    const onBlock = this.trails.noteBlock.bind(this.trails);
    this.blocks = new LoopBlocks(nowMs, this.accounts, inFlight, label, afterPoll, onBlock);
    this.interruption = new Interruption(load, this.clock, {
      running: () => this.runningRequest(),
      inFlight,
      finished: request => this.finish(this.table.finish(request), () => ({ kind: 'finished', statusCode: 503 })),
      blocks: this.blocks,
    });
    const tickMs = settings.abandonedAfterMs / SWITCH_TICKS;
    this.deadMansSwitch = setInterval(
      guarded(() => this.tick()),
      tickMs,
    ).unref();
    // Behind the switch: a time-out of the app's own may end this in the middle, and what is hooked must go again.
    this.installHooks();
  }

  private installHooks(): void {
    installRequestHooks(this.load, this.hooks, this.context, {
      start: (request, response) => this.begin(request, response),
      finish: (request, response) => this.finish(this.table.finish(request), () => finished(response)),
      recordOf: request => this.table.inFlight.get(request),
      entered: record => this.profiling.runs.enter(record),
      left: () => this.profiling.runs.leave(),
    });
    const { load, context, budget, callerSearch, clock, trails } = this;
    new WaitHooks(load, context, budget, callerSearch, clock.nowMs, trails).install(this.hooks);
    installFastifyRoutes(this.load, this.hooks, this.context);
    installKoaRoutes(this.load, this.hooks, this.context);
    this.hooks.install('timeboxes (introspector.timebox)', this.boxes.listen);
    this.ownsInspector ||= tellOtherAgents(this.load, 'arriving');
    this.hooks.install('other agents (introspector.agent)', () =>
      joinOtherAgents(this.load, kind => {
        if (kind === 'leaving') this.ownsInspector = true;
        return kind === 'leaving' || (kind === 'looking' && !this.isLooking);
      }),
    );
  }

  /** @returns which hooks took hold, as JSON of HookState[] */
  hookStates(): string {
    const states: HookState[] = this.hooks.states;
    return JSON.stringify(states);
  }

  /**
   * Tells what happened since the last call, and what the event loop is doing at this moment.
   *
   * @param instructions JSON of Instructions
   * @returns JSON of AgentReport
   */
  drain(instructions: string): string {
    const startedMs = this.clock.nowMs();
    this.ticksWithoutDrain = 0;
    const told: Instructions = JSON.parse(instructions);
    const frames = materialise(capture(SAMPLE_STACK_LIMIT));
    const report = this.look(frames, told);
    const ownMs = this.clock.nowMs() - startedMs;
    this.cost.add(ownMs);
    this.accounts.discount(ownMs);
    const answer = JSON.stringify(report);
    this.cpuMs = mainThreadCpuMs();
    return answer;
  }

  /** @param policy JSON of Policy: what to look for from now on */
  configure(policy: string): void {
    const told: Policy = JSON.parse(policy);
    this.judge.use(new RoutePolicy(told));
    this.budgets = new RouteBudgets(this.load, told);
    redactAlso(told.redactNames);
  }

  /**
   * Writes a line to the app's own standard error.
   *
   * @param line without its line break; cut to 4,000 characters
   * @returns whether all of it could be written
   */
  writeLog(line: string): boolean {
    try {
      // A pipe takes 4,096 bytes of ASCII as a whole, so that nothing of the app comes in between.
      const bytes = Buffer.from(`${oneLine(line.slice(0, MAX_LINE_LENGTH))}\n`);
      return this.load('fs').writeSync(2, bytes) === bytes.length;
    } catch {
      return false;
    }
  }

  /** @param queued JSON of QueuedConnection[]: said on its own while the app is too busy for a drain */
  tellQueued(queued: string): void {
    this.blocks.tellQueued(JSON.parse(queued), this.accounts.unsettledMs());
  }

  private look(frames: RawFrame[], { paused, queued }: Instructions): AgentReport {
    this.budget.refill();
    this.callerSearch.stop();
    for (const record of this.table.removeAborted()) this.finish(record, () => ({ kind: 'aborted' }));
    const record = frames.length > 0 && !paused ? this.runningRequest() : undefined;
    if (frames.length > 0 && !paused) this.trails.mark(record);
    this.trails.settle(this.clock.nowMs());
    const holder = record ?? (frames.length > 0 ? 'other' : undefined);
    const { busyMs, elapsedMs } = this.accounts.settle(holder, this.table.inFlight.size);
    const running = frames.length > 0 ? this.running(record, frames, busyMs) : undefined;
    // A loop that is free by now reads them before it starts anything else.
    if (frames.length > 0 || queued.length === 0) this.blocks.tellQueued(queued, busyMs);
    const nowMs = this.clock.nowMs();
    const report: AgentReport = {
      installed: this.installed,
      atMs: this.clock.epochMs(nowMs),
      requestsSeen: this.table.seen,
      requestsInFlight: this.table.inFlight.size,
      busyShare: elapsedMs > 0 ? Math.min(1, busyMs / elapsedMs) : 0,
      ...this.reports(nowMs),
      oldestMs: this.inFlight.oldestMs(nowMs),
      inFlight: this.inFlight.oldest(),
      ignored: this.judge.ignored,
      ...this.profiling.settle(),
      ...this.boxes.take(),
      ownCostMs: this.cost.totalMs + this.budget.spentMs,
    };
    if (running) report.running = running;
    return report;
  }

  /** @returns the request whose JavaScript the agent was called on top of */
  private runningRequest(): RequestRecord | undefined {
    const known = this.context.getStore();
    if (known !== undefined) return known;
    const unseen = unseenRequest(this.load);
    if (unseen === undefined) return undefined;
    const { request, response } = unseen;
    const watched = this.table.inFlight.get(request);
    if (watched !== undefined) return watched;
    const record = this.start(request, response);
    record.beganUnseen = true;
    return record;
  }

  private running(record: RequestRecord | undefined, frames: RawFrame[], busyMs: number): LoopState {
    const cpuMs = mainThreadCpuMs() - this.cpuMs;
    const innermost = frames[0]?.functionName ?? '';
    if (record === undefined) return { ranForMs: busyMs, cpuMs, innermost };
    const ageMs = this.clock.nowMs() - record.startedMs;
    if (!record.ended && ageMs >= LOOK_AFTER_MS) {
      record.looks ??= new Looks();
      record.looks.add(frames, Math.min(busyMs, ageMs));
      // Not before it is likely to be reported: from Node 24 on, a search hooks the promises of all requests for a while.
      const isSuspicious = () => ageMs >= this.judge.verdictOf(record, ageMs).thresholdMs / 2;
      if (ageMs >= this.judge.smallestMs / 2 && !hasOwnCode(frames) && isSuspicious()) this.callerSearch.start(record);
    }
    const ranForMs = this.blocks.running(record, busyMs);
    const budgetMs = this.budgets.of(record);
    const state: LoopState = { requestNumber: record.number, ranForMs, cpuMs, innermost };
    return budgetMs === undefined ? state : { ...state, budgetMs };
  }

  /** Ended ones first, then those never told of, then the rest, as far as there is room. */
  private reports(nowMs: number): Pick<AgentReport, 'requests' | 'leftOut'> {
    const { ended, untoldLeft } = this.ended.takeSettled(nowMs, MAX_REPORTS);
    const { slow, unjudged } = this.inFlight.slow(nowMs);
    const untold = slow.filter(isUntold);
    const told = slow.filter(record => !isUntold(record));
    // In turns, when there are too many: each is to be looked at again.
    if (slow.length > MAX_REPORTS) told.sort((a, b) => a.reportedMs - b.reportedMs);
    const chosen = [...ended, ...untold, ...told].slice(0, MAX_REPORTS);
    const requests = chosen.map(record => {
      record.reportedMs = nowMs;
      const ageMs = record.end ? record.durationMs : nowMs - record.startedMs;
      return this.reporter.report(record, this.judge.thresholdMs(record, ageMs));
    });
    for (const record of ended) release(record);
    const untoldInFlight = Math.max(0, untold.length + ended.length - chosen.length) + unjudged;
    return { requests, leftOut: untoldInFlight + untoldLeft };
  }

  private begin(request: IncomingMessage, response: ServerResponse): RequestRecord {
    const wish = this.profiling.wish(request);
    const record = this.cost.sampled(() => this.start(request, response));
    if (wish !== undefined) this.profiling.start(record, response, wish);
    this.profiling.runs.belongsTo(record);
    return record;
  }

  private start(request: IncomingMessage, response: ServerResponse): RequestRecord {
    const startedMs = this.clock.nowMs();
    const record = this.table.start(request, response, { startedMs, ...this.accounts.opening() });
    this.blocks.noteStart(record);
    this.trails.start(record);
    return record;
  }

  private finish(record: RequestRecord | undefined, endOf: () => RequestEnd): void {
    if (record === undefined) return;
    const nowMs = this.clock.nowMs();
    record.ended = true;
    record.durationMs = nowMs - record.startedMs;
    this.trails.end(record, nowMs);
    if (record.profile !== undefined) this.profiling.finish(record, endOf(), nowMs);
    if (isUntold(record) && !record.wasStopped && !this.judge.wasSlow(record)) {
      release(record);
      return;
    }
    record.end = endOf();
    this.trails.keep(record, record.end);
    this.blocks.noteEnd(record);
    this.accounts.settle(record.end.kind === 'finished' ? record : undefined, this.table.inFlight.size + 1);
    this.ended.add(record);
  }

  private tick(): void {
    this.ticksWithoutDrain += 1;
    if (this.ticksWithoutDrain >= SWITCH_TICKS) this.remove(false);
  }

  /**
   * Takes everything out of the app again. The caller hangs up after this.
   *
   * @returns JSON of UninstallReport
   */
  uninstall(): string {
    return JSON.stringify(this.remove(true));
  }

  private remove(callerIsLeaving: boolean): UninstallReport {
    const { undone, kept } = this.hooks.undoAll();
    this.installed = false;
    clearInterval(this.deadMansSwitch);
    this.profiling.stop();
    this.rolling.stop();
    this.trails.switchOff();
    for (const record of this.table.inFlight.values()) release(record);
    this.table.inFlight.clear();
    this.ended.releaseAll();
    return { undone, kept, inspector: this.leaveInspector(callerIsLeaving) };
  }

  private isAlone(): boolean {
    this.isLooking = true;
    const seesAnother = tellOtherAgents(this.load, 'looking');
    this.isLooking = false;
    return !seesAnother;
  }

  private leaveInspector(callerIsLeaving: boolean): UninstallReport['inspector'] {
    if (!this.ownsInspector) return 'leftOpen';
    this.ownsInspector = false;
    if (tellOtherAgents(this.load, 'leaving')) return 'leftToAnotherAgent';
    return closeInspectorWhenUnused(this.load, callerIsLeaving) ? 'closing' : 'leftOpen';
  }
}

function finished(response: ServerResponse): RequestEnd {
  return { kind: 'finished', statusCode: response.statusCode };
}

/** CPU time of this thread where Node tells it (22.20 and 23.9 on), else of the process. */
function mainThreadCpuMs(): number {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => NodeJS.CpuUsage };
  const { user, system } = threadCpuUsage ? threadCpuUsage.call(process) : process.cpuUsage();
  return (user + system) / 1000;
}

/** What the injected expression calls. */
export function install(load: Load, settings: AgentSettings): Agent {
  return new Agent(load, settings);
}
