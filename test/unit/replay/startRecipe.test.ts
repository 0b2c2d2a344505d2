import { describe, expect, test } from 'vitest';
import { parseCopyFacts } from '../../../sidecar/replay/copyFactLines';
import { parseUnixTable } from '../../../sidecar/targets/procNet';
import { variablesOf, withoutInspector } from '../../../sidecar/targets/startRecipe';

describe('the options a copy is started with', () => {
  test.each([
    [['--inspect'], []],
    [
      ['--inspect=0.0.0.0:9229', '--require', './a.js'],
      ['--require', './a.js'],
    ],
    [['--inspect-brk', '--max-old-space-size=100'], ['--max-old-space-size=100']],
    [
      ['--inspect-port', '9300', '-r', 'x'],
      ['-r', 'x'],
    ],
    [['--debug-port=9300'], []],
    [['--watch', '--watch-path', './src', '--enable-source-maps'], ['--enable-source-maps']],
    [['--watch-path=./src', '--inspect-publish-uid=http'], []],
    [
      ['-e', 'inspect()'],
      ['-e', 'inspect()'],
    ],
    [
      ['--inspector', '--debugging'],
      ['--inspector', '--debugging'],
    ],
  ])('%j are %j', (options, kept) => {
    expect(withoutInspector(options)).toEqual(kept);
  });
});

describe('the environment a copy is started with', () => {
  test('is that of the app, values with equals signs and all', () => {
    expect(variablesOf('A=1\0B=x=y\0EMPTY=\0')).toEqual({ A: '1', B: 'x=y', EMPTY: '' });
  });

  test('has no channel to the parent of the app, and opens no inspector', () => {
    const text = 'NODE_CHANNEL_FD=3\0NOTIFY_SOCKET=/run/x\0NODE_OPTIONS=--inspect=9229 --no-warnings\0';
    expect(variablesOf(text)).toEqual({ NODE_OPTIONS: '--no-warnings' });
  });

  test('leaves out what is no variable', () => {
    expect(variablesOf('garbage\0=x\0A=1')).toEqual({ A: '1' });
  });
});

test('of Unix sockets only those that listen in a folder count', () => {
  const table = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000000000000001: 00000002 00000000 00010000 0001 01 21 /run/app.sock',
    '0000000000000002: 00000003 00000000 00000000 0001 03 22 /run/app.sock',
    '0000000000000003: 00000002 00000000 00010000 0001 01 23 @abstract',
    '0000000000000004: 00000002 00000000 00010000 0001 01 24',
    '0000000000000005: 00000002 00000000 00010000 0001 01 25 with space.sock',
  ].join('\n');
  expect(parseUnixTable(table)).toEqual([
    { inode: 21, path: '/run/app.sock' },
    { inode: 25, path: 'with space.sock' },
  ]);
});

test('what a copy tells is taken line by line, without what is not understood', () => {
  const told = { kind: 'listening', pid: 7, wanted: 8080, port: 40_001, protocol: 'http' };
  const lines = [JSON.stringify(told), 'garbage', '{"kind":"listening","pid":7,"port":70000}', '{"kind":"insp'];
  expect(parseCopyFacts(lines.join('\n'))).toEqual([told]);
});
