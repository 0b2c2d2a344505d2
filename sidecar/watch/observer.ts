/** The core that every door shares (editor server, command line): attach, watch, detach; events for whoever listens. */
import { hostname } from 'node:os';
import { basename } from 'node:path';
import type { Log } from '../log';
import { errors } from '../protocol/errors';
import type { Params } from '../protocol/messages';
import type { ProcessInfo, SlowRequest, Target, TargetAddress, WatchSettings } from '../protocol/values';
import { FrameResolver } from '../sources/frames';
import { type ConnectedTarget, connectTarget, type Identity } from '../targets/connectTarget';
import { listProcesses } from '../targets/processes';
import type { ProcessTable } from '../targets/processTable';
import type { FactHub } from './facts';
import { TargetWatcher } from './targetWatcher';

export class Observer {
  private readonly watchers = new Map<string, TargetWatcher>();
  private readonly resolver = new FrameResolver();
  private nextTarget = 1;

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

  /** @throws IntrospectorError that says what is in the way */
  async attach({ address, settings }: Params<'attach'>): Promise<Target> {
    const connected = await connectTarget(this.table, address);
    const twin = this.watcherOf(connected);
    if (twin !== undefined) {
      connected.connection.close();
      throw errors.alreadyAttached(twin.info.name);
    }
    const localPid = localPidOf(address, connected.identity);
    const target = this.describe(connected, settings.thresholdMs, localPid);
    const log = this.log.tagged(`target ${target.name}[${target.pid}]`);
    const watcher = new TargetWatcher(
      target,
      settings,
      connected.connection,
      localPid,
      this.resolver,
      this.facts.emit,
      log,
    );
    await watcher.start().catch(error => {
      connected.connection.close();
      throw error;
    });
    this.watchers.set(target.id, watcher);
    this.facts.emit('targetChanged', { target });
    void connected.connection.closed.then(() => this.log.info(`let go of ${target.name}[${target.pid}]`));
    return target;
  }

  /** @throws IntrospectorError `notAttached` */
  async detach(targetId: string): Promise<string[]> {
    const watcher = this.live(targetId);
    const undone = await watcher.detach();
    this.watchers.delete(targetId);
    return undone;
  }

  /** Detaches from everything; errors are of no interest any more. */
  async close(): Promise<void> {
    const live = [...this.watchers.values()].filter(({ info }) => info.state.state !== 'gone');
    await Promise.all(live.map(watcher => watcher.detach().catch(() => [])));
  }

  /** @throws IntrospectorError `notAttached` */
  async configure(targetId: string, settings: WatchSettings): Promise<void> {
    await this.live(targetId).configure(settings);
  }

  /** @returns whether the line is on the target's standard error now; false for a target that is gone */
  async writeLog(targetId: string, line: string): Promise<boolean> {
    return (await this.watchers.get(targetId)?.writeLog(line)) ?? false;
  }

  /** @throws IntrospectorError `noSuchRequest` */
  slowRequest(id: string): { slowRequest: SlowRequest; target: Target } {
    for (const watcher of this.watchers.values()) {
      const slowRequest = watcher.slowRequest(id);
      if (slowRequest) return { slowRequest, target: watcher.info };
    }
    throw errors.noSuchRequest(id);
  }

  private live(targetId: string): TargetWatcher {
    const watcher = this.watchers.get(targetId);
    if (watcher === undefined || watcher.info.state.state === 'gone') throw errors.notAttached(targetId);
    return watcher;
  }

  private watcherOf({ identity }: ConnectedTarget): TargetWatcher | undefined {
    return [...this.watchers.values()].find(
      ({ info }) => info.pid === identity.pid && info.hostname === identity.hostname && info.state.state !== 'gone',
    );
  }

  private describe({ identity, inspector }: ConnectedTarget, thresholdMs: number, localPid?: number): Target {
    const id = `t${this.nextTarget}`;
    this.nextTarget += 1;
    const { host, port, openedByUs } = inspector;
    return {
      id,
      name: basename(identity.script) || 'node',
      ...identity,
      pid: localPid ?? identity.pid,
      inspector: { host, port, openedByUs },
      thresholdMs,
      restarts: 0,
      hooks: [],
      state: { state: 'watching' },
    };
  }
}

/** A process that names our own host as its own is ours to look at; one inside a container names another. */
function localPidOf(address: TargetAddress, { pid, hostname: theirs }: Identity): number | undefined {
  if ('pid' in address) return address.pid;
  return theirs === hostname() ? pid : undefined;
}
