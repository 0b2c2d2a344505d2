/** Where profiles lie on disk, one file each, so that they are there after a restart. */
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errors } from '../protocol/errors';
import type { ProfileInfo } from '../protocol/profileValues';
import { outlived } from '../retention';
import { type Profile, profile as profileShape } from './profile';
import { isCutId } from './profileId';

const EXTENSION = '.profile.json';
/** A profile is some 50 kB to some 10 MB. */
const RETENTION = { files: 200, ageMs: 30 * 86_400_000, bytes: 1024 * 1024 * 1024 };
/** Most of them nobody has asked for: they take no room from those that somebody has. */
const CUT_RETENTION = { ...RETENTION, files: 50, bytes: RETENTION.bytes / 4 };

export class ProfileFiles {
  /** Reading a list should not mean to read all samples again. */
  private readonly infos = new Map<string, ProfileInfo>();

  constructor(private readonly folder: string) {}

  /** @throws what the file system throws */
  async write(profile: Profile): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const file = this.fileOf(profile.info.id);
    // Whoever reads it never sees half of it.
    await writeFile(`${file}.part`, JSON.stringify(profile), { mode: 0o600 });
    await rename(`${file}.part`, file);
    this.infos.set(profile.info.id, profile.info);
    await this.deleteExpired();
  }

  /** @throws IntrospectorError `noSuchProfile` when there is none that can be read */
  async read(id: string): Promise<Profile> {
    const text = await readFile(this.fileOf(id), 'utf8').catch(() => undefined);
    const parsed = text === undefined ? undefined : parse(text);
    if (parsed === undefined) throw errors.noSuchProfile(id);
    return parsed;
  }

  /** @returns all that can be read, newest first */
  async list(): Promise<ProfileInfo[]> {
    const infos = await Promise.all((await this.stored()).map(({ id }) => this.info(id)));
    return infos.filter(info => info !== undefined).sort((a, b) => b.startedAtMs - a.startedAtMs);
  }

  /** @throws what the file system throws; not when there is no such profile */
  async delete(id: string): Promise<void> {
    await rm(this.fileOf(id), { force: true });
    this.infos.delete(id);
  }

  private async info(id: string): Promise<ProfileInfo | undefined> {
    const known = this.infos.get(id) ?? (await this.read(id).catch(() => undefined))?.info;
    if (known !== undefined) this.infos.set(id, known);
    return known;
  }

  private fileOf(id: string): string {
    return join(this.folder, `${id}${EXTENSION}`);
  }

  private async stored(): Promise<{ id: string; modifiedAtMs: number; bytes: number }[]> {
    const names = (await readdir(this.folder).catch(() => [])).filter(name => name.endsWith(EXTENSION));
    const found = await Promise.all(
      names.map(async name => {
        const stats = await stat(join(this.folder, name)).catch(() => undefined);
        if (stats === undefined) return [];
        return [{ id: name.slice(0, -EXTENSION.length), modifiedAtMs: stats.mtimeMs, bytes: stats.size }];
      }),
    );
    return found.flat();
  }

  private async deleteExpired(): Promise<void> {
    const stored = await this.stored();
    const nowMs = Date.now();
    const cut = stored.filter(({ id }) => isCutId(id));
    const askedFor = stored.filter(({ id }) => !isCutId(id));
    const expired = [...outlived(askedFor, nowMs, RETENTION), ...outlived(cut, nowMs, CUT_RETENTION)];
    for (const { id } of expired) await this.delete(id).catch(() => {});
  }
}

function parse(text: string): Profile | undefined {
  try {
    return profileShape.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
