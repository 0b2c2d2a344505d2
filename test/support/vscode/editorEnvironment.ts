/** The environment a VS Code under test is started with. */

/**
 * Variables that change what VS Code or its Node does. They are there when the tests are started from a terminal inside
 * VS Code or by `npm run`. NODE_OPTIONS may hold a debugger's `--inspect`, which the extension host would then listen on.
 * VSCODE_SUITE_… is our own: see `mochaEntry.ts`.
 */
const UNWANTED = /^(VSCODE_(?!SUITE_)|ELECTRON_|NODE_OPTIONS$|npm_)/i;

/** @returns this process's environment without what would leak into VS Code, and with `extra` */
export function editorEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !UNWANTED.test(name));
  return { ...Object.fromEntries(inherited), ...extra };
}
