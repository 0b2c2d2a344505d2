/** POSTs a report to an address of the user's, with a body that Slack and those who speak like it understand. */
import type { Channel, Delivery } from './delivery';
import { subjectOf, withoutSecrets } from './wording';

/** Slack refuses a section whose text is longer than 3,000 characters; some are for the code fence. */
const MAX_BLOCK_LENGTH = 2_950;

export class WebhookChannel implements Channel {
  readonly name = 'webhook';

  /** @param address http or https; whoever knows it may post, so it is never shown whole */
  constructor(private readonly address: string) {}

  async deliver(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const url = URL.canParse(this.address) ? new URL(this.address) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw new Error('INTROSPECTOR_WEBHOOK_URL is not an http or https address');
    }
    const response = await this.post(url, JSON.stringify(slackBody(delivery)), signal);
    await response.body?.cancel();
    if (response.status >= 300 && response.status < 400) {
      throw new Error(`${url.host} redirects elsewhere, which is not followed: use the address it leads to`);
    }
    if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
  }

  private async post(url: URL, body: string, signal: AbortSignal): Promise<Response> {
    try {
      const headers = { 'content-type': 'application/json' };
      return await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
    } catch (error) {
      signal.throwIfAborted();
      const { message, cause } = error instanceof Error ? error : new Error(String(error));
      const why = cause instanceof Error && cause.message !== '' ? cause.message : message;
      const secrets = [this.address, url.href, url.pathname.slice(1), url.search.slice(1), url.password];
      throw new Error(`${url.host} cannot be reached: ${withoutSecrets(why, secrets)}`);
    }
  }
}

/** @returns what Slack's incoming webhooks take; `text` alone is enough for others */
export function slackBody({ slowRequest, text }: Delivery): { text: string; blocks: unknown[] } {
  const subject = escaped(subjectOf(slowRequest));
  const section = (mrkdwn: string) => ({ type: 'section', text: { type: 'mrkdwn', text: mrkdwn } });
  return { text: subject, blocks: [section(`*${subject}*`), section(`\`\`\`\n${fitting(text)}\n\`\`\``)] };
}

/** The three characters that Slack reads as its own. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Cut between characters of the original, so that no escape is cut in two. */
function fitting(text: string): string {
  let result = '';
  for (const character of text.replaceAll('```', "'''")) {
    const next = escaped(character);
    if (result.length + next.length > MAX_BLOCK_LENGTH) return `${result}…`;
    result += next;
  }
  return result;
}
