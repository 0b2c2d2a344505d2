/** What is known of the timeboxes that a line calls, near misses too, when the pointer or the keyboard asks. */
import * as vscode from 'vscode';
import type { BoxSite } from '../../sidecar/protocol/boxValues';
import type { Settings } from '../settings';
import type { SessionStore } from '../store/sessionStore';
import { boxPlaces } from './boxPlaces';
import { boxName, boxSentences } from './boxText';
import type { HintPlacer } from './hintPlacer';
import { asMarkdown } from './plainMarkdown';

export class BoxHover implements vscode.HoverProvider {
  constructor(
    private readonly store: SessionStore,
    private readonly settings: Settings,
    private readonly placer: HintPlacer,
  ) {}

  provideHover(document: vscode.TextDocument, { line }: vscode.Position): vscode.Hover | undefined {
    if (!this.settings.hintsEnabled) return undefined;
    const here = boxPlaces(this.store, this.placer, document).filter(place => place.line === line);
    if (here.length === 0) return undefined;
    return new vscode.Hover(
      here.map(({ site }) => hoverText(site)),
      document.lineAt(line).range,
    );
  }
}

/** Every word that comes from the app goes in as text, never as Markdown. */
function hoverText(site: BoxSite): vscode.MarkdownString {
  const name = boxName(site);
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const paragraphs = [`$(clock) **${asMarkdown(title)}**`, ...boxSentences(site).map(asMarkdown)];
  return new vscode.MarkdownString(paragraphs.join('\n\n'), true);
}
