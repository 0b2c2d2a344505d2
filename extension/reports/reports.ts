/** The texts of reports, from the sidecar. */
import { IntrospectorError } from '../../sidecar/protocol/errors';
import type { Params } from '../../sidecar/protocol/messages';
import type { SlowRequest, Target } from '../../sidecar/protocol/values';
import type { Sidecar } from '../sidecar/sidecar';
import type { OpenJournals } from '../store/openJournals';
import type { SessionStore } from '../store/sessionStore';

type Format = Params<'report'>['format'];

export class Reports {
  constructor(
    private readonly sidecar: Sidecar,
    private readonly store: SessionStore,
    private readonly journals: OpenJournals,
  ) {}

  /** @returns a slow request of now or of a journal that is open, and whose it is */
  find(requestId: string): { request: SlowRequest; target: Target } | undefined {
    const request = this.store.slowRequest(requestId);
    const target = request && this.store.targetOf(request);
    if (request && target) return { request, target };
    const old = this.journals.find(requestId);
    return old && { request: old.request, target: old.journal.target };
  }

  /** @throws IntrospectorError `noSuchRequest` */
  async text(slowRequestId: string, format: Format): Promise<string> {
    try {
      return (await this.sidecar.request('report', { slowRequestId, format })).text;
    } catch (error) {
      const { journal } = this.journals.find(slowRequestId) ?? {};
      const isForgotten = error instanceof IntrospectorError && error.code === 'noSuchRequest';
      if (journal === undefined || !isForgotten) throw error;
      // A sidecar that was started again has read no journal yet.
      await this.sidecar.request('readJournal', { file: journal.info.file });
      return (await this.sidecar.request('report', { slowRequestId, format })).text;
    }
  }
}
