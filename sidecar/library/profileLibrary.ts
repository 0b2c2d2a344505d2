/** The profiles taken on this machine: kept when they come, listed, exported. */
import { writeFile } from 'node:fs/promises';
import { exportProfile } from '../profiles/exports/exportProfile';
import type { Profile } from '../profiles/profile';
import { ProfileFiles } from '../profiles/profileFiles';
import { errors } from '../protocol/errors';
import type { ProfileFormat, ProfileInfo } from '../protocol/profileValues';
import type { FactHub } from '../watch/facts';

/** In memory, where they cannot be kept on disk. */
const MAX_UNWRITTEN = 20;

export class ProfileLibrary {
  private readonly files: ProfileFiles | undefined;
  private readonly unwritten = new Map<string, Profile>();
  private writing: Promise<void> = Promise.resolve();

  /** @param folder where they are kept; in memory when absent */
  constructor(
    folder: string | undefined,
    private readonly facts: FactHub,
  ) {
    if (folder !== undefined) this.files = new ProfileFiles(folder);
    facts.listen('profile', profile => {
      this.writing = this.writing.then(() => this.take(profile));
    });
  }

  /** @returns newest first */
  async list(): Promise<ProfileInfo[]> {
    const written = (await this.files?.list()) ?? [];
    const unwritten = [...this.unwritten.values()].map(({ info }) => info);
    return [...unwritten, ...written].sort((a, b) => b.startedAtMs - a.startedAtMs);
  }

  /** @throws IntrospectorError `noSuchProfile` */
  async read(id: string): Promise<Profile> {
    const profile = this.unwritten.get(id) ?? (await this.files?.read(id));
    if (profile === undefined) throw errors.noSuchProfile(id);
    return profile;
  }

  async delete(id: string): Promise<void> {
    this.unwritten.delete(id);
    await this.files?.delete(id);
  }

  /** @throws IntrospectorError `noSuchProfile`, `cannotWrite` */
  async export(id: string, format: ProfileFormat, file: string): Promise<void> {
    const content = await exportProfile(await this.read(id), format);
    await writeFile(file, content).catch(error => {
      throw errors.cannotWrite(file, error instanceof Error ? error.message : String(error));
    });
  }

  /** Fulfilled when all that came is kept. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async take(profile: Profile): Promise<void> {
    try {
      if (this.files === undefined) this.keep(profile);
      else await this.files.write(profile);
    } catch (error) {
      this.keep(profile);
      const why = error instanceof Error ? error.message : String(error);
      const message = `The profile of ${profile.info.method} ${profile.info.route} cannot be kept on disk: ${why}. It is there until Introspector ends; export it to keep it.`;
      this.facts.emit('notice', { severity: 'warning', source: 'profile', message });
    }
    this.facts.emit('profileTaken', profile.info);
  }

  private keep(profile: Profile): void {
    this.unwritten.set(profile.info.id, profile);
    const [oldest] = this.unwritten.keys();
    if (this.unwritten.size > MAX_UNWRITTEN && oldest !== undefined) this.unwritten.delete(oldest);
  }
}
