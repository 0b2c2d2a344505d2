/** Which requests a person wants to see: all words typed must occur somewhere in method, address, file or function. */
import { relative } from 'node:path';
import type { Frame, SlowRequest } from '../../sidecar/protocol/values';
import type { ShownGroup } from '../store/groups';

export class RequestFilter {
  private readonly words: string[];

  /** @param text as typed; all requests fit an empty one */
  constructor(
    readonly text: string,
    /** Where the app of a target runs: files are known by their path from there. */
    private readonly workingDirectoryOf: (of: { targetId: string }) => string | undefined,
  ) {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
  }

  get isEmpty(): boolean {
    return this.words.length === 0;
  }

  requests(requests: readonly SlowRequest[]): SlowRequest[] {
    return requests.filter(request => this.fits(this.textOf(request)));
  }

  /** @returns groups that fit themselves, whole, and others with those of their requests that fit */
  groups(groups: readonly ShownGroup[]): ShownGroup[] {
    return groups.flatMap(group => {
      const { method, route, frame } = group;
      if (this.fits([method, route, ...this.placeOf(group, frame)])) return [group];
      const requests = this.requests(group.requests);
      return requests.length > 0 ? [{ ...group, requests }] : [];
    });
  }

  private fits(texts: readonly string[]): boolean {
    const text = texts.join('\n').toLowerCase();
    return this.words.every(word => text.includes(word));
  }

  private textOf(request: SlowRequest): string[] {
    const { method, route, url, wait, frames } = request;
    const own = frames.filter(({ origin }) => origin === 'user');
    return [method, route, url, wait?.label ?? '', ...own.flatMap(frame => this.placeOf(request, frame))];
  }

  private placeOf(of: { targetId: string }, frame: Frame | undefined): string[] {
    if (frame === undefined) return [];
    const workingDirectory = this.workingDirectoryOf(of);
    const path = workingDirectory === undefined ? frame.file : relative(workingDirectory, frame.file);
    return [path, frame.functionName];
  }
}
