/** Lets an attached Introspector end the boxes of a request that waits, which no interrupt can reach. */
import { subscribe } from 'node:diagnostics_channel';

export interface EndOrder {
  /** Is asked in the async context of each box. */
  isYours: () => boolean;
  /** Told in the error. */
  reason: string;
  /** How many boxes have ended; counted up here. */
  ended: number;
}

/** @param end what to do @returns a function that begins to listen, the first time it is called; nothing is kept alive */
export function listenOnce(end: (order: EndOrder) => void): () => void {
  let isListening = false;
  return () => {
    if (isListening) return;
    isListening = true;
    subscribe('introspector.timebox.end', message => {
      try {
        end(message as EndOrder);
      } catch {
        // The order is somebody else's, and so are its faults.
      }
    });
  };
}
