/** A small extension beside the one that is shown: it attaches to the shop, as a person would by the palette. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTempFolder, type TempFolder } from '../support/vscode/tempFolder';

const MANIFEST = {
  name: 'introspector-demo',
  publisher: 'introspector',
  version: '0.0.0',
  engines: { vscode: '^1.95.0' },
  main: 'extension.js',
  activationEvents: ['onStartupFinished'],
  extensionKind: ['workspace'],
};

/**
 * @param pid process that the editor is to be attached to when it has started
 * @returns folder of the extension; the caller's to remove
 */
export function createAttachingExtension(pid: number): TempFolder {
  const folder = createTempFolder('introspector-demo-');
  writeFileSync(join(folder.path, 'package.json'), JSON.stringify(MANIFEST, null, 2));
  writeFileSync(
    join(folder.path, 'extension.js'),
    `const { commands } = require('vscode');\nexports.activate = () => commands.executeCommand('introspector.attach', { pid: ${pid} });\n`,
  );
  return folder;
}
