/** Light or dark, as the page around says: the editor's theme in the editor, the system's elsewhere. */

const DARK_QUERY = '(prefers-color-scheme: dark)';
const DARK_THEMES = ['vscode-dark', 'vscode-high-contrast'];
const LIGHT_THEMES = ['vscode-light', 'vscode-high-contrast-light'];

/**
 * Makes a frame's page believe that the system's colours are the editor's, and hear when they change.
 *
 * @param inner window of the frame, before its scripts run
 */
export function followTheme(inner: Window): void {
  const listeners = new Set<(event: MediaQueryListEvent) => void>();
  const original = inner.matchMedia.bind(inner);
  const query = {
    media: DARK_QUERY,
    get matches() {
      return isDark();
    },
    addEventListener: (_type: string, listener: (event: MediaQueryListEvent) => void) => listeners.add(listener),
    removeEventListener: (_type: string, listener: (event: MediaQueryListEvent) => void) => listeners.delete(listener),
    addListener: (listener: (event: MediaQueryListEvent) => void) => listeners.add(listener),
    removeListener: (listener: (event: MediaQueryListEvent) => void) => listeners.delete(listener),
  } as unknown as MediaQueryList;
  inner.matchMedia = media => (media === DARK_QUERY ? query : original(media));
  const tell = () => {
    for (const listener of listeners) listener({ matches: isDark(), media: DARK_QUERY } as MediaQueryListEvent);
  };
  new MutationObserver(tell).observe(document.body, { attributes: true, attributeFilter: ['class'] });
  original(DARK_QUERY).addEventListener('change', tell);
}

/** A light high contrast theme carries the class of the dark one, too. */
function isDark(): boolean {
  const { classList } = document.body;
  if (LIGHT_THEMES.some(name => classList.contains(name))) return false;
  return DARK_THEMES.some(name => classList.contains(name)) || window.matchMedia(DARK_QUERY).matches;
}
