/** The sidecar as commands see it: started when first needed, started again when it dies, its facts put into the store. */
import type { IntrospectorError } from '../../sidecar/protocol/errors';
import type { EventHandlers, Params, RequestName, Result } from '../../sidecar/protocol/messages';
import type { DeliverySettings, Notice, TargetAddress, WatchSettings } from '../../sidecar/protocol/values';
import { deliversAnything } from '../settingValues';
import type { SessionStore, WatchedTarget } from '../store/sessionStore';
import { RestartPolicy } from './restartPolicy';
import { type SidecarOptions, SidecarProcess } from './sidecarProcess';

/** What the user wants of it at the moment. */
export interface Wishes {
  readonly watch: WatchSettings;
  readonly reattaches: boolean;
  readonly deliveries: DeliverySettings;
}

/** Tells the user what happened to the sidecar. */
export interface SidecarListener {
  /** It had died and is back; what was watched is watched again, apart from `lost`. */
  onRestarted(how: string, watchedAgain: readonly WatchedTarget[], lost: readonly WatchedTarget[]): void;
  /** It has died again and again, or does not start. */
  onFailed(how: string): void;
  /** It has something to say about what it could not do. */
  onNotice(notice: Notice): void;
}

export class Sidecar {
  private running: Promise<SidecarProcess> | undefined;
  private readonly restarts = new RestartPolicy(() => performance.now());
  private disposed = false;
  /** Whether this sidecar was told to deliver anything. */
  private delivers = false;

  constructor(
    private readonly options: Omit<SidecarOptions, 'handlers'>,
    private readonly store: SessionStore,
    private readonly wishes: Wishes,
    private readonly listener: SidecarListener,
  ) {}

  /** @throws IntrospectorError as the sidecar answered, or `sidecarGone` */
  async request<K extends RequestName>(name: K, params: Params<K>): Promise<Result<K>> {
    this.running ??= this.start();
    const { connection } = await this.running;
    return connection.request(name, params);
  }

  /** Detaches from everything and ends the process. */
  async stop(): Promise<void> {
    this.disposed = true;
    const process = await this.running?.catch(() => undefined);
    await process?.stop();
  }

  private async start(): Promise<SidecarProcess> {
    try {
      const process = await SidecarProcess.start({ ...this.options, handlers: this.handlers() });
      const settings = this.wishes.deliveries;
      this.delivers = deliversAnything(settings);
      if (this.delivers) await process.connection.request('setDeliveries', { settings });
      this.store.setSidecarState('running');
      void process.ended.then(how => this.onEnded(how));
      return process;
    } catch (error) {
      this.running = undefined;
      this.store.setSidecarState('failed');
      throw error;
    }
  }

  private handlers(): EventHandlers {
    return {
      targetChanged: ({ target }) => {
        const { state } = target;
        // Who detached has forgotten it already.
        if (state.state !== 'gone' || state.reason !== 'detached') this.store.putTarget(target);
      },
      targetStats: stats => this.store.putStats(stats),
      slowRequest: slowRequest => this.store.putSlowRequest(slowRequest),
      hotLines: recent => this.store.putRecentLines(recent),
      boxes: boxes => this.store.putBoxes(boxes),
      lineHints: ({ targetId, hints }) => this.store.putHints(targetId, hints),
      requestGroup: group => this.store.putGroup(group),
      deliveryStats: stats => this.store.putDeliveries(stats),
      notice: notice => this.listener.onNotice(notice),
      profileTaken: profile => this.store.profiles.put(profile),
      replayProgress: progress => this.store.profiles.noteReplay(progress),
    };
  }

  private async onEnded(how: string): Promise<void> {
    this.running = undefined;
    if (this.disposed) return;
    const watched = this.store.liveTargets;
    for (const { target } of watched) this.store.removeTarget(target.id);
    if (!this.restarts.mayRestart()) {
      this.store.setSidecarState('failed');
      this.listener.onFailed(how);
      return;
    }
    await this.attachAgain(how, watched);
  }

  private async attachAgain(how: string, watched: readonly WatchedTarget[]): Promise<void> {
    const lost: WatchedTarget[] = [];
    try {
      this.running ??= this.start();
      await this.running;
    } catch (error) {
      this.listener.onFailed((error as IntrospectorError).message);
      return;
    }
    for (const before of watched) {
      try {
        await this.attach(addressOf(before));
      } catch {
        lost.push(before);
      }
    }
    this.listener.onRestarted(
      how,
      watched.filter(target => !lost.includes(target)),
      lost,
    );
  }

  /** Attaches and puts the target into the store. @throws IntrospectorError that says what is in the way */
  async attach(address: TargetAddress): Promise<Result<'attach'>> {
    const { watch: settings, reattaches: reattach } = this.wishes;
    const result = await this.store.whileAttaching(() => this.request('attach', { address, settings, reattach }));
    this.store.putTarget(result.target, address);
    return result;
  }

  /** Makes changed wishes hold at once, if anything runs that they concern. @throws IntrospectorError */
  async applyWishes(): Promise<void> {
    if (this.running === undefined) return;
    const settings = this.wishes.deliveries;
    if (this.delivers || deliversAnything(settings)) await this.request('setDeliveries', { settings });
    this.delivers = deliversAnything(settings);
    await this.configure(this.wishes.watch);
  }

  /** Has all live targets watched by these settings. @throws IntrospectorError when one of them cannot be */
  async configure(settings: WatchSettings): Promise<void> {
    const targetIds = this.store.liveTargets.map(({ target }) => target.id);
    const configured = targetIds.map(targetId => this.request('configure', { targetId, settings }));
    await Promise.allSettled(configured);
    await Promise.all(configured);
  }
}

/** An app that was started again is another process than the one that was named. */
function addressOf({ target: { pid, restarts }, address }: WatchedTarget): TargetAddress {
  return address === undefined || restarts > 0 ? { pid } : address;
}
