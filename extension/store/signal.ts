/** A change to listen to, without an editor's types, so that the store can be tested on its own. */
export class Signal {
  private readonly listeners = new Set<() => void>();

  /** @returns how to stop listening */
  listen(listener: () => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  fire(): void {
    for (const listener of this.listeners) listener();
  }
}
