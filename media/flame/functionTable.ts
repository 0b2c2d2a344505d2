/** The profile as a table: for those who cannot see the graph, and for those who would rather sort. */
import type { FlameFile, FlameFrame, FunctionRow } from './flameFile';
import { functionRows } from './flameFile';

/** Nobody reads more, and a browser takes its time for them. */
const MAX_ROWS = 500;

type Column = 'self' | 'total' | 'name' | 'place';
interface ColumnText {
  column: Column;
  title: string;
  isNumber: boolean;
}

const COLUMNS: readonly ColumnText[] = [
  { column: 'self', title: 'Self', isNumber: true },
  { column: 'total', title: 'Total', isNumber: true },
  { column: 'name', title: 'Function or wait', isNumber: false },
  { column: 'place', title: 'Defined at', isNumber: false },
];

export interface TableListener {
  onSelect(frame: FlameFrame): void;
  onReveal(frame: FlameFrame): void;
}

export class FunctionTable {
  private sortedBy: Column = 'self';
  private isDescending = true;
  private profile = 0;
  private readonly table = document.createElement('table');
  private readonly chooser = document.createElement('select');

  /** @param element gets the table and the choice between wall time and CPU time */
  constructor(
    private readonly element: HTMLElement,
    private readonly file: FlameFile,
    private readonly listener: TableListener,
  ) {
    const label = document.createElement('label');
    label.append('Show ', this.chooser);
    this.chooser.append(...file.profiles.map(({ name }, index) => new Option(name, String(index))));
    this.chooser.addEventListener('change', () => {
      this.profile = Number(this.chooser.value);
      this.draw();
    });
    this.element.replaceChildren(label, this.table);
    this.draw();
  }

  private draw(): void {
    const { shared, profiles } = this.file;
    const profile = profiles[this.profile];
    if (profile === undefined) return;
    const wholeUs = profile.weights.reduce((sum, weight) => sum + weight, 0);
    const rows = functionRows(profile, shared.frames).sort((a, b) => this.compare(a, b));
    const head = document.createElement('thead');
    head.append(rowOf(COLUMNS.map(column => this.heading(column))));
    const body = document.createElement('tbody');
    body.append(...rows.slice(0, MAX_ROWS).map(row => this.row(row, wholeUs)));
    const caption = document.createElement('caption');
    const left = rows.length > MAX_ROWS ? `, the first ${MAX_ROWS} shown` : '';
    caption.textContent = `${profile.name}: ${rows.length} functions and waits${left}`;
    this.table.replaceChildren(caption, head, body);
  }

  private heading({ column, title, isNumber }: ColumnText): HTMLElement {
    const cell = document.createElement('th');
    const isSorted = this.sortedBy === column;
    cell.scope = 'col';
    cell.ariaSort = isSorted ? (this.isDescending ? 'descending' : 'ascending') : 'none';
    const button = document.createElement('button');
    button.textContent = `${title}${isSorted ? (this.isDescending ? ' ▼' : ' ▲') : ''}`;
    button.addEventListener('click', () => {
      this.isDescending = isSorted ? !this.isDescending : isNumber;
      this.sortedBy = column;
      this.draw();
      this.table
        .querySelectorAll<HTMLButtonElement>('th button')
        [COLUMNS.findIndex(each => each.column === column)]?.focus();
    });
    cell.append(button);
    return cell;
  }

  private row(row: FunctionRow, wholeUs: number): HTMLElement {
    const { frame, selfUs, totalUs } = row;
    const element = rowOf([
      numberCell(selfUs, wholeUs),
      numberCell(totalUs, wholeUs),
      textCell(frame.name),
      textCell(placeOf(frame)),
    ]);
    element.tabIndex = 0;
    element.addEventListener('focus', () => this.listener.onSelect(frame));
    element.addEventListener('dblclick', () => this.listener.onReveal(frame));
    element.addEventListener('keydown', event => {
      if (event.key === 'Enter') this.listener.onReveal(frame);
      const next = { ArrowDown: element.nextElementSibling, ArrowUp: element.previousElementSibling }[event.key];
      if (!(next instanceof HTMLElement)) return;
      event.preventDefault();
      next.focus();
    });
    return element;
  }

  private compare(a: FunctionRow, b: FunctionRow): number {
    const order = this.isDescending ? -1 : 1;
    if (this.sortedBy === 'self') return order * (a.selfUs - b.selfUs);
    if (this.sortedBy === 'total') return order * (a.totalUs - b.totalUs);
    const text =
      this.sortedBy === 'name' ? ({ frame }: FunctionRow) => frame.name : (row: FunctionRow) => placeOf(row.frame);
    return order * text(a).localeCompare(text(b));
  }
}

/** @returns `orders.ts:17`; empty for what is in no file */
export function placeOf({ file, line }: FlameFrame): string {
  if (file === undefined) return '';
  const name = file.split(/[\\/]/).at(-1) ?? file;
  return line === undefined ? name : `${name}:${line}`;
}

function rowOf(cells: readonly HTMLElement[]): HTMLTableRowElement {
  const row = document.createElement('tr');
  row.append(...cells);
  return row;
}

function numberCell(us: number, wholeUs: number): HTMLElement {
  const cell = textCell(`${(us / 1000).toFixed(1)} ms  ${((100 * us) / Math.max(1, wholeUs)).toFixed(1)} %`);
  cell.className = 'number';
  return cell;
}

function textCell(text: string): HTMLElement {
  const cell = document.createElement('td');
  cell.textContent = text;
  cell.title = text;
  return cell;
}
