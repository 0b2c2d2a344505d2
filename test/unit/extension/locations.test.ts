import { describe, expect, test } from 'vitest';
import { fileOf, locationsIn } from '../../../extension/reports/locations';
import { slowRequestReport } from '../../../sidecar/reports/slowRequestReport';
import { frame, slowRequest, target } from '../samples';

const places = (text: string) => locationsIn(text).map(({ path, line, column }) => [path, line, column]);

test('the places of a report are found, each where it stands', () => {
  const frames = [
    frame({ file: '/srv/shop/src/repo.ts', line: 9, column: 31 }),
    frame({ origin: 'node', file: 'node:events', functionName: 'emit' }),
    frame({ file: '/srv/shop/my src/orders list.ts', line: 17, column: 22, sourceLine: "load('a.ts:1:2')" }),
    frame({ file: '/opt/lib/deep.js', line: 1, column: 1 }),
  ];
  const text = slowRequestReport(slowRequest({ frames, url: '/orders:7:1' }), target());
  const found = locationsIn(text).filter(({ path }) => !path.startsWith('/orders'));
  expect(found.map(({ path, line, column }) => [path, line, column])).toEqual([
    ['/opt/lib/deep.js', 1, 1],
    ['my src/orders list.ts', 17, 22],
    ['src/repo.ts', 9, 31],
  ]);
  const lines = text.split('\n');
  expect(found.map(({ at }) => lines[at.line]?.slice(at.start, at.end))).toEqual([
    '/opt/lib/deep.js:1:1',
    'my src/orders list.ts:17:22',
    'src/repo.ts:9:31',
  ]);
});

describe('a place', () => {
  test.each<[string, unknown[]]>([
    ['  1,001 ms  waiting    src/repo.ts:9 findByUser   same for 4 s', [['src/repo.ts', 9, 1]]],
    ['  80 % of 5 looks: src/repo.ts:9 findByUser', [['src/repo.ts', 9, 1]]],
    ['    > C:\\shop\\src\\repo.ts:9:31    findByUser', [['C:\\shop\\src\\repo.ts', 9, 31]]],
    ['  waiting  C:\\shop\\repo.ts:9 findByUser', [['C:\\shop\\repo.ts', 9, 1]]],
    ['      repo.ts:9:31', [['repo.ts', 9, 31]]],
  ])('in %j is found', (line, expected) => {
    expect(places(line)).toEqual(expected);
  });

  test.each([
    'Started 2026-11-23 10:41:07.120 UTC',
    'Waiting for GET http://127.0.0.1:8080/stock, 1,102 ms so far',
    'src/repo.ts',
    'src/repo.ts:0:1',
    'node:events',
  ])('in %j is none that could be a file', line => {
    const found = locationsIn(line).map(location => fileOf(location, '/srv/shop'));
    expect(found.filter(file => file !== undefined)).toEqual([]);
  });

  test('in a line of 100,000 characters is sought in its beginning, and quickly', () => {
    const startedMs = performance.now();
    expect(places(`src/a.ts:1 ${'x'.repeat(100_000)} src/b.ts:2`)).toEqual([['src/a.ts', 1, 1]]);
    expect(places(`    > ${':1'.repeat(50_000)}`)).toHaveLength(1);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });
});

describe('the file of a place', () => {
  const at = { line: 0, start: 0, end: 1 };
  const fileFor = (path: string, workingDirectory = '/srv/shop') =>
    fileOf({ at, path, line: 1, column: 1 }, workingDirectory);

  test('is found from the working directory of the app', () => {
    expect(fileFor('src/repo.ts')).toBe('/srv/shop/src/repo.ts');
    expect(fileFor('/opt/lib/deep.js')).toBe('/opt/lib/deep.js');
  });

  test('is never one of another machine, whatever the app says', () => {
    expect(fileFor('//evil.example/share/a.ts')).toBeUndefined();
    expect(fileFor('\\\\evil.example\\share\\a.ts')).toBeUndefined();
  });
});
