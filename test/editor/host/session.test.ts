/** A session from attach to detach, seen from inside the extension host. The app runs already: see `run.ts`. */
import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { eventually } from '../../support/eventually';
import { markedLine } from '../../support/marks';

const EXTENSION = 'introspector.introspector';
const pid = Number(process.env.SHOP_PID);
const port = Number(process.env.SHOP_PORT);
const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
const stockFile = join(folder, 'stock.ts');
const slowStock = '/products/7/stock';
/** Run by hints, hovers, messages and the status bar; nobody else calls them. */
const INTERNAL = ['introspector.openFrame', 'introspector.revealRequest', 'introspector.showActions'];

describe('a session', () => {
  before(async () => {
    await configure('slowRequest.thresholdMs', 500);
  });

  after(async () => {
    await vscode.commands.executeCommand('introspector.detach');
  });

  it('does not run before it is asked to', () => {
    assert.equal(extension().isActive, false);
  });

  it('offers the commands it declares, and no others', async () => {
    await extension().activate();
    const known = (await vscode.commands.getCommands()).filter(command => command.startsWith('introspector.'));
    const declared: { command: string }[] = extension().packageJSON.contributes.commands;
    // VS Code makes some of its own for each view.
    const views = ['introspector.requests.', 'introspector.profiles.'];
    const own = known.filter(command => !views.some(view => command.startsWith(view)));
    assert.deepEqual(own.sort(), [...declared.map(({ command }) => command), ...INTERNAL].sort());
  });

  it('attaches to a process and explains the guilty line of a slow request in a hover', async () => {
    await vscode.commands.executeCommand('introspector.attach', { pid });
    await visit(slowStock);
    const text = await hoverText();
    assert.match(text, /waiting.*http.*GET/);
    assert.match(text, /Seen once/);
  });

  it('copies the report of that request as text', async () => {
    await vscode.commands.executeCommand('introspector.copyReport', await shownRequest());
    const report = await vscode.env.clipboard.readText();
    assert.match(report, /^Slow request: GET \/products\/7\/stock/);
    assert.match(report, /> stock\.ts:\d+:\d+ +stockOf/);
  });

  it('copies it as Markdown', async () => {
    await vscode.commands.executeCommand('introspector.copyAsMarkdown', await shownRequest());
    const report = await vscode.env.clipboard.readText();
    assert.match(report, /^#+ .*GET \/products\/7\/stock/);
    assert.match(report, /```text\n/);
  });

  it('opens it as a plain document that cannot be changed', async () => {
    const document = await openReport();
    assert.equal(document.languageId, 'plaintext');
    const before = document.getText();
    assert.match(before, /^Slow request: GET \/products\/7\/stock/);
    await vscode.commands.executeCommand('type', { text: 'x' });
    assert.equal(document.getText(), before);
  });

  it('makes links there of the places in the code, which lead to the line', async () => {
    const document = await openReport();
    const links: vscode.DocumentLink[] = await vscode.commands.executeCommand(
      'vscode.executeLinkProvider',
      document.uri,
    );
    const line = markedLine(stockFile, 'SLOW: GET /products/:id/stock');
    const guilty = links.find(({ range }) => document.getText(range).startsWith(`stock.ts:${line}:`));
    assert.equal(guilty?.target?.fsPath, stockFile);
    assert.match(guilty?.target?.fragment ?? '', new RegExp(`^L${line},\\d+$`));
  });

  it('applies another threshold at once to an app that is watched already', async () => {
    await vscode.commands.executeCommand('introspector.clearHints');
    await configure('slowRequest.thresholdMs', 60_000);
    await visit(slowStock);
    await configure('slowRequest.thresholdMs', 500);
    await visit(slowStock);
    assert.match(await hoverText(), /Seen 2 times/);
  });

  it('applies the threshold of a route, whatever else is wrong in the settings', async () => {
    await vscode.commands.executeCommand('introspector.clearHints');
    await configure('slowRequest.thresholdMs', 60_000);
    await configure('slowRequest.routes', { 'GET /': 'never', 'GET /products/:id/stock': 300 });
    await visit(slowStock);
    await hoverText();
    await configure('slowRequest.routes', undefined);
    await configure('slowRequest.thresholdMs', 500);
  });

  it('ignores a route from when it is told to', async () => {
    await vscode.commands.executeCommand('introspector.clearHints');
    await configure('slowRequest.routes', { '/products/*': 'ignore' });
    await visit(slowStock);
    assert.equal(await currentHover(), undefined);
    await configure('slowRequest.routes', undefined);
  });

  it('delivers reports to a folder, named from that of the workspace, as soon as one is set', async () => {
    const reports = join(folder, 'test-reports');
    try {
      await configure('deliver.folder', 'test-reports');
      const file = await eventually('a report in the folder', async () => {
        await visit(slowStock);
        return readdirSync(reports).find(name => name.endsWith('.txt'));
      });
      assert.match(readFileSync(join(reports, file), 'utf8'), /Slow request: GET \/products\/7\/stock/);
    } finally {
      await configure('deliver.folder', undefined);
      rmSync(reports, { recursive: true, force: true });
    }
  });

  it('shows hints no more when they are switched off, and again when they are on', async () => {
    await configure('hints.enabled', false);
    await eventually('the hover to go', async () => (await currentHover()) === undefined);
    await configure('hints.enabled', true);
    await hoverText();
  });

  it('starts its sidecar again when that is killed, and watches on', async () => {
    const [killed] = sidecars();
    assert.ok(killed, 'no sidecar runs');
    process.kill(killed, 'SIGKILL');
    const next = await eventually('another sidecar', () => sidecars().find(other => other !== killed));
    await eventually('a hint from the new sidecar', async () => {
      await visit(slowStock);
      return /Seen once/.test((await currentHover()) ?? '');
    });
    assert.deepEqual(sidecars(), [next]);
  });

  it('detaches and forgets what it knew, and the app runs on', async () => {
    await vscode.commands.executeCommand('introspector.detach');
    await eventually('the hover to go', async () => (await currentHover()) === undefined);
    assert.equal(await visit('/'), 200);
  });
});

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(EXTENSION);
  assert.ok(found, `${EXTENSION} is not installed`);
  return found;
}

async function configure(name: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration('introspector').update(name, value, vscode.ConfigurationTarget.Global);
}

/** @returns Introspector's hover on the guilty line; undefined when there is none */
async function currentHover(): Promise<string | undefined> {
  const document = await vscode.workspace.openTextDocument(stockFile);
  const position = new vscode.Position(markedLine(stockFile, 'SLOW: GET /products/:id/stock') - 1, 4);
  const hovers: vscode.Hover[] = await vscode.commands.executeCommand(
    'vscode.executeHoverProvider',
    document.uri,
    position,
  );
  const texts = hovers.flatMap(({ contents }) =>
    contents.map(content => (typeof content === 'string' ? content : content.value)),
  );
  return texts.find(text => text.includes('introspector.revealRequest'));
}

function hoverText(): Promise<string> {
  return eventually('a hover on the guilty line', currentHover);
}

/** @returns id of the request that the hover is about */
async function shownRequest(): Promise<string> {
  const [, argument = ''] = /introspector\.copyReport\?([^)]+)\)/.exec(await hoverText()) ?? [];
  const [id]: [string] = JSON.parse(decodeURIComponent(argument));
  return id;
}

async function openReport(): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('introspector.openReport', await shownRequest());
  const document = vscode.window.activeTextEditor?.document;
  assert.ok(document, 'no editor is open');
  assert.equal(document.uri.scheme, 'introspector-report');
  return document;
}

function visit(path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, response => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', reject);
  });
}

/** Sidecars that this extension host has started. */
function sidecars(): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return table
    .split('\n')
    .filter(line => line.includes('sidecar.mjs'))
    .map(line => line.trim().split(/\s+/).map(Number))
    .flatMap(([own, parent]) => (own !== undefined && parent === process.pid ? [own] : []));
}
