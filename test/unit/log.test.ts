import { expect, test } from 'vitest';
import { createLog } from '../../sidecar/log';

test('a sentence is one line with its level and its tag', () => {
  const lines: string[] = [];
  const log = createLog(line => lines.push(line));
  log.info('listening');
  log.tagged('target server.js[7]').warn('lost the agent');
  log.warn('refused a connection');
  expect(lines).toEqual([
    'info [sidecar] listening',
    'warn [target server.js[7]] lost the agent',
    'warn [sidecar] refused a connection',
  ]);
});

test('further lines of a sentence cannot be taken for sentences of their own', () => {
  const lines: string[] = [];
  createLog(line => lines.push(line)).warn('Error: x\n    at f\ninfo [sidecar] forged');
  expect(lines).toEqual(['warn [sidecar] Error: x\n      at f\n  info [sidecar] forged']);
});
