/** A profile as a file for speedscope: https://www.speedscope.app/file-format-schema.json */
import { isComputing, type Profile, type Segment } from '../profile';

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json';

/**
 * @returns JSON with two profiles of the request: its wall time, and of that its CPU time; in microseconds
 */
export function speedscopeFile(profile: Profile): string {
  const { info, frames, nodes, segments } = profile;
  const stacks = new StackTexts(nodes);
  const cpu = segments.filter(({ node }) => isComputing(frames[nodes[node]?.frame ?? -1] ?? NO_FRAME));
  const shared = { frames: frames.map(({ name, file, line, column }) => ({ name, ...position(file, line, column) })) };
  const head = { exporter: 'introspector', name: titleOf(profile), activeProfileIndex: 0, $schema: SCHEMA };
  const profiles = [sampled('Wall time', segments, stacks), sampled('CPU time', cpu, stacks)];
  const opening = JSON.stringify({ ...head, introspector: info, shared });
  return `${opening.slice(0, -1)},"profiles":[${profiles.join(',')}]}`;
}

const NO_FRAME = { kind: 'engine' } as Profile['frames'][number];

/** @returns `GET /orders/:id 412 ms` */
function titleOf({ info: { method, route, durationMs } }: Profile): string {
  return `${method} ${route} ${Math.round(durationMs).toLocaleString('en-US')} ms`;
}

function position(file: string, line: number, column: number): { file?: string; line?: number; col?: number } {
  if (file === '') return {};
  return line === 0 ? { file } : { file, line, col: column };
}

function sampled(name: string, segments: readonly Segment[], stacks: StackTexts): string {
  const endUs = segments.reduce((sum, { durationUs }) => sum + durationUs, 0);
  const head = { type: 'sampled', name, unit: 'microseconds', startValue: 0, endValue: endUs };
  const samples = segments.map(({ node }) => stacks.of(node)).join(',');
  const weights = JSON.stringify(segments.map(({ durationUs }) => durationUs));
  return `${JSON.stringify(head).slice(0, -1)},"samples":[${samples}],"weights":${weights}}`;
}

/** The stack of each node as JSON, written once: a profile of a minute has some 60,000 samples of a few hundred stacks. */
class StackTexts {
  private readonly texts = new Map<number, string>();

  constructor(private readonly nodes: Profile['nodes']) {}

  of(node: number): string {
    const known = this.texts.get(node);
    if (known !== undefined) return known;
    const frames: number[] = [];
    for (let at = node; at >= 0; at = this.nodes[at]?.parent ?? -1) frames.push(this.nodes[at]?.frame ?? 0);
    const text = JSON.stringify(frames.reverse());
    this.texts.set(node, text);
    return text;
  }
}
