/** Reads the config file of a headless watch. */
import { readFileSync } from 'node:fs';
import { ConfigError, type WatchConfig, watchConfig } from './config';

/** A key that looks like a secret, and the environment variable it belongs into. */
const SECRETS: [RegExp, string][] = [
  [/webhook/i, 'INTROSPECTOR_WEBHOOK_URL'],
  [/user/i, 'INTROSPECTOR_SMTP_USER'],
  [/pass|secret|auth|token/i, 'INTROSPECTOR_SMTP_PASSWORD'],
];

/** @throws ConfigError that says where in the file what is wrong; it shows no value */
export function readConfigFile(file: string): WatchConfig {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    // What a parser says quotes the file.
    const why = error instanceof SyntaxError ? 'it is not JSON' : error instanceof Error ? error.message : error;
    throw new ConfigError(`The config file ${file} cannot be read: ${why}.`);
  }
  const secret = secretIn(value, '');
  if (secret !== undefined) {
    throw new ConfigError(
      `The config file ${file} holds a secret at ${secret.path}. Secrets come from the environment: set ${secret.variable} instead.`,
    );
  }
  const parsed = watchConfig.partial().safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(issue => {
    const path = issue.path.join('.') || 'the top level';
    return issue.code === 'unrecognized_keys'
      ? `${issue.keys.map(key => `"${key}"`).join(', ')} at ${path} is not known`
      : `${path}: ${issue.message}`;
  });
  throw new ConfigError(`The config file ${file} is not right: ${problems.join('; ')}.`);
}

function secretIn(value: unknown, path: string): { path: string; variable: string } | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const here = path === '' ? key : `${path}.${key}`;
    // Patterns of routes are the user's own names.
    if (here === 'routes') continue;
    const found = SECRETS.find(([pattern]) => pattern.test(key));
    if (found) return { path: here, variable: found[1] };
    const deeper = secretIn(inner, here);
    if (deeper) return deeper;
  }
  return undefined;
}
