import { beforeEach, describe, expect, test } from 'vitest';
import { itemOf } from '../../../extension/trees/items';
import type { RequestNode } from '../../../extension/trees/nodes';
import { type Model, pathTo, rootNodes, shownGroups } from '../../../extension/trees/rootNodes';
import type { SlowRequest } from '../../../sidecar/protocol/values';
import { frame, journalInfo, requestGroup, slowRequest, target } from '../samples';
import { emptyModel } from './model';

const FINISHED = { state: 'finished', statusCode: 200 } as const;

describe('the Requests view', () => {
  let model: Model;

  beforeEach(() => {
    model = emptyModel();
    model.store.putTarget(target());
  });

  const put = (number: number, changes: Partial<SlowRequest> = {}) =>
    model.store.putSlowRequest(slowRequest({ id: `t1:${number}`, startedAtMs: number, state: FINISHED, ...changes }));
  const roots = () => rootNodes(model);
  const texts = (nodes: readonly RequestNode[] = roots()) =>
    nodes.map(node => {
      const { label, description } = itemOf(node, file => file);
      return `${label} | ${description}`;
    });

  function fill(): void {
    put(1, { durationMs: 2_301 });
    put(2);
    put(3, { groupId: 'g2', route: '/products/:id', url: '/products/7', cause: 'computing', frames: [] });
  }

  test('shows groups, with all of the same reason in one line', () => {
    fill();
    model.store.putGroup(requestGroup({ count: 12 }));
    expect(texts()).toEqual([
      'GET /products/:id | 1 · worst 1,204 ms · computing',
      'GET /orders | 12 · worst 2,301 ms · waiting · listOrders',
    ]);
  });

  test('shows requests by time when that is wanted, and remembers it', async () => {
    fill();
    await model.view.group(false);
    expect(roots().map(({ id }) => id)).toEqual(['t1:3', 't1:2', 't1:1']);
    await model.view.group(true);
    expect(roots().map(({ kind }) => kind)).toEqual(['group', 'group']);
  });

  test('counts in a group what runs and what hangs', () => {
    put(1);
    put(2, { state: { state: 'running' } });
    put(3, { state: { state: 'running' }, level: 'hung', durationMs: 26_000 });
    expect(texts()).toEqual(['GET /orders | 1 hung · 1 running · 3 · worst 26,000 ms · waiting · listOrders']);
    expect(itemOf(roots()[0] as RequestNode, file => file).icon).toBe('warning');
  });

  test('says whose a group is when there are several targets', () => {
    fill();
    model.store.putTarget(target({ id: 't2', pid: 4_712 }));
    put(4, { id: 't2:4', targetId: 't2' });
    expect(texts().map(text => text.slice(-16))).toEqual(['server.js [4712]', 'server.js [4711]', 'server.js [4711]']);
  });

  test.each([
    ['products', ['/products/:id']],
    ['PRODUCTS/7', ['/products/:id']],
    ['get orders', ['/orders']],
    ['listorders', ['/orders']],
    ['src/orders.ts', ['/orders']],
    ['shop', []],
    ['get', ['/products/:id', '/orders']],
    ['  ', ['/products/:id', '/orders']],
    ['orders products', []],
  ])('with the filter %j shows %j', (filter, routes) => {
    fill();
    model.view.setFilter(filter);
    const shown = roots().map(node => (node.kind === 'group' ? node.group.route : node.kind));
    expect(shown).toEqual(routes);
  });

  test('shows in a group only the requests that fit the filter, and clears only those', () => {
    put(1, { url: '/orders?user=7' });
    put(2, { url: '/orders?user=8' });
    model.view.setFilter('user=7');
    expect(shownGroups(model).map(({ requests }) => requests.map(({ id }) => id))).toEqual([['t1:1']]);
    model.store.clearRequests(shownGroups(model));
    expect(roots()).toEqual([]);
    model.view.setFilter('');
    expect(model.store.slowRequests.map(({ id }) => id)).toEqual(['t1:2']);
  });

  test('leads to a request, whether it is grouped or not, and to none that the filter hides', async () => {
    fill();
    expect(pathTo(roots(), 't1:1').map(({ kind }) => kind)).toEqual(['group', 'request']);
    await model.view.group(false);
    expect(pathTo(roots(), 't1:1').map(({ kind }) => kind)).toEqual(['request']);
    model.view.setFilter('products');
    expect(pathTo(roots(), 't1:1')).toEqual([]);
  });
});

describe('a journal that is open', () => {
  const state = { state: 'gone', reason: 'exited', message: 'server.js [4711] was ended by SIGKILL.' } as const;
  const old = slowRequest({ id: 'j#t1:5', targetId: 'j#', state: FINISHED });

  function opened(changes: { report?: string; slowRequests?: SlowRequest[]; problems?: string[] } = {}): Model {
    const model = emptyModel();
    const { report, slowRequests = [old], problems = [] } = changes;
    const ended = report === undefined ? state : { ...state, report };
    model.journals.put({ info: journalInfo(), target: target({ id: 'j#', state: ended }), slowRequests, problems });
    return model;
  }
  const below = (model: Model) => rootNodes(model).flatMap(node => (node.kind === 'journal' ? node.children : []));
  const labels = (model: Model) => below(model).map(node => itemOf(node, file => file).label);

  test('stands below what is watched, with how it ended, what could not be read, and its requests in groups', () => {
    const model = opened({ problems: ['1 line could not be read and was left out.'] });
    model.store.putTarget(target());
    model.store.putSlowRequest(slowRequest());
    expect(rootNodes(model).map(({ kind }) => kind)).toEqual(['group', 'journal']);
    expect(labels(model)).toEqual([
      'server.js [4711] was ended by SIGKILL.',
      '1 line could not be read and was left out.',
      'GET /orders',
    ]);
  });

  test('says so when no request was slow', () => {
    expect(labels(opened({ slowRequests: [] }))).toEqual([
      'server.js [4711] was ended by SIGKILL.',
      'No request was slow.',
    ]);
  });

  test('follows the view: by time, filtered, and its requests can be led to', async () => {
    const model = opened();
    expect(pathTo(rootNodes(model), old.id).map(({ kind }) => kind)).toEqual(['journal', 'group', 'request']);
    await model.view.group(false);
    expect(pathTo(rootNodes(model), old.id).map(({ kind }) => kind)).toEqual(['journal', 'request']);
    model.view.setFilter('nothing like it');
    expect(below(model).map(({ kind }) => kind)).toEqual(['fact']);
  });

  test('offers the last report when there is one', () => {
    const contextValues = (model: Model) => rootNodes(model).map(node => itemOf(node, file => file).contextValue);
    expect(contextValues(opened())).toEqual(['journal']);
    expect(contextValues(opened({ report: 'This is what it was doing.' }))).toEqual(['journalWithReport']);
  });
});

test('a group whose function has no name is told by its place', () => {
  const model = emptyModel();
  model.store.putTarget(target());
  model.store.putSlowRequest(slowRequest({ frames: [frame({ functionName: '' })] }));
  const [node] = rootNodes(model);
  expect(node && itemOf(node, file => file).description).toContain('orders.ts:17');
});
