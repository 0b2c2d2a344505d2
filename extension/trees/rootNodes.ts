/** What stands at the top of the Requests view: groups or requests, and below them the journals that are open. */
import type { SlowRequest } from '../../sidecar/protocol/values';
import { groupsOf, type ShownGroup } from '../store/groups';
import { lastReportOf } from '../store/lastReports';
import type { OpenJournal, OpenJournals } from '../store/openJournals';
import type { SessionStore } from '../store/sessionStore';
import { fact, type RequestNode } from './nodes';
import { RequestFilter } from './requestFilter';
import { childrenOf } from './requestNodes';
import type { ViewState } from './viewState';

/** All that the view shows. */
export interface Model {
  store: SessionStore;
  journals: OpenJournals;
  view: ViewState;
}

interface Requests {
  requests: readonly SlowRequest[];
  groups: readonly ShownGroup[];
}

export function rootNodes({ store, journals, view }: Model): RequestNode[] {
  const { targets } = store;
  const nameOf = (of: { targetId: string }) => {
    const target = targets.length > 1 ? store.targetOf(of) : undefined;
    return target && `${target.name} [${target.pid}]`;
  };
  const workingDirectoryOf = (of: { targetId: string }) => store.targetOf(of)?.workingDirectory;
  const filter = new RequestFilter(view.filterText, workingDirectoryOf);
  return [
    ...requestNodes({ requests: store.slowRequests, groups: store.groups }, view, filter, nameOf),
    ...journals.all.map(journal => journalNode(journal, view)),
  ];
}

/** @returns groups of which something is to be seen, with those of their requests that are */
export function shownGroups({ store, view }: Model): ShownGroup[] {
  return new RequestFilter(view.filterText, of => store.targetOf(of)?.workingDirectory).groups(store.groups);
}

/** @returns the way from the top of the view to a request, both included; empty when it is not shown */
export function pathTo(nodes: readonly RequestNode[], requestId: string): RequestNode[] {
  for (const node of nodes) {
    if (node.kind === 'request' && node.id === requestId) return [node];
    if (node.kind !== 'group' && node.kind !== 'journal') continue;
    const path = pathTo(childrenOf(node), requestId);
    if (path.length > 0) return [node, ...path];
  }
  return [];
}

function requestNodes(
  { requests, groups }: Requests,
  { isGrouped }: ViewState,
  filter: RequestFilter,
  nameOf: (of: { targetId: string }) => string | undefined,
): RequestNode[] {
  if (isGrouped) {
    return filter
      .groups(groups)
      .map(group => ({ kind: 'group', id: `group ${group.key}`, group, targetName: nameOf(group) }));
  }
  return filter
    .requests(requests)
    .map(request => ({ kind: 'request', id: request.id, request, isInGroup: false, targetName: nameOf(request) }));
}

function journalNode(journal: OpenJournal, view: ViewState): RequestNode {
  const { info, target, slowRequests, problems } = journal;
  const id = `journal ${info.file}`;
  const { state } = target;
  const filter = new RequestFilter(view.filterText, () => target.workingDirectory);
  const history = { requests: slowRequests, groups: groupsOf(slowRequests, new Map()) };
  return {
    kind: 'journal',
    id,
    journal,
    children: [
      ...('message' in state ? [fact(`${id}/end`, 'debug-disconnect', state.message)] : []),
      ...problems.map((problem, index) => fact(`${id}/problem${index}`, 'warning', problem)),
      ...(slowRequests.length === 0 ? [fact(`${id}/none`, 'info', 'No request was slow.')] : []),
      ...requestNodes(history, view, filter, () => undefined),
    ],
  };
}

/** @returns whether a journal has something that its target was doing when it ended */
export function hasLastReport({ target }: OpenJournal): boolean {
  return lastReportOf(target) !== undefined;
}
