/** A Node.js process that does nothing until it is let go. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface IdleNode {
  readonly pid: number;
  /** Where it would open its inspector, by its own account. */
  readonly debugPort: number;
  stop(): Promise<void>;
}

/**
 * @param nodeArguments before the code that keeps it alive
 * @param environment added to this process's own
 */
export async function startIdleNode(
  nodeArguments: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<IdleNode> {
  const code = 'process.stdout.write(String(process.debugPort)); process.stdin.resume()';
  const child = spawn(process.execPath, [...nodeArguments, '-e', code], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const [debugPort] = await once(child.stdout, 'data');
  const { pid } = child;
  if (pid === undefined) throw new Error('the process has no id');
  return {
    pid,
    debugPort: Number(String(debugPort)),
    stop: async () => {
      child.stdin.end();
      await exited;
    },
  };
}
