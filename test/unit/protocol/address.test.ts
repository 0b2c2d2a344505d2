import { InvalidArgumentError } from 'commander';
import { describe, expect, test } from 'vitest';
import { parseAddress } from '../../../sidecar/cli/parseAddress';
import { parseTargetAddress } from '../../../sidecar/protocol/address';
import { targetAddress } from '../../../sidecar/protocol/values';

describe('a target is named', () => {
  test.each([
    ['1', { pid: 1 }],
    ['4711', { pid: 4_711 }],
    ['007', { pid: 7 }],
    ['2147483648', { pid: 2 ** 31 }],
    ['9999999999', { pid: 9_999_999_999 }],
    ['localhost:9229', { host: 'localhost', port: 9_229 }],
    ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
    ['host:65535', { host: 'host', port: 65_535 }],
    ['[::1]:9229', { host: '::1', port: 9_229 }],
    ['[::ffff:127.0.0.1]:9229', { host: '::ffff:127.0.0.1', port: 9_229 }],
    ['ws://127.0.0.1:9229/0f2c936f-b1cd-4ac9-aab3-f63b0f33d55e', { host: '127.0.0.1', port: 9_229 }],
    ['WS://[::1]:9229/', { host: '::1', port: 9_229 }],
  ])('by %s', (text, expected) => {
    expect(parseTargetAddress(text)).toEqual(expected);
    expect(parseAddress(text)).toEqual(expected);
    expect(targetAddress.safeParse(expected).success).toBe(true);
  });
});

describe('nothing is named', () => {
  test.each([
    '',
    '0',
    '0000',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    ' 4711',
    '12345678901',
    'server.js',
    'host',
    'host:',
    ':9229',
    'host:0',
    'host:65536',
    'host:123456',
    'host:-1',
    'host:9229x',
    '::1:9229',
    '[]:9229',
    '[::1]',
    '[server]:9229',
    'a b:9229',
    'http://127.0.0.1:9229',
    'ws://127.0.0.1',
    'host:9229\nhost:9230',
  ])('by %j, and the error says what is accepted', text => {
    expect(parseTargetAddress(text)).toBeUndefined();
    expect(() => parseAddress(text)).toThrow(InvalidArgumentError);
    expect(() => parseAddress(text)).toThrow('process id such as 4711');
  });
});
