/** Back-pressure towards one client: events wait while it does not read, and only the newest of a kind is kept. */
import type { ServerConnection } from '../protocol/connection';
import type { EventName, EventValue } from '../protocol/messages';
import type { WireSocket } from '../protocol/socket';

/** Beyond this the client is not reading: what it gets later should be news then. */
const FULL_BYTES = 4 * 1024 * 1024;
const RETRY_MS = 100;

interface Waiting {
  send(): void;
}

export class Outbox {
  /** By what the event is about; a newer one takes the place of an older one. */
  private readonly waiting = new Map<string, Waiting>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: WireSocket,
    private readonly connection: ServerConnection,
  ) {
    socket.onClose(() => clearInterval(this.timer));
  }

  /** @param about what the event is about: the next event about the same replaces it while it waits */
  post<K extends EventName>(name: K, value: EventValue<K>, about: string): void {
    const send = () => this.connection.emit(name, value);
    if (this.waiting.size === 0 && this.socket.bufferedBytes < FULL_BYTES) {
      send();
      return;
    }
    this.waiting.set(`${name}:${about}`, { send });
    this.timer ??= setInterval(() => this.retry(), RETRY_MS);
  }

  private retry(): void {
    for (const [key, { send }] of this.waiting) {
      if (this.socket.bufferedBytes >= FULL_BYTES) return;
      this.waiting.delete(key);
      send();
    }
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
