/** A profile as text, for a terminal and for those who cannot see a flame graph. */
import type { HotLine, ProfileInfo } from '../protocol/profileValues';
import { exactMs } from '../protocol/words';
import { oneLine } from './oneLine';
import { shownFile } from './places';

const MAX_LINES = 10;

/** What the text needs of a profile. */
interface ReportedProfile {
  info: ProfileInfo;
  /** Most first. */
  lines: readonly HotLine[];
}

/** @returns where the time went, and the lines that computed most */
export function profileReport({ info, lines }: ReportedProfile): string {
  const { method, url, target, notes } = info;
  const head = [
    `Profile of ${method} ${oneLine(url)}          ${endText(info)} after ${exactMs(info.durationMs)}`,
    `${new Date(info.startedAtMs).toISOString().replace('T', ' ').replace('Z', ' UTC')} · ${target.name}[${target.pid}] on ${target.hostname} · Node ${target.nodeVersion}`,
    `Time: ${timeText(info)}`,
  ];
  const hot = lines.slice(0, MAX_LINES).map(({ file, line, selfUs, sourceLine = '' }) => {
    const time = `${(selfUs / 1000).toFixed(1)} ms`.padStart(11);
    const share = `${Math.round(selfUs / 10 / Math.max(info.durationMs, 0.001))} %`.padStart(5);
    return `${time} ${share}  ${shownFile(file, target.workingDirectory)}:${line}  ${oneLine(sourceLine)}`.trimEnd();
  });
  const hotText = hot.length === 0 ? [] : ['', 'Lines that computed most', ...hot];
  return [...head, ...hotText, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

function endText({ end }: ProfileInfo): string {
  if (end.kind === 'finished') return `answered ${end.statusCode}`;
  return end.kind === 'aborted' ? 'aborted' : 'still running';
}

/** @returns `computing 31 ms · waiting 370 ms · held up by other work 11 ms · starting the profiler 6 ms` */
function timeText({ time: { computingMs, waitingMs, heldUpMs, profilerMs } }: ProfileInfo): string {
  return [
    `computing ${exactMs(computingMs)}`,
    `waiting ${exactMs(waitingMs)}`,
    `held up by other work ${exactMs(heldUpMs)}`,
    `starting the profiler ${exactMs(profilerMs)}`,
  ].join(' · ');
}
