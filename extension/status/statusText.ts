/** What the entry in the status bar says, short and at length. */
import type { DeliveryChannel, SlowRequest, Target, TargetStats } from '../../sidecar/protocol/values';
import { ignoredText } from '../trees/viewTexts';

export interface StatusText {
  text: string;
  isWarning: boolean;
}

const CHANNEL_WORDS: Record<DeliveryChannel['name'], string> = {
  folder: 'Folder',
  jsonLines: 'JSON lines',
  mail: 'Mail',
  webhook: 'Webhook',
  appLog: "App's log",
};
const MAX_IGNORED_ROUTES = 5;

/** @param requests slow ones, of all targets */
export function statusText(targets: readonly Target[], requests: readonly SlowRequest[]): StatusText {
  const [first] = targets;
  if (first === undefined) return { text: '', isWarning: false };
  const name = targets.length === 1 ? `${first.name} [${first.pid}]` : `${targets.length} targets`;
  const states = targets.map(({ state }) => state.state);
  const hung = requests.filter(({ level, state }) => level === 'hung' && state.state === 'running').length;
  if (hung > 0) return { text: `$(warning) ${name}: ${hung} hung`, isWarning: true };
  const calm = (text: string) => ({ text, isWarning: false });
  if (states.includes('notAnswering')) return calm(`$(warning) ${name}: not answering`);
  if (states.includes('pausedByDebugger')) return calm(`$(debug-pause) ${name}: paused by a debugger`);
  if (states.every(state => state === 'gone')) return calm(`$(debug-disconnect) ${name}: gone`);
  if (states.every(state => state === 'gone' || state === 'awaitingRestart')) {
    return calm(
      `$(sync) ${targets.length === 1 ? first.name : name}: waiting for ${targets.length === 1 ? 'its' : 'a'} restart`,
    );
  }
  return calm(`$(eye) ${name}`);
}

/** @returns all that is known of a target, in sentences */
export function targetSentences(target: Target, stats: TargetStats | undefined): string[] {
  const { nodeVersion, inspector, restarts, hooks } = target;
  const again =
    restarts === 0 ? '' : ` Started again ${restarts === 1 ? 'once' : `${restarts} times`} while it was watched.`;
  return [
    stateSentence(target),
    `Node.js ${nodeVersion}, inspector on ${inspector.host}:${inspector.port}${inspector.openedByUs ? ', opened by Introspector' : ''}.${again}`,
    ...(stats === undefined ? ['No figures yet.'] : statsSentences(target, stats)),
    ...hooks
      .filter(({ state }) => state === 'failed')
      .map(({ name, detail }) => `Not hooked: ${name} (${detail ?? 'unknown reason'}).`),
  ];
}

/** @returns how each of the ways goes that reports take besides the editor */
export function deliverySentences(channels: readonly DeliveryChannel[]): string[] {
  return channels.map(({ name, delivered, failed, waiting, heldBack, dropped, lastError }) => {
    const parts = [
      `${delivered.toLocaleString('en-US')} delivered`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(waiting > 0 ? [`${waiting} waiting`] : []),
      ...(heldBack > 0 ? [`${heldBack} held back, since their group had its share of this hour`] : []),
      ...(dropped > 0 ? [`${dropped} dropped, since too many were waiting`] : []),
    ];
    const error = lastError === undefined ? '' : ` Last error: ${lastError.replace(/\.$/, '')}.`;
    return `${CHANNEL_WORDS[name]}: ${parts.join(', ')}.${error}`;
  });
}

function statsSentences({ thresholdMs }: Target, stats: TargetStats): string[] {
  const { requestsSeen, requestsInFlight, slowRequests, agentCpuShare, ignored } = stats;
  const routes = ignored
    .slice(0, MAX_IGNORED_ROUTES)
    .map(({ route, reason, count }) => `${route} (${reason}, ${count})`);
  return [
    `${requestsSeen.toLocaleString('en-US')} requests seen, ${requestsInFlight} in flight, ${slowRequests} slow (over ${thresholdMs.toLocaleString('en-US')} ms).`,
    ...(ignored.length > 0 ? [`${ignoredText(ignored)}: ${routes.join(', ')}.`] : []),
    `Introspector takes ${(agentCpuShare * 100).toFixed(1)} % of one core in it.`,
  ];
}

function stateSentence({ state }: Target): string {
  switch (state.state) {
    case 'watching':
      return 'Watching.';
    case 'notAnswering':
      return 'It does not answer: its event loop is most likely inside a native call, such as execSync. Its slow request is reported when the call returns.';
    case 'pausedByDebugger':
      return 'Paused at a breakpoint by a debugger. Introspector waits and never resumes it.';
    case 'awaitingRestart':
    case 'gone':
      return state.message;
  }
}
