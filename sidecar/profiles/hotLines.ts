/** The source lines on which a request computed. */
import type { RawProfile, SampledNode } from '../agent/profileReports';
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
  const lines = new Map<string, FramedLine>();
  for (const [index, nodeUs] of selfUs) {
    const node = raw.nodes[index];
    if (node === undefined || node.lineTicks.length === 0) continue;
    const frame = await table.ofFunction(node);
    for (const { line, share } of shares(node)) await add(line, nodeUs * share, node, frame);
  }
  return [...lines.values()].sort((a, b) => b.selfUs - a.selfUs).slice(0, MAX_LINES);

  async function add(line: number, us: number, node: SampledNode, frame: number): Promise<void> {
    const resolved = await positionOf(line, node, resolver);
    if (resolved === undefined || (resolved.origin !== 'user' && resolved.origin !== 'package')) return;
    const key = `${resolved.file}\n${resolved.line}`;
    const known = lines.get(key);
    if (known !== undefined) known.selfUs += us;
    else {
      const text = resolved.sourceLine === undefined ? {} : { sourceLine: resolved.sourceLine };
      lines.set(key, { file: resolved.file, line: resolved.line, selfUs: us, frame, ...text });
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
