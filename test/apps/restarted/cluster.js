// A primary that serves, too, and a worker that is started again whenever it ends.

const cluster = require('node:cluster');

if (cluster.isPrimary) {
  cluster.setupPrimary({ inspectPort: 0 });
  cluster.fork();
  cluster.on('exit', () => cluster.fork());
}

require('./server.js');
