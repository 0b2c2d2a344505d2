/** File URLs and paths: ES modules are known to V8 by the one, CommonJS modules by the other. */
import { fileURLToPath } from 'node:url';

/** @returns the path of a file URL; anything else as it is */
export function pathOf(fileOrUrl: string): string {
  if (!fileOrUrl.startsWith('file:')) return fileOrUrl;
  try {
    return fileURLToPath(stripQuery(fileOrUrl));
  } catch {
    return fileOrUrl;
  }
}

/** Loaders and watchers add `?t=…` to make a module new. */
function stripQuery(url: string): string {
  return url.replace(/[?#].*$/, '');
}
