/** The shop as a process of its own: started as anybody would start it. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { startChild } from '../support/vscode/childProcess';
import { withDeadline } from '../support/vscode/deadline';
import { shopFolder, shopScript } from './paths';
import { echo, say } from './print';

/** It takes 3 to 5 s, most of it for Postgres. */
const START_TIMEOUT_MS = 60_000;

/** Where Node.js opens the inspector when it is asked to by a signal. */
const USUAL_INSPECTOR_PORT = 9229;

export interface Shop {
  readonly pid: number;
  readonly port: number;
  /** Fulfilled with the reason when it has ended, whoever ended it. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

/** @returns when it listens */
export async function startShop(): Promise<Shop> {
  if (!existsSync(shopScript)) throw new Error(`${shopScript} is missing: run "npm run demo", which builds it first.`);
  // Only needed when somebody else, such as a debugger, holds the port that every Node.js process would take.
  const nodeOptions = (await isFree(USUAL_INSPECTOR_PORT)) ? [] : ['--inspect-port=0'];
  if (nodeOptions.length > 0) {
    say(`   (Port ${USUAL_INSPECTOR_PORT} is taken on this machine: it gets --inspect-port=0, which opens nothing.)`);
  }
  const child = startChild(process.execPath, [...nodeOptions, shopScript], {
    cwd: shopFolder,
    env: { ...process.env, PORT: '0', NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const port = new Promise<number>((resolve, reject) => {
    echo('shop', child.process.stdout, line => {
      const found = /listening on \S+:(\d+)$/.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
    echo('shop', child.process.stderr);
    void child.ended.then(({ description }) => {
      say(`shop  │ (ended: ${description})`);
      reject(new Error(`The shop ended: ${description}`));
    });
  });
  const stop = () => child.stop();
  try {
    const listening = await withDeadline(port, START_TIMEOUT_MS, 'The start of the shop');
    return {
      pid: child.process.pid ?? 0,
      port: listening,
      ended: child.ended.then(end => end.description),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    server.close();
  }
}
