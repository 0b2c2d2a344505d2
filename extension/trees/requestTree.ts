/** The Requests view. */
import * as vscode from 'vscode';
import type { Cause, SlowRequest } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import type { SessionStore } from '../store/sessionStore';
import { type GroupNode, groupDescription, topNodes } from './groupNodes';
import { childrenOf, type RequestNode, timeText } from './requestNodes';

type TreeNode = RequestNode | GroupNode;

const GROUPED_KEY = 'requests.grouped';
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

export class RequestTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<TreeNode>;
  private readonly subscription;
  private redrawTimer: NodeJS.Timeout | undefined;

  private wanted = '';

  constructor(
    private readonly store: SessionStore,
    /** Remembers how the view was left. */
    private readonly state: vscode.Memento,
  ) {
    this.view = vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this, showCollapseAll: true });
    this.subscription = store.onDidChange(() => this.redrawSoon());
    void this.tellGrouped();
  }

  dispose(): void {
    clearTimeout(this.redrawTimer);
    this.subscription.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) return this.top;
    if (node.kind !== 'group') return childrenOf(node);
    return node.requests.map(request => ({ kind: 'request', id: request.id, request }));
  }

  /** Only requests are revealed. */
  getParent(node: TreeNode): TreeNode | undefined {
    if (!this.isGrouped || node.kind !== 'request') return undefined;
    return this.top.find(({ kind, id }) => kind === 'group' && id === `group ${node.request.groupId}`);
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const item = node.kind === 'group' ? this.groupItem(node) : treeItem(node);
    item.id = node.id;
    return item;
  }

  /** Shows a request, opened, wherever the view is. */
  async reveal(id: string): Promise<void> {
    const request = this.store.slowRequest(id);
    if (request === undefined) return;
    await this.view.reveal({ kind: 'request', id, request }, { select: true, focus: true, expand: true });
  }

  /** Part of a method, route, function or file; empty when all are shown. */
  get filter(): string {
    return this.wanted;
  }

  setFilter(text: string): void {
    this.wanted = text;
    void vscode.commands.executeCommand('setContext', 'introspector.filtered', text !== '');
    this.redrawSoon();
  }

  async setGrouped(isGrouped: boolean): Promise<void> {
    await this.state.update(GROUPED_KEY, isGrouped);
    await this.tellGrouped();
    this.redrawSoon();
  }

  private get isGrouped(): boolean {
    return this.state.get(GROUPED_KEY, true);
  }

  private async tellGrouped(): Promise<void> {
    await vscode.commands.executeCommand('setContext', 'introspector.grouped', this.isGrouped);
  }

  private get top(): TreeNode[] {
    const { slowRequests, groups } = this.store;
    return topNodes({ slowRequests, groups, isGrouped: this.isGrouped, filter: this.wanted });
  }

  private groupItem({ group }: GroupNode): vscode.TreeItem {
    const { method, route, cause, running } = group;
    const item = new vscode.TreeItem(`${method} ${route}`, vscode.TreeItemCollapsibleState.Collapsed);
    const target = this.store.targets.length > 1 ? this.store.targetOf(group) : undefined;
    item.description = groupDescription(group, target);
    item.iconPath =
      running > 0
        ? new vscode.ThemeIcon('loading~spin')
        : new vscode.ThemeIcon(CAUSE_ICONS[cause], new vscode.ThemeColor(CAUSE_COLORS[cause]));
    item.contextValue = 'group';
    item.accessibilityInformation = { label: `${method} ${route}, ${CAUSE_WORDS[cause]}, ${item.description}` };
    return item;
  }

  private showBadge(): void {
    const running = this.store.slowRequests.filter(({ state }) => state.state === 'running');
    const hung = running.filter(({ level }) => level === 'hung').length;
    const words = running.length === 1 ? '1 slow request is running' : `${running.length} slow requests are running`;
    const tooltip = hung > 0 ? `${words}, ${hung} of them hung` : words;
    this.view.badge = running.length === 0 ? undefined : { value: running.length, tooltip };
  }

  private redrawSoon(): void {
    this.redrawTimer ??= setTimeout(() => {
      this.redrawTimer = undefined;
      this.view.message = messageOf(this.store, this.wanted);
      this.showBadge();
      this.changed.fire();
    }, REDRAW_AFTER_MS);
  }
}

/** Above the requests; an empty tree shows the welcome text instead. */
function messageOf({ targets, slowRequests }: SessionStore, filter: string): string | undefined {
  if (slowRequests.length === 0) return undefined;
  return targets
    .map(({ target, stats }) => {
      if (target.state.state === 'gone' || target.state.state === 'awaitingRestart') return target.state.message;
      const name = `${target.name} [${target.pid}]`;
      if (stats === undefined) return name;
      const noun = stats.requestsSeen === 1 ? 'request' : 'requests';
      const shown = slowRequests.filter(({ targetId }) => targetId === target.id).length;
      // The figures come once a second, a slow request at once.
      const slow = Math.max(stats.slowRequests, shown);
      return `${name} · ${stats.requestsSeen.toLocaleString('en-US')} ${noun}, ${slow} slow`;
    })
    .concat(filter === '' ? [] : [`Only what contains "${filter}"`])
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
      item.tooltip = [node.label, node.description].filter(text => text !== '').join('\n');
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
function descriptionOf({ durationMs, cause, state, level }: SlowRequest): string {
  if (state.state === 'running') {
    return [`${exactMs(durationMs)} so far`, ...(level === 'hung' ? ['hung'] : []), CAUSE_WORDS[cause]].join(' · ');
  }
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
