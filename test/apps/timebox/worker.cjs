const library = require('introspector/timebox');

void import('./inWorker.mjs').then(({ report }) => report(library));
