/** The program that `desktopDownload.ts` starts. Arguments: version, cache folder. It answers by messages to its parent. */
import { downloadAndUnzipVSCode, type ProgressReport, ProgressReportStage } from '@vscode/test-electron';
import type { DownloadMessage } from './desktopDownload';

/** The package makes four attempts; it gives up one when nothing arrives for this time. */
const IDLE_TIMEOUT_MS = 15_000;

async function main(version: string, cachePath: string): Promise<void> {
  let lastError: unknown;
  const reporter = {
    report: (progress: ProgressReport) => {
      if (progress.stage === ProgressReportStage.Downloading) tell({ kind: 'reached' });
      if (progress.stage === ProgressReportStage.Retrying) lastError = progress.error;
    },
    error: (error: unknown) => {
      lastError = error;
    },
  };
  try {
    const executablePath = await downloadAndUnzipVSCode({ version, cachePath, reporter, timeout: IDLE_TIMEOUT_MS });
    tell({ kind: 'ready', executablePath });
  } catch (error) {
    const reasons = [error, lastError].filter(reason => reason !== undefined).map(textOf);
    tell({ kind: 'unavailable', reason: [...new Set(reasons)].join(': ') });
  }
}

function tell(message: DownloadMessage): void {
  process.send?.(message);
}

/** The package also throws strings, and Node an AggregateError without a message when no address of a host answers. */
function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

const [version = 'stable', cachePath = '.vscode-test'] = process.argv.slice(2);
void main(version, cachePath);
