import { describe, expect, test } from 'vitest';
import { timeboxEdit } from '../../../../extension/timebox/refactoring/timeboxEdit';
import { unmarked } from './snippet';

describe('what cannot be timeboxed says why', () => {
  test.each([
    ['a yield', 'function* g() { log(⟦f(yield 1)⟧); }', /a callback cannot yield/],
    ['a call of super', 'class A extends B { constructor() { ⟦super(f());⟧ } }', /by the constructor itself/],
    ['a break of a loop outside', 'for (;;) { ⟦if (f()) break;⟧ }', /A break leaves/],
    ['a continue of a loop outside', 'for (;;) { ⟦switch (f()) { default: continue; }⟧ }', /A continue leaves/],
    ['a break with a label outside', 'a: for (;;) { ⟦for (;;) { f(); break a; }⟧ }', /A break leaves/],
    ['a return that is not always reached', 'function g() { ⟦if (f()) return 1;⟧ h(); }', /may return or not/],
    ['a return in a constructor', 'class A { constructor() { ⟦if (f()) return; h();⟧ } }', /contains a return/],
    ['a function that is used later', '⟦f(); function g() {}⟧ g();', /g is declared in it/],
    ['a class that is used later', '⟦f(); class G {}⟧ new G();', /G is declared in it/],
    ['a type that is used later', '⟦f(); type T = 1;⟧ let t: T;', /T is declared in it/],
    ['a variable that is used before', 'use(v); ⟦f(); var v = 1;⟧', /used before it/],
    ['a variable that is declared twice', 'var v = 0; ⟦f(); var v = 1;⟧ use(v);', /v is declared in it/],
    [
      'a variable that a function changes later',
      '⟦let n = f(); on(() => n++);⟧ use(n);',
      /a function in it may change n/,
    ],
    ['an assignment that TypeScript would not see', 'let n: number; ⟦f(); n = 1;⟧ use(n);', /It assigns n/],
    ['an assignment of a narrower type', 'let n: A | null = null; while (⟦(n = f())⟧) use(n);', /It assigns n/],
    ['an assignment of what may be something else', 'let n = find(); ⟦f(); n = 1;⟧ use(n);', /It assigns n/],
    ['a field set by a constructor', 'class A { a; constructor() { ⟦f(); this.a = 1;⟧ } }', /It assigns this\.a/],
    ['an import', "⟦import a from 'a'; f();⟧", /top level/],
    ['an export', '⟦export const a = f(), b = f();⟧', /top level/],
    ['a directive', "function g() { ⟦'use strict'; f();⟧ }", /directive/],
    ['using that ends later', '{ ⟦using a = f(); g();⟧ h(); }', /disposed/],
    ['a method without its call', 'a.⟦b(1).c⟧(2);', /middle of/],
    ['the object of a call', '⟦a().b⟧(2);', /Select the whole call/],
    ['a part of an optional chain', 'use(⟦a?.b()⟧.c);', /Select the whole chain/],
    ['what is assigned to', '⟦a().b⟧ = 1;', /A value is assigned to it/],
    ['a decorator', '@⟦f()⟧ class A {}', /No callback/],
    ['the middle of a statement', 'use(f(1)⟦, g(2)⟧);', /middle of/],
    ['a selection without a call', 'use(⟦a + b⟧);', /Put the cursor on a call/],
    ['a function that is not called', 'use(⟦() => f()⟧);', /Put the cursor on a call/],
    ['a cursor outside of calls', 'const a⟦⟧ = f();', /Put the cursor on a call/],
    ['a syntax error', 'use(⟦f(1, , 2)⟧);', /syntax error/],
    [
      'another function of that name',
      "import { timebox } from 'introspector/timebox'; { const timebox = 1; use(⟦f()⟧); }",
      /Another timebox hides/,
    ],
  ])('%s', (_, marked, reason) => {
    const found = refactored(marked);
    expect('refusal' in found ? found.refusal : 'it was done').toMatch(reason);
  });

  test('an assignment in JavaScript, where nobody checks that, is none of it', () => {
    expect(refactored('let n; ⟦f(); n = 1;⟧ use(n);', 'file.js')).not.toHaveProperty('refusal');
  });
});

describe('what is not run when a box is interrupted is told of', () => {
  test.each([
    ['finally', '⟦try { f(); } finally { g(); }⟧', 'finally', true],
    ['catch', '⟦try { f(); } catch { g(); }⟧', 'catch', false],
    ['both', '⟦try { f(); } catch { g(); } finally { h(); }⟧', 'catch and finally', true],
    ['in a function in it', 'use(⟦list.map(n => { try { f(n); } finally { g(); } })⟧);', 'finally', false],
    ['before other statements', '⟦try { f(); } finally { g(); } h();⟧', 'finally', false],
    ['with a jump', 'function a() { ⟦try { f(); } finally { return 1; }⟧ }', 'finally', false],
    ['around the first await', 'async () => { ⟦try { await f(); } finally { g(); }⟧ }', 'finally', false],
    ['using', '⟦{ using a = f(); }⟧', 'disposal by using', false],
  ])('%s', (_, marked, what, canDefer) => {
    const verb = what.includes(' and ') ? 'do' : 'does';
    expect(refactored(marked)).toMatchObject({
      canDefer,
      warning: expect.stringContaining(`${what} in this box ${verb} not run when its time is up.`),
    });
  });

  test('but not what comes after an await, which is not interrupted', () => {
    expect(refactored('async () => { ⟦await f(); try { g(); } finally { h(); }⟧ }')).not.toHaveProperty('warning');
  });

  test('nor a finally that became box.defer', () => {
    expect(refactored('⟦try { f(); } finally { g(); }⟧', 'file.ts', true)).not.toHaveProperty('warning');
  });
});

function refactored(marked: string, fileName = 'file.ts', defersFinally = false) {
  const { text, range } = unmarked(marked);
  return timeboxEdit({ text, fileName, isEsModulePackage: false }, range, { budgetMs: 1000, defersFinally });
}
