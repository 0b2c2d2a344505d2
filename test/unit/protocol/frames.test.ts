import { describe, expect, test } from 'vitest';
import { frameTransport, parseFrame } from '../../../sidecar/protocol/frames';
import type { WireSocket } from '../../../sidecar/protocol/socket';

describe('a frame is taken', () => {
  test.each([
    ['a request', { jsonrpc: '2.0', id: 1, method: 'hello', params: { a: 1 } }],
    ['a request without parameters', { jsonrpc: '2.0', id: 'x', method: 'listProcesses' }],
    ['a request with a list of parameters', { jsonrpc: '2.0', id: 1, method: 'hello', params: [1] }],
    ['an event', { jsonrpc: '2.0', method: 'slowRequest', params: {} }],
    ['an answer', { jsonrpc: '2.0', id: 1, result: { text: 'x' } }],
    ['an empty answer', { jsonrpc: '2.0', id: 1, result: null }],
    ['an error', { jsonrpc: '2.0', id: 1, error: { code: -32_600, message: 'no', data: { code: 'notNode' } } }],
    ['an error to a message that was not understood', { jsonrpc: '2.0', id: null, error: { code: 1, message: '' } }],
    ['a message with more than is asked for', { jsonrpc: '2.0', method: 'a', more: true }],
  ])('when it is %s', (_what, message) => {
    expect(parseFrame(JSON.stringify(message))).toEqual({ message });
  });

  test('when it is huge', () => {
    const message = { jsonrpc: '2.0', method: 'a', params: { text: 'x'.repeat(1024 * 1024) } };
    expect(parseFrame(JSON.stringify(message))).toEqual({ message });
  });
});

describe('a frame is refused as no JSON', () => {
  test.each(['', '{', '{"jsonrpc":"2.0","method":"hel', 'undefined', 'NaN', "{'a':1}", '{}{}'])(
    'when it is %j',
    text => {
      expect(parseFrame(text)).toEqual({ problem: `a frame of ${text.length} characters is not JSON` });
    },
  );
});

describe('a frame is refused as no message', () => {
  test.each([
    'null',
    '1',
    '"hello"',
    '[]',
    '[{"jsonrpc":"2.0","method":"a"}]',
    '{}',
    '{"method":"a"}',
    '{"jsonrpc":"1.0","method":"a"}',
    '{"jsonrpc":2.0,"method":"a"}',
    '{"jsonrpc":"2.0"}',
    '{"jsonrpc":"2.0","method":7}',
    '{"jsonrpc":"2.0","method":"a","params":"x"}',
    '{"jsonrpc":"2.0","method":"a","id":{}}',
    '{"jsonrpc":"2.0","id":null,"result":1}',
    '{"jsonrpc":"2.0","id":1,"error":"no"}',
    '{"jsonrpc":"2.0","id":1,"error":{"code":"x","message":"no"}}',
    '{"__proto__":{"jsonrpc":"2.0","method":"a"}}',
  ])('when it is %s', text => {
    expect(parseFrame(text)).toEqual({ problem: `a frame of ${text.length} characters is not a JSON-RPC 2.0 message` });
  });

  test('when it is an answer without a result', () => {
    const text = '{"jsonrpc":"2.0","id":1}';
    expect(parseFrame(text)).toEqual({ problem: `a frame of ${text.length} characters is not a JSON-RPC 2.0 message` });
  });
});

test('a connection reports frames it cannot use, without their content, and goes on with the next', () => {
  let receive = (_text: string) => {};
  const socket: WireSocket = {
    send: () => {},
    close: () => {},
    onText: listener => {
      receive = listener;
    },
    onClose: () => {},
    bufferedBytes: 0,
  };
  const problems: string[] = [];
  const messages: unknown[] = [];
  frameTransport(socket, problem => problems.push(problem)).reader.listen(message => messages.push(message));
  receive('secret=1');
  receive('{"jsonrpc":"2.0","method":"a"}');
  expect(problems).toEqual(['a frame of 8 characters is not JSON']);
  expect(messages).toEqual([{ jsonrpc: '2.0', method: 'a' }]);
});
