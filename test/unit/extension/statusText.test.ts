import { expect, test } from 'vitest';
import { deliverySentences, statusText, targetSentences } from '../../../extension/status/statusText';
import type { SlowRequest, TargetState } from '../../../sidecar/protocol/values';
import { slowRequest, target } from '../samples';
import { stats } from './model';

const GONE: TargetState = { state: 'gone', reason: 'killed', message: 'server.js [4711] was ended by SIGKILL.' };
const AWAITING: TargetState = { state: 'awaitingRestart', message: 'server.js [4711] has exited.' };

const of = (states: TargetState[], requests: SlowRequest[] = []) =>
  statusText(
    states.map((state, index) => target({ id: `t${index}`, state })),
    requests,
  );

test.each<[TargetState[], string]>([
  [[{ state: 'watching' }], '$(eye) server.js [4711]'],
  [[{ state: 'notAnswering', sinceMs: 1 }], '$(warning) server.js [4711]: not answering'],
  [[{ state: 'pausedByDebugger' }], '$(debug-pause) server.js [4711]: paused by a debugger'],
  [[AWAITING], '$(sync) server.js: waiting for its restart'],
  [[GONE], '$(debug-disconnect) server.js [4711]: gone'],
  [[AWAITING, GONE], '$(sync) 2 targets: waiting for a restart'],
  [[AWAITING, { state: 'watching' }], '$(eye) 2 targets'],
  [[], ''],
])('targets that are %j read: %s', (states, text) => {
  expect(of(states)).toEqual({ text, isWarning: false });
});

test('hung requests are counted in front of everything else, as a warning, while they run', () => {
  const hung = slowRequest({ level: 'hung' });
  const watching: TargetState = { state: 'watching' };
  expect(of([watching], [hung, slowRequest()])).toEqual({
    text: '$(warning) server.js [4711]: 1 hung',
    isWarning: true,
  });
  expect(of([watching], [{ ...hung, state: { state: 'aborted' } }]).isWarning).toBe(false);
});

test('a target is described in sentences: its state, its figures, what is not watched and what could not be hooked', () => {
  const ignored = [{ reason: 'event stream', route: 'GET /events', count: 2 }];
  const hooks = [{ name: 'fetch', state: 'failed' as const, detail: 'not found' }];
  expect(targetSentences(target({ restarts: 2, hooks }), stats({ ignored }))).toEqual([
    'Watching.',
    'Node.js 24.21.0, inspector on 127.0.0.1:9229, opened by Introspector. Started again 2 times while it was watched.',
    '12 requests seen, 1 in flight, 3 slow (over 1,000 ms).',
    '2 event streams are not watched: GET /events (event stream, 2).',
    'Introspector takes 1.2 % of one core in it.',
    'Not hooked: fetch (not found).',
  ]);
  expect(targetSentences(target({ state: AWAITING }), undefined)).toContain('server.js [4711] has exited.');
});

test('each way that reports go is told of in words: what arrived, what did not, and why', () => {
  const none = { delivered: 0, failed: 0, dropped: 0, heldBack: 0, waiting: 0 };
  expect(
    deliverySentences([
      { ...none, name: 'folder', delivered: 1_200 },
      { name: 'mail', delivered: 3, failed: 1, dropped: 4, heldBack: 7, waiting: 2, lastError: 'connection refused.' },
    ]),
  ).toEqual([
    'Folder: 1,200 delivered.',
    'Mail: 3 delivered, 1 failed, 2 waiting, 7 held back, since their group had its share of this hour, 4 dropped, since too many were waiting. Last error: connection refused.',
  ]);
});
