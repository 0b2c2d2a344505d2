/** The core that every door shares (editor server, command line): attach, watch, detach; events for whoever listens. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../log';
import { errors, type IntrospectorError } from '../protocol/errors';
import type { Interruption } from '../protocol/interruptionValues';
import type { Params } from '../protocol/messages';
import type { ProfileInfo } from '../protocol/profileValues';
import type { ProcessInfo, SlowRequest, Target, TargetAddress, TargetState, WatchSettings } from '../protocol/values';
import { FrameResolver } from '../sources/frames';
import { type ConnectedTarget, connectTarget, type Identity } from '../targets/connectTarget';
import { listProcesses } from '../targets/processes';
import type { NodeProcess, ProcessTable } from '../targets/processTable';
import type { StartRecipe } from '../targets/startRecipe';
import type { FactHub } from './facts';
import { RestartWait } from './reattach';
import { type Predecessor, predecessor } from './successor';
import { type Gone, TargetWatcher } from './targetWatcher';

const CLOSE_TIMEOUT_MS = 3_000;

interface Watched {
  watcher: TargetWatcher;
  /** How its process is recognised when it is started again; undefined when nobody wants to know. */
  predecessor: Predecessor | undefined;
  /** While it waits for that. */
  wait?: RestartWait;
}

export class Observer {
  /** What a client has to know to have its request profiled, in any target. */
  readonly profileToken = randomBytes(18).toString('base64url');
  private readonly watched = new Map<string, Watched>();
  private readonly resolver = new FrameResolver();
  private nextTarget = 1;
  /** By pid: what is at work to connect to it. */
  private readonly connecting = new Map<number, Promise<unknown>>();

  constructor(
    private readonly table: ProcessTable,
    private readonly log: Log,
    /** Processes a picker should not show: ours. */
    private readonly ownPids: readonly number[],
    private readonly facts: FactHub,
  ) {}

  listProcesses(): Promise<ProcessInfo[]> {
    return listProcesses(this.table, this.ownPids);
  }

  /**
   * A target that waits for the process to be started again takes it, and keeps its id.
   *
   * @throws IntrospectorError that says what is in the way
   */
  async attach(wish: Params<'attach'>): Promise<Target> {
    const { address } = wish;
    return 'pid' in address ? this.alone(address.pid, () => this.attachNow(wish)) : this.attachNow(wish);
  }

  private async attachNow({ address, settings, reattach }: Params<'attach'>): Promise<Target> {
    const connected = await connectTarget(this.table, address);
    const localPid = localPidOf(address, connected.identity);
    const process = localPid === undefined ? undefined : await this.nodeProcess(localPid);
    const before = await this.waitingFor(process);
    before?.wait?.stop();
    return this.watch(connected, localPid, settings, reattach ? process : undefined, before);
  }

  /** @throws IntrospectorError `notAttached` */
  async detach(targetId: string): Promise<string[]> {
    const { watcher, wait } = this.live(targetId);
    if (wait === undefined) {
      const undone = await watcher.detach();
      this.watched.delete(targetId);
      return undone;
    }
    this.watched.delete(targetId);
    wait.stop();
    watcher.stopWaiting();
    return [`does not wait any more for ${watcher.info.name} to be started again`];
  }

  /** Detaches from everything; errors are of no interest any more. */
  async close(): Promise<void> {
    const live = [...this.watched].filter(([, { watcher }]) => watcher.info.state.state !== 'gone');
    await Promise.all(live.map(([id]) => this.detach(id).catch(() => [])));
    // A new process that is being taken up is let go of, too.
    const settled = Promise.allSettled(this.connecting.values());
    await Promise.race([settled, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** @throws IntrospectorError `notAttached` */
  async configure(targetId: string, settings: WatchSettings): Promise<void> {
    await this.live(targetId).watcher.configure(settings);
  }

  /**
   * @param routes whose next request is to be profiled; replaces what was asked for before
   * @throws IntrospectorError `notAttached`
   */
  async profileNext(targetId: string, routes: readonly string[]): Promise<void> {
    await this.live(targetId).watcher.profileNext(routes);
  }

  /**
   * @param id of a slow request
   * @throws IntrospectorError `noSuchRequest`, `cannotCut`
   */
  async cutProfile(id: string): Promise<ProfileInfo> {
    for (const { watcher } of this.watched.values()) {
      const slowRequest = watcher.slowRequest(id);
      if (slowRequest) return watcher.cuts.cut(slowRequest);
    }
    throw errors.noSuchRequest(id);
  }

  /**
   * Stops a slow request that holds the event loop, or ends one that waits.
   *
   * @param id of a slow request that runs
   * @throws IntrospectorError `noSuchRequest`, `cannotInterrupt`
   */
  async stopRequest(id: string, how: 'interrupt' | 'end'): Promise<Interruption> {
    for (const { watcher } of this.watched.values()) {
      const slowRequest = watcher.slowRequest(id);
      if (slowRequest === undefined) continue;
      if (slowRequest.state.state !== 'running') throw errors.cannotInterrupt('it has ended', 'Nothing was done.');
      return watcher.interruptions[how](slowRequest.requestNumber);
    }
    throw errors.noSuchRequest(id);
  }

  /**
   * Interrupts the first request that is seen to hold the event loop of a target and fits.
   *
   * @param fits given method and route
   * @param signal gives up
   * @throws IntrospectorError `notAttached`, `cannotInterrupt`
   */
  async interruptRunning(
    targetId: string,
    fits: (method: string, route: string) => boolean,
    signal: AbortSignal,
  ): Promise<Interruption> {
    return this.live(targetId).watcher.interruptions.interruptRunning(fits, signal);
  }

  /**
   * @returns how its process was started
   * @throws IntrospectorError `notAttached`, `cannotReplay`
   */
  async startRecipe(targetId: string): Promise<StartRecipe> {
    return this.live(targetId).watcher.startRecipe();
  }

  /** @returns whether the line is on the target's standard error now; false for a target that is gone */
  async writeLog(targetId: string, line: string): Promise<boolean> {
    return (await this.watched.get(targetId)?.watcher.writeLog(line)) ?? false;
  }

  /** @throws IntrospectorError `noSuchRequest` */
  slowRequest(id: string): { slowRequest: SlowRequest; target: Target } {
    for (const { watcher } of this.watched.values()) {
      const slowRequest = watcher.slowRequest(id);
      if (slowRequest) return { slowRequest, target: watcher.info };
    }
    throw errors.noSuchRequest(id);
  }

  private live(targetId: string): Watched {
    const watched = this.watched.get(targetId);
    if (watched === undefined || watched.watcher.info.state.state === 'gone') throw errors.notAttached(targetId);
    return watched;
  }

  /** @param before the target whose app was started again; a new target without it */
  private async watch(
    connected: ConnectedTarget,
    localPid: number | undefined,
    settings: WatchSettings,
    process: NodeProcess | undefined,
    before: Watched | undefined,
  ): Promise<Target> {
    const { connection, identity } = connected;
    const twin = this.watcherOf(identity);
    if (twin !== undefined) {
      connection.close();
      throw errors.alreadyAttached(twin.info.name);
    }
    const target = this.describe(connected, settings.thresholdMs, localPid, before?.watcher.info);
    const recognised = process && (await predecessor(process, identity));
    let isRevoked = false;
    const watcher = new TargetWatcher(
      target,
      settings,
      connection,
      localPid,
      this.resolver,
      (name, value) => isRevoked || this.facts.emit(name, value),
      this.log.tagged(`target ${target.name}[${target.pid}]`),
      {
        ...(before && { before: before.watcher.leave() }),
        stateAfter: ended => this.stateAfter(target.id, ended),
      },
      this.profileToken,
    );
    await watcher.start().catch(error => {
      connection.close();
      throw error;
    });
    // It was detached from meanwhile, or attached to by hand: nothing may stay in the process.
    if (before !== undefined && this.watched.get(target.id) !== before) {
      isRevoked = true;
      await watcher.detach();
      throw errors.alreadyAttached(target.name);
    }
    this.watched.set(target.id, { watcher, predecessor: recognised });
    this.facts.emit('targetChanged', { target });
    void connection.closed.then(() => this.log.info(`let go of ${target.name}[${target.pid}]`));
    return target;
  }

  private stateAfter(targetId: string, ended: Gone): TargetState {
    const watched = this.watched.get(targetId);
    const isOver = ended.reason !== 'exited' && ended.reason !== 'killed';
    if (watched?.predecessor === undefined || isOver) return ended;
    watched.wait = this.waitForRestart(watched, watched.predecessor);
    const message = `${ended.message.replace(/\.$/, '')}; it is watched again when it is started again.`;
    return { state: 'awaitingRestart', message, ...(ended.report === undefined ? {} : { report: ended.report }) };
  }

  private waitForRestart(watched: Watched, before: Predecessor): RestartWait {
    const wait: RestartWait = new RestartWait(before, this.table, {
      isFree: pid => !this.connecting.has(pid) && this.watcherWithPid(pid) === undefined,
      take: process => this.alone(process.pid, () => this.takeUp(watched, process)),
      onObstacle: ({ pid }, error) => this.tell(watched.watcher.info, pid, error),
    });
    wait.start();
    return wait;
  }

  private async takeUp(watched: Watched, process: NodeProcess): Promise<void> {
    const { pid } = process;
    const connected = await connectTarget(this.table, { pid });
    const { settings } = watched.watcher.leave();
    await this.watch(connected, pid, settings, process, watched);
  }

  private tell({ name }: Target, pid: number, error: IntrospectorError): void {
    const message = `${name} was started again as process ${pid}, but it cannot be watched: ${error.advice}`;
    this.facts.emit('notice', { severity: 'warning', source: 'reattach', message });
  }

  private async waitingFor(process: NodeProcess | undefined): Promise<Watched | undefined> {
    for (const watched of this.watched.values()) {
      if (process && watched.wait?.isOver === false && (await watched.wait.awaits(process))) return watched;
    }
    return undefined;
  }

  private async nodeProcess(pid: number): Promise<NodeProcess | undefined> {
    const found = await this.table.find(pid);
    return found === undefined || 'notNode' in found ? undefined : found;
  }

  /** Two that open the inspector of one process at once could not tell which of them has to close it. */
  private async alone<T>(pid: number, connect: () => Promise<T>): Promise<T> {
    while (this.connecting.has(pid)) await this.connecting.get(pid)?.catch(() => {});
    const connecting = connect();
    this.connecting.set(pid, connecting);
    return connecting.finally(() => this.connecting.delete(pid));
  }

  private watcherOf({ pid, hostname }: Identity): TargetWatcher | undefined {
    return this.watching().find(({ info }) => info.pid === pid && info.hostname === hostname);
  }

  private watcherWithPid(pid: number): TargetWatcher | undefined {
    return this.watching().find(({ info }) => info.pid === pid);
  }

  private watching(): TargetWatcher[] {
    const ended = ['gone', 'awaitingRestart'];
    return [...this.watched.values()]
      .map(({ watcher }) => watcher)
      .filter(({ info }) => !ended.includes(info.state.state));
  }

  private describe(
    { identity, inspector }: ConnectedTarget,
    thresholdMs: number,
    localPid: number | undefined,
    before: Target | undefined,
  ): Target {
    const { host, port, openedByUs } = inspector;
    return {
      id: before?.id ?? this.newId(),
      name: basename(identity.script) || 'node',
      ...identity,
      pid: localPid ?? identity.pid,
      inspector: { host, port, openedByUs },
      thresholdMs,
      restarts: before === undefined ? 0 : before.restarts + 1,
      hooks: [],
      state: { state: 'watching' },
    };
  }

  private newId(): string {
    const id = `t${this.nextTarget}`;
    this.nextTarget += 1;
    return id;
  }
}

/** A process that names our own host as its own is ours to look at; one inside a container names another. */
function localPidOf(address: TargetAddress, { pid, hostname: theirs }: Identity): number | undefined {
  if ('pid' in address) return address.pid;
  return theirs === hostname() ? pid : undefined;
}
