/** On which lines of a document timeboxes fired or came near to it. */
import type * as vscode from 'vscode';
import type { BoxSite } from '../../sidecar/protocol/boxValues';
import type { SessionStore } from '../store/sessionStore';
import type { HintPlacer } from './hintPlacer';
import { isSameFile } from './lineDecorations';

/** @returns those of this document that are still there, with their 0-based lines */
export function boxPlaces(
  store: SessionStore,
  placer: HintPlacer,
  document: vscode.TextDocument,
): { site: BoxSite; line: number }[] {
  if (document.uri.scheme !== 'file') return [];
  return store.boxSites.flatMap(site => {
    const [called] = site.frames;
    if (called === undefined || !isSameFile(called.file, document.uri)) return [];
    const { line: toldLine, sourceLine } = called;
    const line = placer.lineOf(document, { id: site.id, line: toldLine, ...(sourceLine && { sourceLine }) });
    return line === undefined ? [] : [{ site, line }];
  });
}
