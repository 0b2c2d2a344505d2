// What `introspector/timebox` declares, as far as the refactoring uses it, and what the snippets are run with.

declare module 'introspector/timebox' {
  export interface Box {
    readonly signal: AbortSignal;
    defer(cleanup: () => unknown): void;
  }
  export class Quota {
    constructor(ms: number);
  }
  export function timebox<T>(limit: number, body: (box: Box) => T): T;
}

/** Notes what the snippet does. */
declare function log(...values: unknown[]): void;

declare namespace JSX {
  type Element = unknown;
  interface IntrinsicElements {
    [name: string]: unknown;
  }
}
declare function h(tag: string, properties: object | null, ...children: unknown[]): JSX.Element;
