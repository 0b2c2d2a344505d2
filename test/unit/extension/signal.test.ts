import { expect, test } from 'vitest';
import { Signal } from '../../../extension/store/signal';

test('a change is told to everyone who listens, until they stop', () => {
  const signal = new Signal();
  const told: string[] = [];
  const first = signal.listen(() => told.push('first'));
  signal.listen(() => told.push('second'));
  signal.fire();
  first.dispose();
  first.dispose();
  signal.fire();
  expect(told).toEqual(['first', 'second', 'second']);
});

test('one who stops listening while a change is told does not keep it from the others', () => {
  const signal = new Signal();
  const told: string[] = [];
  const first = signal.listen(() => {
    told.push('first');
    first.dispose();
  });
  signal.listen(() => told.push('second'));
  signal.fire();
  expect(told).toEqual(['first', 'second']);
});
