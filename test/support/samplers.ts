/** Looks at a process from outside: does V8's profiler run in it? */
import { readdirSync, readFileSync } from 'node:fs';

/** What V8 calls the thread that takes samples. */
const SAMPLER_THREAD = 'v8:ProfEvntProc';

/** @returns how many profilers sample in a process; from /proc, so on Linux alone */
export function samplers(pid: number): number {
  const names = readdirSync(`/proc/${pid}/task`).map(task => readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8'));
  return names.filter(name => name.trim() === SAMPLER_THREAD).length;
}
