/** Looks at the pixels of a picture. */
import { PNG } from 'pngjs';

/** @returns how many colours a PNG has */
export function distinctColours(png: Buffer): number {
  const { data } = PNG.sync.read(png);
  const colours = new Set<number>();
  for (let at = 0; at + 3 < data.length; at += 4) colours.add(data.readUInt32BE(at) >>> 8);
  return colours.size;
}
