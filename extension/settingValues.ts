/** From settings.json, which is free text, to what the sidecar is told. */
import { isAbsolute, resolve } from 'node:path';
import type * as z from 'zod';
import { DEFAULT_DELIVERY_SETTINGS, DEFAULT_WATCH_SETTINGS } from '../sidecar/protocol/defaults';
import { replayOrder } from '../sidecar/protocol/replayValues';
import { type DeliverySettings, deliverySettings, type WatchSettings, watchSettings } from '../sidecar/protocol/values';

/** @returns the value of a setting, whatever the user has put there */
export type Read = (key: string) => unknown;

export interface Understood<T> {
  settings: T;
  /** What was left out and why, in sentences. */
  problems: string[];
}

/** TLS from the first byte is what this port is for. */
const SMTPS_PORT = 465;
const SUBMISSION_PORT = 587;

/** What is watched for. A value of another type than declared counts as not set. */
export function watchSettingsFrom(read: Read): Understood<WatchSettings> {
  const { thresholdMs, hungMs, redactNames, captureLocals, continuousProfile, budgetExemptions } = watchSettings.shape;
  const rules = rulesFrom(read('slowRequest.routes'), {
    setting: 'slowRequest.routes',
    schema: watchSettings.shape.routes,
    what: 'A rule is a number of milliseconds up to 86,400,000, or "ignore".',
  });
  const budgets = rulesFrom(read('budgets'), {
    setting: 'budgets',
    schema: watchSettings.shape.budgets,
    what: 'A budget is a number of milliseconds from 200 to 86,400,000.',
  });
  return {
    settings: {
      thresholdMs: valid(thresholdMs, read('slowRequest.thresholdMs')) ?? DEFAULT_WATCH_SETTINGS.thresholdMs,
      hungMs: valid(hungMs, read('slowRequest.hungMs')) ?? DEFAULT_WATCH_SETTINGS.hungMs,
      routes: rules.understood,
      budgets: budgets.understood,
      budgetExemptions: valid(budgetExemptions, read('budgetExemptions')) ?? DEFAULT_WATCH_SETTINGS.budgetExemptions,
      redactNames: valid(redactNames, read('redact.names')) ?? DEFAULT_WATCH_SETTINGS.redactNames,
      captureLocals: valid(captureLocals, read('captureLocals')) ?? DEFAULT_WATCH_SETTINGS.captureLocals,
      continuousProfile:
        valid(continuousProfile, read('continuousProfile')) ?? DEFAULT_WATCH_SETTINGS.continuousProfile,
    },
    problems: [...rules.problems, ...budgets.problems],
  };
}

/** @param baseFolder what relative paths start from; without it they are left out */
export function deliverySettingsFrom(read: Read, baseFolder: string | undefined): Understood<DeliverySettings> {
  const problems: string[] = [];
  const path = (key: 'folder' | 'jsonLines') => {
    const value = valid(deliverySettings.shape[key], read(`deliver.${key}`) || undefined);
    if (value === undefined || isAbsolute(value)) return value;
    if (baseFolder !== undefined) return resolve(baseFolder, value);
    problems.push(`introspector.deliver.${key} is left out: a relative path needs an open folder to start from.`);
    return undefined;
  };
  const { perHour, appLog } = DEFAULT_DELIVERY_SETTINGS;
  const all = {
    perHour: valid(deliverySettings.shape.perHour, read('deliver.perHour')) ?? perHour,
    appLog: valid(deliverySettings.shape.appLog, read('deliver.appLog')) ?? appLog,
    folder: path('folder'),
    jsonLines: path('jsonLines'),
    mail: mailFrom(read('deliver.mail'), problems),
    webhook: webhookFrom(read('deliver.webhook'), problems),
  };
  return { settings: deliverySettings.parse(withoutAbsent(all)), problems };
}

/** @returns how often a request is sent to a copy of its app; once where the setting is no such number */
export function replayRepetitionsFrom(read: Read): number {
  return valid(replayOrder.shape.times, read('replay.repetitions')) ?? 1;
}

/** @returns whether anything is to be delivered at all */
export function deliversAnything({ folder, jsonLines, mail, webhook, appLog }: DeliverySettings): boolean {
  return appLog || [folder, jsonLines, mail, webhook].some(channel => channel !== undefined);
}

interface Rules<T extends z.ZodType> {
  setting: string;
  schema: z.ZodRecord<z.ZodString, T>;
  /** What a rule has to be, as a sentence. */
  what: string;
}

function rulesFrom<T extends z.ZodType>(value: unknown, { setting, schema, what }: Rules<T>) {
  const understood: Record<string, z.infer<T>> = {};
  const problems: string[] = [];
  for (const [pattern, rule] of Object.entries(isObject(value) ? value : {})) {
    const one = valid(schema.valueType, rule);
    if (one === undefined || !schema.keyType.safeParse(pattern).success) {
      problems.push(`introspector.${setting}: the rule for "${pattern.slice(0, 100)}" is left out. ${what}`);
    } else understood[pattern] = one;
  }
  return { understood, problems };
}

function mailFrom(value: unknown, problems: string[]): DeliverySettings['mail'] {
  if (!isObject(value) || Object.keys(value).length === 0) return undefined;
  const { port = SUBMISSION_PORT, to, secure = port === SMTPS_PORT, ...rest } = value;
  const mail = { ...rest, port, secure, to: typeof to === 'string' ? [to] : to };
  const parsed = deliverySettings.shape.mail.safeParse(mail);
  if (parsed.success) return parsed.data;
  problems.push(`introspector.deliver.mail is left out: ${whyNot(parsed.error)}.`);
  return undefined;
}

/** The address is a secret: it is not repeated. */
function webhookFrom(value: unknown, problems: string[]): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  const webhook = valid(deliverySettings.shape.webhook, value);
  if (webhook === undefined) {
    problems.push('introspector.deliver.webhook is left out: it is no address that begins with https:// or http://.');
  }
  return webhook;
}

function whyNot({ issues }: z.ZodError): string {
  const [issue] = issues;
  if (issue?.code === 'unrecognized_keys') return `${issue.keys.join(', ')} is not known`;
  return issue ? `${issue.path.join('.') || 'it'}: ${issue.message}` : 'it is not right';
}

function valid<T extends z.ZodType>(schema: T, value: unknown): z.infer<T> | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

function withoutAbsent(all: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
