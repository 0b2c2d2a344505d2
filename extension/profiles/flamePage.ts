/** The page of a flame graph, as the editor shows it. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as vscode from 'vscode';

/** What a page is restored from after the window was reloaded. */
export interface PageState {
  profileId: string;
}

/**
 * Nothing remote, no `eval`, and only the page's own scripts. Styles may be inline: speedscope writes its own as it runs.
 *
 * @param assets folder of the page's parts, which the extension brings along
 * @param profile the speedscope file
 * @throws what the file system throws
 */
export async function flamePage(
  webview: vscode.Webview,
  assets: vscode.Uri,
  profile: vscode.Uri,
  state: PageState,
): Promise<string> {
  const page = await readFile(vscode.Uri.joinPath(assets, 'page.html').fsPath, 'utf8');
  const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(assets, name)).toString();
  const nonce = randomBytes(16).toString('base64url');
  const { cspSource } = webview;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'unsafe-inline'`,
    `connect-src ${cspSource}`,
    'img-src data:',
  ].join('; ');
  const data = {
    script: uri('speedscope.js'),
    style: uri('speedscope.css'),
    profile: webview.asWebviewUri(profile).toString(),
    state: JSON.stringify(state),
  };
  const attributes = Object.entries(data).map(([name, value]) => `data-${name}="${escaped(value)}"`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${uri('page.css')}">
</head>
<body ${attributes.join(' ')}>
${page}
<script nonce="${nonce}" src="${uri('page.js')}"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
