/** A profile as one HTML file that opens anywhere, with no network: the flame graph, and the same as a table. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { functionTable } from '../functionTable';
import type { Profile } from '../profile';
import { speedscopeFile } from './speedscope';

/** Put there by the build. */
const FLAME_FOLDER = new URL('./flame/', import.meta.url);
const MAX_ROWS = 500;

/**
 * @returns the document; its content policy lets no script run but its own
 * @throws what the file system throws when the program is not whole
 */
export async function htmlFile(profile: Profile): Promise<string> {
  const { method, route, durationMs, target, startedAtMs } = profile.info;
  const when = new Date(startedAtMs).toUTCString();
  const parts: Record<string, string> = {
    NONCE: randomBytes(16).toString('base64url'),
    TITLE: escaped(`${method} ${route}: ${Math.round(durationMs).toLocaleString('en-US')} ms`),
    ABOUT: escaped(`${target.name}[${target.pid}] on ${target.hostname}, Node ${target.nodeVersion}, ${when}`),
    PAGE: await asset('page.html'),
    STYLE: await asset('page.css'),
    SPEEDSCOPE: inScript(await asset('speedscope.js')),
    SPEEDSCOPESTYLE: await asset('speedscope.css'),
    SCRIPT: inScript(await asset('page.js')),
    // `<` stands in strings alone, where it may be an escape.
    PROFILE: speedscopeFile(profile).replaceAll('<', '\\u003c'),
    ROWS: rowsOf(profile),
  };
  const template = await asset('export.html');
  return template.replace(/\{\{(?<name>[A-Z]+)\}\}/g, (whole, name: string) => parts[name] ?? whole);
}

function asset(name: string): Promise<string> {
  return readFile(new URL(name, FLAME_FOLDER), 'utf8');
}

function rowsOf(profile: Profile): string {
  const wholeUs = Math.max(1, profile.info.durationMs * 1000);
  const rows = functionTable(profile, 'wall').slice(0, MAX_ROWS);
  const cells = ({ frame, selfUs, totalUs }: (typeof rows)[number]) => {
    const { name = '', file = '', line = 0 } = profile.frames[frame] ?? {};
    const place = file === '' ? '' : `${file}${line > 0 ? `:${line}` : ''}`;
    const share = `${((100 * selfUs) / wholeUs).toFixed(1)} %`;
    return [`${(selfUs / 1000).toFixed(1)} ms`, share, `${(totalUs / 1000).toFixed(1)} ms`, name, place];
  };
  return rows
    .map(
      row =>
        `<tr>${cells(row)
          .map(cell => `<td>${escaped(cell)}</td>`)
          .join('')}</tr>`,
    )
    .join('\n');
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, character => entities[character] ?? character).replace(/\p{Cc}/gu, ' ');
}

/** Inside a script, `<` of an end tag or a comment may stand in strings alone. */
function inScript(source: string): string {
  return source.replace(/<(?=\/script|!--)/gi, '\\x3c');
}
