import type { FlameFrame } from './flameFile';
export function watchSelection(
  _inner: Window,
  _frames: readonly FlameFrame[],
  _onSelect: (frame: FlameFrame) => void,
): void {}
