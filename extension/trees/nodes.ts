/** What the Requests view is made of, as plain data: group → request → why → frames. */
import type { Cause, Frame, SlowRequest } from '../../sidecar/protocol/values';
import { foldedText } from '../../sidecar/protocol/words';
import type { ShownGroup } from '../store/groups';
import type { OpenJournal } from '../store/openJournals';

export type RequestNode =
  | { kind: 'journal'; id: string; journal: OpenJournal; children: RequestNode[] }
  /** `targetName` where there are several targets, here and below. */
  | { kind: 'group'; id: string; group: ShownGroup; targetName: string | undefined }
  | { kind: 'request'; id: string; request: SlowRequest; isInGroup: boolean; targetName: string | undefined }
  | FactNode
  /** `guiltyOf` what, when this is the guilty line. */
  | { kind: 'frame'; id: string; frame: Frame; guiltyOf?: Cause }
  /** Frames of other people's code, folded. */
  | { kind: 'folded'; id: string; frames: Frame[]; label: string };

/** A sentence, with what belongs to it below. */
export interface FactNode {
  kind: 'fact';
  id: string;
  icon: string;
  label: string;
  description: string;
  children: RequestNode[];
  /** Opened by a click. */
  frame?: Frame;
}

type Framed = Pick<SlowRequest, 'frames'> & Partial<Pick<SlowRequest, 'guiltyFrame' | 'cause'>>;

export function fact(
  id: string,
  icon: string,
  label: string,
  description = '',
  children: RequestNode[] = [],
): FactNode {
  return { kind: 'fact', id, icon, label, description, children };
}

/** Innermost first, as in a call stack view; what is not the user's is folded to one line. */
export function frameNodes(id: string, { frames, guiltyFrame, cause }: Framed): RequestNode[] {
  const nodes: RequestNode[] = [];
  let folded: Frame[] = [];
  const unfold = () => {
    if (folded.length > 0)
      nodes.push({ kind: 'folded', id: `${id}/folded${nodes.length}`, frames: folded, label: foldedText(folded) });
    folded = [];
  };
  for (const [index, frame] of frames.entries()) {
    if (frame.origin === 'user') {
      unfold();
      const guilt = index === guiltyFrame && cause !== undefined ? { guiltyOf: cause } : {};
      nodes.push({ kind: 'frame', id: `${id}/frame${index}`, frame, ...guilt });
    } else folded.push(frame);
  }
  unfold();
  return nodes;
}
