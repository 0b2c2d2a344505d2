/** Where this page is: in a webview of the editor, which opens source lines, or in a file of its own. */
import type { FlameFrame } from './flameFile';
import type { SpeedscopeSources } from './speedscopeFrame';

export interface Host {
  /** @throws when something of the page cannot be read */
  load(): Promise<{ sources: SpeedscopeSources; profile: string }>;
  /** Opens a frame's source line; absent where there is no editor. */
  reveal?(frame: FlameFrame): void;
}

interface EditorApi {
  postMessage(message: unknown): void;
  setState(state: unknown): void;
}
declare const acquireVsCodeApi: (() => EditorApi) | undefined;

export function findHost(): Host {
  const { nonce } = document.querySelector<HTMLScriptElement>('script[nonce]') ?? { nonce: '' };
  return typeof acquireVsCodeApi === 'function' ? editorHost(acquireVsCodeApi(), nonce) : fileHost(nonce);
}

/** The extension names in the body's data what the page is made of. */
function editorHost(api: EditorApi, nonce: string): Host {
  const { script, style, profile, state } = document.body.dataset;
  api.setState(JSON.parse(state ?? '{}'));
  return {
    load: async () => {
      const [scriptText, styleText, profileText] = await Promise.all([script, style, profile].map(textAt));
      return { sources: { script: scriptText ?? '', style: styleText ?? '', nonce }, profile: profileText ?? '' };
    },
    reveal: frame => api.postMessage({ kind: 'reveal', frame }),
  };
}

async function textAt(url: string | undefined): Promise<string> {
  const response = await fetch(url ?? '');
  if (!response.ok) throw new Error(`it is not there any more (${response.status})`);
  return response.text();
}

/** An exported file carries all of it. */
function fileHost(nonce: string): Host {
  const embedded = (id: string) => document.getElementById(id)?.textContent ?? '';
  return {
    load: async () => ({
      sources: { script: embedded('speedscope-script'), style: embedded('speedscope-style'), nonce },
      profile: embedded('profile'),
    }),
  };
}
