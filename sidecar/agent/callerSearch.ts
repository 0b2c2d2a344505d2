/**
 * Finds the app's own call behind a request that computes in libraries alone. After an `await` the caller is not on the
 * stack any more, and V8 follows it only through `await` itself, not through the queues and mutexes of libraries. But
 * the next call creates promises while the caller stands on the stack: for a moment, the promises of this one request
 * are looked at.
 */
import type * as AsyncHooks from 'node:async_hooks';
import type { RequestRecord } from './requests';
import { CONTEXT_FRAMES_SINCE, type Load, nodeMajor } from './runtime';
import { capture, hasOwnCode, materialise } from './stacks';

const STACK_LIMIT = 40;
/** Each costs up to 20 µs; a query takes some ten promises. */
const MAX_PROMISES = 100;

export class CallerSearch {
  private sought: RequestRecord | undefined;
  private left = 0;
  private readonly hook: AsyncHooks.AsyncHook | undefined;

  /** @param context whose promise it is */
  constructor(
    load: Load,
    private readonly context: AsyncHooks.AsyncLocalStorage<RequestRecord>,
  ) {
    // Before Node 24 the hook of the operations hears of all promises anyway: see WaitHooks.
    if (nodeMajor() < CONTEXT_FRAMES_SINCE) return;
    const init = (_id: number, type: string) => {
      if (type === 'PROMISE') this.notePromise();
    };
    this.hook = load('async_hooks').createHook({ init });
  }

  /** Looks at the next promises of this request, instead of any other's. */
  start(record: RequestRecord): void {
    this.sought = record;
    this.left = MAX_PROMISES;
    this.hook?.enable();
  }

  stop(): void {
    if (this.sought === undefined) return;
    this.sought = undefined;
    this.hook?.disable();
  }

  /** To be called for every promise. */
  notePromise(): void {
    const { sought } = this;
    if (sought === undefined) return;
    try {
      if (this.context.getStore() !== sought) return;
      this.left -= 1;
      const frames = materialise(capture(STACK_LIMIT));
      if (hasOwnCode(frames)) sought.calledFrom = frames;
      if (hasOwnCode(frames) || this.left <= 0) this.stop();
    } catch {
      // The app must not notice.
    }
  }
}
