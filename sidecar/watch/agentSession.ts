/** The agent as the sidecar sees it: put into the app once, called by object id, taken out again. */
import { readFile } from 'node:fs/promises';
import type Protocol from 'devtools-protocol/types/protocol';
import type { AgentReport, AgentSettings, HookState, Instructions, Policy, UninstallReport } from '../agent/reports';
import type { InspectorConnection } from '../inspector/connection';
import { errors } from '../protocol/errors';
import { callAgent, NAMED } from './agentCall';
import { decodeHooks, decodeIds, decodeReport, decodeUninstall } from './agentReport';
import { Interrupter } from './interrupter';
import { Standstill } from './standstill';

/** Built beside the sidecar; one expression whose value is the agent's `install`. */
const AGENT_FILE = new URL('./agent.js', import.meta.url);

const OBJECT_GROUP = 'introspector';

export class AgentSession {
  /** Reads arguments and locals. */
  readonly standstill: Standstill;
  readonly interrupter: Interrupter;

  private constructor(
    private readonly connection: InspectorConnection,
    private readonly objectId: string,
    readonly hooks: HookState[],
  ) {
    this.standstill = new Standstill(connection, objectId);
    this.interrupter = new Interrupter(connection, objectId);
  }

  /**
   * @param connection to the app; works while the app is blocked, too
   * @param settings see AgentSettings
   * @throws IntrospectorError `agentFailed` when the app refuses it
   */
  static async install(connection: InspectorConnection, settings: AgentSettings): Promise<AgentSession> {
    const source = (await readFile(AGENT_FILE, 'utf8')).trim().replace(/;$/, '');
    // `require` is there with the command line API; built-ins come from process.getBuiltinModule where it is not.
    const load = "typeof require === 'function' ? require : process.getBuiltinModule";
    // The same text each time, without the settings: V8 keeps what it has compiled for a while, and would keep each anew.
    const installer = objectOf(
      await connection.send('Runtime.evaluate', {
        expression: `((install, load) => settings => install(load, JSON.parse(settings)))((${source}), (${load}))${NAMED}`,
        includeCommandLineAPI: true,
        silent: true,
        objectGroup: OBJECT_GROUP,
      }),
    );
    const agent = objectOf(
      await connection.send('Runtime.callFunctionOn', {
        objectId: installer,
        functionDeclaration: `function (settings) { return this(settings); }${NAMED}`,
        arguments: [{ value: JSON.stringify(settings) }],
        silent: true,
        objectGroup: OBJECT_GROUP,
      }),
    );
    await connection.send('Runtime.releaseObject', { objectId: installer });
    const hooks = decodeHooks(await call(connection, agent, 'hookStates', ''));
    return new AgentSession(connection, agent, hooks);
  }

  /** @throws InspectorError when the connection closes first; another error when the answer cannot be used */
  async drain(instructions: Instructions): Promise<AgentReport> {
    return decodeReport(await call(this.connection, this.objectId, 'drain', JSON.stringify(instructions)));
  }

  /** Tells the agent what to look for from now on. */
  async configure(policy: Policy): Promise<void> {
    await call(this.connection, this.objectId, 'configure', JSON.stringify(policy));
  }

  /** Tells the agent of connections that wait, without an answer: inside a native call it hears it at the end. */
  async tellQueued(queued: Instructions['queued']): Promise<void> {
    await call(this.connection, this.objectId, 'tellQueued', JSON.stringify(queued));
  }

  /** @returns whether the line is on the app's standard error now */
  async writeLog(line: string): Promise<boolean> {
    return (await call(this.connection, this.objectId, 'writeLog', line)) === true;
  }

  /** @param routes whose next request is to be profiled; replaces what was asked for before */
  async armProfile(routes: readonly string[]): Promise<void> {
    await call(this.connection, this.objectId, 'profiles.arm', JSON.stringify(routes));
  }

  /** @returns JSON that is not checked yet; empty when there is no such profile */
  takeProfile(id: string): Promise<unknown> {
    return call(this.connection, this.objectId, 'profiles.take', id);
  }

  /** Ends the profiles under way. @returns ids of those that can be taken */
  async cutProfiles(reason: string): Promise<string[]> {
    return decodeIds(await call(this.connection, this.objectId, 'profiles.cut', reason));
  }

  /** Begins a chunk of the rolling profile and ends the one before, or ends all of it. */
  async rollProfile(to: 'next' | 'stop'): Promise<void> {
    await call(this.connection, this.objectId, 'profiles.roll', to);
  }

  /** @returns JSON that is not checked yet, of a request that runs or has just ended; empty when nothing is kept of it */
  takeTrail(requestNumber: number): Promise<unknown> {
    return call(this.connection, this.objectId, 'profiles.takeTrail', String(requestNumber));
  }

  /** Answers when the app takes any call of ours at all. */
  async echo(): Promise<void> {
    await this.connection.send('Runtime.evaluate', { expression: '0', silent: true });
  }

  async uninstall(): Promise<UninstallReport> {
    return decodeUninstall(await call(this.connection, this.objectId, 'uninstall', ''));
  }
}

/** @throws IntrospectorError `agentFailed` when there is none */
function objectOf({ result, exceptionDetails }: Protocol.Runtime.EvaluateResponse): string {
  if (exceptionDetails || result.objectId === undefined) {
    const reason = exceptionDetails?.exception?.description ?? exceptionDetails?.text;
    throw errors.agentFailed(reason ?? 'no object came back');
  }
  return result.objectId;
}

type Method =
  | 'hookStates'
  | 'drain'
  | 'configure'
  | 'tellQueued'
  | 'writeLog'
  | 'profiles.arm'
  | 'profiles.take'
  | 'profiles.cut'
  | 'profiles.roll'
  | 'profiles.takeTrail'
  | 'uninstall';

async function call(connection: InspectorConnection, objectId: string, method: Method, argument: string) {
  try {
    const declaration = `function (argument) { return this.${method}(argument); }`;
    return await callAgent(connection, objectId, declaration, [{ value: argument }]);
  } catch (error) {
    throw new Error(`the agent's ${method} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
