/** Mails reports: one mail to all recipients, through the server the user named and no other. */
import { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import type { DeliverySettings } from '../protocol/values';
import type { Channel, Delivery } from './delivery';
import { subjectOf, withoutSecrets } from './wording';

/** A server that accepts a connection and says nothing is given up after this. */
const TIMEOUT_MS = 10_000;

export interface Credentials {
  user: string;
  password: string;
}

export class MailChannel implements Channel {
  readonly name = 'mail';

  constructor(
    private readonly settings: NonNullable<DeliverySettings['mail']>,
    private readonly credentials: Credentials | undefined,
  ) {}

  async deliver({ slowRequest, text }: Delivery, signal: AbortSignal): Promise<void> {
    const { host, port, secure, from, to } = this.settings;
    const socket = new Socket();
    const { user, password: pass } = this.credentials ?? {};
    const transport = createTransport({
      host,
      port,
      secure,
      socket,
      ...(user === undefined ? {} : { auth: { user, pass } }),
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // A report is text: nothing of it may name a file or an address to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    signal.addEventListener('abort', () => socket.destroy(), { once: true });
    try {
      await transport.sendMail({ from, to, subject: subjectOf(slowRequest), text: `${text}\n` });
    } catch (error) {
      throw new Error(`${host}:${port}: ${this.readable(error)}`);
    } finally {
      transport.close();
    }
  }

  /** Servers repeat what they were sent. */
  private readable(error: unknown): string {
    const message = error instanceof Error ? error.message : String(error);
    const { user = '', password = '' } = this.credentials ?? {};
    const base64 = (text: string) => (text === '' ? '' : Buffer.from(text).toString('base64'));
    const together = password === '' ? '' : base64(`\0${user}\0${password}`);
    return withoutSecrets(message, [together, base64(password), password]);
  }
}
