// What the snippets are run with.

/** Notes what the snippet does. */
declare function log(...values: unknown[]): void;

declare namespace JSX {
  type Element = unknown;
  interface IntrinsicElements {
    [name: string]: unknown;
  }
}
declare function h(tag: string, properties: object | null, ...children: unknown[]): JSX.Element;
