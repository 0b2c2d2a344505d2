import { describe, expect, test } from 'vitest';
import { errorCode, errors, type IntrospectorError } from '../../../sidecar/protocol/errors';

const all: Record<keyof typeof errors, IntrospectorError> = {
  noSuchProcess: errors.noSuchProcess(4_711),
  notNode: errors.notNode(4_711, 'nginx'),
  notPermitted: errors.notPermitted(4_711),
  inspectorPortTaken: errors.inspectorPortTaken(4_711, 9_229, 'node other.js (process 4712)'),
  inspectorDisabled: errors.inspectorDisabled(4_711),
  inspectorNotOpened: errors.inspectorNotOpened(4_711),
  otherNetwork: errors.otherNetwork(4_711),
  cannotConnect: errors.cannotConnect('localhost', 9_229, 'ECONNREFUSED'),
  notAnInspector: errors.notAnInspector('localhost', 9_229),
  wrongProcess: errors.wrongProcess(4_711, 4_712, 9_229),
  notAnswering: errors.notAnswering('Process 4711', 15_000),
  targetExited: errors.targetExited('Process 4711'),
  agentFailed: errors.agentFailed('no object came back'),
  alreadyAttached: errors.alreadyAttached('server.js'),
  notAttached: errors.notAttached('t1'),
  noSuchJournal: errors.noSuchJournal('/srv/journals/a.jsonl'),
  noSuchProfile: errors.noSuchProfile('20261124T010203004Z-4711-1'),
  cannotCut: errors.cannotCut('the continuous profile is off', 'Switch introspector.continuousProfile on.'),
  cannotInterrupt: errors.cannotInterrupt('it has ended', 'Nothing was done.'),
  cannotWrite: errors.cannotWrite('/srv/a.json', 'ENOSPC'),
  cannotReplay: errors.cannotReplay('it works on Linux only so far', 'Profile it in the app itself.'),
  replayFailed: errors.replayFailed('the copy ended with code 1', 'It wrote nothing.'),
  notAccepted: errors.notAccepted('POST'),
  noSuchRequest: errors.noSuchRequest('t1:5'),
  protocolMismatch: errors.protocolMismatch(1, 2),
  helloFirst: errors.helloFirst(),
  sidecarGone: errors.sidecarGone('its connection is closed'),
};

describe.each(Object.entries(all))('the error %s', (name, error) => {
  test('has its own name as its code', () => {
    expect(error.code).toBe(name);
    expect(error.name).toBe('IntrospectorError');
  });

  test('says in whole sentences what happened and what to do', () => {
    expect(error.message).toMatch(/^[A-Z].*\.$/);
    expect(error.hint).toMatch(/^[A-Z].{12,}\.$/);
    expect(error.hint).not.toBe(error.message);
    expect(error.advice).toBe(`${error.message} ${error.hint}`);
  });

  test('names nothing that is undefined', () => {
    expect(error.advice).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

test('there is one factory for every code', () => {
  expect(Object.keys(errors).sort()).toEqual([...errorCode.options].sort());
});

test('a mismatch of versions says which side is old', () => {
  expect(errors.protocolMismatch(1, 2).hint).toBe('Update the extension.');
  expect(errors.protocolMismatch(3, 2).hint).toBe('Update the sidecar.');
});

test('the process, the port and its holder are named', () => {
  expect(all.inspectorPortTaken.message).toBe(
    'Process 4711 would open its inspector on port 9229, but node other.js (process 4712) holds that port.',
  );
});
