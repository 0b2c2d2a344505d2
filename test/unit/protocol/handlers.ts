/** A server's and a client's side of the wire that do nothing, for tests to vary. */
import { errors } from '../../../sidecar/protocol/errors';
import type { EventHandlers, RequestHandlers } from '../../../sidecar/protocol/messages';
import { target } from '../samples';

export const idleServer: RequestHandlers = {
  hello: async ({ protocolVersion }) => ({ protocolVersion, sidecarVersion: '1.0.0', sidecarPid: 7 }),
  listProcesses: async () => ({ processes: [] }),
  attach: async () => ({ target: target() }),
  detach: async () => ({ undone: [] }),
  configure: async () => ({}),
  setDeliveries: async () => ({}),
  profileToken: async () => ({ token: 'token' }),
  profileNext: async () => ({}),
  cutProfile: async ({ slowRequestId }) => Promise.reject(errors.noSuchRequest(slowRequestId)),
  interruptRequest: async ({ slowRequestId }) => Promise.reject(errors.noSuchRequest(slowRequestId)),
  endResponse: async ({ slowRequestId }) => Promise.reject(errors.noSuchRequest(slowRequestId)),
  listProfiles: async () => ({ profiles: [] }),
  profileLines: async () => ({ lines: [] }),
  compareProfiles: async () => ({ text: '' }),
  replay: async () => ({ statusCodes: [], wasCancelled: false, notes: [] }),
  cancelReplay: async () => ({}),
  deleteProfile: async () => ({}),
  exportProfile: async () => ({}),
  listJournals: async () => ({ journals: [] }),
  readJournal: async () => ({ target: target(), slowRequests: [], problems: [] }),
  report: async () => ({ text: 'report' }),
};

export const idleClient: EventHandlers = {
  targetChanged: () => {},
  targetStats: () => {},
  slowRequest: () => {},
  lineHints: () => {},
  hotLines: () => {},
  boxes: () => {},
  requestGroup: () => {},
  deliveryStats: () => {},
  notice: () => {},
  profileTaken: () => {},
  replayProgress: () => {},
};
