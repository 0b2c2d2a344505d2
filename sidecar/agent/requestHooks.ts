/** Follows every request of the app's HTTP servers: its start, its end, and its async context in between. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { guarded } from './guarded';
import { type Hooks, replaceMethod } from './hooks';
import type { RequestRecord } from './requests';
import { CONTEXT_FRAMES_SINCE, type Load, nodeMajor } from './runtime';

/** What `node:diagnostics_channel` publishes for a server's requests. */
interface ServerMessage {
  request: IncomingMessage;
  response: ServerResponse;
  server: Server;
}

export interface RequestListener {
  /** Its handler runs after this, in the context of the record. */
  start(request: IncomingMessage, response: ServerResponse): RequestRecord;
  /** What runs now is this request's, which a callback of the app would not tell. */
  entered(record: RequestRecord): void;
  left(): void;
  finish(request: IncomingMessage, response: ServerResponse): void;
  recordOf(request: IncomingMessage): RequestRecord | undefined;
}

/** @throws nothing into the app: whatever goes wrong in a listener is swallowed there */
export function installRequestHooks(
  load: Load,
  hooks: Hooks,
  context: AsyncLocalStorage<RequestRecord>,
  listener: RequestListener,
): void {
  const channels = load('diagnostics_channel');
  const onStart = guarded<unknown>(message => {
    const { request, response } = message as ServerMessage;
    context.enterWith(listener.start(request, response));
  });
  const onFinish = guarded<unknown>(message => {
    const { request, response } = message as ServerMessage;
    listener.finish(request, response);
  });
  hooks.install('context of requests', () => () => {
    context.disable();
    return true;
  });
  hooks.install('request starts (http.server.request.start)', () => {
    channels.subscribe('http.server.request.start', onStart);
    return () => channels.unsubscribe('http.server.request.start', onStart);
  });
  hooks.install('request ends (http.server.response.finish)', () => {
    channels.subscribe('http.server.response.finish', onFinish);
    return () => channels.unsubscribe('http.server.response.finish', onFinish);
  });
  hooks.install('context in body events (IncomingMessage.emit)', () => {
    if (nodeMajor() < CONTEXT_FRAMES_SINCE) return 'not needed before Node 24: the context reaches them by itself';
    return keepContextInBodyEvents(load, context, listener);
  });
}

/** From Node 24 on, `data` and `end` of a request's body are emitted outside the context its handler runs in. */
function keepContextInBodyEvents(
  load: Load,
  context: AsyncLocalStorage<RequestRecord>,
  listener: RequestListener,
): () => boolean {
  const { IncomingMessage } = load('http');
  return replaceMethod(IncomingMessage.prototype, 'emit', original => {
    function emit(this: IncomingMessage, ...args: Parameters<IncomingMessage['emit']>): boolean {
      // Most requests have no body, and nobody listens to the end of one.
      const record = this.listenerCount(args[0]) > 0 ? listener.recordOf(this) : undefined;
      if (record === undefined || record.ended || context.getStore() === record) {
        return original.apply(this, args);
      }
      listener.entered(record);
      try {
        return context.run(record, () => original.apply(this, args));
      } finally {
        listener.left();
      }
    }
    return emit as IncomingMessage['emit'];
  });
}
