import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addWatchFlags, planOfFlags } from '../../../sidecar/cli/watchFlags';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'introspector-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function plan(args: string[], file?: unknown, env: NodeJS.ProcessEnv = {}) {
  const path = join(folder, 'config.json');
  if (file !== undefined) writeFileSync(path, JSON.stringify(file));
  const command = addWatchFlags(new Command('watch'))
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(file === undefined ? args : [...args, '--config', path], { from: 'user' });
  return planOfFlags(command.opts(), env);
}

test('flags win over the file, which wins over the defaults', () => {
  const file = { threshold: 5, hung: 50, routes: { '/a': 1, '/b': 'ignore' }, reportFolder: '/r', journal: '/j' };
  const budgets = { budgets: { '/a': 5_000, '/b': 300 }, budgetExemptions: ['/c'] };
  const { settings, deliveries, journalFolder } = plan(
    ['--threshold', '0.5', '--route', '/a=7', '--budget', '/a=200', '--budget-exempt', '/d'],
    { ...file, ...budgets },
  );
  expect(settings).toEqual({
    thresholdMs: 0.5,
    hungMs: 50,
    routes: { '/a': 7, '/b': 'ignore' },
    redactNames: [],
    captureLocals: 'off',
    continuousProfile: false,
    budgets: { '/a': 200, '/b': 300 },
    budgetExemptions: ['/c', '/d'],
  });
  expect(deliveries).toEqual({ perHour: 4, appLog: false, folder: '/r' });
  expect(journalFolder).toBe('/j');
  expect(plan(['--no-journal'], file).journalFolder).toBeUndefined();
});

test('mail goes to all recipients of all flags', () => {
  const args = ['--mail-to', 'a@x.example, b@x.example', '--mail-to', 'c@x.example', '--mail-from', 'd@x.example'];
  expect(plan([...args, '--smtp', 'mail.example:465']).deliveries.mail).toEqual({
    host: 'mail.example',
    port: 465,
    secure: true,
    from: 'd@x.example',
    to: ['a@x.example', 'b@x.example', 'c@x.example'],
  });
  expect(() => plan(args)).toThrow('Mail needs recipients, a sender and a server');
});

test('the address of the webhook comes from the flag, else from the environment', () => {
  const env = { INTROSPECTOR_WEBHOOK_URL: 'https://hooks.example/env' };
  expect(plan(['--webhook', 'https://hooks.example/flag'], undefined, env).deliveries.webhook).toMatch(/flag$/);
  expect(plan(['--webhook'], undefined, env).deliveries.webhook).toMatch(/env$/);
  expect(() => plan(['--webhook'])).toThrow('set INTROSPECTOR_WEBHOOK_URL');
  expect(() => plan(['--webhook', 'ftp://x/hush'])).toThrow(
    /^The address of the webhook is not one of http or https\.$/,
  );
});

test.each([
  [{ treshold: 5 }, '"treshold" at the top level is not known'],
  [{ smtp: { host: 'a', port: 0 } }, 'smtp.port: '],
  [{ smtp: { host: 'a', port: 1, password: 'hush' } }, 'a secret at smtp.password. Secrets come from the environment'],
  [{ webhook: 'https://x/hush' }, 'set INTROSPECTOR_WEBHOOK_URL instead'],
  [{ threshold: -1 }, 'threshold: '],
])('refuses a file with %j and shows no value of it', (file, sentence) => {
  expect(() => plan([], file)).toThrow(sentence);
  expect(() => plan([], file)).not.toThrow('hush');
});

test.each([
  ['--threshold', '86400001'],
  ['--hung', '-1'],
  ['--route', '/a'],
  ['--route', '/a=soon'],
  ['--reports-per-hour', '0'],
  ['--reports-per-hour', '10001'],
  ['--reports-per-hour', '1.5'],
  ['--mail-to', 'nobody'],
  ['--smtp', 'host'],
  ['--smtp', 'host:65536'],
  ['--smtp', 'user:hush@host:25'],
])('refuses %s %s', (flag, value) => {
  expect(() => plan([flag, value])).toThrow(/invalid/);
});

test('takes the last values that are within the limits', () => {
  expect(plan(['--threshold', '86400000', '--reports-per-hour', '10000']).deliveries.perHour).toBe(10_000);
  expect(
    plan(['--reports-per-hour', '1', '--smtp', 'h:65535', '--mail-to', 'a@b', '--mail-from', 'c@d']).deliveries.mail
      ?.port,
  ).toBe(65_535);
});
