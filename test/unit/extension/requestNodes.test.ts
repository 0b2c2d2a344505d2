import { describe, expect, test } from 'vitest';
import { itemOf } from '../../../extension/trees/items';
import type { RequestNode } from '../../../extension/trees/nodes';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { frame, slowRequest } from '../samples';
import { outline } from './model';

const shownFile = (file: string) => file.replace('/srv/shop/', '');
const FIND = frame({ functionName: 'findByUser', file: '/srv/shop/src/repo.ts', line: 9, column: 31 });

function nodeOf(request: SlowRequest, isInGroup = false): RequestNode {
  return { kind: 'request', id: request.id, request, isInGroup, targetName: undefined };
}

function textOf(node: RequestNode): string {
  const { label, description } = itemOf(node, shownFile);
  return description === '' ? label : `${label} | ${description}`;
}

describe('below a request stands', () => {
  test('why it is slow, in reading order, and what else is known folded behind that', () => {
    const request = slowRequest({
      url: '/orders?user=7',
      origin: 'https://shop.example',
      query: [{ name: 'user', value: '7' }],
      headers: [
        { name: 'host', value: 'shop.example' },
        { name: 'cookie', value: 'sid=(redacted)' },
      ],
      frames: [FIND, frame({ origin: 'package', packageName: 'express' }), frame()],
      wait: { kind: 'query', label: 'a query on pg', durationMs: 1_102, frames: [] },
      otherWaits: [{ kind: 'timer', label: 'timer of 3,000 ms', durationMs: 900, frames: [frame()] }],
      heldUpBy: [{ requestNumber: 3, method: 'GET', route: '/report', durationMs: 23 }],
      victims: 2,
      notes: ['A native call kept the app from answering.'],
      looks: [
        { atMs: 1_002, sameForMs: 3_000, count: 4, cause: 'waiting', frame: FIND },
        { atMs: 5_001, sameForMs: 0, count: 1, cause: 'computing', wait: undefined },
      ],
      lookShares: [
        { share: 0.8, looks: 4, cause: 'waiting', frame: FIND },
        { share: 0.2, looks: 1, cause: 'computing' },
      ],
      others: { count: 3, shown: [{ requestNumber: 6, method: 'GET', route: '/stock', durationMs: 40 }] },
    });
    const started = new Date(request.startedAtMs).toLocaleTimeString();
    expect(outline([nodeOf(request)], textOf)).toEqual([
      'GET /orders | 1,204 ms so far · waiting',
      '  waiting 1,150 ms · computing 31 ms · held up 23 ms',
      '  Waiting for a query on pg | 1,102 ms',
      '  Held up by GET /report | 23 ms · request 3',
      '  Kept 2 other requests waiting',
      '  findByUser | src/repo.ts:9:31',
      '  1 frame of express',
      '    listOrders | src/orders.ts:17:22',
      '  listOrders | src/orders.ts:17:22',
      '  Also pending: timer of 3,000 ms | 900 ms',
      '    listOrders | src/orders.ts:17:22',
      '  A native call kept the app from answering.',
      '  Looks | 5 · 80 % in findByUser',
      '    80 % of 5 looks | findByUser',
      '    20 % of 5 looks | computing',
      '    findByUser | waiting at 1,002 ms, the same for 3,000 ms',
      '    computing | computing at 5,001 ms',
      '  3 other requests in flight',
      '    GET /stock | 40 ms · request 6',
      '    2 more',
      '  Request | /orders?user=7',
      '    GET https://shop.example/orders?user=7',
      `    Started at ${started} | request 5`,
      '    Query | 1',
      '      user | 7',
      '    Headers | 2',
      '      host | shop.example',
      '      cookie | sid=(redacted)',
    ]);
  });

  test('little when little is known', () => {
    const request = slowRequest({ time: { computingMs: 0, waitingMs: 0, heldUpMs: 0 }, frames: [] });
    const [, ...below] = outline([nodeOf(request)], textOf);
    expect(below[0]).toBe('  no time yet');
    expect(below[1]).toBe('  Request | /orders');
  });

  test('how the process ended, when that ended the request', () => {
    const state = { state: 'unknown', message: 'server.js [4711] was ended by SIGKILL.' } as const;
    expect(outline([nodeOf(slowRequest({ state }))], textOf)[2]).toBe('  server.js [4711] was ended by SIGKILL.');
  });

  test('nothing of looks when there was a single one, whose place the frames tell', () => {
    const looks = (count: number): SlowRequest['looks'] => [{ atMs: 1, sameForMs: 0, count, cause: 'waiting' }];
    const lines = (count: number) => outline([nodeOf(slowRequest({ looks: looks(count) }))], textOf).join('\n');
    expect(lines(1)).not.toContain('Looks');
    expect(lines(2)).toContain('Looks');
  });

  test('what its frames held, innermost first', () => {
    const frames = [
      { frame: frame({ functionName: 'total' }), variables: [{ name: 'order', value: '17' }] },
      { frame: frame({ functionName: '' }), variables: [], notCaptured: '(not captured: items, 2 more)' },
    ];
    const request = slowRequest({ variables: { atMs: 1_100, pauseMs: 4.4, enableMs: 18, frames } });
    const lines = outline([nodeOf(request)], textOf);
    const at = lines.findIndex(line => line.includes('Variables'));
    expect(lines.slice(at, at + 4).map(line => line.trim())).toEqual([
      'Variables | after 1,100 ms, in a pause of 4 ms',
      'total',
      'order | 17',
      'orders.ts:17 | (not captured: items, 2 more)',
    ]);
  });

  test('every node with an id of its own', () => {
    const values = [{ name: 'a', value: '1' }];
    const read = { frame: frame(), variables: values };
    const request = slowRequest({
      query: values,
      headers: values,
      frames: [FIND, frame(), FIND],
      variables: { atMs: 1, pauseMs: 1, enableMs: 1, frames: [read, read] },
    });
    const ids = outline([nodeOf(request)], ({ id }) => id).map(id => id.trim());
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a request says', () => {
  const words = (changes: Partial<SlowRequest>, isInGroup = false) => textOf(nodeOf(slowRequest(changes), isInGroup));
  const started = new Date(slowRequest().startedAtMs).toLocaleTimeString();

  test('how long it runs, or took, and how it ended', () => {
    expect(words({})).toBe('GET /orders | 1,204 ms so far · waiting');
    expect(words({ state: { state: 'finished', statusCode: 404 } })).toBe('GET /orders | 1,204 ms · 404 · waiting');
    expect(words({ state: { state: 'aborted' }, cause: 'heldUp' })).toBe('GET /orders | 1,204 ms · cut off · held up');
    expect(words({ state: { state: 'unknown', message: '' } })).toBe('GET /orders | 1,204 ms · unfinished · waiting');
  });

  test('that it hangs, by word and sign, and that it did', () => {
    expect(words({ level: 'hung' })).toBe('GET /orders | hung · 1,204 ms so far · waiting');
    expect(words({ level: 'hung', state: { state: 'finished', statusCode: 200 } })).toContain('· 200 · hung');
    const item = itemOf(nodeOf(slowRequest({ level: 'hung' })), shownFile);
    expect(item.icon).toBe('warning');
    expect(item.accessibleLabel).toContain('hung');
  });

  test('in a group, what tells it from the others: how long, when and what address', () => {
    expect(words({ url: '/orders?user=7' }, true)).toBe(`1,204 ms so far | ${started} · /orders?user=7`);
    const ended = words({ level: 'hung', state: { state: 'finished', statusCode: 200 } }, true);
    expect(ended).toBe(`1,204 ms | 200 · hung · ${started} · /orders`);
  });

  test('whose it is when there are several targets', () => {
    const node: RequestNode = {
      ...nodeOf(slowRequest()),
      kind: 'request',
      targetName: 'server.js [4711]',
    } as RequestNode;
    expect(textOf(node)).toBe('GET /orders | 1,204 ms so far · waiting · server.js [4711]');
  });
});

test('a frame opens its line, and one inside Node.js opens nothing', () => {
  const frameItem = (changes: Parameters<typeof frame>[0]) =>
    itemOf({ kind: 'frame', id: 'f', frame: frame(changes) }, shownFile);
  expect(frameItem({}).opens).toMatchObject({ file: '/srv/shop/src/orders.ts', line: 17 });
  expect(frameItem({ origin: 'node', file: 'node:fs' }).opens).toBeUndefined();
});

test('what the app says is text in a tooltip, whole', () => {
  const url = '/[x](command:workbench.action.quit)';
  expect(itemOf(nodeOf(slowRequest({ url })), shownFile).tooltip[0]).toBe(`GET ${url}`);
});
