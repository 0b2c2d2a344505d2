/** What a suite in an extension host says, brought here through files: those survive the host. */
import { closeSync, existsSync, openSync, readFileSync, readSync, watch, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { createTempFolder } from './tempFolder';

const suiteResult = z.object({ passed: z.int(), failed: z.int(), skipped: z.int() });
export type SuiteResult = z.infer<typeof suiteResult>;

export interface SuiteOutput {
  /** To be given to the extension host; `mochaEntry.ts` reads it there. */
  readonly env: { VSCODE_SUITE_OUT: string };
  /**
   * @param circumstances what to add to the error
   * @throws Error when the suite did not come to its end, or had no test that passed or failed
   */
  readResult(circumstances?: string): SuiteResult;
  /** Passes on what is left. */
  stop(): void;
}

/** @param sink gets the suite's output while it runs */
export function collectSuiteOutput(sink: NodeJS.WritableStream): SuiteOutput {
  const folder = createTempFolder('vsc-out-');
  const path = `${folder.path}/suite`;
  writeFileSync(path, '');
  const file = openSync(path, 'r');
  const buffer = Buffer.alloc(64 * 1024);
  const passOn = () => {
    for (;;) {
      const length = readSync(file, buffer);
      if (length === 0) return;
      sink.write(Buffer.from(buffer.subarray(0, length)));
    }
  };
  const watcher = watch(path, passOn);
  return {
    env: { VSCODE_SUITE_OUT: path },
    readResult: (circumstances = '') => readResult(`${path}.json`, circumstances),
    stop: () => {
      watcher.close();
      passOn();
      closeSync(file);
      folder.remove();
    },
  };
}

function readResult(path: string, circumstances: string): SuiteResult {
  if (!existsSync(path)) throw new Error(`The extension host ended before the suite did. ${circumstances}`.trimEnd());
  const result = suiteResult.parse(JSON.parse(readFileSync(path, 'utf8')));
  if (result.passed + result.failed === 0) throw new Error('The suite ran no test.');
  return result;
}
