/** A real sidecar process with a client that remembers every event, so that a test can wait for what it expects. */
import { fileURLToPath } from 'node:url';
import { SidecarProcess } from '../../extension/sidecar/sidecarProcess';
import { DEFAULT_WATCH_SETTINGS } from '../../sidecar/protocol/defaults';
import type {
  EventHandlers,
  EventName,
  EventValue,
  Params,
  RequestName,
  Result,
} from '../../sidecar/protocol/messages';
import type { SlowRequest, Target, TargetAddress, WatchSettings } from '../../sidecar/protocol/values';
import { eventually } from './eventually';

const FILE = fileURLToPath(new URL('../../dist/sidecar.mjs', import.meta.url));

export interface Received<K extends EventName = EventName> {
  name: K;
  value: EventValue<K>;
  /** On this process's monotonic clock. */
  atMs: number;
}

export class TestSidecar {
  readonly received: Received[] = [];
  readonly lines: string[] = [];
  private process: SidecarProcess | undefined;

  /** Starts `introspector serve` and greets it. */
  static async start(): Promise<TestSidecar> {
    const sidecar = new TestSidecar();
    sidecar.process = await SidecarProcess.start({
      file: FILE,
      version: 'test',
      handlers: sidecar.handlers(),
      onLine: line => sidecar.lines.push(line),
      onProblem: problem => sidecar.lines.push(`client: ${problem}`),
    });
    return sidecar;
  }

  private handlers(): EventHandlers {
    const remember =
      <K extends EventName>(name: K) =>
      (value: EventValue<K>) =>
        void this.received.push({ name, value, atMs: performance.now() });
    return {
      targetChanged: remember('targetChanged'),
      targetStats: remember('targetStats'),
      slowRequest: remember('slowRequest'),
      lineHints: remember('lineHints'),
      hotLines: remember('hotLines'),
      boxes: remember('boxes'),
      requestGroup: remember('requestGroup'),
      deliveryStats: remember('deliveryStats'),
      notice: remember('notice'),
      profileTaken: remember('profileTaken'),
      replayProgress: remember('replayProgress'),
    };
  }

  private get running(): SidecarProcess {
    if (this.process === undefined) throw new Error('the sidecar was not started');
    return this.process;
  }

  get pid(): number {
    return this.running.pid;
  }

  request<K extends RequestName>(name: K, params: Params<K>): Promise<Result<K>> {
    return this.running.connection.request(name, params);
  }

  async attach(address: TargetAddress, thresholdMs = 500, more: Partial<WatchSettings> = {}): Promise<Target> {
    const settings = { ...DEFAULT_WATCH_SETTINGS, thresholdMs, ...more };
    return (await this.request('attach', { address, settings, reattach: false })).target;
  }

  /** Attaches so that the app is watched on when it is started again. */
  async attachForGood(address: TargetAddress, thresholdMs: number): Promise<Target> {
    const settings = { ...DEFAULT_WATCH_SETTINGS, thresholdMs };
    return (await this.request('attach', { address, settings, reattach: true })).target;
  }

  /** @returns events of one kind, oldest first */
  events<K extends EventName>(name: K): Received<K>[] {
    return this.received.filter((event): event is Received<K> => event.name === name);
  }

  /** @returns newest state of each slow request of a path, oldest request first */
  slowRequests(path: string): SlowRequest[] {
    const newest = new Map<string, SlowRequest>();
    for (const { value } of this.events('slowRequest'))
      if (value.url.split('?')[0] === path) newest.set(value.id, value);
    return [...newest.values()];
  }

  /** Waits for an event that a test expects. */
  waitFor<K extends EventName>(name: K, matches: (value: EventValue<K>) => boolean): Promise<Received<K>> {
    return eventually(`event ${name}`, () => this.events(name).find(({ value }) => matches(value)));
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  async stop(): Promise<void> {
    await this.process?.stop();
  }
}
