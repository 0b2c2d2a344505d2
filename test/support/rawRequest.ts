/** A GET that no HTTP client would send: its target is bytes. */
import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * @param target path or whole URL, byte by byte
 * @param headers lines without their line breaks
 * @returns all that came back, head and body
 */
export async function rawRequest(port: number, target: Buffer, headers: readonly string[] = []): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (part: string) => {
    text += part;
  });
  const head = ['Host: shop.example', 'Connection: close', ...headers].map(line => `${line}\r\n`).join('');
  socket.write(Buffer.concat([Buffer.from('GET '), target, Buffer.from(` HTTP/1.1\r\n${head}\r\n`)]));
  await once(socket, 'close');
  return text;
}
