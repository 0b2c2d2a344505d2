/** `introspector watch`: attaches, reports on standard output, detaches at Ctrl-C. */
import { createLog, type Log } from '../log';
import type { BoxSite } from '../protocol/boxValues';
import type { EventName } from '../protocol/messages';
import type { DeliveryStats, LineHint, SlowRequest, Target, TargetAddress } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { annotatedLines } from '../reports/annotatedLines';
import { siteLine } from '../reports/boxText';
import { oneLine } from '../reports/oneLine';
import { endLine, slowRequestReport } from '../reports/slowRequestReport';
import { Sidecar } from '../sidecar';
import type { FactHub } from '../watch/facts';
import type { WatchPlan } from './config';

/** The target went away by itself, as `watch` tells its caller. */
const EXIT_TARGET_GONE = 2;

/**
 * @param plan what to watch for and where reports go
 * @param json print events instead of text
 * @returns exit code: 0 after Ctrl-C, 2 when the target ended first
 */
export async function watch(address: TargetAddress, plan: WatchPlan, json = false): Promise<number> {
  const log = createLog(line => console.error(line));
  const sidecar = new Sidecar(log, [process.pid], { journalFolder: plan.journalFolder });
  const { observer, facts } = sidecar;
  const tellUndelivered = json ? () => {} : printProblems(facts, log);
  const ended = new Promise<'gone' | 'interrupted'>(resolve => {
    facts.listen('targetChanged', ({ target }) => target.state.state === 'gone' && resolve('gone'));
    // Nobody reads the reports any more.
    process.stdout.once('error', () => resolve('interrupted'));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('interrupted'));
  });
  const printer = json ? printJson(facts) : new TextPrinter(facts);
  sidecar.deliveries.configure(plan.deliveries);
  const target = await observer.attach({ address, settings: plan.settings, reattach: plan.reattach });
  printer.attached(target);
  const how = await ended;
  const undone = how === 'interrupted' ? await observer.detach(target.id).catch(() => []) : [];
  await sidecar.close();
  printer.ended(target, undone);
  tellUndelivered();
  return how === 'gone' ? EXIT_TARGET_GONE : 0;
}

interface Printer {
  attached(target: Target): void;
  ended(target: Target, undone: string[]): void;
}

/** One event a line, as they cross the wire to an editor. */
function printJson(facts: FactHub): Printer {
  const print = (event: string, value: unknown) => console.log(JSON.stringify({ event, ...(value as object) }));
  const names = [
    'targetChanged',
    'targetStats',
    'slowRequest',
    'lineHints',
    'requestGroup',
    'deliveryStats',
    'notice',
    'profileTaken',
    'boxes',
  ];
  for (const name of names as EventName[]) {
    facts.listen(name, value => print(name, value));
  }
  return {
    attached: () => {},
    ended: (_target, undone) => print('detached', { undone }),
  };
}

/** What could not be done, on standard error. @returns what tells at the end how much was not delivered */
function printProblems(facts: FactHub, log: Log): () => void {
  let newest: DeliveryStats = { channels: [] };
  facts.listen('deliveryStats', stats => {
    newest = stats;
  });
  facts.listen('notice', ({ severity, source, message }) => {
    const tagged = log.tagged(source);
    if (severity === 'warning') tagged.warn(message);
    else tagged.info(message);
  });
  return () => {
    for (const { name, delivered, failed, dropped, lastError } of newest.channels) {
      if (failed + dropped === 0) continue;
      const why = lastError === undefined ? '' : ` (${lastError})`;
      log.tagged('delivery').warn(`${name}: ${delivered} delivered, ${failed} failed, ${dropped} dropped${why}`);
    }
  };
}

/** The reports a person reads: one when a request crosses the threshold, one when it is hung, one line when it ends. */
class TextPrinter implements Printer {
  private target: Target | undefined;
  private isWaiting = false;
  private readonly told = new Map<string, string>();
  /** Places of timeboxes that fired. */
  private readonly toldSites = new Set<string>();
  private hints: LineHint[] = [];

  constructor(facts: FactHub) {
    facts.listen('targetChanged', ({ target }) => this.targetChanged(target));
    facts.listen('slowRequest', slowRequest => this.slowRequest(slowRequest));
    facts.listen('boxes', ({ sites }) => this.boxes(sites));
    facts.listen('lineHints', ({ hints }) => {
      this.hints = hints;
    });
  }

  attached(target: Target): void {
    const { name, pid, nodeVersion, thresholdMs, hooks } = target;
    console.log(
      `Watching ${name} [${pid}], Node ${nodeVersion}, for requests over ${exactMs(thresholdMs)}. Ctrl-C detaches.`,
    );
    for (const { name: hook, state, detail } of hooks) {
      if (state === 'failed') console.error(`warn [hooks] not hooked: ${hook} (${detail})`);
    }
  }

  private targetChanged(target: Target): void {
    const wasWaiting = this.isWaiting;
    this.target = target;
    this.isWaiting = target.state.state === 'awaitingRestart';
    if (target.state.state === 'awaitingRestart' && !wasWaiting) console.log(`\n${target.state.message}`);
    if (wasWaiting && target.state.state === 'watching') {
      console.log(`\nWatching ${target.name} again, started anew as process ${target.pid}.`);
    }
  }

  ended(attached: Target, undone: string[]): void {
    const { name, workingDirectory, state } = this.target ?? attached;
    if (this.hints.length > 0) console.log(`\nGuilty lines\n\n${annotatedLines(this.hints, workingDirectory)}`);
    if (state.state === 'gone' && state.reason !== 'detached') console.log(`\n${state.message}`);
    else console.log(`\nDetached from ${name}: ${undone.join(', ') || 'it was gone already'}.`);
  }

  private boxes(sites: readonly BoxSite[]): void {
    for (const site of sites) {
      if (site.fired === 0 || this.toldSites.has(site.id)) continue;
      this.toldSites.add(site.id);
      console.log(`\n${oneLine(siteLine(site, this.target?.workingDirectory ?? ''))}.`);
    }
  }

  private slowRequest(slowRequest: SlowRequest): void {
    const { id, state, level, interruption } = slowRequest;
    const news = interruption?.kind ?? level;
    const before = this.told.get(id);
    const hasEnded = state.state !== 'running';
    if (before !== news) {
      this.told.set(id, news);
      if (this.target) console.log(`\n${slowRequestReport(slowRequest, this.target)}`);
    } else if (hasEnded) console.log(`\n${endLine(slowRequest)}`);
    if (hasEnded) this.told.delete(id);
  }
}
