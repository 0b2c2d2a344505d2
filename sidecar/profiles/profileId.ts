/** How profiles are called. */

/** @returns `20261124T010203004Z-4711`: what starts anew in the same process has other ids */
export function profileIdPrefix(pid: number): string {
  return `${new Date().toISOString().replace(/[-:.]/g, '')}-${pid}`;
}

/** @returns id of the profile that is cut out of the continuous one as number `count` */
export function cutId(prefix: string, count: number): string {
  return `${prefix}-c${count}`;
}

/** @returns whether it names one that was cut out of the continuous profile */
export function isCutId(id: string): boolean {
  return /-c\d+$/.test(id);
}
