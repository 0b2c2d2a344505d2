import { describe, expect, test } from 'vitest';
import { skippedClauses } from '../../../sidecar/sources/skippedClauses';

/** @returns what is found at the mark `HERE` */
function at(source: string): string | undefined {
  const lines = source.split('\n');
  const index = lines.findIndex(line => line.includes('HERE'));
  return skippedClauses(source, index + 1, (lines[index]?.indexOf('HERE') ?? 0) + 1);
}

describe('the clauses that do not run when code is cut off', () => {
  test.each([
    ['none outside of a try', 'function f() {\n  HERE();\n}', undefined],
    ['the catch around it', 'function f() {\n  try { HERE(); } catch {}\n}', 'catch'],
    ['the finally around it', 'function f() {\n  try { HERE(); } finally { g(); }\n}', 'finally'],
    ['both', 'function f() {\n  try {\n    HERE();\n  } catch (e) { h(e); } finally { g(); }\n}', 'catch and finally'],
    ['of two around each other', 'try {\n  try { HERE(); } catch {}\n} finally { g(); }', 'catch and finally'],
    ['only the finally, inside the catch', 'try { g(); } catch {\n  HERE();\n} finally { h(); }', 'finally'],
    ['none, inside the finally', 'try { g(); } finally {\n  HERE();\n}', undefined],
    [
      'none of a caller: that has a frame of its own',
      'try {\n  run(() => {\n    HERE();\n  });\n} catch {}',
      undefined,
    ],
    ['those of a method', 'class A {\n  m() { try {\n HERE();\n } catch {} }\n}', 'catch'],
    ['those of an ES module with top-level await', "import x from 'x';\ntry {\n  await HERE();\n} catch {}", 'catch'],
    ['those of a script', 'with (a) {\n  try { HERE(); } catch {}\n}', 'catch'],
    ['none in what is no JavaScript', 'try { const a: string = HERE(); } catch {}', undefined],
  ])('are %s', (_what, source, expected) => {
    expect(at(source)).toBe(expected);
  });

  test('are none behind the end of a file that was changed meanwhile', () => {
    expect(skippedClauses('try { f(); } catch {}', 7, 1)).toBeUndefined();
  });
});
