export function rules(library: object, format: string): Record<string, () => unknown>;
