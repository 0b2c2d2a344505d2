/** Name of the injected script: it makes our frames recognisable, in the app's stacks and in ours. */
export const AGENT_SOURCE_URL = 'introspector-agent.js';
