/** A real HTTP server on loopback that keeps the bodies it is sent. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export class WebhookServer {
  readonly bodies: string[] = [];
  private readonly server = createServer(async (request, response) => {
    this.bodies.push(await text(request));
    response.end();
  });

  static async start(): Promise<WebhookServer> {
    const webhook = new WebhookServer();
    webhook.server.listen(0, '127.0.0.1');
    await once(webhook.server, 'listening');
    return webhook;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
