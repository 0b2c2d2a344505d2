/** How profiles are called. */

/** @returns `20261124T010203004Z-4711`: what starts anew in the same process has other ids */
export function profileIdPrefix(pid: number): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '')}-${pid}`;
}
