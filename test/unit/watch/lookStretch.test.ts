import { beforeEach, describe, expect, test } from 'vitest';
import { Stretches } from '../../../sidecar/watch/lookStretch';
import { evidence, pending, raw, report } from './agentSamples';

const look = (line: number, weightMs: number) => ({ frames: [raw(line)], weightMs, count: 1 });

describe('what a request did lately', () => {
  let stretches: Stretches;

  beforeEach(() => {
    stretches = new Stretches();
  });

  test('is all it did, when it is heard of for the first time', () => {
    const known = evidence({ looks: [look(3, 600)], waits: [pending(1, 8)] });
    stretches.hear(report({ durationMs: 1_000, computingMs: 501 }), known);
    expect(stretches.now(false)).toEqual({ cause: 'computing', frames: [raw(3)] });
    stretches.hear(report({ durationMs: 1_100, computingMs: 501 }), known);
    expect(stretches.now(false)).toEqual({ cause: 'waiting', frames: [raw(8)], wait: 'data 1' });
  });

  test('is to compute when its JavaScript runs at that moment, whatever the figures say', () => {
    stretches.hear(report({ durationMs: 1_000 }), evidence({ looks: [look(3, 1)], waits: [pending(1, 8)] }));
    expect(stretches.now(true)).toEqual({ cause: 'computing', frames: [raw(3)] });
  });

  test('is where the weight of the looks grew most; the heaviest line where none did', () => {
    stretches.hear(report({ computingMs: 900 }), evidence({ looks: [look(3, 800), look(4, 100)] }));
    stretches.now(true);
    stretches.hear(
      report({ durationMs: 1_100, computingMs: 1_000 }),
      evidence({ looks: [look(3, 840), look(4, 160)] }),
    );
    expect(stretches.now(true).frames).toEqual([raw(4)]);
    stretches.hear(
      report({ durationMs: 1_200, computingMs: 1_100 }),
      evidence({ looks: [look(3, 840), look(4, 160)] }),
    );
    expect(stretches.now(true).frames).toEqual([raw(3)]);
  });

  test('has no stack of its own when it was held up', () => {
    stretches.hear(report({ heldUpMs: 900 }), evidence({ waits: [pending(1, 8)] }));
    expect(stretches.now(false)).toEqual({ cause: 'heldUp', frames: [] });
  });

  test('shows the last operation it started when none is pending, but not as what it waits for', () => {
    stretches.hear(report(), evidence({ lastWait: pending(1, 8) }));
    expect(stretches.now(false)).toEqual({ cause: 'waiting', frames: [raw(8)] });
  });

  test('at its end goes back to the look before, and to what was pending while it ran', () => {
    const waits = evidence({ waits: [pending(1, 8)] });
    stretches.hear(report({ durationMs: 500 }), waits);
    stretches.now(false);
    stretches.hear(report({ durationMs: 900, computingMs: 300 }), waits);
    const end = { kind: 'finished', statusCode: 200 } as const;
    stretches.hear(report({ durationMs: 1_200, computingMs: 300, end }), evidence({ lastWait: pending(1, 8) }));
    expect(stretches.sinceLook()).toEqual({ cause: 'waiting', frames: [raw(8)], wait: 'data 1' });
    stretches.hear(report({ durationMs: 1_300, computingMs: 701, end }), evidence({ looks: [look(3, 701)] }));
    expect(stretches.sinceLook()).toEqual({ cause: 'computing', frames: [raw(3)] });
  });
});
