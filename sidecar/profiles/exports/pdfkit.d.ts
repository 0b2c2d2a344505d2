/** What the published types of pdfkit do not know yet. */
declare module 'pdfkit/standard-fonts/Helvetica' {
  /** Metrics, to be registered. */
  const font: object;
  export = font;
}
