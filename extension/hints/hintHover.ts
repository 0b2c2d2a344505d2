/** What a hint has to say in full, when the pointer or the keyboard asks. */
import * as vscode from 'vscode';
import type { LineHint } from '../../sidecar/protocol/values';
import { exactMs } from '../../sidecar/protocol/words';
import type { Settings } from '../settings';
import type { SessionStore } from '../store/sessionStore';
import type { HintPlacer } from './hintPlacer';
import { hintsOf } from './lineDecorations';
import { asMarkdown } from './plainMarkdown';

/** Commands a hover may run; no others, whatever the app put into a route. */
const COMMANDS = {
  reveal: 'introspector.revealRequest',
  copy: 'introspector.copyReport',
  clear: 'introspector.clearHints',
};
const MAX_ROUTES = 5;

export class HintHover implements vscode.HoverProvider {
  constructor(
    private readonly store: SessionStore,
    private readonly settings: Settings,
    private readonly placer: HintPlacer,
  ) {}

  provideHover(document: vscode.TextDocument, { line }: vscode.Position): vscode.Hover | undefined {
    if (!this.settings.hintsEnabled) return undefined;
    const hints = hintsOf(this.store, document).filter(hint => this.placer.lineOf(document, hint) === line);
    if (hints.length === 0) return undefined;
    return new vscode.Hover(hints.map(hoverText), document.lineAt(line).range);
  }
}

/** Every word that comes from the app goes in as text, never as Markdown. */
function hoverText(hint: LineHint): vscode.MarkdownString {
  const markdown = new vscode.MarkdownString('', true);
  markdown.isTrusted = { enabledCommands: Object.values(COMMANDS) };
  markdown.appendMarkdown(`${hint.cause === 'computing' ? '$(flame)' : '$(watch)'} **${asMarkdown(hint.text)}**\n\n`);
  for (const sentence of [timesText(hint), ...hint.details, ...routesText(hint)]) {
    markdown.appendMarkdown(`${asMarkdown(sentence)}\n\n`);
  }
  const argument = encodeURIComponent(JSON.stringify([hint.slowRequestId]));
  markdown.appendMarkdown(
    `[Show Request](command:${COMMANDS.reveal}?${argument}) · [Copy Report](command:${COMMANDS.copy}?${argument}) · [Clear Hints](command:${COMMANDS.clear})`,
  );
  return markdown;
}

function routesText({ routes }: LineHint): string[] {
  return routes.length > 1 ? [`Routes: ${routes.slice(0, MAX_ROUTES).join(', ')}`] : [];
}

function timesText({ count, worstMs, medianMs, isRunning }: LineHint): string {
  const seen =
    count === 1 ? 'Seen once' : `Seen ${count} times, worst ${exactMs(worstMs)}, median ${exactMs(medianMs)}`;
  return isRunning ? `${seen}; a request is in it now.` : `${seen}.`;
}
