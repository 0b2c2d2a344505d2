/** Journals of before that the user looks at: history, which no event changes. */
import type { Result } from '../../sidecar/protocol/messages';
import type { JournalInfo, SlowRequest } from '../../sidecar/protocol/values';
import { Signal } from './signal';

/** The sidecar can tell the reports of so many. */
const MAX_OPEN = 5;

export interface OpenJournal extends Result<'readJournal'> {
  info: JournalInfo;
}

export class OpenJournals {
  private readonly changed = new Signal();
  private readonly opened = new Map<string, OpenJournal>();

  /** @returns how to stop listening */
  onDidChange(listener: () => void): { dispose(): void } {
    return this.changed.listen(listener);
  }

  /** The one opened last first. */
  get all(): readonly OpenJournal[] {
    return [...this.opened.values()].reverse();
  }

  /** The one opened longest ago is closed when there are too many. */
  put(journal: OpenJournal): void {
    const slowRequests = [...journal.slowRequests].sort((a, b) => b.startedAtMs - a.startedAtMs);
    this.opened.delete(journal.info.file);
    this.opened.set(journal.info.file, { ...journal, slowRequests });
    const [oldest] = this.opened.keys();
    if (this.opened.size > MAX_OPEN && oldest !== undefined) this.opened.delete(oldest);
    this.changed.fire();
  }

  close(file: string): void {
    if (this.opened.delete(file)) this.changed.fire();
  }

  /** @returns the request and the journal it stands in; undefined when it is in none of them */
  find(requestId: string): { request: SlowRequest; journal: OpenJournal } | undefined {
    for (const journal of this.opened.values()) {
      const request = journal.slowRequests.find(({ id }) => id === requestId);
      if (request) return { request, journal };
    }
    return undefined;
  }
}
