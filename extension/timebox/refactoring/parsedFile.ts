/** One source file as TypeScript sees it, with what its names refer to; nothing else is read, no library either. */
import ts from 'typescript';

export interface ParsedFile {
  source: ts.SourceFile;
  text: string;
  /** Knows what the file itself declares. What comes from elsewhere has no type. */
  checker: ts.TypeChecker;
  isTypeScript: boolean;
  /** Where the parser had to guess. */
  syntaxErrors: readonly Span[];
}

/** Offsets in the text; `end` is the first that does not belong to it. */
export interface Span {
  start: number;
  end: number;
}

/** Puts the text in place of what is there. */
export interface TextEdit extends Span {
  text: string;
}

/** @param fileName tells the language by its extension */
export function parseFile(text: string, fileName: string): ParsedFile {
  const name = `/${fileName.replace(/^.*[\\/]/, '')}`;
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const host: ts.CompilerHost = {
    getSourceFile: asked => (asked === name ? source : undefined),
    getDefaultLibFileName: () => '',
    writeFile: () => {},
    getCurrentDirectory: () => '/',
    getCanonicalFileName: asked => asked,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => '\n',
    fileExists: asked => asked === name,
    readFile: () => undefined,
  };
  const options: ts.CompilerOptions = {
    ...{ noLib: true, noResolve: true, allowJs: true, types: [] },
    ...{ target: ts.ScriptTarget.Latest, jsx: ts.JsxEmit.Preserve },
  };
  const program = ts.createProgram({ rootNames: [name], options, host });
  return {
    source,
    text,
    checker: program.getTypeChecker(),
    isTypeScript: /\.[cm]?tsx?$/.test(name),
    syntaxErrors: program.getSyntacticDiagnostics(source).map(({ start, length }) => ({ start, end: start + length })),
  };
}

/** @returns whether the second lies within the first */
export function contains(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}

/** @returns where it is, without the comments before it */
export function spanOf(node: ts.Node): Span {
  return { start: node.getStart(), end: node.end };
}
