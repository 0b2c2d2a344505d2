/**
 * Required by every Node.js process of a copy, before the app's own code: moves the ports it listens on to free ones of
 * the loopback address, keeps it from calling the original, and opens its inspector. What was done goes into a file.
 */
import { open, url } from 'node:inspector';
import { isMainThread } from 'node:worker_threads';
import { redirectCalls } from './calls';
import { markChildren } from './children';
import { CopyFacts } from './copyFacts';
import { moveDatagramPorts, moveListeningPorts } from './listening';

const LOOPBACK = '127.0.0.1';

const { INTROSPECTOR_REPLAY_FACTS, INTROSPECTOR_REPLAY_PORTS } = process.env;

if (INTROSPECTOR_REPLAY_FACTS !== undefined) {
  const facts = new CopyFacts(INTROSPECTOR_REPLAY_FACTS);
  moveListeningPorts(facts);
  moveDatagramPorts();
  markChildren();
  redirectCalls(facts, new Set((INTROSPECTOR_REPLAY_PORTS ?? '').split(',').map(Number)));
  if (isMainThread) openInspector(facts);
}

function openInspector(facts: CopyFacts): void {
  try {
    open(0, LOOPBACK);
    facts.tell({ kind: 'inspector', pid: process.pid, url: url() ?? '' });
  } catch (error) {
    facts.tell({ kind: 'problem', pid: process.pid, message: `its inspector cannot be opened: ${String(error)}` });
  }
}
