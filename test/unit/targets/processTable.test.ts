import { describe, expect, test } from 'vitest';
import { isNodeExecutable, scriptOf } from '../../../sidecar/targets/processTable';

describe('an executable is Node.js', () => {
  test.each([
    'node',
    'nodejs',
    'node20',
    'node22.1',
    '/usr/bin/node',
    'C:\\Program Files\\nodejs\\node.exe',
    'NODE.EXE',
  ])('when it is %s', path => {
    expect(isNodeExecutable(path)).toBe(true);
  });

  test.each(['', 'nodemon', '/usr/bin/node/', 'node-exporter', 'deno', '/opt/node/bin/npm', 'electron', 'code'])(
    'but not when it is %j',
    path => {
      expect(isNodeExecutable(path)).toBe(false);
    },
  );
});

describe('the script of a command line', () => {
  test.each([
    ['node server.js', 'server.js'],
    ['node server.js --port 80', 'server.js'],
    ['node --inspect server.js', 'server.js'],
    ['node --max-old-space-size=4096 --enable-source-maps server.js', 'server.js'],
    ['node -r dotenv/config server.js', 'server.js'],
    ['node --require dotenv/config server.js', 'server.js'],
    ['node --require=dotenv/config server.js', 'server.js'],
    ['node --import tsx --conditions development server.ts', 'server.ts'],
    ['node --env-file .env server.js', 'server.js'],
    ['node -- server.js', 'server.js'],
    ['node -e 1+1', '-e'],
    ['node --eval 1+1', '-e'],
    ['node -p 1+1', '-e'],
    ['node --print 1+1', '-e'],
    ['node -pe 1+1', '-e'],
  ])('%s is %s', (commandLine, expected) => {
    expect(scriptOf(commandLine.split(' '))).toBe(expected);
  });

  test.each([[], ['node'], ['node', '--inspect'], ['node', '-r']])('%j has none', (...commandLine) => {
    expect(scriptOf(commandLine.flat())).toBeUndefined();
  });
});
