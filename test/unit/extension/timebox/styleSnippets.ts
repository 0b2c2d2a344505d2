import type { Snippet } from './snippet';

/** How the file is written, and what it imports already. Each is type-checked and run before and after. */
export const styleSnippets: Snippet[] = [
  {
    name: 'Windows line ends and double quotes',
    before: `
import { join } from "node:path";

function main() {
  ⟦log(join("a", "b"));
  log(join("c"));⟧
}
main();
`.replaceAll('\n', '\r\n'),
    after: `
import { join } from "node:path";
import { timebox } from "introspector/timebox";

function main() {
  timebox(1000, () => {
    log(join("a", "b"));
    log(join("c"));
  });
}
main();
`.replaceAll('\n', '\r\n'),
  },
  {
    name: 'tabs and no semicolons, where the next line would go on with the call',
    fileName: 'tabs.js',
    before: `
'use strict'
const path = require('node:path')

function main() {
	⟦log(path.sep)
	log(path.delimiter);⟧
	[1].map(n => log(n))
}
main()
`,
    after: `
'use strict'
const path = require('node:path')
const { timebox } = require('introspector/timebox')

function main() {
	timebox(1000, () => {
		log(path.sep)
		log(path.delimiter);
	});
	[1].map(n => log(n))
}
main()
`,
  },
  {
    name: 'a program with a directive and no import yet',
    fileName: 'program.js',
    before: `#!/usr/bin/env node
'use strict';

⟦log(Math.max(1, 2));⟧
module.exports = {};
`,
    after: `#!/usr/bin/env node
'use strict';

const { timebox } = require('introspector/timebox');

timebox(1000, () => log(Math.max(1, 2)));
module.exports = {};
`,
  },
  {
    name: 'a header and a comment of the first statement',
    before: `/* Copyright of somebody. */
// @ts-check
// What it is about.

// What f does.
const f = (n: number) => n;
log(⟦f(1)⟧);
export {};
`,
    after: `/* Copyright of somebody. */
// @ts-check
// What it is about.

import { timebox } from 'introspector/timebox';

// What f does.
const f = (n: number) => n;
log(timebox(1000, () => f(1)));
export {};
`,
  },
  {
    name: 'all of a file, with a header that stays on top',
    before: `⟦// @ts-check
// The first of two.
log(Math.max(1, 2));
log(Math.min(1, 2));
⟧export {};
`,
    after: `// @ts-check
import { timebox } from 'introspector/timebox';

timebox(1000, () => {
  // The first of two.
  log(Math.max(1, 2));
  log(Math.min(1, 2));
});
export {};
`,
  },
  {
    name: 'an import that has it already, by another name',
    before: `
import { timebox as limit } from 'introspector/timebox';
log(limit(5, () => 1), ⟦Math.max(1, 2)⟧);
`,
    after: `
import { timebox as limit } from 'introspector/timebox';
log(limit(5, () => 1), limit(1000, () => Math.max(1, 2)));
`,
  },
  {
    name: 'an import of something else, which gets one name more',
    before: `
import {
  type Box,
  Quota,
} from 'introspector/timebox';
const quota: Box | Quota = new Quota(1);
log(typeof quota, ⟦Math.max(1, 2)⟧);
`,
    after: `
import {
  type Box,
  Quota,
  timebox,
} from 'introspector/timebox';
const quota: Box | Quota = new Quota(1);
log(typeof quota, timebox(1000, () => Math.max(1, 2)));
`,
  },
  {
    name: 'an import of its types alone, beside which another one is made',
    before: `
import type { Box } from 'introspector/timebox';
const box: Box | undefined = undefined;
log(box, ⟦Math.max(1, 2)⟧);
`,
    after: `
import type { Box } from 'introspector/timebox';
import { timebox } from 'introspector/timebox';
const box: Box | undefined = undefined;
log(box, timebox(1000, () => Math.max(1, 2)));
`,
  },
  {
    name: 'an import of all of it',
    before: `
import * as boxes from 'introspector/timebox';
log(typeof boxes.Quota, ⟦Math.max(1, 2)⟧);
`,
    after: `
import * as boxes from 'introspector/timebox';
log(typeof boxes.Quota, boxes.timebox(1000, () => Math.max(1, 2)));
`,
  },
  {
    name: 'a require of something else, which gets one name more',
    fileName: 'required.js',
    before: `
const { Quota } = require('introspector/timebox');
log(typeof Quota, ⟦Math.max(1, 2)⟧);
`,
    after: `
const { Quota, timebox } = require('introspector/timebox');
log(typeof Quota, timebox(1000, () => Math.max(1, 2)));
`,
  },
  {
    name: 'a file with a timebox of its own',
    before: `
export const timebox = (minutes: number) => minutes * 60;
log(timebox(2), ⟦Math.max(1, 2)⟧);
`,
    after: `
import { timebox as introspectorTimebox } from 'introspector/timebox';

export const timebox = (minutes: number) => minutes * 60;
log(timebox(2), introspectorTimebox(1000, () => Math.max(1, 2)));
`,
  },
];
