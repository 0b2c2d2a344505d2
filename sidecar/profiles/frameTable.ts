/** The functions of a profile at their original positions, each once. */
import type { RawFrame } from '../agent/reports';
import { AGENT_SOURCE_URL } from '../agent/sourceUrl';
import type { Frame } from '../protocol/values';
import { pathOf } from '../sources/fileUrls';
import type { ProfileFrame } from './profile';

/** Where a function begins, as V8 says. */
export type FunctionStart = Pick<RawFrame, 'functionName' | 'file' | 'line' | 'column'>;

/** How to find original positions. */
export interface PositionResolver {
  resolveFunction(frame: RawFrame): Promise<Frame>;
  resolveLine(line: Omit<RawFrame, 'column'>): Promise<Frame>;
  resolve(frames: readonly RawFrame[]): Promise<Frame[]>;
}

const ANONYMOUS = '(anonymous)';
/** What V8 samples when no JavaScript is on the stack. */
const ENGINE = new Set(['(program)', '(idle)', '(garbage collector)', '(root)']);

export class FrameTable {
  readonly frames: ProfileFrame[] = [];
  private readonly indices = new Map<string, number>();
  private readonly functions = new Map<string, Promise<number>>();
  /** By file and name: where sampled functions begin, to recognise them in stacks, which tell only where they call. */
  private readonly starts = new Map<string, FunctionStart[]>();

  constructor(private readonly resolver: PositionResolver) {}

  /** Makes a sampled function known to `ofCall`. */
  noteStart(start: FunctionStart): void {
    const key = nameKey(start);
    const known = this.starts.get(key) ?? [];
    if (!known.some(other => other.line === start.line && other.column === start.column)) known.push(start);
    this.starts.set(key, known);
  }

  /** @returns index of a sampled function */
  ofFunction(start: FunctionStart): Promise<number> {
    const key = `${nameKey(start)}\n${start.line}:${start.column}`;
    const known = this.functions.get(key);
    if (known !== undefined) return known;
    const index = this.resolved(start);
    this.functions.set(key, index);
    return index;
  }

  /** @returns index of the function that a call on a stack lies in */
  async ofCall(call: RawFrame): Promise<number> {
    const enclosing = (this.starts.get(nameKey(call)) ?? [])
      .filter(start => isBefore(start, call))
      .reduce<FunctionStart | undefined>((best, start) => (best && isBefore(start, best) ? best : start), undefined);
    if (enclosing !== undefined) return this.ofFunction(enclosing);
    // Where it begins is not known: where it was first seen calling has to do.
    const start = { ...call, isAsync: false };
    this.noteStart(start);
    return this.ofFunction(start);
  }

  /** @returns index of a frame that is no function of the app */
  of(kind: ProfileFrame['kind'], name: string): number {
    return this.add({ name, file: '', line: 0, column: 0, kind, origin: 'native' });
  }

  private async resolved(start: FunctionStart): Promise<number> {
    if (start.file === AGENT_SOURCE_URL) return this.of('profiler', '(Introspector)');
    if (ENGINE.has(start.functionName) && start.file === '') {
      return this.of('engine', start.functionName === '(idle)' ? '(program)' : start.functionName);
    }
    const frame = await this.resolver.resolveFunction({ ...start, isAsync: false });
    const { functionName, file, line, column, origin, packageName } = frame;
    return this.add({
      name: functionName || ANONYMOUS,
      file,
      line,
      column,
      kind: 'function',
      origin,
      ...(packageName === undefined ? {} : { packageName }),
    });
  }

  private add(frame: ProfileFrame): number {
    const key = [frame.kind, frame.name, frame.file, frame.line, frame.column].join('\n');
    const known = this.indices.get(key);
    if (known !== undefined) return known;
    this.indices.set(key, this.frames.length);
    return this.frames.push(frame) - 1;
  }
}

function nameKey({ functionName, file }: FunctionStart): string {
  // V8's profiler names a script by its URL where a stack names it by its path.
  return `${functionName}\n${pathOf(file)}`;
}

function isBefore(a: Pick<RawFrame, 'line' | 'column'>, b: Pick<RawFrame, 'line' | 'column'>): boolean {
  return a.line < b.line || (a.line === b.line && a.column <= b.column);
}
