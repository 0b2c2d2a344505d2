/**
 * Several editors may watch one app, each through an agent of its own. They meet on a diagnostics channel, which is the
 * one place in a process that needs no global, so that the last one to go closes the inspector that the first one opened.
 */
import { guarded } from './guarded';
import type { Load } from './runtime';

const CHANNEL = 'introspector.agent';

interface Message {
  kind: 'arriving' | 'leaving' | 'looking';
  /** Set by the agent that takes over the duty to close the inspector, or hands it to one that arrives, or is seen. */
  answered: boolean;
}

/**
 * Stays on the channel until it is told to go.
 *
 * @param answer returns true to take the duty from an agent that leaves, or to give it to one that arrives, or to be
 *   seen by one that looks
 * @returns how to leave the channel
 */
export function joinOtherAgents(load: Load, answer: (kind: Message['kind']) => boolean): () => boolean {
  const channels = load('diagnostics_channel');
  const onMessage = guarded<unknown>(message => {
    const { kind, answered } = message as Message;
    if (!answered && answer(kind)) (message as Message).answered = true;
  });
  channels.subscribe(CHANNEL, onMessage);
  return () => channels.unsubscribe(CHANNEL, onMessage);
}

/**
 * An agent that is on the channel itself hears it, too.
 *
 * @returns true when an arriving agent was given the duty to close the inspector, another took it from a leaving one, or
 *   one that looks has seen another
 */
export function tellOtherAgents(load: Load, kind: Message['kind']): boolean {
  const message: Message = { kind, answered: false };
  load('diagnostics_channel').channel(CHANNEL).publish(message);
  return message.answered;
}
