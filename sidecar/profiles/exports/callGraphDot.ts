/** A call graph in the language of Graphviz: https://graphviz.org/doc/info/lang.html */
import { basename } from 'node:path';
import type { Profile, ProfileFrame } from '../profile';
import { type CallGraph, callGraph } from './callGraph';

const MAX_NAME = 60;
const FONT = 'Helvetica';

/** @returns one node a function, coloured by its share of the wall time; waits are dashed */
export function callGraphDot(profile: Profile): string {
  const graph = callGraph(profile);
  const { frames, info } = profile;
  const nodes = graph.nodes.map(({ frame, selfUs, totalUs }) => {
    const found = frames[frame];
    const label = [...nameLines(found), `${milliseconds(totalUs)}, ${share(totalUs, graph)}`, ownText(selfUs, totalUs)];
    const colour = colourOf(totalUs / graph.durationUs);
    const style = found?.kind === 'function' || found?.kind === 'engine' ? 'filled' : 'filled,dashed';
    return `n${frame} [label=${quoted(label.filter(Boolean).join('\n'))} fillcolor="${colour.fill}" fontcolor="${colour.text}" style="${style}"];`;
  });
  const edges = graph.edges.map(({ caller, callee, totalUs }) => {
    const part = totalUs / graph.durationUs;
    const width = Math.max(0.5, 4 * Math.sqrt(part)).toFixed(2);
    const { fill } = colourOf(part);
    return `n${caller} -> n${callee} [label=${quoted(share(totalUs, graph))} penwidth=${width} color="${fill}"];`;
  });
  return [
    'digraph {',
    `graph [label=${quoted(titleOf(info))} labelloc=t fontname="${FONT}" fontsize=16 ranksep=0.35 nodesep=0.2];`,
    `node [shape=box fontname="${FONT}" fontsize=10 margin="0.12,0.06" color="#00000040"];`,
    `edge [fontname="${FONT}" fontsize=9];`,
    ...nodes,
    ...foldedNode(graph),
    ...edges,
    '}',
  ].join('\n');
}

function titleOf({ method, route, durationMs, target, startedAtMs }: Profile['info']): string {
  const when = `${new Date(startedAtMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  return `${method} ${route}: ${Math.round(durationMs).toLocaleString('en-US')} ms\n${target.name}[${target.pid}] on ${target.hostname}, Node ${target.nodeVersion}, ${when}`;
}

function nameLines(frame: ProfileFrame | undefined): string[] {
  if (frame === undefined) return [];
  const { name, file, line } = frame;
  const short = name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name;
  return file === '' ? [short] : [short, `${basename(file)}${line > 0 ? `:${line}` : ''}`];
}

function ownText(selfUs: number, totalUs: number): string {
  return selfUs >= totalUs || selfUs < 50 ? '' : `own ${milliseconds(selfUs)}`;
}

/** What is folded stays in the account. */
function foldedNode({ folded, foldedEdges, ...graph }: CallGraph): string[] {
  if (folded.functions === 0 && foldedEdges === 0) return [];
  const calls = foldedEdges === 0 ? [] : [`${foldedEdges} calls under 0.1 %`];
  const functions = folded.functions === 0 ? [] : [`${folded.functions} functions under 0.5 %`];
  const time = `own ${milliseconds(folded.selfUs)}, ${share(folded.selfUs, graph)}`;
  const label = ['not shown:', ...functions, ...calls, time].join('\n');
  return [`folded [label=${quoted(label)} shape=note style="filled" fillcolor="#f4f4f4"];`];
}

function share(us: number, { durationUs }: { durationUs: number }): string {
  return `${((100 * us) / Math.max(durationUs, 1)).toFixed(1)} %`;
}

function milliseconds(us: number): string {
  return `${(us / 1000).toFixed(us < 10_000 ? 1 : 0)} ms`;
}

/** From blue for little to red for all, dark to light text accordingly, as gprof2dot's `temperature` map. */
function colourOf(part: number): { fill: string; text: string } {
  const clamped = Math.min(1, Math.max(0, part));
  const hue = (2 / 3) * (1 - Math.sqrt(clamped));
  const value = 0.55 + 0.35 * Math.sqrt(clamped);
  return { fill: hsv(hue, 0.75, value), text: clamped > 0.02 && hue > 0.1 && hue < 0.5 ? '#000000' : '#ffffff' };
}

/** https://en.wikipedia.org/wiki/HSL_and_HSV#HSV_to_RGB_alternative */
function hsv(hue: number, saturation: number, value: number): string {
  const channel = (n: number) => {
    const k = (n + hue * 6) % 6;
    const level = value - value * saturation * Math.max(0, Math.min(k, 4 - k, 1));
    return Math.round(level * 255)
      .toString(16)
      .padStart(2, '0');
  };
  return `#${channel(5)}${channel(3)}${channel(1)}`;
}

/** Line breaks stay; nothing in a name can end the string or be an escape of Graphviz's. */
function quoted(text: string): string {
  const safe = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `"${safe.replace(/\p{Cc}/gu, ' ')}"`;
}
