/** The sidecar as commands see it: started when first needed, started again when it dies, its facts put into the store. */
import { DEFAULT_WATCH_SETTINGS } from '../../sidecar/protocol/defaults';
import type { IntrospectorError } from '../../sidecar/protocol/errors';
import type { EventHandlers, Params, RequestName, Result } from '../../sidecar/protocol/messages';
import type { DeliverySettings, Notice } from '../../sidecar/protocol/values';
import type { SessionStore, WatchedTarget } from '../store/sessionStore';
import { RestartPolicy } from './restartPolicy';
import { type SidecarOptions, SidecarProcess } from './sidecarProcess';

/** Tells the user what happened to the sidecar. */
export interface SidecarListener {
  /** It had died and is back; what was watched is watched again, apart from `lost`. */
  onRestarted(how: string, watchedAgain: readonly WatchedTarget[], lost: readonly WatchedTarget[]): void;
  /** Something it could not do. */
  onNotice(notice: Notice): void;
  /** It has died again and again, or does not start. */
  onFailed(how: string): void;
}

export class Sidecar {
  private running: Promise<SidecarProcess> | undefined;
  private readonly restarts = new RestartPolicy(() => performance.now());
  private disposed = false;

  constructor(
    private readonly options: Omit<SidecarOptions, 'handlers'>,
    private readonly store: SessionStore,
    private readonly listener: SidecarListener,
    /** Where reports go: told whenever it was started. */
    private readonly deliveries: () => DeliverySettings,
  ) {}

  /** @throws IntrospectorError as the sidecar answered, or `sidecarGone` */
  async request<K extends RequestName>(name: K, params: Params<K>): Promise<Result<K>> {
    this.running ??= this.start();
    const { connection } = await this.running;
    return connection.request(name, params);
  }

  /** Tells where reports go from now on, if it runs. */
  async applyDeliveries(): Promise<void> {
    if (this.running !== undefined) await this.request('setDeliveries', { settings: this.deliveries() });
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
      this.store.setSidecarState('running');
      void process.ended.then(how => this.onEnded(how));
      await process.connection.request('setDeliveries', { settings: this.deliveries() });
      return process;
    } catch (error) {
      this.running = undefined;
      this.store.setSidecarState('failed');
      throw error;
    }
  }

  private handlers(): EventHandlers {
    return {
      targetChanged: ({ target }) => this.store.putTarget(target),
      targetStats: stats => this.store.putStats(stats),
      slowRequest: slowRequest => this.store.putSlowRequest(slowRequest),
      lineHints: ({ targetId, hints }) => this.store.putHints(targetId, hints),
      requestGroup: group => this.store.putGroup(group),
      deliveryStats: stats => this.store.putDeliveryStats(stats),
      notice: notice => this.listener.onNotice(notice),
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
        await this.attach({
          address: before.address ?? { pid: before.target.pid },
          settings: before.settings ?? { ...DEFAULT_WATCH_SETTINGS, thresholdMs: before.target.thresholdMs },
          reattach: true,
        });
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
  async attach(params: Params<'attach'>): Promise<Result<'attach'>> {
    const result = await this.store.whileAttaching(() => this.request('attach', params));
    this.store.putTarget(result.target, params.address, params.settings);
    return result;
  }
}
