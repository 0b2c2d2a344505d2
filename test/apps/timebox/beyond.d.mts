export function beyond(library: object): Record<string, () => unknown>;
