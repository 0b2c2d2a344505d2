/** V8's inspector from within the own process, for the two things that only it can do. Neither opens a port. */
import type { Session } from 'node:inspector';
import { createRequire } from 'node:module';
import { slot } from './slot';

interface RemoteObject {
  objectId?: string;
  description?: string;
}
interface Property {
  name: string;
  value?: RemoteObject;
}
interface Answer {
  result?: unknown;
  internalProperties?: Property[];
}

/**
 * Terminates the JavaScript that runs now, this call included, up to the nearest watched code whose time is up.
 * V8 does so once per turn of the event loop; a second order is refused.
 */
export function terminateExecution(): void {
  withSession(session => session.post('Runtime.terminateExecution', () => {}));
}

/**
 * @param subject a function of Node.js
 * @param names of variables that it can see
 * @returns those of them that were found and are objects or functions; none when there is no inspector
 */
export function variablesSeenBy(subject: object, names: readonly string[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  slot.exchange = { subject, found };
  withSession(session => {
    const { result } = post(session, 'Runtime.evaluate', { expression: `${slot.expression}.exchange.subject` });
    const { internalProperties = [] } = propertiesOf(session, result as RemoteObject);
    const scopes = internalProperties.find(({ name }) => name === '[[Scopes]]')?.value;
    if (scopes === undefined) return;
    for (const { value: scope } of propertiesOf(session, scopes).result as Property[]) {
      // Names of the application's are not looked up, and there may be very many of them.
      if (scope?.objectId === undefined || scope.description === 'Global') continue;
      for (const { name, value } of propertiesOf(session, scope).result as Property[]) {
        if (value?.objectId === undefined || !names.includes(name)) continue;
        const functionDeclaration = `function () { ${slot.expression}.exchange.found[${JSON.stringify(name)}] = this; }`;
        post(session, 'Runtime.callFunctionOn', { objectId: value.objectId, functionDeclaration });
      }
    }
  });
  slot.exchange = undefined;
  return found;
}

/** Does nothing when the inspector is not to be had: left out of this Node.js, or denied by `--permission`. */
function withSession(use: (session: Session) => void): void {
  try {
    const inspector: typeof import('node:inspector') = createRequire(process.execPath)('node:inspector');
    const session = new inspector.Session();
    session.connect();
    try {
      use(session);
    } finally {
      session.disconnect();
    }
  } catch {
    // What cannot be had cannot be used; both callers have a way without.
  }
}

function propertiesOf(session: Session, { objectId }: RemoteObject): Answer {
  return post(session, 'Runtime.getProperties', { objectId, ownProperties: true });
}

/** A session of the own thread answers before `post` returns. */
function post(session: Session, method: string, parameters: object): Answer {
  let answer: Answer = {};
  session.post(method, parameters, (_error, result) => {
    answer = (result ?? {}) as Answer;
  });
  return answer;
}
