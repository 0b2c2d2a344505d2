/** Takes profiles of single requests, and does what can be done with those that are kept. */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { PROFILE_FILE_EXTENSIONS, type ProfileFormat, type ProfileInfo } from '../../sidecar/protocol/profileValues';
import { profileItem } from '../profiles/profileItems';
import { RouteChoice } from '../profiles/routeChoice';
import type { WatchedTarget } from '../store/sessionStore';
import type { RequestNode } from '../trees/nodes';
import { chooseTarget } from './chooseTarget';
import type { CommandParts } from './parts';

const NOT_WATCHING = 'Introspector is not attached to a running app. Attach first, then profile a request of it.';

const FORMATS: Record<ProfileFormat, string> = {
  speedscope: 'speedscope, wall time and CPU time',
  cpuprofile: 'CPU profile, for Chrome and for the viewer of VS Code',
  pprof: 'pprof, gzipped',
  folded: 'folded stacks, for flamegraph.pl and its like',
  html: 'web page that opens anywhere, with no network',
  svg: 'call graph as SVG',
  pdf: 'call graph as PDF',
};

/** @param of a route of the Requests view, or `GET /orders/:id`; else the user is asked */
export async function profileNext(parts: CommandParts, of?: RequestNode | string): Promise<void> {
  const { store, sidecar } = parts;
  const watched = await targetMeant(store.watchingTargets, of);
  if (watched === undefined) return;
  const route = routeOf(of) ?? (await new RouteChoice(store.groups).ask());
  if (route === undefined) return;
  const { id: targetId, name } = watched.target;
  await sidecar.request('profileNext', { targetId, routes: [route] });
  const title = `Waiting for the next ${route === '' ? 'request' : route} of ${name}`;
  const location = vscode.ProgressLocation.Notification;
  await vscode.window.withProgress({ location, title, cancellable: true }, async (_progress, cancelled) => {
    const outcome = await nextProfile(parts, targetId, cancelled);
    if (outcome === 'cancelled') await sidecar.request('profileNext', { targetId, routes: [] });
  });
}

/** @param of a request whose address is wanted with the link */
export async function copyProfileLink({ sidecar }: CommandParts, of?: RequestNode): Promise<void> {
  const { token } = await sidecar.request('profileToken', {});
  const parameter = `__introspect__=${token}`;
  const address = of?.kind === 'request' ? `${of.request.origin ?? ''}${of.request.url}` : undefined;
  const link = address === undefined ? parameter : `${address}${address.includes('?') ? '&' : '?'}${parameter}`;
  await vscode.env.clipboard.writeText(link);
  const what = address === undefined ? 'Parameter copied: add it to any URL of the app' : 'Profile link copied';
  vscode.window.setStatusBarMessage(`$(check) ${what}`, 5_000);
}

/** @param of a profile, or a slow request, which is then cut out of the continuous profile; else the user is asked */
export async function openProfile(parts: CommandParts, of?: ProfileInfo | RequestNode): Promise<void> {
  const profile =
    of !== undefined && 'kind' in of ? await cutProfile(parts, of) : await chosenProfile(parts, of, 'Open Flame Graph');
  if (profile !== undefined) await parts.flames.open(profile);
}

async function cutProfile({ sidecar }: CommandParts, of: RequestNode): Promise<ProfileInfo | undefined> {
  if (of.kind !== 'request') return undefined;
  return (await sidecar.request('cutProfile', { slowRequestId: of.request.id })).profile;
}

export async function exportProfile(parts: CommandParts, of?: ProfileInfo): Promise<void> {
  const profile = await chosenProfile(parts, of, 'Export Profile');
  if (profile === undefined) return;
  const items = (Object.keys(FORMATS) as ProfileFormat[]).map(format => ({
    label: `.${PROFILE_FILE_EXTENSIONS[format]}`,
    description: FORMATS[format],
    format,
  }));
  const chosen = await vscode.window.showQuickPick(items, { title: 'Export Profile as', matchOnDescription: true });
  if (chosen === undefined) return;
  const name = `${profile.id}.${PROFILE_FILE_EXTENSIONS[chosen.format]}`;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? profile.target.workingDirectory;
  const file = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.file(join(folder, name)) });
  if (file === undefined) return;
  await parts.sidecar.request('exportProfile', { profileId: profile.id, format: chosen.format, file: file.fsPath });
  vscode.window.setStatusBarMessage(`$(check) Written: ${vscode.workspace.asRelativePath(file)}`, 5_000);
}

/** Shows what changed from an older profile of the same route to a newer one. */
export async function compareProfiles(parts: CommandParts, of?: ProfileInfo): Promise<void> {
  const one = await chosenProfile(parts, of, 'Compare Profile');
  if (one === undefined) return;
  const { store, sidecar, documents } = parts;
  const isOfRoute = ({ method, route }: ProfileInfo) => method === one.method && route === one.route;
  const others = store.profiles.all.filter(({ id }) => id !== one.id);
  const sorted = [...others.filter(isOfRoute), ...others.filter(other => !isOfRoute(other))];
  if (sorted.length === 0) {
    void vscode.window.showInformationMessage(
      'There is no other profile to compare with. Take one more, then compare.',
    );
    return;
  }
  const items = sorted.map(profile => {
    const { label, description } = profileItem(profile);
    return { label, description, profile };
  });
  const title = `Compare ${one.method} ${one.url} with`;
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (chosen === undefined) return;
  const [before, after] = [one, chosen.profile].sort((a, b) => a.startedAtMs - b.startedAtMs);
  if (before === undefined || after === undefined) return;
  const { text } = await sidecar.request('compareProfiles', { beforeId: before.id, afterId: after.id });
  await documents.openComparison(after, `${before.id} ${after.id}`, text);
}

export async function deleteProfile(parts: CommandParts, of?: ProfileInfo): Promise<void> {
  const profile = await chosenProfile(parts, of, 'Delete Profile');
  if (profile === undefined) return;
  await parts.sidecar.request('deleteProfile', { profileId: profile.id });
  parts.store.profiles.remove(profile.id);
}

/** Fulfilled when a request that was waited for has been profiled, or nobody waits any more. */
function nextProfile(
  { store }: CommandParts,
  targetId: string,
  cancelled: vscode.CancellationToken,
): Promise<'taken' | 'gone' | 'cancelled'> {
  const takenBefore = store.profiles.taken.length;
  return new Promise(resolve => {
    const done = (outcome: 'taken' | 'gone' | 'cancelled') => {
      subscription.dispose();
      resolve(outcome);
    };
    const subscription = store.onDidChange(() => {
      const { taken } = store.profiles;
      if (taken.slice(takenBefore).some(({ trigger }) => trigger === 'next')) done('taken');
      else if (!store.watchingTargets.some(({ target }) => target.id === targetId)) done('gone');
    });
    cancelled.onCancellationRequested(() => done('cancelled'));
  });
}

function targetMeant(
  targets: readonly WatchedTarget[],
  of: RequestNode | string | undefined,
): Promise<WatchedTarget | undefined> {
  const targetId = typeof of === 'object' ? targetOf(of) : undefined;
  const meant = targets.filter(({ target }) => targetId === undefined || target.id === targetId);
  return chooseTarget(meant, 'Profile the next request of', NOT_WATCHING);
}

function targetOf(node: RequestNode): string | undefined {
  if (node.kind === 'group') return node.group.targetId;
  return node.kind === 'request' ? node.request.targetId : undefined;
}

function routeOf(of: RequestNode | string | undefined): string | undefined {
  if (typeof of === 'string') return of;
  const about = of?.kind === 'group' ? of.group : of?.kind === 'request' ? of.request : undefined;
  return about === undefined ? undefined : `${about.method} ${about.route}`;
}

/** The one meant, else the one selected in the view, else the one chosen from a list. */
async function chosenProfile(
  { store, profileTree, sidecar }: CommandParts,
  of: ProfileInfo | undefined,
  title: string,
): Promise<ProfileInfo | undefined> {
  if (of !== undefined) return of;
  if (profileTree.selected !== undefined) return profileTree.selected;
  store.profiles.set((await sidecar.request('listProfiles', {})).profiles);
  const items = store.profiles.all.map(profile => ({ ...profileItem(profile), profile }));
  if (items.length === 0) void vscode.window.showInformationMessage('No request has been profiled yet.');
  const shown = items.map(({ label, description, profile }) => ({ label, description, profile }));
  if (shown.length === 0) return undefined;
  return (await vscode.window.showQuickPick(shown, { title, matchOnDescription: true }))?.profile;
}
