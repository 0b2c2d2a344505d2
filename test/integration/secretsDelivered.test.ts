/** A secret in every place an app can have one must be in nothing that Introspector writes, sends or prints. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CommandLine } from '../support/commandLine';
import { eventually } from '../support/eventually';
import { MailServer } from '../support/mailServer';
import { type Postgres, startPostgres } from '../support/postgres';
import { rawRequest } from '../support/rawRequest';
import { SampleApp } from '../support/sampleApp';
import { WebhookServer } from '../support/webhookServer';

/** One for each place, so that a failure tells which. */
const SECRETS = {
  header: 'hush-header-8121',
  ownHeader: 'hush-own-header-8122',
  cookie: 'hush-cookie-8123',
  query: 'hush-query-8124',
  body: 'hush-body-8125',
  url: 'hush-url-8126',
  local: 'hush-local-8127',
  smtp: 'hush-smtp-8128',
  webhook: 'hush-webhook-8129',
};
const FORMS = [(secret: string) => secret, (secret: string) => Buffer.from(secret).toString('base64')];

let folder: string;
let postgres: Postgres;
let mail: MailServer;
let webhook: WebhookServer;
let app: SampleApp;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'introspector-secrets-'));
  [postgres, mail, webhook] = await Promise.all([startPostgres(), MailServer.start(), WebhookServer.start()]);
  app = await SampleApp.start('watchdog/server.js', { env: { ...postgres.environment, SECRET: SECRETS.local } });
}, 600_000);

afterAll(async () => {
  await app?.stop();
  await Promise.all([webhook?.stop(), mail?.stop(), postgres?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const HEADERS = [
  `Authorization: Bearer ${SECRETS.header}`,
  `X-Shop-Pass-Phrase: ${SECRETS.ownHeader}`,
  `Cookie: theme=dark; session=${SECRETS.cookie}`,
];

async function sendThemAll(): Promise<void> {
  const query = `order=4711&access_token=${SECRETS.query}`;
  await rawRequest(app.port, Buffer.from(`/busy?${query}`), HEADERS);
  await rawRequest(app.port, Buffer.from(`http://ann:${SECRETS.url}@shop.example/slow?${query}`), HEADERS);
  const body = JSON.stringify({ user: 'ann', secret: SECRETS.body });
  await app.post(`/login?${query}`, body);
  await app.post(`/parsed?${query}`, body, Object.fromEntries(HEADERS.map(header => header.split(': ', 2))));
}

async function everyFileIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries.filter(entry => entry.isFile()).map(entry => readFile(join(entry.parentPath, entry.name), 'utf8')),
  );
}

test('no secret is in any delivery, in the journal, or in any log', { timeout: 300_000 }, async () => {
  const line = CommandLine.start(
    [
      ...['watch', String(app.pid), '--threshold', '300', '--hung', '900', '--redact', 'x-shop-pass-phrase'],
      ...['--capture-locals', 'blocked'],
      ...['--journal', join(folder, 'journal')],
      ...['--report-folder', join(folder, 'reports'), '--report-lines', join(folder, 'lines.jsonl')],
      ...['--smtp', `127.0.0.1:${mail.port}`, '--mail-from', 'watchdog@shop.example', '--mail-to', 'a@shop.example'],
      ...['--webhook', '--app-log'],
    ],
    undefined,
    {
      INTROSPECTOR_SMTP_USER: 'ann',
      INTROSPECTOR_SMTP_PASSWORD: SECRETS.smtp,
      INTROSPECTOR_WEBHOOK_URL: `${webhook.url}/${SECRETS.webhook}`,
    },
  );
  await line.printed(/Watching server\.js/);
  await sendThemAll();
  await eventually('four requests in every delivery', async () => {
    const lines = await readFile(join(folder, 'lines.jsonl'), 'utf8');
    const counts = [mail.mails.length, webhook.bodies.length, app.stderr.split('msg=').length - 1];
    return lines.split('\n').length > 4 && counts.every(count => count >= 4);
  });
  line.signal('SIGINT');
  const { stdout, stderr } = await line.ended;
  const files = await everyFileIn(folder);
  const written = {
    'standard output': stdout,
    'standard error': stderr,
    'the app’s log': app.stderr,
    mails: JSON.stringify(mail.mails),
    webhooks: webhook.bodies.join('\n'),
    ...Object.fromEntries(files.map((text, index) => [`file ${index}`, text])),
  };
  // What is told is there, or the rest would prove nothing.
  expect(files.length).toBeGreaterThanOrEqual(1 + 1 + 4);
  expect(stdout).toMatch(/order +4711/);
  expect(stdout).toContain('customer = "customer of 4711"');
  expect(stdout).toContain('login = { user: "ann", api_key: [redacted] }');
  expect(stdout).toMatch(/body = "\{\\"user\\":\\"ann\\",\\"secret\\":\\"\[redacted\]/);
  for (const [place, secret] of Object.entries(SECRETS)) {
    for (const form of FORMS) {
      for (const [name, text] of Object.entries(written))
        expect(text, `${place} in ${name}`).not.toContain(form(secret));
    }
  }
});
