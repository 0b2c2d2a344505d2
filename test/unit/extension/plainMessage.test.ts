import { expect, test } from 'vitest';
import { plainMessage } from '../../../extension/notifications/plainMessage';

/** What VS Code 1.95 takes for a link: src/vs/base/common/linkedText.ts */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/i;

test.each([
  'GET /[click me](command:workbench.action.quit) hangs.',
  'GET /[a](https://evil.example/) and [b](file:///etc/passwd "title")',
])('nothing of %j can be clicked on in a message', text => {
  expect(text).toMatch(LINK);
  expect(plainMessage(text)).not.toMatch(LINK);
});

test('ordinary words stay as they are', () => {
  const text = 'GET /orders/:id of server.js [4711] (port 80) hangs.';
  expect(plainMessage(text)).toBe(text);
});
