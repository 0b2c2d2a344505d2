/**
 * Shows what Introspector does: a shop that knows nothing of it runs, is watched, is used, and its slow lines are named.
 * `--editor` opens VS Code on it instead of the watch in this terminal.
 */
import { withDeadline } from '../support/vscode/deadline';
import { editorDemo } from './editorDemo';
import { shopFolder } from './paths';
import { say } from './print';
import { type Shop, startShop } from './shop';
import { useShop, visitHome } from './traffic';
import { judge } from './verdict';
import { Watch } from './watch';

/** The whole takes about 25 s. */
const DEADLINE_MS = 3 * 60_000;

/** @returns what is missing, in sentences */
async function terminalDemo(): Promise<string[]> {
  say('1. Starting the shop: an ordinary Node.js process, without --inspect and without a line of Introspector in it');
  const shop = await startShop();
  try {
    return await watchShop(shop);
  } finally {
    await shop.stop();
  }
}

async function watchShop(shop: Shop): Promise<string[]> {
  say(`\n2. Attaching to the running process: introspector watch ${shop.pid}`);
  const watch = await Watch.start(shop.pid);
  try {
    say('\n3. Using the shop (→ a request, ← its answer). A report comes while the slow request still runs');
    await useShop(shop.port);
    await watch.settled();
    say('\n4. Ctrl-C for the watch: it shows the guilty lines, takes everything out of the shop and lets go');
    const exitCode = await watch.interrupt();
    say('\n5. The shop runs on as if nothing had been');
    await visitHome(shop.port);
    say(`\n6. What should have been found: the lines in ${shopFolder} that carry a mark "// SLOW:"`);
    const problems = judge(watch.lines);
    if (exitCode !== 0) problems.push(`The watch ended with exit code ${exitCode} instead of 0.`);
    return problems;
  } finally {
    await watch.stop();
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--editor')) return await editorDemo();
  const problems = await withDeadline(terminalDemo(), DEADLINE_MS, 'The demo');
  say(problems.length === 0 ? '\nThe demo has worked.' : `\nThe demo has failed.\n${problems.join('\n')}`);
  process.exit(problems.length === 0 ? 0 : 1);
}

main().catch((error: Error) => {
  console.error(`\nThe demo has failed. ${error.message}`);
  // Whatever still runs ends with this process.
  process.exit(1);
});
