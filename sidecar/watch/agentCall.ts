/** Calls a function inside the app, with the agent as `this`. */
import type Protocol from 'devtools-protocol/types/protocol';
import { AGENT_SOURCE_URL } from '../agent/sourceUrl';
import type { InspectorLine } from '../inspector/connection';

/** Lets the agent's frames be told from the app's. On its own line, and followed by one: V8 puts a bracket behind it. */
export const NAMED = `\n//# sourceURL=${AGENT_SOURCE_URL}\n`;

/**
 * @param agentId object id of the agent
 * @param declaration source of the function
 * @param awaitPromise wait for the promise that the function returns
 * @returns what the function returns; JSON values only
 * @throws InspectorError when the connection closes first; another error when the function throws
 */
export async function callAgent(
  line: InspectorLine,
  agentId: string,
  declaration: string,
  args: Protocol.Runtime.CallArgument[] = [],
  awaitPromise = false,
) {
  const { result, exceptionDetails } = await line.send('Runtime.callFunctionOn', {
    objectId: agentId,
    functionDeclaration: declaration + NAMED,
    arguments: args,
    returnByValue: true,
    awaitPromise,
    silent: true,
  });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value;
}
