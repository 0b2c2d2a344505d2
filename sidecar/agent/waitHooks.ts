/**
 * Notices the operations a request starts: by `async_hooks` for what Node's core does for one caller, by diagnostics
 * channels for HTTP calls, by `Socket.write` for connections that were opened before (the pools of database drivers).
 */
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { StackBudget } from './budget';
import type { CallerSearch } from './callerSearch';
import { guarded } from './guarded';
import { type Hooks, replaceMethod } from './hooks';
import type { RequestRecord } from './requests';
import type { Load } from './runtime';
import { capture } from './stacks';
import type { Trails } from './trails';
import { type Wait, WaitList, type WaitProbe } from './waitList';
import { clientRequestProbe, PROBES_BY_TYPE, socketProbe, undiciProbe } from './waitProbes';

const STACK_LIMIT = 40;
/** About 30 frames of a `fetch` are undici's own. */
const FETCH_STACK_LIMIT = 64;

export class WaitHooks {
  private nextOwnId = -1;

  constructor(
    private readonly load: Load,
    private readonly context: AsyncLocalStorage<RequestRecord>,
    private readonly budget: StackBudget,
    private readonly search: CallerSearch,
    private readonly nowMs: () => number,
    private readonly trails: Trails,
  ) {}

  install(hooks: Hooks): void {
    hooks.install('operations (async_hooks)', () => this.hookOperations());
    hooks.install('HTTP calls (ClientRequest.end)', () => this.hookClientRequests());
    hooks.install('fetch (undici:request:create)', () =>
      this.subscribe('undici:request:create', message => {
        this.add(undiciProbe, (message as { request: object }).request, FETCH_STACK_LIMIT);
      }),
    );
    hooks.install('open connections (Socket.write)', () => this.hookSocketWrites());
  }

  private hookOperations(): () => boolean {
    const init = (asyncId: number, type: string, _trigger: number, resource: object) => {
      // First: before Node 24 the hook is called for every promise.
      if (type === 'PROMISE') return this.search.notePromise();
      const probe = PROBES_BY_TYPE.get(type);
      if (probe === undefined) return;
      try {
        if (type === 'Timeout' && !(resource as NodeJS.Timeout).hasRef()) return;
        this.add(probe, resource, STACK_LIMIT, asyncId);
      } catch {
        // The app must not notice.
      }
    };
    // `trackPromises` is known from Node 24 on and ignored before.
    const callbacks = { init, trackPromises: false };
    const hook = this.load('async_hooks').createHook(callbacks).enable();
    return () => {
      this.search.stop();
      hook.disable();
      return true;
    };
  }

  private subscribe(channel: string, note: (message: unknown) => void): () => boolean {
    const channels = this.load('diagnostics_channel');
    const listener = guarded(note);
    channels.subscribe(channel, listener);
    return () => channels.unsubscribe(channel, listener);
  }

  /** Node's own channel tells of a call when it has a connection, which is after the caller has left the stack. */
  private hookClientRequests(): () => boolean {
    const note = guarded<ClientRequest>(request => {
      if (!request.writableEnded) this.add(clientRequestProbe, request, STACK_LIMIT);
    });
    return replaceMethod(this.load('http').ClientRequest.prototype, 'end', original => {
      function end(this: ClientRequest, ...args: Parameters<ClientRequest['end']>): ClientRequest {
        note(this);
        return original.apply(this, args);
      }
      return end as ClientRequest['end'];
    });
  }

  private hookSocketWrites(): () => boolean {
    const noteWrite = guarded<Socket>(socket => this.noteWrite(socket));
    return replaceMethod(this.load('net').Socket.prototype, 'write', original => {
      function write(this: Socket, ...args: Parameters<Socket['write']>): boolean {
        noteWrite(this);
        return original.apply(this, args);
      }
      return write as Socket['write'];
    });
  }

  /** A request that writes to a connection waits for its answer, whoever opened the connection. */
  private noteWrite(socket: Socket & { server?: unknown; _httpMessage?: unknown }): void {
    // Sockets of an HTTP exchange, the app's own answers first of all.
    const record = this.context.getStore();
    if (socket._httpMessage || socket.server) {
      if (record?.trail !== undefined) this.trails.mark(record);
      return;
    }
    if (record === undefined || record.ended || !socket.readable) return;
    const older = record.waits?.latestOf(socket);
    if (older === undefined) this.add(socketProbe, socket, STACK_LIMIT);
    else if (older.bytesRead !== socket.bytesRead) {
      record.waits?.replace(older, this.wait(record, socketProbe, socket, STACK_LIMIT));
    }
  }

  private add(probe: WaitProbe, subject: object, stackLimit: number, asyncId?: number): void {
    const record = this.context.getStore();
    if (record === undefined || record.ended) {
      this.trails.mark(undefined);
      return;
    }
    record.waits ??= new WaitList();
    record.waits.add(this.wait(record, probe, subject, stackLimit, asyncId));
  }

  private wait(record: RequestRecord, probe: WaitProbe, subject: object, stackLimit: number, asyncId?: number): Wait {
    const startedMs = this.nowMs();
    const id = asyncId ?? this.nextOwnId;
    if (asyncId === undefined) this.nextOwnId -= 1;
    const take = () => capture(stackLimit);
    const { profile } = record;
    // Who asks for a profile wants all of them.
    const stack = profile ? take() : this.budget.run(startedMs - record.startedMs, take);
    const bytesRead = asyncId === undefined && probe === socketProbe ? (subject as Socket).bytesRead : 0;
    const wait = { id, probe, subject, startedMs, stack, bytesRead };
    profile?.noteWait(wait);
    if (record.trail !== undefined) {
      this.trails.mark(record, startedMs);
      record.trail.noteWait(wait);
    }
    return wait;
  }
}
