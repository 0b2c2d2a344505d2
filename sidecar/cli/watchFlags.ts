/** The flags of `introspector watch`, and how they and a config file become one plan. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_DELIVERY_SETTINGS, DEFAULT_WATCH_SETTINGS } from '../protocol/defaults';
import { deliverySettings, watchSettings } from '../protocol/values';
import { ConfigError, planOf, type WatchConfig, type WatchPlan } from './config';
import { readConfigFile } from './configFile';

const DAY_MS = 86_400_000;
const MIN_BUDGET_MS = 200;

export interface WatchFlags extends Omit<WatchConfig, 'routes' | 'budgets' | 'budgetExemptions'> {
  budget?: Record<string, number>;
  budgetExempt?: string[];
  route?: Record<string, number | 'ignore'>;
  webhook?: string | true;
  config?: string;
  json?: boolean;
}

/** Adds the flags to a command, in groups. */
export function addWatchFlags(command: Command): Command {
  const { thresholdMs, hungMs } = DEFAULT_WATCH_SETTINGS;
  return command
    .optionsGroup('What is slow:')
    .option(
      '--threshold <ms>',
      `report requests that take longer, fractions allowed (default: ${thresholdMs})`,
      parseMs,
    )
    .option('--hung <ms>', `report requests again that take longer than this (default: ${hungMs})`, parseMs)
    .option('--route <pattern=ms>', "a route's own threshold, or ignore: 'GET /reports/*=5000' (repeatable)", addRoute)
    .optionsGroup('What is interrupted (nothing by default):')
    .option(
      '--budget <pattern=ms>',
      "interrupt a request that holds the event loop for longer, and answer it with 503: 'POST /render=5000' (repeatable)",
      addBudget,
    )
    .option('--budget-exempt <pattern>', 'never interrupt requests of this route (repeatable)', addPattern)
    .optionsGroup('What a report holds:')
    .option('--redact <name>', 'hide values of this name, besides the usual ones (repeatable)', addWord)
    .addOption(
      new Option(
        '--capture-locals <which>',
        `read arguments and locals of requests that hold the event loop, each in a pause of some milliseconds (default: ${DEFAULT_WATCH_SETTINGS.captureLocals})`,
      ).choices(watchSettings.shape.captureLocals.options),
    )
    .optionsGroup('Where reports go:')
    .option('--report-folder <folder>', 'one file for each group of slow requests', parseText)
    .option('--report-lines <file>', 'append one line of JSON for each report', parseText)
    .option('--mail-to <address>', 'mail reports (repeatable, or with commas)', addAddresses)
    .option('--mail-from <address>', 'sender of the mails', parseText)
    .option('--smtp <host:port>', 'mail server; INTROSPECTOR_SMTP_USER and _PASSWORD log in', parseServer)
    .option('--webhook [url]', 'post reports as Slack takes them; the address may be in INTROSPECTOR_WEBHOOK_URL')
    .option('--app-log', "write a line of logfmt to the app's own standard error")
    .option(
      '--reports-per-hour <count>',
      `reports an hour for each group, the rest is counted (default: ${DEFAULT_DELIVERY_SETTINGS.perHour})`,
      parsePerHour,
    )
    .optionsGroup('How it runs:')
    .option('--reattach', 'watch the app again when it is started again')
    .option('--journal <folder>', 'keep evidence in this folder', parseText)
    .option('--no-journal', 'keep none')
    .option('--config <file>', 'read settings from a JSON file; flags win over it', parseText)
    .option('--json', 'print JSON, one event a line');
}

/**
 * @param env holds the secrets
 * @throws ConfigError that says what does not go
 */
export function planOfFlags(
  { config, route, budget, budgetExempt, webhook, json: _, ...flags }: WatchFlags,
  env: NodeJS.ProcessEnv,
): WatchPlan {
  const file = config === undefined ? {} : readConfigFile(config);
  // Commander takes --no-journal to mean that there is a journal by default.
  const { journal, ...others } = flags;
  const told: WatchConfig = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  const kept = (journal as unknown) === true || journal === undefined ? {} : { journal };
  // The first rule that matches holds: those of the command line come first.
  const routes = {
    ...route,
    ...Object.fromEntries(Object.entries(file.routes ?? {}).filter(([key]) => !route?.[key])),
  };
  const budgets = { ...file.budgets, ...budget };
  const budgetExemptions = [...(file.budgetExemptions ?? []), ...(budgetExempt ?? [])];
  return planOf({ ...file, ...told, ...kept, routes, budgets, budgetExemptions }, webhookOf(webhook, env));
}

function webhookOf(flag: string | true | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const address = (flag === true ? undefined : flag) ?? env.INTROSPECTOR_WEBHOOK_URL;
  if (address === undefined && flag === undefined) return undefined;
  if (address === undefined)
    throw new ConfigError('--webhook needs an address: give it, or set INTROSPECTOR_WEBHOOK_URL.');
  if (deliverySettings.shape.webhook.safeParse(address).success) return address;
  throw new ConfigError('The address of the webhook is not one of http or https.');
}

function parseMs(text: string): number {
  const durationMs = Number(text);
  if (text.trim() === '' || !Number.isFinite(durationMs) || durationMs < 0) {
    throw new InvalidArgumentError('It is a number of milliseconds, 0 or more.');
  }
  if (durationMs > DAY_MS) throw new InvalidArgumentError('It is at most 86400000 milliseconds, a day.');
  return durationMs;
}

function addRoute(text: string, before: Record<string, number | 'ignore'> = {}): Record<string, number | 'ignore'> {
  const { pattern, rule } = patternAndRule(text, "a pattern and a threshold, such as 'GET /reports/*=5000'");
  return { ...before, [pattern]: rule === 'ignore' ? rule : parseMs(rule) };
}

function addBudget(text: string, before: Record<string, number> = {}): Record<string, number> {
  const { pattern, rule } = patternAndRule(text, "a pattern and a budget, such as 'POST /render=5000'");
  const budgetMs = parseMs(rule);
  if (budgetMs < MIN_BUDGET_MS) throw new InvalidArgumentError(`A budget is at least ${MIN_BUDGET_MS} milliseconds.`);
  return { ...before, [pattern]: budgetMs };
}

function addPattern(text: string, before: string[] = []): string[] {
  return [...before, patternOf(parseText(text).trim())];
}

function patternAndRule(text: string, what: string): { pattern: string; rule: string } {
  const at = text.lastIndexOf('=');
  const pattern = patternOf(text.slice(0, Math.max(0, at)).trim());
  if (pattern === '') throw new InvalidArgumentError(`It is ${what}.`);
  return { pattern, rule: text.slice(at + 1).trim() };
}

function patternOf(pattern: string): string {
  if (pattern.length > 300) throw new InvalidArgumentError('Its pattern is at most 300 characters long.');
  return pattern;
}

function parseText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return text;
}

function addWord(text: string, before: string[] = []): string[] {
  if (text.length > 100) throw new InvalidArgumentError('It is at most 100 characters long.');
  return [...before, parseText(text)];
}

function addAddresses(text: string, before: string[] = []): string[] {
  const addresses = text.split(',').map(address => address.trim());
  if (addresses.some(address => !/^[^\s@]+@[^\s@]+$|<[^\s@]+@[^\s@]+>$/.test(address))) {
    throw new InvalidArgumentError('It is a mail address such as ops@shop.example, or several with commas.');
  }
  const all = [...before, ...addresses];
  if (all.length > 100) throw new InvalidArgumentError('There are at most 100 recipients.');
  return all;
}

function parseServer(text: string): { host: string; port: number } {
  const { host, port } = /^(?<host>[^\s:@/]+|\[[0-9a-f:.]+\]):(?<port>\d{1,5})$/i.exec(text)?.groups ?? {};
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw new InvalidArgumentError(
      'It is host:port, such as mail.shop.example:587; user and password come from the environment.',
    );
  }
  return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
}

function parsePerHour(text: string): number {
  const parsed = deliverySettings.shape.perHour.safeParse(/^\d+$/.test(text) ? Number(text) : undefined);
  if (!parsed.success) throw new InvalidArgumentError('It is a whole number from 1 to 10000.');
  return parsed.data;
}
