import { expect, test } from 'vitest';
import { OpenJournals } from '../../../extension/store/openJournals';
import { journalInfo, slowRequest, target } from '../samples';

function journal(file: string, ids: string[] = []) {
  const slowRequests = ids.map((id, index) => slowRequest({ id, startedAtMs: index }));
  return { info: journalInfo({ file }), target: target({ id: `${file}#` }), slowRequests, problems: [] };
}

test('journals are shown with the one opened last first, their requests newest first', () => {
  const journals = new OpenJournals();
  let changes = 0;
  journals.onDidChange(() => {
    changes += 1;
  });
  journals.put(journal('/a', ['a1', 'a2']));
  journals.put(journal('/b'));
  expect(journals.all.map(({ info }) => info.file)).toEqual(['/b', '/a']);
  expect(journals.all[1]?.slowRequests.map(({ id }) => id)).toEqual(['a2', 'a1']);
  journals.put(journal('/a', ['a1', 'a2']));
  expect(journals.all.map(({ info }) => info.file)).toEqual(['/a', '/b']);
  journals.close('/a');
  journals.close('/a');
  expect(journals.all.map(({ info }) => info.file)).toEqual(['/b']);
  expect(changes).toBe(4);
});

test('a request is found in the journal it stands in, until that is closed', () => {
  const journals = new OpenJournals();
  journals.put(journal('/a', ['a1']));
  journals.put(journal('/b', ['b1']));
  expect(journals.find('a1')?.journal.info.file).toBe('/a');
  expect(journals.find('c1')).toBeUndefined();
  journals.close('/a');
  expect(journals.find('a1')).toBeUndefined();
});

test('five journals are open at the most: the one opened longest ago is closed', () => {
  const journals = new OpenJournals();
  for (const file of ['/1', '/2', '/3', '/4', '/5']) journals.put(journal(file));
  expect(journals.all).toHaveLength(5);
  journals.put(journal('/6'));
  expect(journals.all.map(({ info }) => info.file)).toEqual(['/6', '/5', '/4', '/3', '/2']);
});
