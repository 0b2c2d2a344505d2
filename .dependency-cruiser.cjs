/**
 * The import rules of the architecture: facts flow from the agent to the editor, wishes flow back only as messages, and
 * nobody reaches across. `npm run check:imports` holds the code against them.
 */

const PROTOCOL = '^sidecar/protocol/';
const AGENT_SHAPES = '^sidecar/agent/(reports|profileReports|sampledNodes|sourceUrl)\\.ts$';
const REFACTORING = '^extension/timebox/refactoring/';
const BUILT_IN = ['core'];
const PACKAGE = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'];

/** @param {string} name @param {string} comment @param {object} from @param {object} to */
const never = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    never('no-cycles', 'A cycle is one module in several files.', {}, { circular: true }),
    never('no-unresolved', 'It would fail at run time.', {}, { couldNotResolve: true, pathNot: '^vscode$' }),
    never(
      'vscode-only-in-extension',
      'The sidecar runs without an editor, so only the extension knows one.',
      { path: '^(sidecar|media)/' },
      { path: '^vscode$' },
    ),
    never(
      'protocol-stands-alone',
      'Both sides import the contract; it imports nothing of theirs.',
      { path: PROTOCOL },
      { pathNot: [PROTOCOL, '/zod/', '/vscode-jsonrpc/', '/ws/'], dependencyTypesNot: BUILT_IN },
    ),
    never(
      'agent-stands-alone',
      'It is injected into a foreign process: built-ins are got there at run time.',
      { path: '^sidecar/agent/' },
      { pathNot: '^sidecar/agent/', dependencyTypesNot: ['type-only'] },
    ),
    never(
      'agent-imports-no-package',
      'Not even types of one.',
      { path: '^sidecar/agent/' },
      { dependencyTypes: PACKAGE },
    ),
    never(
      'inspector-knows-no-requests',
      'It speaks the inspector protocol and nothing of HTTP.',
      { path: '^sidecar/inspector/' },
      { path: '^sidecar/', pathNot: ['^sidecar/inspector/', '^sidecar/protocol/errors\\.ts$'] },
    ),
    never(
      'pure-rooms',
      'Sources and reports are functions over data: who serves them is not their business.',
      { path: '^sidecar/(sources|reports)/' },
      { path: '^sidecar/', pathNot: ['^sidecar/(sources|reports)/', PROTOCOL] },
    ),
    never(
      'profiles-are-functions-over-data',
      'They are made of what the agent says and of positions; who asks for them is not their business.',
      { path: '^sidecar/profiles/' },
      {
        path: '^sidecar/',
        pathNot: ['^sidecar/(profiles|sources)/', '^sidecar/retention\\.ts$', PROTOCOL, AGENT_SHAPES],
      },
    ),
    never(
      'watch-does-not-know-who-listens',
      'The server, the command line and the reporters subscribe to the same events.',
      { path: '^sidecar/(watch|targets)/' },
      { path: '^sidecar/(server|cli)/' },
    ),
    never(
      'agent-is-known-by-its-reports',
      'The rest of the sidecar sees of the agent only the shapes it sends, how it picks samples and the name it goes by.',
      { path: '^sidecar/', pathNot: '^sidecar/agent/' },
      { path: '^sidecar/agent/', pathNot: AGENT_SHAPES },
    ),
    never(
      'extension-speaks-the-wire',
      'Of the sidecar it knows the protocol alone.',
      { path: '^extension/' },
      { path: '^sidecar/', pathNot: PROTOCOL },
    ),
    never(
      'preload-stands-alone',
      "It is required by the processes of an app's copy, before the app: built-ins are all there is.",
      { path: '^sidecar/replay/preload/' },
      { pathNot: '^sidecar/replay/preload/', dependencyTypesNot: BUILT_IN },
    ),
    never(
      'timebox-stands-alone',
      'Applications import it without the rest: built-ins are all there is.',
      { path: '^sidecar/timebox/' },
      { pathNot: '^sidecar/timebox/', dependencyTypesNot: BUILT_IN },
    ),
    never(
      'timebox-is-for-applications',
      'Neither the sidecar nor the agent needs it: they meet it over diagnostics channels.',
      { path: '^(sidecar|extension|media)/', pathNot: '^sidecar/timebox/' },
      { path: '^sidecar/timebox/' },
    ),
    never(
      'product-does-not-import-tests',
      'Tests know the product, not the other way round.',
      { path: '^(extension|sidecar|media)/' },
      { path: '^test/' },
    ),
    never(
      'parser-is-loaded-when-wanted',
      'The refactoring is a bundle of its own: whoever imports more than its types loads TypeScript with the extension.',
      { path: '^extension/', pathNot: REFACTORING },
      { path: [REFACTORING, '/typescript/'], dependencyTypesNot: ['type-only'] },
    ),
    never(
      'refactoring-is-a-function-over-text',
      'It knows no editor, so that it can be tested on its own.',
      { path: REFACTORING },
      { pathNot: [REFACTORING, '/typescript/'] },
    ),
    never(
      'store-has-no-editor-types',
      'The store is plain data, so that it can be tested on its own.',
      { path: '^extension/store/' },
      { path: '^vscode$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // The build script's own name stands in the way of the package of that name.
    exclude: { path: ['^(test/apps|test/tools|test/results|dist)/', '^esbuild\\.mjs$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
