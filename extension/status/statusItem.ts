/** One entry in the status bar: what is watched, and how that goes. */
import * as vscode from 'vscode';
import type { DeliveryChannel, DeliveryStats, Target, TargetStats } from '../../sidecar/protocol/values';
import type { SessionStore, WatchedTarget } from '../store/sessionStore';

const CHANNEL_WORDS: Record<DeliveryChannel['name'], string> = {
  folder: 'Report folder',
  jsonLines: 'JSON lines',
  mail: 'Mail',
  webhook: 'Webhook',
  appLog: 'The app’s own log',
};

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('introspector.status', vscode.StatusBarAlignment.Left, 50);
  private readonly subscription;

  constructor(private readonly store: SessionStore) {
    this.item.name = 'Introspector';
    this.item.command = 'introspector.showActions';
    this.subscription = store.onDidChange(() => this.update());
  }

  dispose(): void {
    this.subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const { targets, isAttaching } = this.store;
    if (targets.length === 0 && !isAttaching) {
      this.item.hide();
      return;
    }
    this.item.text = isAttaching ? '$(loading~spin) Attaching…' : textOf(targets.map(({ target }) => target));
    this.item.tooltip = tooltipOf(targets, this.store.deliveryStats);
    this.item.accessibilityInformation = { label: `Introspector: ${this.item.text.replace(/\$\([^)]*\)\s*/g, '')}` };
    this.item.show();
  }
}

function textOf(targets: readonly Target[]): string {
  const [first] = targets;
  if (first === undefined) return '';
  const name = targets.length === 1 ? `${first.name} [${first.pid}]` : `${targets.length} targets`;
  const states = targets.map(({ state }) => state.state);
  if (states.includes('notAnswering')) return `$(warning) ${name}: not answering`;
  if (states.includes('pausedByDebugger')) return `$(debug-pause) ${name}: paused by a debugger`;
  if (states.every(state => state === 'awaitingRestart')) return `$(sync~spin) ${name}: waiting for its restart`;
  return states.every(state => state === 'gone') ? `$(debug-disconnect) ${name}: gone` : `$(eye) ${name}`;
}

function tooltipOf(targets: readonly WatchedTarget[], deliveries: DeliveryStats): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString('', true);
  for (const { target, stats } of targets) {
    tooltip.appendMarkdown('**').appendText(`${target.name} [${target.pid}]`).appendMarkdown('**\n\n');
    for (const sentence of sentencesOf(target, stats)) tooltip.appendText(sentence).appendMarkdown('\n\n');
  }
  for (const sentence of deliveryTexts(deliveries)) tooltip.appendText(sentence).appendMarkdown('\n\n');
  return tooltip;
}

function sentencesOf(target: Target, stats: TargetStats | undefined): string[] {
  return [
    stateSentence(target),
    `Node.js ${target.nodeVersion}, inspector on ${target.inspector.host}:${target.inspector.port}${target.inspector.openedByUs ? ', opened by Introspector' : ''}.`,
    stats === undefined
      ? 'No figures yet.'
      : `${stats.requestsSeen.toLocaleString('en-US')} requests seen, ${stats.requestsInFlight} in flight, ${stats.slowRequests} slow (over ${target.thresholdMs.toLocaleString('en-US')} ms).`,
    ignoredText(stats),
    stats === undefined ? '' : `Introspector takes ${(stats.agentCpuShare * 100).toFixed(1)} % of one core in it.`,
    ...target.hooks
      .filter(({ state }) => state === 'failed')
      .map(({ name, detail }) => `Not hooked: ${name} (${detail ?? 'unknown reason'}).`),
  ].filter(sentence => sentence !== '');
}

function stateSentence({ state }: Target): string {
  switch (state.state) {
    case 'watching':
      return 'Watching.';
    case 'awaitingRestart':
      return state.message;
    case 'notAnswering':
      return 'It does not answer: its event loop is most likely inside a native call, such as execSync. Its slow request is reported when the call returns.';
    case 'pausedByDebugger':
      return 'Paused at a breakpoint by a debugger. Introspector waits and never resumes it.';
    case 'gone':
      return state.message;
  }
}

/** @returns `Not watched for slowness: 2 × GET /events (event stream).` */
function ignoredText(stats: TargetStats | undefined): string {
  const ignored = stats?.ignored ?? [];
  if (ignored.length === 0) return '';
  const shown = ignored.slice(0, 5).map(({ count, route, reason }) => `${count} × ${route} (${reason})`);
  return `Not watched for slowness: ${shown.join(', ')}${ignored.length > 5 ? ' and more' : ''}.`;
}

function deliveryTexts({ channels }: DeliveryStats): string[] {
  return channels.map(({ name, delivered, failed, dropped, heldBack, lastError }) => {
    const bad =
      failed + dropped > 0 ? `, ${failed} failed, ${dropped} dropped${lastError ? ` (${lastError})` : ''}` : '';
    return `${CHANNEL_WORDS[name]}: ${delivered} reports delivered, ${heldBack} held back${bad}.`;
  });
}
