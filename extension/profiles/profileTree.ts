/** The Profiles view: every profile that is kept, newest first, also of sessions before. */
import * as vscode from 'vscode';
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';
import type { Sidecar } from '../sidecar/sidecar';
import type { SessionStore } from '../store/sessionStore';
import { profileItem } from './profileItems';

const VIEW_ID = 'introspector.profiles';

export class ProfileTree implements vscode.TreeDataProvider<ProfileInfo>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly treeView: vscode.TreeView<ProfileInfo>;
  private readonly subscriptions: { dispose(): void }[];
  private drawn: readonly ProfileInfo[] = [];
  private isListed = false;

  constructor(
    private readonly store: SessionStore,
    private readonly sidecar: Sidecar,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.treeView = vscode.window.createTreeView(VIEW_ID, { treeDataProvider: this });
    this.subscriptions = [
      this.treeView,
      this.changed,
      store.onDidChange(() => this.redraw()),
      this.treeView.onDidChangeVisibility(({ visible }) => visible && void this.list()),
    ];
    if (this.treeView.visible) void this.list();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  /** The one that is selected; undefined when it is not exactly one. */
  get selected(): ProfileInfo | undefined {
    const [profile, ...others] = this.treeView.selection;
    return others.length === 0 ? profile : undefined;
  }

  getChildren(profile?: ProfileInfo): ProfileInfo[] {
    return profile === undefined ? [...this.store.profiles.all] : [];
  }

  getTreeItem(profile: ProfileInfo): vscode.TreeItem {
    const { label, description, icon, tooltip } = profileItem(profile);
    const item = new vscode.TreeItem(label);
    item.id = profile.id;
    item.description = description;
    item.iconPath = new vscode.ThemeIcon(icon);
    const text = new vscode.MarkdownString();
    for (const line of tooltip) text.appendText(`${line}\n\n`);
    item.tooltip = text;
    item.contextValue = 'profile';
    item.command = { command: 'introspector.openProfile', title: 'Open Flame Graph', arguments: [profile] };
    item.accessibilityInformation = { label: `${label}, ${description}` };
    return item;
  }

  /** Once: from then on the sidecar tells of each that is taken. */
  private async list(): Promise<void> {
    if (this.isListed) return;
    this.isListed = true;
    try {
      this.store.profiles.set((await this.sidecar.request('listProfiles', {})).profiles);
    } catch (error) {
      this.isListed = false;
      this.log.warn(`the profiles cannot be listed: ${String(error)}`);
    }
  }

  private redraw(): void {
    if (this.drawn === this.store.profiles.all) return;
    this.drawn = this.store.profiles.all;
    this.changed.fire();
  }
}
