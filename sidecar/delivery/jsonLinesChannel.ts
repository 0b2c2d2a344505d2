/** One JSON object a line, for programs that read reports. A full file becomes `….1`, in place of the one before. */
import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Channel, Delivery } from './delivery';

/** Reports may show what users sent: they are the owner's alone. */
const OWNER_ONLY = 0o600;
/** The file and the one before it are as much as the reports of a folder may be. */
const MAX_BYTES = 25_000_000;

export class JsonLinesChannel implements Channel {
  readonly name = 'jsonLines';

  constructor(
    private readonly file: string,
    private readonly maxBytes = MAX_BYTES,
  ) {}

  async deliver({ kind, slowRequest, target, group, heldBack }: Delivery): Promise<void> {
    const { name, pid, hostname, nodeVersion } = target;
    const report = { kind, heldBack, group, target: { name, pid, hostname, nodeVersion }, slowRequest };
    const line = `${JSON.stringify(report)}\n`;
    await mkdir(dirname(this.file), { recursive: true });
    const bytes = await stat(this.file).then(
      ({ size }) => size,
      () => 0,
    );
    if (bytes > 0 && bytes + Buffer.byteLength(line) > this.maxBytes) await rename(this.file, `${this.file}.1`);
    await appendFile(this.file, line, { mode: OWNER_ONLY });
  }
}
