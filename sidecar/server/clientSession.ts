/** One connected client: hello first, then its wishes to the observer and the observer's facts to it. */
import type { Log } from '../log';
import { ServerConnection } from '../protocol/connection';
import { errors } from '../protocol/errors';
import type { EventName, EventValue, RequestHandlers } from '../protocol/messages';
import type { WireSocket } from '../protocol/socket';
import { PROTOCOL_VERSION } from '../protocol/version';
import { slowRequestReport } from '../reports/slowRequestReport';
import type { Observer } from '../watch/observer';
import { Outbox } from './outbox';

/**
 * Serves a client until its socket closes.
 *
 * @param socket an open socket whose token was checked
 * @param observer what it controls and listens to
 * @param version of this sidecar, for people
 * @param log gets a sentence about each message that could not be used
 */
export function serveClient(socket: WireSocket, observer: Observer, version: string, log: Log): void {
  let greeted = false;
  const afterHello = <P, R>(handler: (params: P) => Promise<R>) => {
    return async (params: P) => {
      if (!greeted) throw errors.helloFirst();
      return handler(params);
    };
  };
  const handlers: RequestHandlers = {
    hello: async ({ protocolVersion, clientName, clientVersion }) => {
      if (protocolVersion !== PROTOCOL_VERSION) throw errors.protocolMismatch(protocolVersion, PROTOCOL_VERSION);
      greeted = true;
      log.info(`${clientName.slice(0, 100)} ${clientVersion.slice(0, 100)} connected`);
      return { protocolVersion, sidecarVersion: version, sidecarPid: process.pid };
    },
    listProcesses: afterHello(async () => ({ processes: await observer.listProcesses() })),
    attach: afterHello(async params => ({ target: await observer.attach(params) })),
    detach: afterHello(async ({ targetId }) => ({ undone: await observer.detach(targetId) })),
    setThreshold: afterHello(async ({ targetId, thresholdMs }) => {
      observer.setThreshold(targetId, thresholdMs);
      return {};
    }),
    report: afterHello(async ({ slowRequestId }) => {
      const { slowRequest, target } = observer.slowRequest(slowRequestId);
      return { text: slowRequestReport(slowRequest, target) };
    }),
  };
  const connection = new ServerConnection(socket, handlers, problem => log.warn(problem));
  const stop = forward(observer, new Outbox(socket, connection), () => greeted);
  socket.onClose(stop);
}

/** @returns how to stop */
function forward(observer: Observer, outbox: Outbox, isOpen: () => boolean): () => void {
  const stops = [
    forwardEvent('targetChanged', ({ target }) => target.id),
    forwardEvent('targetStats', ({ targetId }) => targetId),
    forwardEvent('slowRequest', ({ id }) => id),
    forwardEvent('lineHints', ({ targetId }) => targetId),
  ];
  return () => {
    for (const stop of stops) stop();
  };

  function forwardEvent<K extends EventName>(name: K, about: (value: EventValue<K>) => string): () => void {
    const listener = (value: EventValue<K>) => {
      if (isOpen()) outbox.post(name, value, about(value));
    };
    return observer.listen(name, listener);
  }
}
