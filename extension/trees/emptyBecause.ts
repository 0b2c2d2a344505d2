/** Why the Requests view is empty, when it is: each reason has a welcome text. */
import type { SessionStore } from '../store/sessionStore';

export type EmptyBecause =
  | 'untrusted'
  | 'notAttached'
  | 'attaching'
  | 'noRequests'
  | 'nothingSlow'
  /** What took long is not watched for slowness. */
  | 'onlyIgnored'
  | 'awaitingRestart'
  | 'targetGone'
  | 'sidecarFailed';

/** @param isTrusted not by VS Code's own key: that can stay false when a window is slow to learn that trust is off */
export function emptyBecause(
  { isAttaching, targets, liveTargets, watchingTargets, sidecarState }: SessionStore,
  isTrusted: boolean,
): EmptyBecause {
  if (!isTrusted) return 'untrusted';
  if (isAttaching) return 'attaching';
  if (watchingTargets.some(({ stats }) => (stats?.ignored.length ?? 0) > 0)) return 'onlyIgnored';
  if (watchingTargets.some(({ stats }) => (stats?.requestsSeen ?? 0) > 0)) return 'nothingSlow';
  if (watchingTargets.length > 0) return 'noRequests';
  if (liveTargets.length > 0) return 'awaitingRestart';
  if (targets.length > 0) return 'targetGone';
  return sidecarState === 'failed' ? 'sidecarFailed' : 'notAttached';
}
