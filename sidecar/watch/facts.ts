/** What is found out, and who hears of it: the editors' server, the command line, the journal, the deliveries. */
import type { InFlight } from '../agent/reports';
import type { Profile } from '../profiles/profile';
import type { EventName, EventValue } from '../protocol/messages';

/** What one drain told of the requests in flight; too much for the wire, but the journal keeps it. */
export interface Tick {
  targetId: string;
  /** In milliseconds since 1970. */
  atMs: number;
  requestsInFlight: number;
  /** The oldest of them, slow or not. */
  inFlight: InFlight[];
}

/** The wire's events, and those that stay in the sidecar. */
type Facts = { [K in EventName]: EventValue<K> } & { tick: Tick; profile: Profile };
export type FactName = keyof Facts;

export type Emit = <K extends FactName>(name: K, value: Facts[K]) => void;
type Listener<K extends FactName> = (value: Facts[K]) => void;

export class FactHub {
  private readonly listeners = new Map<FactName, Set<Listener<never>>>();

  /** @returns how to stop listening */
  listen<K extends FactName>(name: K, listener: Listener<K>): () => void {
    const all = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, all);
    all.add(listener);
    return () => void all.delete(listener);
  }

  readonly emit: Emit = (name, value) => {
    for (const listener of this.listeners.get(name) ?? []) (listener as Listener<typeof name>)(value);
  };
}
