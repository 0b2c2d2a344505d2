/** One file per group in a folder, the newest report on top. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SlowRequest } from '../protocol/values';
import { exactMs } from '../protocol/words';
import { outlived, type RetentionLimits } from '../retention';
import type { Channel, Delivery, GroupTally } from './delivery';

/** Between two reports: no line of a report begins so. */
const SEPARATOR = `\n\n${'='.repeat(78)}\n`;
/** One shows the pattern, more fill a file that nobody reads to its end. */
const MAX_REPORTS_PER_FILE = 20;
const MAX_NAME_LENGTH = 60;
/** More groups than a person goes through; a month, since some jobs run once in one; what nobody misses on a disk. */
const FOLDER_LIMITS: RetentionLimits = { files: 500, ageMs: 31 * 86_400_000, bytes: 50_000_000 };
const OURS = /^[A-Za-z0-9-]+-[0-9a-f]{10}\.txt$/;
/** Reports may show what users sent: they are the owner's alone. */
const OWNER_ONLY = { file: 0o600, folder: 0o700 };

export class FolderChannel implements Channel {
  readonly name = 'folder';

  constructor(
    private readonly folder: string,
    private readonly limits: RetentionLimits = FOLDER_LIMITS,
  ) {}

  async deliver({ slowRequest, group, text }: Delivery): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: OWNER_ONLY.folder });
    const file = join(this.folder, fileNameOf(slowRequest, group.id));
    const older = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    const reports = older === '' ? [] : older.trimEnd().split(SEPARATOR);
    const all = [withTally(text, group), ...reports].slice(0, MAX_REPORTS_PER_FILE);
    const draft = `${file}.${process.pid}.new`;
    await writeFile(draft, `${all.join(SEPARATOR)}\n`, { mode: OWNER_ONLY.file });
    await rename(draft, file);
    await this.removeOutlived();
  }

  private async removeOutlived(): Promise<void> {
    const names = (await readdir(this.folder)).filter(name => OURS.test(name));
    const files = await Promise.all(
      names.map(async name => {
        const { mtimeMs, size } = await stat(join(this.folder, name));
        return { name, modifiedAtMs: mtimeMs, bytes: size };
      }),
    );
    await Promise.all(
      outlived(files, Date.now(), this.limits).map(({ name }) => rm(join(this.folder, name), { force: true })),
    );
  }
}

/** @returns `GET-orders-id-3fa2b1c0de.txt`: a name that no route can lead out of the folder */
export function fileNameOf({ method, route }: SlowRequest, groupId: string): string {
  const readable = `${method} ${route}`
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .slice(0, MAX_NAME_LENGTH)
    .replaceAll(/^-|-$/g, '');
  const hash = createHash('sha256').update(groupId).digest('hex').slice(0, 10);
  return `${readable || 'request'}-${hash}.txt`;
}

/** The headline stays the first line. */
function withTally(text: string, { count, firstSeenAtMs, lastSeenAtMs, worstMs }: GroupTally): string {
  const [headline = '', ...rest] = text.split('\n');
  const utc = (atMs: number) => new Date(atMs).toISOString();
  const times = count === 1 ? 'once' : `${count} times`;
  const tally = `Seen ${times} · first ${utc(firstSeenAtMs)} · last ${utc(lastSeenAtMs)} · worst ${exactMs(worstMs)}`;
  return [headline, tally, ...rest].join('\n');
}
