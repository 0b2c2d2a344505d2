/** The Node.js versions that watched apps run on in the tests. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface NodeVersion {
  major: number;
  /** Path of the executable. */
  executable: string;
}

/** All majors that are supported, where their binaries can be had; elsewhere the Node.js that runs the tests. */
export const nodeVersions: readonly NodeVersion[] = installedVersions();

function installedVersions(): NodeVersion[] {
  const installed = [18, 20, 22, 24, 26]
    .map(major => ({
      major,
      executable: fileURLToPath(new URL(`../tools/node/node_modules/node${major}/bin/node`, import.meta.url)),
    }))
    .filter(({ executable }) => existsSync(executable));
  if (installed.length > 0) return installed;
  return [{ major: Number.parseInt(process.versions.node, 10), executable: process.execPath }];
}

/** @returns the version with this major, or the one that runs the tests */
export function nodeVersion(major: number): NodeVersion {
  const found = nodeVersions.find(version => version.major === major) ?? nodeVersions[0];
  if (found === undefined) throw new Error('there is no Node.js to run apps on');
  return found;
}
