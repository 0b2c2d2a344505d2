/** The few things worth interrupting somebody for: a hung request, a dead target, the first slow request. */
import * as vscode from 'vscode';
import type { SlowRequest, Target } from '../../sidecar/protocol/values';
import type { NotificationKind, Settings } from '../settings';
import type { SessionStore } from '../store/sessionStore';
import { plainMessage } from './plainMessage';

const SILENCE = 'Don’t Show Again';
const SHOW_REQUEST = 'Show Request';
const OPEN_LAST_REPORT = 'Open Last Report';

export class Notifications implements vscode.Disposable {
  private readonly subscription;
  /** Requests and targets told of, so that nothing is told twice. */
  private readonly told = new Set<string>();

  constructor(
    private readonly store: SessionStore,
    private readonly settings: Settings,
  ) {
    this.subscription = store.onDidChange(() => this.look());
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private look(): void {
    for (const { target } of this.store.targets) this.lookAtTarget(target);
    for (const request of this.store.slowRequests) {
      if (request.level === 'hung' && request.state.state === 'running') this.tellHung(request);
    }
  }

  private lookAtTarget(target: Target): void {
    const [first] = this.store.slowRequests.filter(({ targetId }) => targetId === target.id).slice(-1);
    if (first !== undefined) this.tellFirst(target, first);
    const { state } = target;
    if (state.state === 'gone' && state.reason !== 'detached') this.tellDead(target, state.message, state.report);
    if (state.state === 'awaitingRestart' && state.report) this.tellDead(target, state.message, state.report);
  }

  private tellHung(request: SlowRequest): void {
    const { method, route, id } = request;
    const seconds = Math.round(request.durationMs / 1000);
    void this.tell(
      'hungRequest',
      `hung ${id}`,
      `${method} ${route} has been running for ${seconds} s.`,
      SHOW_REQUEST,
      () => vscode.commands.executeCommand('introspector.revealRequest', id),
    );
  }

  private tellFirst(target: Target, { method, route, id }: SlowRequest): void {
    const message = `First slow request of ${target.name}: ${method} ${route}. Those to come appear in the Requests view.`;
    void this.tell('firstSlowRequest', `first ${target.id}`, message, SHOW_REQUEST, () =>
      vscode.commands.executeCommand('introspector.revealRequest', id),
    );
  }

  private tellDead({ id, pid }: Target, message: string, report: string | undefined): void {
    const action = report === undefined ? undefined : OPEN_LAST_REPORT;
    void this.tell('deadTarget', `dead ${id} ${pid}`, message, action, () =>
      vscode.commands.executeCommand('introspector.openLastReport', id),
    );
  }

  private async tell(
    kind: NotificationKind,
    about: string,
    message: string,
    action: string | undefined,
    act: () => Thenable<unknown>,
  ): Promise<void> {
    if (this.told.has(about)) return;
    this.told.add(about);
    if (!this.settings.notifies(kind)) return;
    const buttons = action === undefined ? [SILENCE] : [action, SILENCE];
    const show = kind === 'firstSlowRequest' ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const chosen = await show(plainMessage(message), ...buttons);
    if (chosen === SILENCE) await this.settings.silence(kind);
    else if (chosen !== undefined) await act();
  }
}
