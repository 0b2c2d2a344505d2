/** Which operation a request has waited for longest, as far as it was seen: every look credits one place in the code. */
import type { PendingWait } from '../agent/reports';

export interface WaitSite {
  /** Newest operation seen at this place. */
  wait: PendingWait;
  creditedMs: number;
  /** Operations seen at this place. */
  count: number;
}

export class WaitTally {
  private readonly sites = new Map<string, WaitSite>();
  private lastAtMs = 0;

  /**
   * @param waits what is pending, the likeliest reason to wait first
   * @param atMs when that was, in milliseconds since 1970
   */
  credit(waits: readonly PendingWait[], atMs: number): void {
    const [wait] = waits;
    const sinceMs = this.lastAtMs;
    this.lastAtMs = atMs;
    if (wait === undefined) return;
    const key = keyOf(wait);
    const site = this.sites.get(key);
    if (site === undefined) {
      this.sites.set(key, { wait, creditedMs: Math.max(0, atMs - wait.startedAtMs), count: 1 });
      return;
    }
    site.creditedMs += Math.max(0, atMs - Math.max(sinceMs, wait.startedAtMs));
    if (site.wait.id !== wait.id) site.count += 1;
    site.wait = wait;
  }

  /** @returns the place with most waiting time; undefined when no operation was ever seen pending */
  longest(): WaitSite | undefined {
    let longest: WaitSite | undefined;
    for (const site of this.sites.values()) {
      if (longest === undefined || site.creditedMs > longest.creditedMs) longest = site;
    }
    return longest;
  }
}

function keyOf({ kind, frames, label }: PendingWait): string {
  const place = frames.map(({ file, line, column }) => `${file}:${line}:${column}`).join('|');
  return `${kind}|${place || label}`;
}
