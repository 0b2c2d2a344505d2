/** Turns stacks as V8 saw them into stacks a person can read: original positions, whose code, the line's text. */
import type { Frame } from '../protocol/values';
import { pathOf } from './fileUrls';
import { frameOrigin, packageName } from './frameOrigin';
import { originalFunctionName } from './functionNames';
import { lineOf, SourceLines } from './sourceLines';
import { SourceMaps } from './sourceMaps';

/** A position as V8 gives it; the agent's frames have this shape. */
export interface GeneratedFrame {
  functionName: string;
  file: string;
  line: number;
  column: number;
  isAsync: boolean;
}

export class FrameResolver {
  private readonly maps = new SourceMaps();
  private readonly lines = new SourceLines();

  /** @returns the same frames, innermost first; a frame no map speaks of keeps its generated position */
  resolve(frames: readonly GeneratedFrame[]): Promise<Frame[]> {
    return Promise.all(frames.map(frame => this.resolveOne(frame)));
  }

  /**
   * @param generated where V8 says that a function begins
   * @returns the function at its original position, by its original name where a source map tells it
   */
  async resolveFunction(generated: GeneratedFrame): Promise<Frame> {
    const resolved = await this.resolveOne(generated);
    if (resolved.generated === undefined) return resolved;
    const at = { ...resolved.generated, functionName: generated.functionName };
    const lineText = await this.lines.wholeLine(at.file, at.line);
    const name = lineText === undefined ? undefined : await originalFunctionName(this.maps, at, lineText);
    return name === undefined ? resolved : { ...resolved, functionName: name };
  }

  /** @returns where a line of generated code comes from, by what stands first on it */
  async resolveLine(generated: Omit<GeneratedFrame, 'column'>): Promise<Frame> {
    const text = await this.lines.wholeLine(pathOf(generated.file), generated.line);
    const column = 1 + Math.max(0, text?.search(/\S/) ?? 0);
    return this.resolveOne({ ...generated, column });
  }

  private async resolveOne(generated: GeneratedFrame): Promise<Frame> {
    const frame = asGenerated(generated);
    if (frame.origin === 'node' || frame.origin === 'native') return frame;
    return (await this.atOriginal(frame)) ?? (await this.withLine(frame));
  }

  private async atOriginal(frame: Frame): Promise<Frame | undefined> {
    const original = await this.maps.original(frame.file, frame.line, frame.column);
    if (original === undefined) return undefined;
    const { file, line, column, content } = original;
    const text = content === undefined ? await this.lines.line(file, line) : lineOf(content, line);
    // A map that leads to no line of any source we can see is worth less than the position it started from.
    if (text === undefined) return undefined;
    const generated = { file: frame.file, line: frame.line, column: frame.column };
    return inPackage({ ...frame, file, line, column, origin: frameOrigin(file), sourceLine: text, generated });
  }

  private async withLine(frame: Frame): Promise<Frame> {
    const text = await this.lines.line(frame.file, frame.line);
    return inPackage(text === undefined ? frame : { ...frame, sourceLine: text });
  }
}

function asGenerated({ functionName, file, line, column, isAsync }: GeneratedFrame): Frame {
  const path = pathOf(file);
  return { functionName, file: path, line, column, isAsync, origin: frameOrigin(path) };
}

function inPackage(frame: Frame): Frame {
  const name = packageName(frame.file);
  return name === undefined ? frame : { ...frame, packageName: name };
}

/** @returns index of the user's innermost frame: the guilty line */
export function guiltyFrameOf(frames: readonly Frame[]): number | undefined {
  const index = frames.findIndex(frame => frame.origin === 'user' && frame.line > 0);
  return index < 0 ? undefined : index;
}
