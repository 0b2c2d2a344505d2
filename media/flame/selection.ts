/**
 * Which frame is selected in speedscope. It tells nobody, but it shows the stack of what is selected, innermost first,
 * each line with a chip in the frame's colour; in its tables a row has one, too.
 */
import type { FlameFrame } from './flameFile';

const CHIP = 'span[style*="background-color"]';

/**
 * @param inner speedscope's window
 * @param onSelect called when another frame is selected
 */
export function watchSelection(
  inner: Window,
  frames: readonly FlameFrame[],
  onSelect: (frame: FlameFrame) => void,
): void {
  const known = new Map(frames.map(frame => [textOf(frame), frame]));
  const byName = new Map([...frames].reverse().map(frame => [frame.name, frame]));
  let shown: FlameFrame | undefined;
  let isDue = false;
  const tell = (frame: FlameFrame | undefined) => {
    if (frame === undefined || frame === shown) return;
    shown = frame;
    onSelect(frame);
  };
  const look = () => {
    isDue = false;
    const line = stackLine(inner.document);
    if (line !== undefined) tell(known.get(line) ?? byName.get(line));
  };
  new MutationObserver(() => {
    if (isDue) return;
    isDue = true;
    inner.requestAnimationFrame(look);
  }).observe(inner.document.body, { subtree: true, childList: true, characterData: true });
  inner.document.addEventListener('click', event => {
    const row =
      event.target instanceof (inner as Window & typeof globalThis).Element ? event.target.closest('tr') : null;
    const cell = row?.querySelector(CHIP)?.parentElement;
    if (cell) tell(byName.get(ownText(cell)) ?? byName.get(cell.textContent.trim()));
  });
}

/** @returns text of the first line of the stack that is shown, which is the selected frame's */
function stackLine(page: Document): string | undefined {
  const chip = [...page.querySelectorAll(`div > ${CHIP}`)].find(each => each.closest('table') === null);
  const line = chip?.parentElement;
  return line?.firstElementChild === chip ? line?.textContent : undefined;
}

/** As speedscope writes it: `name (file:line:column)`. */
function textOf({ name, file, line, col }: FlameFrame): string {
  if (file === undefined) return name;
  return `${name} (${[file, line, col].filter(part => part !== undefined).join(':')})`;
}

function ownText(element: Element): string {
  const texts = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  return texts
    .map(({ textContent }) => textContent)
    .join('')
    .trim();
}
