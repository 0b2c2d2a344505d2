/** From generated positions to original ones, by the source maps that lie beside the generated files or inside them. */
import { access, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AnyMap, originalPositionFor, sourceContentFor, type TraceMap } from '@jridgewell/trace-mapping';
import { FileCache } from './fileCache';
import { pathOf } from './fileUrls';

/** Larger ones are not worth the memory: a map is about three times its file once parsed. */
const MAX_MAP_CHARACTERS = 64 * 1024 * 1024;
const MAX_MAPS = 100;

export interface OriginalPosition {
  /** Absolute path. */
  file: string;
  line: number;
  column: number;
  /** Text of the whole source, when the map carries it. */
  content: string | undefined;
}

export class SourceMaps {
  private readonly maps = new FileCache(readMapOf, MAX_MAPS);

  /**
   * @param file absolute path of generated code
   * @param line 1-based
   * @param column 1-based
   * @returns undefined when no map leads anywhere that exists
   */
  async original(file: string, line: number, column: number): Promise<OriginalPosition | undefined> {
    const map = await this.maps.get(file);
    if (map === undefined || line < 1) return undefined;
    const found = originalPositionFor(map, { line, column: Math.max(0, column - 1) });
    // Undefined when the map names a source it does not have.
    if (!found.source) return undefined;
    const path = await sourcePath(found.source, file);
    if (path === undefined) return undefined;
    const content = sourceContentFor(map, found.source) ?? undefined;
    // A map that points behind the end of its source belongs to another version of it.
    if (content !== undefined && found.line > content.split('\n').length) return undefined;
    return { file: path, line: found.line, column: found.column + 1, content };
  }

  /**
   * @param file absolute path of generated code
   * @param line 1-based
   * @param column 1-based, of the first character of an identifier
   * @returns what the identifier is called in the source; undefined when the map does not say
   */
  async originalName(file: string, line: number, column: number): Promise<string | undefined> {
    const map = await this.maps.get(file);
    if (map === undefined || line < 1) return undefined;
    return originalPositionFor(map, { line, column: column - 1 }).name ?? undefined;
  }
}

/** https://tc39.es/ecma426/ : the last comment of the file counts. */
const MAP_COMMENT = /^[ \t]*\/[/*][#@][ \t]*sourceMappingURL=(?<url>[^\s'"*]+)/gm;

async function readMapOf(file: string): Promise<TraceMap | undefined> {
  const url = [...(await readFile(file, 'utf8')).matchAll(MAP_COMMENT)].at(-1)?.groups?.url;
  if (url === undefined) return undefined;
  const mapFile = resolve(dirname(file), url.startsWith('data:') ? file : decodePath(url));
  const text = url.startsWith('data:') ? await dataText(url) : await readFile(mapFile, 'utf8');
  if (text.length > MAX_MAP_CHARACTERS) return undefined;
  // `)]}'` may stand before the JSON to keep browsers from running it.
  return AnyMap(text.replace(/^\)\]\}'[^\n]*\n/, ''), pathToFileURL(mapFile).href);
}

function decodePath(url: string): string {
  if (url.startsWith('file:')) return fileURLToPath(url);
  return decodeURIComponent(url.replace(/[?#].*$/, ''));
}

async function dataText(url: string): Promise<string> {
  return (await fetch(url)).text();
}

/** Bundlers write `webpack://name/./src/a.ts`: the path then counts from some folder above the bundle. */
async function sourcePath(source: string, generatedFile: string): Promise<string | undefined> {
  if (source.startsWith('file:')) {
    const path = pathOf(source);
    return path === source ? undefined : path;
  }
  const inProject = /^[a-z-]+:\/\/[^/]*\/(?:\.\/)?(?<path>.+)$/i.exec(source)?.groups?.path;
  if (inProject === undefined) return undefined;
  for (let folder = dirname(generatedFile); ; folder = dirname(folder)) {
    const candidate = resolve(folder, inProject);
    if (await exists(candidate)) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
