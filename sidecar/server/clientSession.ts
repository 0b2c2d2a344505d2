/** One connected client: hello first, then its wishes to the observer and the observer's facts to it. */

import type { Deliveries } from '../delivery/deliveries';
import type { History } from '../journal/history';
import type { ProfileLibrary } from '../library/profileLibrary';
import type { Log } from '../log';
import { comparisonText } from '../profiles/comparisonText';
import { ServerConnection } from '../protocol/connection';
import { errors } from '../protocol/errors';
import type { EventName, EventValue, RequestHandlers } from '../protocol/messages';
import type { WireSocket } from '../protocol/socket';
import { PROTOCOL_VERSION } from '../protocol/version';
import type { Replays } from '../replay/replays';
import { markdownReport } from '../reports/markdownReport';
import { slowRequestReport } from '../reports/slowRequestReport';
import type { FactHub } from '../watch/facts';
import type { Observer } from '../watch/observer';
import { Outbox } from './outbox';

/** What clients control and listen to. */
export interface Served {
  observer: Observer;
  facts: FactHub;
  deliveries: Deliveries;
  history: History;
  profiles: ProfileLibrary;
  replays: Replays;
}

/**
 * Serves a client until its socket closes.
 *
 * @param socket an open socket whose token was checked
 * @param served what it controls and listens to
 * @param version of this sidecar, for people
 * @param log gets a sentence about each message that could not be used
 */
export function serveClient(
  socket: WireSocket,
  { observer, facts, deliveries, history, profiles, replays }: Served,
  version: string,
  log: Log,
): void {
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
    configure: afterHello(async ({ targetId, settings }) => {
      await observer.configure(targetId, settings);
      return {};
    }),
    setDeliveries: afterHello(async ({ settings }) => {
      deliveries.configure(settings);
      return {};
    }),
    profileToken: afterHello(async () => ({ token: observer.profileToken })),
    profileNext: afterHello(async ({ targetId, routes }) => {
      await observer.profileNext(targetId, routes);
      return {};
    }),
    interruptRequest: afterHello(async ({ slowRequestId }) => ({
      interruption: await observer.stopRequest(slowRequestId, 'interrupt'),
    })),
    endResponse: afterHello(async ({ slowRequestId }) => ({
      interruption: await observer.stopRequest(slowRequestId, 'end'),
    })),
    cutProfile: afterHello(async ({ slowRequestId }) => {
      const profile = await observer.cutProfile(slowRequestId);
      await profiles.settled();
      return { profile };
    }),
    listProfiles: afterHello(async () => ({ profiles: await profiles.list() })),
    profileLines: afterHello(async ({ profileId }) => ({ lines: (await profiles.read(profileId)).lines })),
    compareProfiles: afterHello(async ({ beforeId, afterId }) => ({
      text: comparisonText(await profiles.read(beforeId), await profiles.read(afterId)),
    })),
    deleteProfile: afterHello(async ({ profileId }) => {
      await profiles.delete(profileId);
      return {};
    }),
    exportProfile: afterHello(async ({ profileId, format, file }) => {
      await profiles.export(profileId, format, file);
      return {};
    }),
    replay: afterHello(order => replays.run(order)),
    cancelReplay: afterHello(async ({ replayId }) => {
      replays.cancel(replayId);
      return {};
    }),
    listJournals: afterHello(async () => ({ journals: await history.list() })),
    readJournal: afterHello(({ file }) => history.read(file)),
    report: afterHello(async ({ slowRequestId, format }) => {
      const { slowRequest, target } = history.slowRequest(slowRequestId) ?? observer.slowRequest(slowRequestId);
      const render = format === 'markdown' ? markdownReport : slowRequestReport;
      return { text: render(slowRequest, target) };
    }),
  };
  const connection = new ServerConnection(socket, handlers, problem => log.warn(problem));
  const stop = forward(facts, new Outbox(socket, connection), () => greeted);
  socket.onClose(stop);
}

/** @returns how to stop */
function forward(facts: FactHub, outbox: Outbox, isOpen: () => boolean): () => void {
  const stops = [
    forwardEvent('targetChanged', ({ target }) => target.id),
    forwardEvent('targetStats', ({ targetId }) => targetId),
    forwardEvent('slowRequest', ({ id }) => id),
    forwardEvent('lineHints', ({ targetId }) => targetId),
    forwardEvent('hotLines', ({ targetId }) => targetId),
    forwardEvent('boxes', ({ targetId }) => targetId),
    forwardEvent('requestGroup', ({ id }) => id),
    forwardEvent('deliveryStats', () => ''),
    forwardEvent('profileTaken', ({ id }) => id),
    forwardEvent('replayProgress', ({ replayId }) => replayId),
    forwardEvent('notice', ({ source, message }) => `${source} ${message}`),
  ];
  return () => {
    for (const stop of stops) stop();
  };

  function forwardEvent<K extends EventName>(name: K, about: (value: EventValue<K>) => string): () => void {
    return facts.listen<K>(name, fact => {
      const value = fact as EventValue<K>;
      if (isOpen()) outbox.post(name, value, about(value));
    });
  }
}
