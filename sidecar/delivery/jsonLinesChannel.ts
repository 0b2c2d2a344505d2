/** One JSON object a line, for programs that read reports. */
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Channel, Delivery } from './delivery';

/** Reports may show what users sent: they are the owner's alone. */
const OWNER_ONLY = 0o600;

export class JsonLinesChannel implements Channel {
  readonly name = 'jsonLines';

  constructor(private readonly file: string) {}

  async deliver({ kind, slowRequest, target, group, heldBack }: Delivery): Promise<void> {
    const { name, pid, hostname, nodeVersion } = target;
    const line = { kind, heldBack, group, target: { name, pid, hostname, nodeVersion }, slowRequest };
    await mkdir(dirname(this.file), { recursive: true });
    await appendFile(this.file, `${JSON.stringify(line)}\n`, { mode: OWNER_ONLY });
  }
}
