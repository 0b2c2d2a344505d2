/** Renders PDF documents, as a person would see them. */
import { existsSync } from 'node:fs';
import { runProgram } from './vscode/runProgram';
import { findInSearchPath } from './vscode/searchPath';

const APT_TIMEOUT_MS = 10 * 60_000;
const RENDER_TIMEOUT_MS = 60_000;
const RESOLUTION_DPI = '80';

/**
 * @param pdf path of a document of one page
 * @param png path of the picture, with its extension
 * @throws Error when it is not a document that can be rendered
 */
export async function renderPdf(pdf: string, png: string): Promise<void> {
  const program = await ensureRenderer();
  const stem = png.replace(/\.png$/, '');
  await runProgram(program, ['-png', '-singlefile', '-r', RESOLUTION_DPI, pdf, stem], { timeoutMs: RENDER_TIMEOUT_MS });
}

/** Debian's package of it is installed when there is none, as root. */
async function ensureRenderer(): Promise<string> {
  const found = findInSearchPath(['pdftoppm']);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await runProgram('apt-get', ['-qq', 'update'], { env, timeoutMs: APT_TIMEOUT_MS });
    const install = ['-qq', 'install', '--yes', '--no-install-recommends', 'poppler-utils'];
    await runProgram('apt-get', install, { env, timeoutMs: APT_TIMEOUT_MS });
  }
  const installed = findInSearchPath(['pdftoppm']);
  if (installed === undefined) throw new Error('This test needs pdftoppm (Debian: apt-get install poppler-utils).');
  return installed;
}
