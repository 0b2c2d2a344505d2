/** Ends a process and everything it has started, however far those have gone from it. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const DEADLINE_MS = 10_000;
const POLL_MS = 20;

interface Running {
  pid: number;
  parent: number;
  group: number;
  session: number;
  isZombie: boolean;
}

/** How the processes of one tree are recognised. */
export interface Tree {
  /** The first of them; it leads a process group and a session. */
  pid: number;
  /** `NAME=value`: a variable that all of them inherit, unless they are given another environment. */
  variable: string;
}

/**
 * Stops them all before it ends the first, so that none of them starts another meanwhile.
 *
 * @returns pids of those that could not be ended within 10 s
 */
export async function endTree(tree: Tree): Promise<number[]> {
  const deadlineMs = performance.now() + DEADLINE_MS;
  // Only what is seen is signalled: the number of a process that has ended may belong to another one.
  const known = new Set<number>();
  for (;;) {
    const before = known.size;
    for (const pid of await membersOf(tree, known)) {
      known.add(pid);
      signal(pid, 'SIGSTOP');
    }
    if (known.size === before) break;
  }
  for (const pid of known) signal(pid, 'SIGKILL');
  for (;;) {
    const left = await membersOf(tree, known);
    if (left.length === 0 || performance.now() >= deadlineMs) return left;
    for (const pid of left) signal(pid, 'SIGKILL');
    await delay(POLL_MS);
  }
}

/** @param known members; their children are members, too */
async function membersOf({ pid: first, variable }: Tree, known: ReadonlySet<number>): Promise<number[]> {
  const all = (await Promise.all((await pids()).map(describe))).filter(each => each !== undefined);
  const candidates = all.filter(({ pid, isZombie }) => pid !== process.pid && !isZombie);
  const members = new Set(
    candidates.filter(({ pid, group, session }) => pid === first || group === first || session === first).map(pidOf),
  );
  for (const { pid } of candidates) if (await hasVariable(pid, variable)) members.add(pid);
  for (let size = -1; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent } of candidates) if (members.has(parent) || known.has(parent)) members.add(pid);
  }
  return [...members];
}

function pidOf({ pid }: Running): number {
  return pid;
}

async function pids(): Promise<number[]> {
  return (await readdir('/proc')).filter(name => /^\d+$/.test(name)).map(Number);
}

async function describe(pid: number): Promise<Running | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The command in field 2 may hold spaces: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
  const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), isZombie: state === 'Z' };
}

async function hasVariable(pid: number, variable: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
  return environment.split('\0').includes(variable);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
}
