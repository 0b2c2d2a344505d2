/** The parts of the sidecar in the order in which facts flow through them; the same for an editor and a terminal. */
import { Deliveries } from './delivery/deliveries';
import { History } from './journal/history';
import { Journals } from './journal/journals';
import { ProfileLibrary } from './library/profileLibrary';
import type { Log } from './log';
import { Replays } from './replay/replays';
import { processTable } from './targets/processes';
import { FactHub } from './watch/facts';
import { Observer } from './watch/observer';

export interface SidecarOptions {
  /** Where evidence is kept; nothing is kept when absent. */
  journalFolder?: string | undefined;
  /** Where profiles are kept; in memory when absent. */
  profileFolder?: string | undefined;
}

export class Sidecar {
  readonly facts = new FactHub();
  readonly observer: Observer;
  readonly deliveries: Deliveries;
  readonly history: History;
  readonly profiles: ProfileLibrary;
  readonly replays: Replays;

  private readonly journals: Journals | undefined;

  /** @param ownPids processes that a picker should not show: ours */
  constructor(log: Log, ownPids: readonly number[], { journalFolder, profileFolder }: SidecarOptions) {
    if (journalFolder !== undefined) this.journals = new Journals(journalFolder, this.facts);
    this.profiles = new ProfileLibrary(profileFolder, this.facts);
    this.history = new History(journalFolder);
    this.deliveries = new Deliveries({
      facts: this.facts,
      log: log.tagged('delivery'),
      writeLog: (targetId, line) => this.observer.writeLog(targetId, line),
    });
    this.observer = new Observer(processTable, log, ownPids, this.facts);
    this.replays = new Replays(this.observer, processTable, this.facts);
  }

  /** Detaches from everything; what waits to be delivered gets a last chance. */
  async close(): Promise<void> {
    await this.replays.close();
    await this.observer.close();
    await this.deliveries.close();
    await this.journals?.close();
    await this.profiles.settled();
  }
}
