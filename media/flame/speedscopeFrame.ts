/**
 * speedscope in a frame of its own: it wants a whole window, and its keys should not be ours. It takes files that are
 * dropped on it, which is how it gets the profile.
 */
import { followTheme } from './theme';

const PROFILE_NAME = 'profile.speedscope.json';

export interface SpeedscopeSources {
  script: string;
  style: string;
  /** Of the page's content policy, which holds in the frame, too. */
  nonce: string;
}

/**
 * @param place where the frame goes
 * @param profile text of the speedscope file
 * @returns its window, with the profile on its way
 */
export async function openSpeedscope(place: HTMLElement, sources: SpeedscopeSources, profile: string): Promise<Window> {
  const frame = document.createElement('iframe');
  frame.title = 'Flame graph';
  frame.srcdoc = '<!DOCTYPE html><html><head></head><body></body></html>';
  const loaded = new Promise(resolve => frame.addEventListener('load', resolve, { once: true }));
  place.replaceChildren(frame);
  await loaded;
  const inner = frame.contentWindow as Window & typeof globalThis;
  followTheme(inner);
  const page = inner.document;
  const style = page.createElement('style');
  style.textContent = withoutFont(sources.style);
  page.head.append(style);
  const script = page.createElement('script');
  script.nonce = sources.nonce;
  script.textContent = sources.script;
  page.body.append(script);
  drop(inner, new inner.File([profile], PROFILE_NAME, { type: 'application/json' }));
  return inner;
}

function drop(inner: Window & typeof globalThis, file: File): void {
  const dataTransfer = new inner.DataTransfer();
  dataTransfer.items.add(file);
  const target = inner.document.body.firstElementChild ?? inner.document.body;
  target.dispatchEvent(new inner.DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}

/** The font would have to come from somewhere; Courier is named after it. */
function withoutFont(style: string): string {
  return style.replace(/@font-face\s*\{[^}]*\}/g, '').replace(/\/\*#[^*]*\*\//g, '');
}
