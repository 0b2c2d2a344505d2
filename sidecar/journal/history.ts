/** The journals of before, as they can be read. */
import { errors } from '../protocol/errors';
import type { Result } from '../protocol/messages';
import type { JournalInfo, SlowRequest, Target } from '../protocol/values';

export class History {
  async list(): Promise<JournalInfo[]> {
    return [];
  }

  async read(file: string): Promise<Result<'readJournal'>> {
    throw errors.noSuchRequest(file);
  }

  /** @returns a slow request out of a journal that was read; undefined when it is none of those */
  slowRequest(_id: string): { slowRequest: SlowRequest; target: Target } | undefined {
    return undefined;
  }
}
