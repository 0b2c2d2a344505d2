/**
 * Several editors may watch one app, each through an agent of its own. They meet on a diagnostics channel, which is the
 * one place in a process that needs no global, so that the last one to go closes the inspector that the first one opened.
 */
import type { Hooks } from './hooks';
import type { Load } from './runtime';

const CHANNEL = 'introspector.agent';

interface Inheritance {
  /** Set by the agent that takes over. */
  taken: boolean;
}

/**
 * @param load the app's `require`
 * @param hooks where the subscription is registered
 * @param inherit called when another agent leaves the inspector to this one
 */
export function listenToOtherAgents(load: Load, hooks: Hooks, inherit: () => void): void {
  const channels = load('diagnostics_channel');
  const onMessage = (message: unknown) => {
    const inheritance = message as Inheritance;
    if (inheritance.taken) return;
    inheritance.taken = true;
    inherit();
  };
  hooks.install('other agents (introspector.agent)', () => {
    channels.subscribe(CHANNEL, onMessage);
    return () => channels.unsubscribe(CHANNEL, onMessage);
  });
}

/**
 * To be called after this agent has left the channel.
 *
 * @returns true when another agent took over the duty to close the inspector
 */
export function leaveInspectorToAnother(load: Load): boolean {
  const inheritance: Inheritance = { taken: false };
  load('diagnostics_channel').channel(CHANNEL).publish(inheritance);
  return inheritance.taken;
}
