const library = require('introspector/timebox');

void import('./runCases.mjs').then(({ runCases }) => runCases(library, 'cjs'));
