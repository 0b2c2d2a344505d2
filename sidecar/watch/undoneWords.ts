/** What a detach has taken out of an app, in words. */
import type { UninstallReport } from '../agent/reports';
import type { Target } from '../protocol/values';
import { portCloses } from '../targets/listening';

/**
 * @param report undefined when the agent did not answer
 * @param localPid undefined when the app may run on another machine
 */
export async function undoneWords(
  report: UninstallReport | undefined,
  inspector: Target['inspector'],
  localPid: number | undefined,
): Promise<string[]> {
  if (report === undefined)
    return ['Let go of the app. It does not answer now: the agent takes itself out within 10 s.'];
  const kept = report.kept.map(name => `left ${name} in place, switched off: something else was built on it`);
  return [`removed ${report.undone.length} hooks`, ...kept, ...(await inspectorWords(report, inspector, localPid))];
}

async function inspectorWords(
  { inspector: left }: UninstallReport,
  { openedByUs, port }: Target['inspector'],
  localPid: number | undefined,
): Promise<string[]> {
  if (left === 'leftToAnotherAgent') return ['left the inspector open for another editor that watches this app'];
  if (left === 'leftOpen') return openedByUs ? ['left the inspector open: another client uses it'] : [];
  return (await portCloses(localPid, port)) ? ['closed the inspector'] : ['the inspector closes when nobody uses it'];
}
