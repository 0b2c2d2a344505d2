/** The demo for the eyes: the shop with people in it, and an editor on its source. Runs until Ctrl-C. */
import { createAttachingExtension } from './attachingExtension';
import { openEditor } from './openEditor';
import { root, shopFolder } from './paths';
import { say } from './print';
import { startShop } from './shop';
import { trickle } from './traffic';

/** @throws Error when the shop or the editor ends */
export async function editorDemo(): Promise<never> {
  say('1. Starting the shop, an ordinary process without --inspect');
  const shop = await startShop();
  say('\n2. Opening an editor on its source');
  const attaching = createAttachingExtension(shop.pid);
  const editor = await openEditor({
    folder: shopFolder,
    extensionDevelopmentPath: root,
    companionPath: attaching.path,
  });
  say(`   It attaches to process ${shop.pid} by itself; slow requests show in the view behind the eye.`);
  say('\n3. Using the shop, one request after the other, until Ctrl-C ends the demo');
  let isWanted = true;
  const traffic = trickle(shop.port, () => isWanted);
  try {
    const ended = shop.ended.then(reason => `The shop has ended: ${reason}`);
    const reason = await Promise.race([ended, editor.ended, traffic.then(() => 'Nobody uses the shop any more.')]);
    throw new Error(reason);
  } finally {
    isWanted = false;
    await editor.stop();
    attaching.remove();
    await shop.stop();
  }
}
