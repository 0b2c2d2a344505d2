import { describe, expect, test } from 'vitest';
import { callGraph } from '../../../sidecar/profiles/exports/callGraph';
import { callGraphDot } from '../../../sidecar/profiles/exports/callGraphDot';
import { profileOf } from './profiles';

describe('a call graph', () => {
  test('shows functions of half a per cent and folds smaller ones, whose time is told', () => {
    const profile = profileOf([
      [['handler'], 990_000],
      [['handler', 'kept'], 5_000],
      [['handler', 'folded'], 4_999],
      [['handler', 'folded too'], 1],
    ]);
    const graph = callGraph(profile);
    expect(graph.nodes.map(({ frame }) => profile.frames[frame]?.name)).toEqual(['handler', 'kept']);
    expect(graph.folded).toEqual({ functions: 2, selfUs: 5_000 });
    const shownUs = graph.nodes.reduce((sum, { selfUs }) => sum + selfUs, 0);
    expect(shownUs + graph.folded.selfUs).toBe(graph.durationUs);
    expect(callGraphDot(profile)).toContain('2 functions under 0.5 %');
  });

  test('shows calls of a thousandth and counts smaller ones', () => {
    const profile = profileOf([
      [['a', 'shared'], 988_001],
      [['b', 'shared'], 1_000],
      [['c', 'shared'], 999],
      [['b'], 5_000],
      [['c'], 5_000],
    ]);
    const graph = callGraph(profile);
    const names = graph.edges.map(({ caller }) => profile.frames[caller]?.name);
    expect(names).toEqual(['a', 'b']);
    expect(graph.foldedEdges).toBe(1);
  });

  test('counts recursion once', () => {
    const profile = profileOf([[['walk', 'walk', 'walk'], 10_000]]);
    const [walk] = callGraph(profile).nodes;
    expect(walk).toMatchObject({ selfUs: 10_000, totalUs: 10_000 });
    expect(callGraph(profile).edges).toMatchObject([{ totalUs: 10_000 }]);
  });

  test('is text that no name can break out of', () => {
    const name = 'a"]; evil [label="\\\n\u0000';
    const dot = callGraphDot(profileOf([[[name], 10_000]]));
    expect(dot).toContain('label="a\\"]; evil [label=\\"\\\\\\n ');
    expect(dot).not.toContain('\u0000');
  });

  test('dashes what waits', () => {
    const dot = callGraphDot(profileOf([[['handler', 'waiting: timer of 50 ms'], 10_000]]));
    expect(dot.split('\n').find(line => line.includes('waiting: timer'))).toContain('filled,dashed');
  });
});
