/** What it takes to run a suite inside an extension host, in Chromium or on the desktop. */
import type { WhatToOpen } from './pageAddress';
import type { Settings } from './settings';

/** When nothing hangs, even a large suite is done in half of it. */
export const SUITE_TIMEOUT_MS = 5 * 60_000;

export interface SuiteOptions extends Omit<WhatToOpen, 'openFile'> {
  extensionDevelopmentPath: string;
  /** The bundle of `mochaEntry.ts`, or another module that exports `run(): Promise<void>`. */
  extensionTestsPath: string;
  /** User settings, added to `quietSettings`. */
  settings?: Settings;
  /** Seen by the extension host. */
  env?: Readonly<Record<string, string>>;
  /** 5 minutes by default. */
  timeoutMs?: number;
  /**
   * A folder that is replaced by one with VS Code's logs and, in Chromium, a picture of its window, when the suite does not
   * come to its end or a test fails.
   */
  artifactsPath?: string;
}
