/**
 * Every error a person can meet, in one place: a stable code, a sentence that says what happened, and a hint that says
 * what to do. Anything thrown that is not one of these is a bug.
 */
import * as z from 'zod';

export const errorCode = z.enum([
  'noSuchProcess',
  'notNode',
  'notPermitted',
  'inspectorPortTaken',
  'inspectorDisabled',
  'inspectorNotOpened',
  'otherNetwork',
  'cannotConnect',
  'notAnInspector',
  'wrongProcess',
  'notAnswering',
  'targetExited',
  'agentFailed',
  'alreadyAttached',
  'notAttached',
  'noSuchRequest',
  'noSuchJournal',
  'noSuchProfile',
  'cannotCut',
  'cannotInterrupt',
  'cannotWrite',
  'cannotReplay',
  'replayFailed',
  'notAccepted',
  'protocolMismatch',
  'helloFirst',
  'sidecarGone',
]);
export type ErrorCode = z.infer<typeof errorCode>;

/** An expected error: it crosses the wire with its code and its hint. */
export class IntrospectorError extends Error {
  override readonly name = 'IntrospectorError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    /** What the user can do about it: one or two sentences. */
    readonly hint: string,
  ) {
    super(message);
  }

  /** Message and hint as one text. */
  get advice(): string {
    return `${this.message} ${this.hint}`;
  }
}

const error = (code: ErrorCode, message: string, hint: string) => new IntrospectorError(code, message, hint);

/** One factory per code, so that a sentence is written once. */
export const errors = {
  noSuchProcess: (pid: number) =>
    error(
      'noSuchProcess',
      `There is no process ${pid}.`,
      'It may have ended: pick it again from the list of running processes.',
    ),

  notNode: (pid: number, command: string) =>
    error(
      'notNode',
      `Process ${pid} (${command}) is not a Node.js process.`,
      'Pick a process that runs node. For a wrapper such as npm or a shell, pick the node process it started.',
    ),

  notPermitted: (pid: number) =>
    error(
      'notPermitted',
      `This user may not signal process ${pid}.`,
      'Run as the user who owns the process, or start it with --inspect and attach to host:port.',
    ),

  inspectorPortTaken: (pid: number, port: number, holder: string) =>
    error(
      'inspectorPortTaken',
      `Process ${pid} would open its inspector on port ${port}, but ${holder} holds that port.`,
      'Nothing was sent to either. Detach or stop the holder, or start the app with --inspect=0 and attach to host:port.',
    ),

  inspectorDisabled: (pid: number) =>
    error(
      'inspectorDisabled',
      `Process ${pid} does not listen to the signal that opens the inspector.`,
      'It was started with --disable-sigusr1, or is still starting. Start it with --inspect and attach to host:port, or try again.',
    ),

  inspectorNotOpened: (pid: number) =>
    error(
      'inspectorNotOpened',
      `Process ${pid} got the signal but did not open its inspector.`,
      'It most likely has a SIGUSR1 handler of its own, which has run instead. Start it with --inspect and attach to host:port.',
    ),

  otherNetwork: (pid: number) =>
    error(
      'otherNetwork',
      `Process ${pid} runs in another network namespace, most likely a container, and its inspector cannot be reached from here.`,
      'Run Introspector inside the container, or publish the inspector port and attach to host:port.',
    ),

  cannotConnect: (host: string, port: number, reason: string) =>
    error(
      'cannotConnect',
      `Nothing answers on ${host}:${port} (${reason}).`,
      'Check the address. Node prints it as "Debugger listening on ws://host:port/…" when it is started with --inspect.',
    ),

  notAnInspector: (host: string, port: number) =>
    error(
      'notAnInspector',
      `What listens on ${host}:${port} is not a Node.js inspector.`,
      'That may be the port of the app itself: use the one after --inspect, 9229 by default.',
    ),

  wrongProcess: (wantedPid: number, foundPid: number, port: number) =>
    error(
      'wrongProcess',
      `The inspector on port ${port} belongs to process ${foundPid}, not to process ${wantedPid}. It was left alone.`,
      'Start the app with --inspect=0 and attach to the host:port it prints.',
    ),

  notAnswering: (what: string, waitedMs: number) =>
    error(
      'notAnswering',
      `${what} has not answered for ${Math.round(waitedMs / 1000)} s.`,
      'Its event loop is most likely inside a native call, such as execSync. Try again when it is over.',
    ),

  targetExited: (what: string) =>
    error('targetExited', `${what} ended while it was being attached to.`, 'Start it again and attach again.'),

  agentFailed: (reason: string) =>
    error(
      'agentFailed',
      `The agent could not be put into the app: ${reason}.`,
      'Nothing was left behind. Please report this with the Node.js version of the app.',
    ),

  alreadyAttached: (name: string) =>
    error('alreadyAttached', `Already attached to ${name}.`, 'Detach first to attach anew.'),

  notAttached: (targetId: string) =>
    error('notAttached', `There is no attached target ${targetId}.`, 'It was detached, or it ended.'),

  noSuchRequest: (id: string) =>
    error('noSuchRequest', `Request ${id} is not known any more.`, 'Only the newest slow requests are kept.'),

  noSuchJournal: (file: string) =>
    error(
      'noSuchJournal',
      `There is no journal ${file.slice(0, 300)}.`,
      'It may have been deleted since: old journals are. Open the list of journals anew.',
    ),

  noSuchProfile: (id: string) =>
    error(
      'noSuchProfile',
      `There is no profile ${id.slice(0, 120)}.`,
      'It may have been deleted since: the oldest are. Take it again.',
    ),

  cannotCut: (reason: string, hint: string) =>
    error('cannotCut', `There is no flame graph of the request: ${reason}.`, hint),

  cannotInterrupt: (reason: string, hint: string) =>
    error('cannotInterrupt', `The request cannot be stopped: ${reason}.`, hint),

  cannotWrite: (file: string, reason: string) =>
    error('cannotWrite', `The file ${file} cannot be written (${reason}).`, 'Choose another place, or make room.'),

  cannotReplay: (reason: string, hint: string) =>
    error('cannotReplay', `The request cannot be replayed in a copy of the app: ${reason}.`, hint),

  replayFailed: (reason: string, hint: string) =>
    error('replayFailed', `The replay failed: ${reason}. Nothing of the copy was left.`, hint),

  notAccepted: (method: string) =>
    error(
      'notAccepted',
      `${method} was not sent again: it may write, send or charge something a second time.`,
      'Accept that (--yes on the command line), or replay a GET or HEAD request.',
    ),

  protocolMismatch: (theirs: number, ours: number) =>
    error(
      'protocolMismatch',
      `The client speaks protocol ${theirs}, this sidecar speaks ${ours}.`,
      theirs < ours ? 'Update the extension.' : 'Update the sidecar.',
    ),

  helloFirst: () =>
    error('helloFirst', 'The first message of a connection must be hello.', 'This is a bug in the client.'),

  sidecarGone: (detail: string) =>
    error('sidecarGone', `The sidecar is not running (${detail}).`, 'It is started again with the next command.'),
};
