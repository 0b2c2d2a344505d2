/** Whose code a position is in, told from its file name alone. */
import type { FrameOrigin } from '../protocol/values';

const NODE_MODULES = /[\\/]node_modules[\\/](?!.*[\\/]node_modules[\\/])((?:@[^\\/]+[\\/])?[^\\/]+)/;

/**
 * @param file absolute path, or what V8 calls the script
 * @returns `node` for Node's own modules, `native` where there is no file to open, `package` inside a node_modules
 */
export function frameOrigin(file: string): FrameOrigin {
  if (file.startsWith('node:') || file.startsWith('internal/')) return 'node';
  if (!isAbsolute(file)) return 'native';
  return NODE_MODULES.test(file) ? 'package' : 'user';
}

/** @returns name of the innermost package the file belongs to, scope included */
export function packageName(file: string): string | undefined {
  return NODE_MODULES.exec(file)?.[1]?.replace('\\', '/');
}

function isAbsolute(file: string): boolean {
  return file.startsWith('/') || /^[a-z]:[\\/]/i.test(file) || file.startsWith('\\\\');
}
