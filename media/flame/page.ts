/** One request's profile: its flame graph by speedscope, the same as a table, and the way to the source. */
import { type FlameFile, type FlameFrame, parseFlameFile } from './flameFile';
import { FunctionTable, placeOf } from './functionTable';
import { findHost, type Host } from './host';
import { watchSelection } from './selection';
import { openSpeedscope } from './speedscopeFrame';
import { Tabs } from './tabs';

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no ${id}`);
  return found;
}

/** The frame that was chosen last, in the graph or in the table. */
class Selection {
  private frame: FlameFrame | undefined;

  constructor(private readonly host: Host) {
    element('reveal').addEventListener('click', () => this.reveal());
  }

  choose(frame: FlameFrame): void {
    this.frame = frame;
    const place = placeOf(frame);
    element('selected').textContent = place === '' ? frame.name : `${frame.name}  ${place}`;
    element('selected').title = frame.file ?? '';
    element('reveal').hidden = this.host.reveal === undefined || frame.file === undefined;
  }

  reveal(): void {
    if (this.frame?.file !== undefined) this.host.reveal?.(this.frame);
  }
}

async function show(host: Host): Promise<void> {
  const { sources, profile } = await host.load();
  const file = parseFlameFile(profile);
  describe(file);
  const selection = new Selection(host);
  const graph = element('graph');
  const table = element('table');
  new Tabs([
    { tab: element('tab-graph'), panel: graph, onShow: () => graph.querySelector('iframe')?.focus() },
    {
      tab: element('tab-table'),
      panel: table,
      // A large one takes its time: not before somebody wants to see it.
      onShow: () => {
        if (table.childElementCount > 0) return;
        const onReveal = (frame: FlameFrame) => {
          selection.choose(frame);
          selection.reveal();
        };
        new FunctionTable(table, file, { onSelect: frame => selection.choose(frame), onReveal });
      },
    },
  ]);
  const inner = await openSpeedscope(graph, sources, profile);
  watchSelection(inner, file.shared.frames, frame => selection.choose(frame));
  for (const each of [window, inner]) {
    each.addEventListener('keydown', event => {
      if (event.key === 'F12') selection.reveal();
    });
  }
}

function describe({ introspector: info }: FlameFile): void {
  const ms = (durationMs: number) => `${Math.round(durationMs).toLocaleString('en-US')} ms`;
  const { computingMs, waitingMs, heldUpMs, profilerMs } = info.time;
  element('title').textContent = `${info.method} ${info.url}  ${ms(info.durationMs)}`;
  const times = [`computing ${ms(computingMs)}`, `waiting ${ms(waitingMs)}`, `held up ${ms(heldUpMs)}`];
  if (profilerMs >= 0.5) times.push(`profiler ${ms(profilerMs)}`);
  const { name, pid, hostname, nodeVersion } = info.target;
  const when = new Date(info.startedAtMs).toLocaleString();
  element('about').textContent =
    `${times.join(' · ')} · ${name} [${pid}] on ${hostname}, Node ${nodeVersion} · ${when}`;
  element('about').title = info.notes.join('\n');
}

show(findHost()).catch((error: Error) => {
  const text = document.createElement('p');
  text.className = 'problem';
  text.textContent = `This profile cannot be shown: ${error.message}. Open it again from the list of profiles.`;
  element('graph').replaceChildren(text);
});
