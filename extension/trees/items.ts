/** What each node of the Requests view looks like and says, without an editor's types. */
import type { Frame, SlowRequest } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import { CAUSE_COLORS, CAUSE_ICONS, CAUSE_WORDS, functionText } from './causes';
import type { RequestNode } from './nodes';
import { timeText } from './requestNodes';
import { hasLastReport } from './rootNodes';

export interface Item {
  label: string;
  description: string;
  icon: string;
  /** Colour of the icon. */
  color?: string;
  fold: 'none' | 'collapsed' | 'expanded';
  /** Paragraphs. */
  tooltip: string[];
  /** A line of source, for the tooltip. */
  source?: string;
  /** What the menus of `package.json` know it by. */
  contextValue?: string;
  /** Opened by a click. */
  opens?: Frame;
  accessibleLabel?: string;
}

type Node<K extends RequestNode['kind']> = Extract<RequestNode, { kind: K }>;

const HUNG = { icon: 'warning', color: 'list.warningForeground' };
const RUNNING = { icon: 'loading~spin' };

/** @param shownFile the path of a file as people read it */
export function itemOf(node: RequestNode, shownFile: (file: string) => string): Item {
  switch (node.kind) {
    case 'journal':
      return journalItem(node);
    case 'group':
      return groupItem(node);
    case 'request':
      return requestItem(node);
    case 'frame':
      return frameItem(node, shownFile);
    case 'folded':
      return { label: node.label, description: '', icon: 'fold', fold: 'collapsed', tooltip: [] };
    case 'fact': {
      const { label, description, icon, children, frame } = node;
      const tooltip = [[label, description].filter(Boolean).join('\n')];
      const opens = frame === undefined || !isFile(frame) ? {} : { opens: frame };
      return { label, description, icon, fold: children.length > 0 ? 'collapsed' : 'none', tooltip, ...opens };
    }
  }
}

function journalItem({ journal }: Node<'journal'>): Item {
  const { info, slowRequests } = journal;
  const { target, startedAtMs, lastAtMs, file } = info;
  const started = new Date(startedAtMs);
  return {
    label: `${target.name} [${target.pid}]`,
    description: `${dayText(started)}, ${started.toLocaleTimeString()} · ${slowRequests.length} slow`,
    icon: 'history',
    fold: 'expanded',
    tooltip: [
      `Journal of ${target.name} [${target.pid}] on ${target.hostname}`,
      `${started.toLocaleString()} to ${new Date(lastAtMs).toLocaleString()}`,
      file,
    ],
    contextValue: hasLastReport(journal) ? 'journalWithReport' : 'journal',
  };
}

/** @returns `23 Nov` */
export function dayText(date: Date): string {
  return date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
}

/** The view is narrow: what matters most comes first. */
function groupItem({ group, targetName }: Node<'group'>): Item {
  const { method, route, cause, frame, count, worstMs, requests } = group;
  const running = requests.filter(({ state }) => state.state === 'running');
  const hung = running.filter(({ level }) => level === 'hung').length;
  const others = running.length - hung;
  const live = [...(hung > 0 ? [`${hung} hung`] : []), ...(others > 0 ? [`${others} running`] : [])];
  const what = [CAUSE_WORDS[cause], ...(frame ? [functionText(frame)] : [])];
  const of = targetName === undefined ? [] : [targetName];
  const times = `${count} slow ${count === 1 ? 'request' : 'requests'}`;
  return {
    label: `${method} ${route}`,
    description: [...live, count, `worst ${exactMs(worstMs)}`, ...what, ...of].join(' · '),
    ...(hung > 0 ? HUNG : running.length > 0 ? RUNNING : { icon: CAUSE_ICONS[cause], color: CAUSE_COLORS[cause] }),
    fold: requests.length > 0 ? 'collapsed' : 'none',
    tooltip: [
      `${method} ${route}`,
      [times, ...live, `the worst took ${exactMs(worstMs)}`].join(', '),
      what.join(' in '),
      ...of,
    ],
    contextValue: 'group',
    accessibleLabel: [`${method} ${route}`, times, ...live, `worst ${exactMs(worstMs)}`, what.join(' in '), ...of].join(
      ', ',
    ),
  };
}

function requestItem({ request, isInGroup, targetName }: Node<'request'>): Item {
  const { method, route, url, durationMs, cause, state, level, startedAtMs } = request;
  const isRunning = state.state === 'running';
  const isHung = level === 'hung';
  const endings: (string | number)[] =
    state.state === 'running' ? [] : [state.state === 'finished' ? state.statusCode : stateWord(request)];
  const duration = isRunning ? `${exactMs(durationMs)} so far` : exactMs(durationMs);
  const hung = isHung ? ['hung'] : [];
  if (request.interruption !== undefined && !isRunning) endings.push(request.interruption.kind);
  const of = targetName === undefined ? [] : [targetName];
  // In a group all of them have the same cause, and mostly the same address: what differs comes first.
  const label = isInGroup ? duration : `${method} ${route}`;
  const parts = isInGroup
    ? [...endings, ...hung, timeOfDay(startedAtMs), url]
    : [...(isRunning ? [...hung, duration] : [duration, ...endings, ...hung]), CAUSE_WORDS[cause], ...of];
  const own = { icon: CAUSE_ICONS[cause], color: CAUSE_COLORS[cause] };
  return {
    label,
    description: parts.join(' · '),
    ...(isHung ? HUNG : isRunning ? RUNNING : own),
    fold: 'collapsed',
    tooltip: [
      `${method} ${url}`,
      `${[...hung, stateWords(request)].join(', ')}; ${timeText(request)}; started ${timeOfDay(startedAtMs)}`,
    ],
    contextValue: isRunning ? 'requestRunning' : 'request',
    accessibleLabel: [
      `${method} ${route}`,
      exactMs(durationMs),
      CAUSE_WORDS[cause],
      ...hung,
      stateWords(request),
      ...of,
    ].join(', '),
  };
}

function timeOfDay(epochMs: number): string {
  return new Date(epochMs).toLocaleTimeString();
}

function stateWord({ state }: SlowRequest): string {
  return state.state === 'aborted' ? 'cut off' : 'unfinished';
}

function stateWords({ state }: SlowRequest): string {
  switch (state.state) {
    case 'running':
      return 'still running';
    case 'finished':
      return `answered ${state.statusCode}`;
    case 'aborted':
      return 'cut off before its answer was complete';
    case 'unknown':
      return 'unfinished';
  }
}

function frameItem({ frame, guiltyOf }: Node<'frame'>, shownFile: (file: string) => string): Item {
  const { file, line, column, sourceLine } = frame;
  const path = isFile(frame) ? shownFile(file) : file;
  const label = frame.functionName || '(anonymous)';
  const description = line > 0 ? `${path}:${line}:${column}` : path;
  return {
    label,
    description,
    // The dot that the line itself carries in the editor.
    ...(guiltyOf ? { icon: 'circle-filled', color: CAUSE_COLORS[guiltyOf] } : { icon: 'debug-stackframe' }),
    fold: 'none',
    tooltip: [description],
    ...(sourceLine === undefined ? {} : { source: sourceLine }),
    ...(isFile(frame) ? { opens: frame } : {}),
    ...(guiltyOf ? { accessibleLabel: `guilty line: ${label}, ${description}` } : {}),
  };
}

function isFile({ origin }: Frame): boolean {
  return origin === 'user' || origin === 'package';
}
