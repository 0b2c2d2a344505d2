/** What a profile looks like in a list, without an editor's types. */
import type { ProfileInfo } from '../../sidecar/protocol/profileValues';
import { exactMs } from '../../sidecar/protocol/words';

export interface ProfileItem {
  label: string;
  description: string;
  icon: string;
  /** Lines of the tooltip. */
  tooltip: string[];
}

const TRIGGER_WORDS: Record<ProfileInfo['trigger'], string> = {
  url: 'asked for in its URL',
  header: 'asked for by a header',
  next: 'the next request of its route',
  replay: 'replayed in a copy of the app',
  continuous: 'cut out of the continuous profile',
};

/** @returns `GET /orders/7`, `412 ms · computing 31 · waiting 370 · held up 11 · 10:41:07` */
export function profileItem(profile: ProfileInfo): ProfileItem {
  const { method, url, durationMs, time, startedAtMs, target, notes, trigger, samples } = profile;
  const started = new Date(startedAtMs);
  const split = [
    `computing ${exactMs(time.computingMs)}`,
    `waiting ${exactMs(time.waitingMs)}`,
    ...(time.heldUpMs >= 0.5 ? [`held up ${exactMs(time.heldUpMs)}`] : []),
  ];
  return {
    label: `${method} ${url}`,
    description: [exactMs(durationMs), ...split, started.toLocaleTimeString()].join(' · '),
    icon: 'flame',
    tooltip: [
      `${method} ${url}, ${endText(profile)} after ${exactMs(durationMs)}`,
      [...split, `starting the profiler ${exactMs(time.profilerMs)}`].join(', '),
      `${started.toLocaleString()}; ${TRIGGER_WORDS[trigger]}; ${samples} samples`,
      `${target.name} [${target.pid}] on ${target.hostname}, Node.js ${target.nodeVersion}`,
      ...notes,
    ],
  };
}

function endText({ end }: ProfileInfo): string {
  if (end.kind === 'finished') return `answered ${end.statusCode}`;
  return end.kind === 'aborted' ? 'cut off' : 'not ended';
}
