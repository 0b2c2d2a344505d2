/** Where things are. */
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const shopFolder = fileURLToPath(new URL('../apps/shop', import.meta.url));
export const shopScript = fileURLToPath(new URL('../apps/shop/dist/server.js', import.meta.url));
export const sidecarScript = fileURLToPath(new URL('../../dist/sidecar.mjs', import.meta.url));
