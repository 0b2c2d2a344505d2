/** `introspector watch`: attaches, reports on standard output, detaches at Ctrl-C. */
import { defaultJournalFolder } from '../journal/journalFolder';
import { createLog } from '../log';
import { DEFAULT_WATCH_SETTINGS } from '../protocol/defaults';
import type { EventName } from '../protocol/messages';
import type { LineHint, SlowRequest, Target, TargetAddress } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { annotatedLines } from '../reports/annotatedLines';
import { endLine, slowRequestReport } from '../reports/slowRequestReport';
import { Sidecar } from '../sidecar';
import type { FactHub } from '../watch/facts';

interface WatchOptions {
  threshold: number;
  json?: boolean;
  /** Folder; `false` for none. */
  journal?: string | false;
}

/** The target went away by itself, as `watch` tells its caller. */
const EXIT_TARGET_GONE = 2;

/** @returns exit code: 0 after Ctrl-C, 2 when the target ended first */
export async function watch(address: TargetAddress, { threshold, json, journal }: WatchOptions): Promise<number> {
  const log = createLog(line => console.error(line));
  const sidecar = new Sidecar(log, [process.pid], journal === false ? undefined : (journal ?? defaultJournalFolder()));
  const { observer, facts } = sidecar;
  const ended = new Promise<'gone' | 'interrupted'>(resolve => {
    facts.listen('targetChanged', ({ target }) => target.state.state === 'gone' && resolve('gone'));
    // Nobody reads the reports any more.
    process.stdout.once('error', () => resolve('interrupted'));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve('interrupted'));
  });
  const printer = json ? printJson(facts) : new TextPrinter(facts);
  const target = await observer.attach({
    address,
    settings: { ...DEFAULT_WATCH_SETTINGS, thresholdMs: threshold },
    reattach: false,
  });
  printer.attached(target);
  const how = await ended;
  const undone = how === 'interrupted' ? await observer.detach(target.id).catch(() => []) : [];
  await sidecar.close();
  printer.ended(target, undone);
  return how === 'gone' ? EXIT_TARGET_GONE : 0;
}

interface Printer {
  attached(target: Target): void;
  ended(target: Target, undone: string[]): void;
}

/** One event a line, as they cross the wire to an editor. */
function printJson(facts: FactHub): Printer {
  const print = (event: string, value: unknown) => console.log(JSON.stringify({ event, ...(value as object) }));
  for (const name of ['targetChanged', 'targetStats', 'slowRequest', 'lineHints'] satisfies EventName[]) {
    facts.listen(name, value => print(name, value));
  }
  return {
    attached: () => {},
    ended: (_target, undone) => print('detached', { undone }),
  };
}

/** The reports a person reads: one when a request crosses the threshold, one when it is hung, one line when it ends. */
class TextPrinter implements Printer {
  private target: Target | undefined;
  private readonly told = new Map<string, SlowRequest['level']>();
  private hints: LineHint[] = [];

  constructor(facts: FactHub) {
    facts.listen('targetChanged', ({ target }) => {
      this.target = target;
    });
    facts.listen('slowRequest', slowRequest => this.slowRequest(slowRequest));
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

  ended({ name, workingDirectory, state }: Target, undone: string[]): void {
    if (this.hints.length > 0) console.log(`\nGuilty lines\n\n${annotatedLines(this.hints, workingDirectory)}`);
    if (state.state === 'gone' && state.reason !== 'detached') console.log(`\n${state.message}`);
    else console.log(`\nDetached from ${name}: ${undone.join(', ') || 'it was gone already'}.`);
  }

  private slowRequest(slowRequest: SlowRequest): void {
    const { id, state, level } = slowRequest;
    const before = this.told.get(id);
    const hasEnded = state.state !== 'running';
    if (before !== level) {
      this.told.set(id, level);
      if (this.target) console.log(`\n${slowRequestReport(slowRequest, this.target)}`);
    } else if (hasEnded) console.log(`\n${endLine(slowRequest)}`);
    if (hasEnded) this.told.delete(id);
  }
}
