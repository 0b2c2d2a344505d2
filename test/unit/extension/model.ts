/** The model of a Requests view, for tests to fill. */
import { OpenJournals } from '../../../extension/store/openJournals';
import { SessionStore } from '../../../extension/store/sessionStore';
import type { RequestNode } from '../../../extension/trees/nodes';
import { childrenOf } from '../../../extension/trees/requestNodes';
import type { Model } from '../../../extension/trees/rootNodes';
import { ViewState } from '../../../extension/trees/viewState';
import type { TargetStats } from '../../../sidecar/protocol/values';

/** Grouped, and nothing in it. */
export function emptyModel(): Model {
  const kept = new Map<string, unknown>();
  const memory = {
    get: <T>(key: string) => kept.get(key) as T | undefined,
    update: async (key: string, value: unknown) => void kept.set(key, value),
  };
  return { store: new SessionStore(), journals: new OpenJournals(), view: new ViewState(memory) };
}

export function stats(changes: Partial<TargetStats> = {}): TargetStats {
  return {
    targetId: 't1',
    requestsSeen: 12,
    requestsInFlight: 1,
    slowRequests: 3,
    ignored: [],
    agentCpuShare: 0.012,
    ...changes,
  };
}

/** @returns labels of a node and all below it, indented, as a person sees them when everything is open */
export function outline(nodes: readonly RequestNode[], labelOf: (node: RequestNode) => string, indent = ''): string[] {
  return nodes.flatMap(node => [`${indent}${labelOf(node)}`, ...outline(childrenOf(node), labelOf, `${indent}  `)]);
}
