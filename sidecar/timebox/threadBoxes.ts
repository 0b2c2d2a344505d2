/** All boxes of this thread. */
import { AsyncBoxes } from './asyncBoxes';
import type { Clock } from './sandbox';
import { Timeboxes } from './timeboxes';
import { VmSandbox } from './vmSandbox';

const clock: Clock = {
  nowMs: () => performance.now(),
  startTimer: (durationMs, onExpired) => {
    // Timers count from a time in whole milliseconds: without the one more, some would be early.
    const timer = setTimeout(onExpired, Math.max(0, Math.ceil(durationMs)) + 1);
    return () => clearTimeout(timer);
  },
};

const sandbox = new VmSandbox();

export const timeboxes = new Timeboxes(sandbox, clock, new AsyncBoxes(sandbox, clock));
