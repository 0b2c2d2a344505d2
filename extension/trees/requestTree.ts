/** The Requests view. */
import * as vscode from 'vscode';
import type { Cause, SlowRequest } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import type { SessionStore } from '../store/sessionStore';
import { childrenOf, type RequestNode, timeText } from './requestNodes';

const VIEW_ID = 'introspector.requests';
/** Drawing more often than this makes the tree flicker under the pointer. */
const REDRAW_AFTER_MS = 250;

const CAUSE_WORDS: Record<Cause, string> = { computing: 'computing', waiting: 'waiting', heldUp: 'held up' };
const CAUSE_ICONS: Record<Cause, string> = { computing: 'flame', waiting: 'watch', heldUp: 'debug-pause' };
const CAUSE_COLORS: Record<Cause, string> = {
  computing: 'introspector.hintComputingForeground',
  waiting: 'introspector.hintWaitingForeground',
  heldUp: 'foreground',
};

export class RequestTree implements vscode.TreeDataProvider<RequestNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<RequestNode>;
  private readonly subscription;
  private redrawTimer: NodeJS.Timeout | undefined;

  constructor(private readonly store: SessionStore) {
    this.view = vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this, showCollapseAll: true });
    this.subscription = store.onDidChange(() => this.redrawSoon());
  }

  dispose(): void {
    clearTimeout(this.redrawTimer);
    this.subscription.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  getChildren(node?: RequestNode): RequestNode[] {
    if (node !== undefined) return childrenOf(node);
    return this.store.slowRequests.map(request => ({ kind: 'request', id: request.id, request }));
  }

  /** Only requests are revealed, and they stand at the top. */
  getParent(): undefined {
    return undefined;
  }

  getTreeItem(node: RequestNode): vscode.TreeItem {
    const item = treeItem(node);
    item.id = node.id;
    return item;
  }

  /** Shows a request, opened, wherever the view is. */
  async reveal(id: string): Promise<void> {
    const request = this.store.slowRequest(id);
    if (request === undefined) return;
    await this.view.reveal({ kind: 'request', id, request }, { select: true, focus: true, expand: true });
  }

  private redrawSoon(): void {
    this.redrawTimer ??= setTimeout(() => {
      this.redrawTimer = undefined;
      this.view.message = messageOf(this.store);
      this.changed.fire();
    }, REDRAW_AFTER_MS);
  }
}

/** Above the requests; an empty tree shows the welcome text instead. */
function messageOf({ targets, slowRequests }: SessionStore): string | undefined {
  if (slowRequests.length === 0) return undefined;
  return targets
    .map(({ target, stats }) => {
      if (target.state.state === 'gone') return target.state.message;
      const name = `${target.name} [${target.pid}]`;
      if (stats === undefined) return name;
      const noun = stats.requestsSeen === 1 ? 'request' : 'requests';
      const shown = slowRequests.filter(({ targetId }) => targetId === target.id).length;
      // The figures come once a second, a slow request at once.
      const slow = Math.max(stats.slowRequests, shown);
      return `${name} · ${stats.requestsSeen.toLocaleString('en-US')} ${noun}, ${slow} slow`;
    })
    .join('\n');
}

function treeItem(node: RequestNode): vscode.TreeItem {
  switch (node.kind) {
    case 'request':
      return requestItem(node.request);
    case 'frame':
      return frameItem(node);
    case 'folded': {
      const item = new vscode.TreeItem(node.label, vscode.TreeItemCollapsibleState.Collapsed);
      item.iconPath = new vscode.ThemeIcon('fold');
      return item;
    }
    case 'fact': {
      const state =
        node.children.length > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
      const item = new vscode.TreeItem(node.label, state);
      item.description = node.description;
      item.iconPath = new vscode.ThemeIcon(node.icon);
      item.tooltip = node.label;
      return item;
    }
  }
}

function requestItem(request: SlowRequest): vscode.TreeItem {
  const { method, route, durationMs, cause } = request;
  const item = new vscode.TreeItem(`${method} ${route}`, vscode.TreeItemCollapsibleState.Collapsed);
  const state = stateWords(request);
  item.description = descriptionOf(request);
  item.iconPath =
    request.state.state === 'running'
      ? new vscode.ThemeIcon('loading~spin')
      : new vscode.ThemeIcon(CAUSE_ICONS[cause], new vscode.ThemeColor(CAUSE_COLORS[cause]));
  item.contextValue = 'request';
  item.tooltip = new vscode.MarkdownString()
    .appendText(`${method} ${request.url}`)
    .appendMarkdown('\n\n')
    .appendText(`${state}; ${timeText(request)}; started ${new Date(request.startedAtMs).toLocaleTimeString()}`);
  item.accessibilityInformation = {
    label: `${method} ${route}, ${exactMs(durationMs)}, ${CAUSE_WORDS[cause]}, ${state}`,
  };
  return item;
}

/** The view is narrow: what matters most comes first. */
function descriptionOf({ durationMs, cause, state }: SlowRequest): string {
  if (state.state === 'running') return `${exactMs(durationMs)} so far · ${CAUSE_WORDS[cause]}`;
  const end = state.state === 'finished' ? state.statusCode : state.state === 'aborted' ? 'cut off' : 'unfinished';
  return [exactMs(durationMs), end, CAUSE_WORDS[cause]].join(' · ');
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

function frameItem({ frame, guiltyOf }: Extract<RequestNode, { kind: 'frame' }>): vscode.TreeItem {
  const { functionName, file, line, column, origin, sourceLine } = frame;
  const item = new vscode.TreeItem(functionName || '(anonymous)', vscode.TreeItemCollapsibleState.None);
  const isFile = origin === 'user' || origin === 'package';
  const shownFile = isFile ? vscode.workspace.asRelativePath(vscode.Uri.file(file)) : file;
  item.description = line > 0 ? `${shownFile}:${line}:${column}` : shownFile;
  // The dot that the line itself carries in the editor.
  item.iconPath = guiltyOf
    ? new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor(CAUSE_COLORS[guiltyOf]))
    : new vscode.ThemeIcon('debug-stackframe');
  item.tooltip = new vscode.MarkdownString()
    .appendText(`${item.description}`)
    .appendCodeblock(sourceLine ?? '', 'javascript');
  if (isFile) item.command = { command: 'introspector.openFrame', title: 'Open Frame', arguments: [frame] };
  if (guiltyOf) item.accessibilityInformation = { label: `guilty line: ${item.label}, ${item.description}` };
  return item;
}
