import { describe, expect, test } from 'vitest';
import { deliversAnything, deliverySettingsFrom, watchSettingsFrom } from '../../../extension/settingValues';
import { DEFAULT_DELIVERY_SETTINGS, DEFAULT_WATCH_SETTINGS } from '../../../sidecar/protocol/defaults';
import { watchSettings } from '../../../sidecar/protocol/values';

const reading = (values: Record<string, unknown>) => (key: string) => values[key];
const watch = (values: Record<string, unknown>) => watchSettingsFrom(reading(values));
const deliver = (values: Record<string, unknown>, base: string | undefined = '/srv/shop') =>
  deliverySettingsFrom(reading(values), base);

describe('what is watched for', () => {
  test('is the default where nothing is set', () => {
    expect(watch({})).toEqual({ settings: DEFAULT_WATCH_SETTINGS, problems: [] });
  });

  test('is what is set', () => {
    const settings = {
      thresholdMs: 0.5,
      hungMs: 10_000,
      routes: { 'GET /reports/*': 5_000, 'GET /events': 'ignore' },
      redactNames: ['iban'],
      captureLocals: 'blocked',
      continuousProfile: true,
      budgets: { 'POST /render': 200 },
      budgetExemptions: ['/health'],
    };
    const { settings: found, problems } = watch({
      'slowRequest.thresholdMs': settings.thresholdMs,
      'slowRequest.hungMs': settings.hungMs,
      'slowRequest.routes': settings.routes,
      'redact.names': settings.redactNames,
      captureLocals: settings.captureLocals,
      continuousProfile: settings.continuousProfile,
      budgets: settings.budgets,
      budgetExemptions: settings.budgetExemptions,
    });
    expect(found).toEqual(settings);
    expect(problems).toEqual([]);
    expect(watchSettings.safeParse(found).success).toBe(true);
  });

  test.each([
    ['slowRequest.thresholdMs', '1000'],
    ['slowRequest.thresholdMs', -1],
    ['slowRequest.thresholdMs', 86_400_001],
    ['slowRequest.hungMs', null],
    ['slowRequest.routes', ['GET /events']],
    ['slowRequest.routes', 'ignore'],
    ['redact.names', 'iban'],
    ['redact.names', [1]],
    ['captureLocals', 'always'],
    ['continuousProfile', 'true'],
    ['budgets', { '/a': 199 }],
    ['budgets', { '/a': 'ignore' }],
    ['budgetExemptions', '/health'],
  ])('counts as not set when %s is %j', (key, value) => {
    expect(watch({ [key]: value }).settings).toEqual(DEFAULT_WATCH_SETTINGS);
  });

  test('takes the smallest and the largest threshold', () => {
    expect(watch({ 'slowRequest.thresholdMs': 0 }).settings.thresholdMs).toBe(0);
    expect(watch({ 'slowRequest.thresholdMs': 86_400_000 }).settings.thresholdMs).toBe(86_400_000);
  });

  test('leaves a wrong rule out, keeps the others in their order, and says which', () => {
    const { settings, problems } = watch({
      'slowRequest.routes': { '/b': 86_400_000, '/wrong': 'never', '/a': 'ignore', '/far': 86_400_001, '/none': null },
    });
    expect(Object.entries(settings.routes)).toEqual([
      ['/b', 86_400_000],
      ['/a', 'ignore'],
    ]);
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('"/wrong" is left out');
  });

  test('takes a pattern of 300 characters and no longer one', () => {
    const pattern = (length: number) => '/'.padEnd(length, 'a');
    expect(Object.keys(watch({ 'slowRequest.routes': { [pattern(300)]: 1 } }).settings.routes)).toHaveLength(1);
    expect(Object.keys(watch({ 'slowRequest.routes': { [pattern(301)]: 1 } }).settings.routes)).toHaveLength(0);
  });
});

describe('where reports go', () => {
  const mail = { host: 'mail.example', from: 'app@example.org', to: ['a@example.org', 'b@example.org'] };

  test('is nowhere where nothing is set', () => {
    expect(deliver({})).toEqual({ settings: DEFAULT_DELIVERY_SETTINGS, problems: [] });
    expect(deliver({ 'deliver.folder': '', 'deliver.webhook': '', 'deliver.mail': {} })).toEqual(deliver({}));
    expect(deliversAnything(deliver({ 'deliver.perHour': 9 }).settings)).toBe(false);
  });

  test('is what is set, relative paths from the folder that is open', () => {
    const { settings, problems } = deliver({
      'deliver.perHour': 10_000,
      'deliver.folder': 'reports',
      'deliver.jsonLines': '/var/log/slow.jsonl',
      'deliver.webhook': 'https://hooks.example/T1/secret',
      'deliver.appLog': true,
      'deliver.mail': { ...mail, port: 2525, secure: true },
    });
    expect(settings).toEqual({
      perHour: 10_000,
      folder: '/srv/shop/reports',
      jsonLines: '/var/log/slow.jsonl',
      webhook: 'https://hooks.example/T1/secret',
      appLog: true,
      mail: { ...mail, port: 2525, secure: true },
    });
    expect(problems).toEqual([]);
  });

  test.each([
    ['deliver.folder', 'reports'],
    ['deliver.jsonLines', '/tmp/slow.jsonl'],
    ['deliver.webhook', 'http://127.0.0.1:9/'],
    ['deliver.appLog', true],
    ['deliver.mail', mail],
  ])('is somewhere as soon as %s is set', (key, value) => {
    expect(deliversAnything(deliver({ [key]: value }).settings)).toBe(true);
  });

  test('leaves a relative path out when no folder is open, and says so', () => {
    const { settings, problems } = deliverySettingsFrom(reading({ 'deliver.folder': 'reports' }), undefined);
    expect(settings).toEqual(DEFAULT_DELIVERY_SETTINGS);
    expect(problems).toEqual([expect.stringContaining('needs an open folder')]);
  });

  test('takes a share of 1 to 10,000 an hour; another one counts as not set', () => {
    const perHour = (value: unknown) => deliver({ 'deliver.perHour': value }).settings.perHour;
    expect([0, 1, 10_000, 10_001, 1.5, '4'].map(perHour)).toEqual([4, 1, 10_000, 4, 4, 4]);
  });

  test('mails to one address as to several, by the usual port unless told otherwise', () => {
    const to = (value: unknown, rest = {}) =>
      deliver({ 'deliver.mail': { ...mail, to: value, ...rest } }).settings.mail;
    expect(to('a@example.org')).toEqual({ ...mail, to: ['a@example.org'], port: 587, secure: false });
    expect(to('a@example.org', { port: 465 })).toMatchObject({ port: 465, secure: true });
    expect(to('a@example.org', { port: 465, secure: false })).toMatchObject({ secure: false });
  });

  test.each([
    ['without a recipient', { ...mail, to: [] }, 'to'],
    ['without a sender', { ...mail, from: undefined }, 'from'],
    ['with a password, which belongs into the environment', { ...mail, password: 'hunter2' }, 'password is not known'],
    ['with port 0', { ...mail, port: 0 }, 'port'],
    ['with port 65,536', { ...mail, port: 65_536 }, 'port'],
  ])('leaves mail out %s, and says so without repeating a value', (_how, value, sentence) => {
    const { settings, problems } = deliver({ 'deliver.mail': value });
    expect(settings.mail).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(sentence)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('leaves a webhook out that is no web address, and does not repeat it', () => {
    const { settings, problems } = deliver({ 'deliver.webhook': 'ftp://hooks.example/secret' });
    expect(settings.webhook).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('https://')]);
    expect(problems.join()).not.toContain('secret');
  });
});
