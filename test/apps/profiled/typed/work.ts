/** Known functions that burn known CPU time; compiled, minified or not, by the tests. */

export interface Measured {
  alpha: number;
  beta: number;
  gamma: number;
  innocent: number;
  waitLong: number;
}

/** Not inlined: each caller is to have a frame of its own. */
function spin(durationMs: number): number {
  const endMs: number = performance.now() + durationMs;
  let sum = 0;
  while (performance.now() < endMs) for (let i = 0; i < 200; i += 1) sum += Math.sqrt(sum + i);
  return sum;
}

function timed(own: Partial<Measured>, name: keyof Measured, run: () => void): void {
  const startMs = performance.now();
  run();
  own[name] = (own[name] ?? 0) + performance.now() - startMs;
}

export function alpha(own: Partial<Measured>, durationMs: number): void {
  timed(own, 'alpha', () => spin(durationMs));
}

export const beta = (own: Partial<Measured>, durationMs: number): void => {
  timed(own, 'beta', () => spin(durationMs));
};

export class Worker {
  constructor(private readonly own: Partial<Measured>) {}

  gamma(durationMs: number): void {
    timed(this.own, 'gamma', () => spin(durationMs));
  }
}

export function innocent(own: Partial<Measured>, durationMs: number): void {
  timed(own, 'innocent', () => spin(durationMs));
}
