/** The profiles that are kept on this machine, and what of them is shown. */
import type { HotLine, ProfileInfo } from '../../sidecar/protocol/profileValues';
import type { ReplayProgress } from '../../sidecar/protocol/replayValues';

export interface ShownLines {
  profile: ProfileInfo;
  lines: readonly HotLine[];
}

export class Profiles {
  private kept: readonly ProfileInfo[] = [];
  private readonly takenIds: string[] = [];
  private shown: ShownLines | undefined;
  private progress: ReplayProgress | undefined;

  /** @param onChange called after each change */
  constructor(private readonly onChange: () => void) {}

  /** Newest first. */
  get all(): readonly ProfileInfo[] {
    return this.kept;
  }

  /** Taken in this session, oldest first. */
  get taken(): readonly ProfileInfo[] {
    return this.takenIds.flatMap(id => this.find(id) ?? []);
  }

  /** Whose hot lines the editors show. */
  get shownLines(): ShownLines | undefined {
    return this.shown;
  }

  /** How far the newest replay is. */
  get replayProgress(): ReplayProgress | undefined {
    return this.progress;
  }

  noteReplay(progress: ReplayProgress): void {
    this.progress = progress;
    this.onChange();
  }

  find(id: string): ProfileInfo | undefined {
    return this.kept.find(profile => profile.id === id);
  }

  /** @param profiles all that are kept */
  set(profiles: readonly ProfileInfo[]): void {
    this.kept = [...profiles].sort((a, b) => b.startedAtMs - a.startedAtMs);
    this.onChange();
  }

  /** One that was taken just now. */
  put(profile: ProfileInfo): void {
    this.takenIds.push(profile.id);
    this.set([profile, ...this.kept.filter(({ id }) => id !== profile.id)]);
  }

  remove(id: string): void {
    if (this.shown?.profile.id === id) this.shown = undefined;
    this.set(this.kept.filter(profile => profile.id !== id));
  }

  /** @param shown undefined when no profile is open any more */
  showLines(shown: ShownLines | undefined): void {
    this.shown = shown;
    this.onChange();
  }
}
