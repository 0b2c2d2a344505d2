/** What the copy starts with an environment of its own is still known as the copy's, and moves its ports, too. */
import { ChildProcess } from 'node:child_process';

/** What makes a process one of the copy. */
const INHERITED = ['INTROSPECTOR_REPLAY', 'INTROSPECTOR_REPLAY_FACTS', 'INTROSPECTOR_REPLAY_PORTS', 'NODE_OPTIONS'];

/** Node's types leave it out; `spawn`, `fork`, `exec` and `execFile` all come by it. */
interface Spawner {
  spawn(options: { envPairs?: string[] }): unknown;
}

export function markChildren(): void {
  const prototype = ChildProcess.prototype as unknown as Spawner;
  const { spawn } = prototype;
  const ours = INHERITED.flatMap(name => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const]));
  prototype.spawn = function (this: Spawner, options) {
    const { envPairs } = options;
    for (const [name, value] of ours) {
      if (envPairs !== undefined && !envPairs.some(pair => pair.startsWith(`${name}=`))) {
        envPairs.push(`${name}=${value}`);
      }
    }
    return Reflect.apply(spawn, this, [options]);
  };
}
