/** The people who use the shop: a bounded mix of requests over loopback, each told of when it is sent and answered. */
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { say, sayTraffic } from './print';

/** The slowest takes about 2 s; a loaded machine is given more. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Time between two requests of the trickle: enough to look at what came of the last one. */
const TRICKLE_PAUSE_MS = 2_000;

const HOME = 'GET /';
const PRODUCT = 'GET /products/7';
const ORDERS = 'GET /orders';
const GOOD_COUPON = 'GET /search?q=mug&coupon=TEA-2026';
/** The coupon's last character is one that no coupon has. */
const BAD_COUPON = 'GET /search?q=mug&coupon=WELCOMEBACKTOTHETEASHOP202612!';
const REPORT = 'GET /reports/similar-products';
const LABELS = 'POST /labels';
const WAITING = ['GET /products/7/stock', 'GET /products/12/stock', 'GET /orders/3/shipping', 'POST /orders/5/payment'];

interface Sent {
  /** The request is on its way, which does not say that anybody has read it. */
  readonly flushed: Promise<void>;
  readonly answered: Promise<void>;
}

/** Every slow page once or twice, some at the same time, and quick ones in between. Takes about 15 s. */
export async function useShop(port: number): Promise<void> {
  say('\n   Pages that are quick:');
  for (const call of [HOME, PRODUCT, GOOD_COUPON]) await send(port, call).answered;
  say('\n   The list of orders:');
  await send(port, ORDERS).answered;
  say('\n   A search with a mistyped coupon, and two quick pages that come right behind it:');
  await sendBehind(port, BAD_COUPON, [HOME, PRODUCT]);
  say('\n   Four pages that need other companies, all at once, and a quick one that does not mind:');
  await Promise.all([...WAITING, HOME].map(call => send(port, call).answered));
  say('\n   A report for the office, and the labels for the parcels of the day:');
  await send(port, REPORT).answered;
  await send(port, LABELS).answered;
}

/** One page of the shop, to see that it still works. */
export async function visitHome(port: number): Promise<void> {
  await send(port, HOME).answered;
}

/** One request after the other, for as long as `isWanted`. */
export async function trickle(port: number, isWanted: () => boolean): Promise<void> {
  const calls = [HOME, ORDERS, PRODUCT, BAD_COUPON, ...WAITING, GOOD_COUPON, REPORT, LABELS];
  for (let index = 0; isWanted(); index += 1) {
    await send(port, calls[index % calls.length] ?? HOME).answered;
    await delay(TRICKLE_PAUSE_MS);
  }
}

async function sendBehind(port: number, first: string, others: readonly string[]): Promise<void> {
  const slow = send(port, first);
  await slow.flushed;
  await Promise.all([slow, ...others.map(call => send(port, call))].map(({ answered }) => answered));
}

/** @param call method and address, such as `GET /orders` */
function send(port: number, call: string): Sent {
  const [method, path] = call.split(' ');
  const sentMs = performance.now();
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const outgoing = request({ host: '127.0.0.1', port, method, path, agent: false, signal });
  const flushed = new Promise<void>((resolve, reject) => {
    outgoing.once('finish', resolve);
    outgoing.once('error', reject);
  });
  const answered = new Promise<void>((resolve, reject) => {
    outgoing.once('error', error => reject(new Error(`${call} was not answered: ${error.message}`)));
    outgoing.once('response', response => {
      response.resume();
      response.once('error', reject);
      response.once('end', () => {
        const tookMs = Math.round(performance.now() - sentMs).toLocaleString('en-US');
        sayTraffic(`← ${call}  ${response.statusCode} after ${tookMs} ms`);
        resolve();
      });
    });
  });
  // Who waits for the answer is told of the same failure.
  flushed.catch(() => {});
  sayTraffic(`→ ${call}`);
  outgoing.end();
  return { flushed, answered };
}
