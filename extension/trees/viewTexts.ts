/** What stands above the Requests view and on its badge. */
import type { TargetStats } from '../../sidecar/protocol/values';
import type { WatchedTarget } from '../store/sessionStore';
import { childrenOf } from './requestNodes';
import { type Model, rootNodes } from './rootNodes';

const IGNORED_NOUNS: Record<string, [string, string]> = {
  'event stream': ['event stream', 'event streams'],
  'long poll': ['long poll', 'long polls'],
  upgrade: ['upgraded connection', 'upgraded connections'],
  rule: ['request ignored by a rule', 'requests ignored by rules'],
};

/** @returns the sentences above the requests; undefined for an empty tree, which shows the welcome text instead */
export function viewMessage(model: Model): string | undefined {
  const { store, journals, view } = model;
  const { targets, slowRequests, groups } = store;
  if (slowRequests.length === 0 && groups.length === 0 && journals.all.length === 0) return undefined;
  const lines = targets.flatMap(target => targetLines(target, slowRequests.filter(isOf(target)).length));
  const sentences = [...lines, ...(view.filterText === '' ? [] : [filterLine(model)])];
  // VS Code makes one paragraph of them.
  return sentences.map(sentence => sentence.replace(/\.?$/, '.')).join(' ') || undefined;
}

export interface Badge {
  value: number;
  tooltip: string;
}

/** @returns how many slow requests run; undefined for none */
export function runningBadge({ store }: Pick<Model, 'store'>): Badge | undefined {
  const running = store.slowRequests.filter(({ state }) => state.state === 'running');
  const hung = running.filter(({ level }) => level === 'hung').length;
  const value = running.length;
  if (value === 0) return undefined;
  if (value === 1) return { value, tooltip: hung === 1 ? '1 hung request is running' : '1 slow request is running' };
  const ofThem = hung === 0 ? '' : `, ${hung === value ? 'all' : hung} of them hung`;
  return { value, tooltip: `${value} slow requests are running${ofThem}` };
}

/** @returns `2 event streams and 1 long poll are not watched`; undefined for none */
export function ignoredText(ignored: TargetStats['ignored']): string | undefined {
  const counts = new Map<string, number>();
  for (const { reason, count } of ignored) counts.set(reason, (counts.get(reason) ?? 0) + count);
  const parts = [...counts].map(([reason, count]) => {
    const [one, many] = IGNORED_NOUNS[reason] ?? [reason, reason];
    return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
  });
  const last = parts.pop();
  if (last === undefined) return undefined;
  const isOne = parts.length === 0 && last.startsWith('1 ');
  return `${parts.length > 0 ? `${parts.join(', ')} and ${last}` : last} ${isOne ? 'is' : 'are'} not watched`;
}

function isOf({ target }: WatchedTarget): (of: { targetId: string }) => boolean {
  return ({ targetId }) => targetId === target.id;
}

function targetLines({ target, stats }: WatchedTarget, shown: number): string[] {
  const { state, name, pid } = target;
  if (state.state === 'gone' || state.state === 'awaitingRestart') return [state.message];
  if (stats === undefined) return [`${name} [${pid}]`];
  const noun = stats.requestsSeen === 1 ? 'request' : 'requests';
  // The figures come once a second, a slow request at once.
  const slow = Math.max(stats.slowRequests, shown);
  const ignored = ignoredText(stats.ignored);
  return [
    `${name} [${pid}] · ${stats.requestsSeen.toLocaleString('en-US')} ${noun}, ${slow} slow`,
    ...(ignored === undefined ? [] : [ignored]),
  ];
}

function filterLine(model: Model): string {
  const { store, journals, view } = model;
  const all = store.slowRequests.length + journals.all.reduce((sum, { slowRequests }) => sum + slowRequests.length, 0);
  const shown = countRequests(rootNodes(model));
  return `Filter “${view.filterText}”: ${shown === 0 ? 'none' : shown} of ${all} shown`;
}

function countRequests(nodes: ReturnType<typeof rootNodes>): number {
  return nodes.reduce((sum, node) => {
    if (node.kind === 'request') return sum + 1;
    return node.kind === 'group' || node.kind === 'journal' ? sum + countRequests(childrenOf(node)) : sum;
  }, 0);
}
