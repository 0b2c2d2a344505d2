/** How the user wants to see the Requests view: not what is known, but what of it is shown and how. */
import { Signal } from '../store/signal';

/** What remembers, in this workspace; VS Code has one. */
export interface Memory {
  get<T>(key: string): T | undefined;
  update(key: string, value: unknown): PromiseLike<void>;
}

const IS_BY_TIME = 'requests.isByTime';

export class ViewState {
  private readonly changed = new Signal();
  private filter = '';

  constructor(private readonly memory: Memory) {}

  /** @returns how to stop listening */
  onDidChange(listener: () => void): { dispose(): void } {
    return this.changed.listen(listener);
  }

  /** Else by time. */
  get isGrouped(): boolean {
    return this.memory.get(IS_BY_TIME) !== true;
  }

  /** Empty for none. */
  get filterText(): string {
    return this.filter;
  }

  async group(isGrouped: boolean): Promise<void> {
    await this.memory.update(IS_BY_TIME, !isGrouped);
    this.changed.fire();
  }

  setFilter(text: string): void {
    if (text.trim() === this.filter) return;
    this.filter = text.trim();
    this.changed.fire();
  }
}
