/** Flame graphs in panels: one for each profile, opened by a click or when a profile that was asked for has just been taken. */
import { mkdir, rm } from 'node:fs/promises';
import * as vscode from 'vscode';
import * as z from 'zod';
import { type ProfileInfo, profileInfo } from '../../sidecar/protocol/profileValues';
import { exactMs } from '../../sidecar/protocol/words';
import { openFrame } from '../frames/openFrame';
import type { Sidecar } from '../sidecar/sidecar';
import type { SessionStore } from '../store/sessionStore';
import { flamePage } from './flamePage';

const VIEW_TYPE = 'introspector.flameGraph';
/** Of a burst of profiles the first is opened by itself; the list has the others. */
const BURST_MS = 2_000;

const pageState = z.object({ profileId: profileInfo.shape.id });

/** What the page says; it shows data of the app, so nothing it says is trusted. */
const pageMessage = z.object({
  kind: z.literal('reveal'),
  frame: z.object({
    name: z.string(),
    file: z.string(),
    line: z.int().min(0).optional(),
    col: z.int().min(0).optional(),
  }),
});

export class FlamePanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();
  private readonly subscriptions: { dispose(): void }[];
  private opened = 0;
  private openedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly store: SessionStore,
    private readonly sidecar: Sidecar,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.subscriptions = [
      store.onDidChange(() => this.openTaken()),
      vscode.window.registerWebviewPanelSerializer(VIEW_TYPE, this),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const panel of this.panels.values()) panel.dispose();
  }

  /**
   * Shows the flame graph of a profile.
   *
   * @throws IntrospectorError `noSuchProfile`
   */
  async open(profile: ProfileInfo): Promise<void> {
    const known = this.panels.get(profile.id);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const options = { enableScripts: true, retainContextWhenHidden: true };
    const column = vscode.ViewColumn.Active;
    const title = `${profile.method} ${profile.route} · ${exactMs(profile.durationMs)}`;
    await this.fill(vscode.window.createWebviewPanel(VIEW_TYPE, title, column, options), profile.id);
  }

  /** After the window was reloaded. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const parsed = pageState.safeParse(state);
    if (!parsed.success) return panel.dispose();
    await this.fill(panel, parsed.data.profileId).catch(error => {
      this.log.warn(String(error));
      panel.dispose();
    });
  }

  private async fill(panel: vscode.WebviewPanel, profileId: string): Promise<void> {
    const { webview } = panel;
    this.panels.set(profileId, panel);
    const folder = vscode.Uri.joinPath(this.context.globalStorageUri, 'flame');
    const file = vscode.Uri.joinPath(folder, `${profileId}.speedscope.json`);
    const assets = vscode.Uri.joinPath(this.context.extensionUri, 'dist/flame');
    webview.options = { enableScripts: true, localResourceRoots: [assets, folder] };
    webview.onDidReceiveMessage(message => this.onMessage(message));
    panel.onDidDispose(() => {
      this.panels.delete(profileId);
      if (this.store.profiles.shownLines?.profile.id === profileId) this.store.profiles.showLines(undefined);
      void rm(file.fsPath, { force: true }).catch(error => this.log.warn(String(error)));
    });
    try {
      await mkdir(folder.fsPath, { recursive: true });
      await this.sidecar.request('exportProfile', { profileId, format: 'speedscope', file: file.fsPath });
      webview.html = await flamePage(webview, assets, file, { profileId });
    } catch (error) {
      panel.dispose();
      throw error;
    }
    await this.showLines(profileId);
  }

  private async showLines(profileId: string): Promise<void> {
    const { lines } = await this.sidecar.request('profileLines', { profileId });
    const profile = this.store.profiles.find(profileId);
    if (profile !== undefined && this.panels.has(profileId)) this.store.profiles.showLines({ profile, lines });
  }

  private onMessage(message: unknown): void {
    const parsed = pageMessage.safeParse(message);
    if (!parsed.success) {
      this.log.warn('the page of a flame graph said something that is not understood');
      return;
    }
    const { name, file, line = 1, col = 1 } = parsed.data.frame;
    const frame = { functionName: name, file, line, column: col, origin: 'user', isAsync: false } as const;
    void openFrame(frame).catch(error => this.log.warn(String(error)));
  }

  private openTaken(): void {
    // What nobody has asked for waits in the list.
    const taken = this.store.profiles.taken.filter(({ trigger }) => trigger !== 'continuous');
    const newest = taken.at(-1);
    if (newest === undefined || taken.length === this.opened) return;
    this.opened = taken.length;
    const nowMs = performance.now();
    if (nowMs - this.openedAtMs < BURST_MS) return;
    this.openedAtMs = nowMs;
    this.open(newest).catch(error => this.log.warn(String(error)));
  }
}
