/** What is used of autocannon, which brings no types. */
declare module 'autocannon' {
  function autocannon(
    options: autocannon.Options,
    done: (error: Error | null, result: autocannon.Result) => void,
  ): autocannon.Run;

  namespace autocannon {
    interface Options {
      url: string;
      connections: number;
      /** Requests in all. */
      amount: number;
      /** It looks this often whether it is done, in milliseconds. */
      sampleInt: number;
      requests: { method: 'GET'; path: string }[];
    }

    interface Result {
      errors: number;
      timeouts: number;
      non2xx: number;
    }

    interface Run {
      on(event: 'response', listener: () => void): void;
    }
  }

  export = autocannon;
}
