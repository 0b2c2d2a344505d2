/** JSON-RPC over a WireSocket, as `vscode-jsonrpc` wants it: one text frame, one message. */
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/node';
import * as z from 'zod';
import type { WireSocket } from './socket';

const id = z.union([z.string(), z.number()]);

/** What a JSON-RPC 2.0 message looks like from outside: https://www.jsonrpc.org/specification */
const envelope = z.union([
  z.looseObject({
    jsonrpc: z.literal('2.0'),
    method: z.string(),
    id: id.optional(),
    params: z.union([z.array(z.unknown()), z.looseObject({})]).optional(),
  }),
  z.looseObject({
    jsonrpc: z.literal('2.0'),
    id: id.nullable(),
    error: z.looseObject({ code: z.int(), message: z.string() }),
  }),
  z.looseObject({ jsonrpc: z.literal('2.0'), id, result: z.unknown() }),
]);

/**
 * @param text one frame as received, from a peer that is not trusted
 * @returns the message, or a sentence that says what is wrong with it
 */
export function parseFrame(text: string): { message: Message } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: `a frame of ${text.length} characters is not JSON` };
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success) return { problem: `a frame of ${text.length} characters is not a JSON-RPC 2.0 message` };
  return { message: value as Message };
}

class FrameReader extends AbstractMessageReader {
  constructor(
    private readonly socket: WireSocket,
    private readonly onProblem: (problem: string) => void,
  ) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    this.socket.onText(text => {
      const frame = parseFrame(text);
      if ('message' in frame) callback(frame.message);
      else this.onProblem(frame.problem);
    });
    this.socket.onClose(() => this.fireClose());
    return { dispose: () => {} };
  }
}

class FrameWriter extends AbstractMessageWriter {
  constructor(private readonly socket: WireSocket) {
    super();
  }

  async write(message: Message): Promise<void> {
    this.socket.send(JSON.stringify(message));
  }

  end(): void {}
}

/**
 * @param socket an open socket
 * @param onProblem called with a sentence for each frame that is dropped because it is malformed
 * @returns both ends for `createMessageConnection`
 */
export function frameTransport(
  socket: WireSocket,
  onProblem: (problem: string) => void,
): { reader: MessageReader; writer: MessageWriter } {
  return { reader: new FrameReader(socket, onProblem), writer: new FrameWriter(socket) };
}
