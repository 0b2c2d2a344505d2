/** The source lines on which a request computed. */
import type { RawProfile, SampledNode } from '../agent/profileReports';
import type { HotLine } from '../protocol/profileValues';
import type { Frame } from '../protocol/values';
import type { FrameTable, PositionResolver } from './frameTable';
import type { FramedLine } from './profile';
import type { Piece } from './timeline';

/** Colder ones are noise. */
const MAX_LINES = 500;

/**
 * V8 counts samples by line for a function as a whole, not for one request's part. A function's time is shared out between
 * its lines as the counts are: exact as long as no other request ran the same function meanwhile.
 *
 * @returns own time by line, most first
 */
export async function hotLines(
  raw: RawProfile,
  pieces: readonly Piece[],
  table: FrameTable,
  resolver: PositionResolver,
): Promise<FramedLine[]> {
  const selfUs = new Map<number, number>();
  for (const piece of pieces) {
    if (piece.kind !== 'computing' || piece.sample < 0) continue;
    selfUs.set(piece.sample, (selfUs.get(piece.sample) ?? 0) + piece.endUs - piece.startUs);
  }
  const times = [...selfUs].flatMap(([index, nodeUs]) => {
    const node = raw.nodes[index];
    return node === undefined ? [] : [[node, nodeUs] as const];
  });
  const lines = await timeByLine(times, resolver);
  const hottest = lines.sort((a, b) => b.line.selfUs - a.line.selfUs).slice(0, MAX_LINES);
  return Promise.all(hottest.map(async ({ line, node }) => ({ ...line, frame: await table.ofFunction(node) })));
}

/**
 * @param times functions with the counts of their lines, and the own time of each in microseconds
 * @returns own time by line of the app's own code and its packages, with a function that each line is in
 */
export async function timeByLine(
  times: Iterable<readonly [SampledNode, number]>,
  resolver: PositionResolver,
): Promise<{ line: HotLine; node: SampledNode }[]> {
  const lines = new Map<string, { line: HotLine; node: SampledNode }>();
  for (const [node, nodeUs] of times) {
    for (const { line, share } of shares(node)) add(await positionOf(line, node, resolver), nodeUs * share, node);
  }
  return [...lines.values()];

  function add(resolved: Frame | undefined, us: number, node: SampledNode): void {
    if (resolved === undefined || (resolved.origin !== 'user' && resolved.origin !== 'package')) return;
    const { file, line } = resolved;
    const key = `${file}\n${line}`;
    const known = lines.get(key);
    if (known !== undefined) known.line.selfUs += us;
    else {
      const text = resolved.sourceLine === undefined ? {} : { sourceLine: resolved.sourceLine };
      lines.set(key, { line: { file, line, selfUs: us, ...text }, node });
    }
  }
}

/**
 * V8 counts a function that it has put into its caller for the caller, by the line it has in its own file: a line before
 * the caller's beginning, or behind the end of its file, is told as the line where the caller begins.
 */
async function positionOf(line: number, node: SampledNode, resolver: PositionResolver): Promise<Frame | undefined> {
  const { functionName, file, column } = node;
  const at = { functionName, file, isAsync: false };
  // Minified code has all in one line: where the function begins on it is the best that is known.
  const beginning = async () => (await resolver.resolve([{ ...at, line: node.line, column }]))[0];
  if (line <= node.line) return beginning();
  const resolved = await resolver.resolveLine({ ...at, line });
  if (resolved?.sourceLine !== undefined) return resolved;
  const first = await beginning();
  return first?.sourceLine === undefined ? resolved : first;
}

function shares({ lineTicks }: SampledNode): { line: number; share: number }[] {
  let sum = 0;
  for (let index = 1; index < lineTicks.length; index += 2) sum += lineTicks[index] ?? 0;
  if (sum === 0) return [];
  const found: { line: number; share: number }[] = [];
  for (let index = 0; index < lineTicks.length; index += 2) {
    found.push({ line: lineTicks[index] ?? 0, share: (lineTicks[index + 1] ?? 0) / sum });
  }
  return found;
}
