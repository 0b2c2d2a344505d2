/** The Requests view. */
import * as vscode from 'vscode';
import type { SlowRequest } from '../../sidecar/protocol/values';
import { type Item, itemOf } from './items';
import type { RequestNode } from './nodes';
import { childrenOf } from './requestNodes';
import { type Model, pathTo, rootNodes } from './rootNodes';
import { runningBadge, viewMessage } from './viewTexts';

const VIEW_ID = 'introspector.requests';
/** Drawing more often than this makes the tree flicker under the pointer. */
const REDRAW_AFTER_MS = 250;

const FOLDS: Record<Item['fold'], vscode.TreeItemCollapsibleState> = {
  none: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
};

export class RequestTree implements vscode.TreeDataProvider<RequestNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly treeView: vscode.TreeView<RequestNode>;
  private readonly subscriptions: { dispose(): void }[];
  private redrawTimer: NodeJS.Timeout | undefined;

  constructor(private readonly model: Model) {
    this.treeView = vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this, showCollapseAll: true });
    const { store, journals, view } = model;
    this.subscriptions = [
      store.onDidChange(() => this.redrawSoon()),
      journals.onDidChange(() => this.redrawSoon()),
      view.onDidChange(() => this.redraw()),
    ];
  }

  dispose(): void {
    clearTimeout(this.redrawTimer);
    for (const subscription of this.subscriptions) subscription.dispose();
    this.treeView.dispose();
    this.changed.dispose();
  }

  /** The one that is selected; undefined when it is not exactly one. */
  get selectedRequest(): SlowRequest | undefined {
    const [node, ...others] = this.treeView.selection;
    return node?.kind === 'request' && others.length === 0 ? node.request : undefined;
  }

  getChildren(node?: RequestNode): RequestNode[] {
    return node === undefined ? rootNodes(this.model) : childrenOf(node);
  }

  /** Only requests are revealed. */
  getParent(node: RequestNode): RequestNode | undefined {
    return node.kind === 'request' ? pathTo(rootNodes(this.model), node.id).at(-2) : undefined;
  }

  getTreeItem(node: RequestNode): vscode.TreeItem {
    const item = treeItem(itemOf(node, file => vscode.workspace.asRelativePath(vscode.Uri.file(file))));
    item.id = node.id;
    return item;
  }

  /** Shows a request, opened, wherever the view is; a filter that hides it is taken away. @returns false when it is not known */
  async reveal(id: string): Promise<boolean> {
    if (pathTo(rootNodes(this.model), id).length === 0) this.model.view.setFilter('');
    const node = pathTo(rootNodes(this.model), id).at(-1);
    if (node === undefined) return false;
    await this.treeView.reveal(node, { select: true, focus: true, expand: true });
    return true;
  }

  private redrawSoon(): void {
    this.redrawTimer ??= setTimeout(() => this.redraw(), REDRAW_AFTER_MS);
  }

  private redraw(): void {
    clearTimeout(this.redrawTimer);
    this.redrawTimer = undefined;
    this.treeView.message = viewMessage(this.model);
    this.treeView.badge = runningBadge(this.model);
    this.changed.fire();
  }
}

/** Every word that comes from the app goes in as text, never as Markdown. */
function treeItem(item: Item): vscode.TreeItem {
  const { label, description, icon, color, fold, tooltip, source, contextValue, opens, accessibleLabel } = item;
  const built = new vscode.TreeItem(label, FOLDS[fold]);
  built.description = description;
  built.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  const markdown = new vscode.MarkdownString();
  for (const [index, paragraph] of tooltip.entries()) {
    if (index > 0) markdown.appendMarkdown('\n\n');
    markdown.appendText(paragraph);
  }
  if (source !== undefined) markdown.appendCodeblock(source, 'javascript');
  built.tooltip = markdown;
  if (contextValue !== undefined) built.contextValue = contextValue;
  if (opens) built.command = { command: 'introspector.openFrame', title: 'Open Frame', arguments: [opens] };
  if (accessibleLabel !== undefined) built.accessibilityInformation = { label: accessibleLabel };
  return built;
}
