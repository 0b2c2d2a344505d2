/** Routes of frameworks that do not write them on the request: told while the request's context runs. */
import type { AsyncLocalStorage } from 'node:async_hooks';
import { guarded } from './guarded';
import { type Hooks, replaceMethod, type Undo } from './hooks';
import type { RequestRecord } from './requests';
import { MAX_ROUTE_LENGTH } from './routes';
import type { Load } from './runtime';

/** Fastify tells the route of the request that runs by a tracing channel, from version 5 on. */
export function installFastifyRoutes(load: Load, hooks: Hooks, context: AsyncLocalStorage<RequestRecord>): void {
  const channels = load('diagnostics_channel');
  const name = 'tracing:fastify.request.handler:start';
  const onHandler = guarded<unknown>(message => {
    const record = context.getStore();
    const url = (message as { route?: { url?: unknown } }).route?.url;
    if (record && typeof url === 'string') record.route = url.slice(0, MAX_ROUTE_LENGTH);
  });
  hooks.install('routes of Fastify', () => {
    channels.subscribe(name, onHandler);
    return () => channels.unsubscribe(name, onHandler);
  });
}

const KOA_ROUTERS = ['/node_modules/@koa/router/', '/node_modules/koa-router/'];

/** A Koa router, as far as we read it. */
interface KoaRouter {
  match(path: string, method: string): { pathAndMethod?: { path?: unknown }[] };
}

/** Koa has no channel: its routers' `match` is replaced, in those that CommonJS has loaded. */
export function installKoaRoutes(load: Load, hooks: Hooks, context: AsyncLocalStorage<RequestRecord>): void {
  hooks.install('routes of Koa', () => {
    const routers = loadedKoaRouters(load);
    if (routers.length === 0) return 'no Koa router is loaded by require';
    const undos = routers.map(router => watchMatches(router, context));
    return () => undos.map(undo => undo()).every(Boolean);
  });
}

function watchMatches(router: KoaRouter, context: AsyncLocalStorage<RequestRecord>): Undo {
  return replaceMethod(router, 'match', original => {
    return function match(this: KoaRouter, ...args: [string, string]) {
      const result = original.apply(this, args);
      try {
        const path = result.pathAndMethod?.at(-1)?.path;
        const record = context.getStore();
        if (record && (typeof path === 'string' || path instanceof RegExp)) {
          record.route = String(path).slice(0, MAX_ROUTE_LENGTH);
        }
      } catch {
        // The app must not notice.
      }
      return result;
    };
  });
}

function loadedKoaRouters(load: Load): KoaRouter[] {
  const cache = (load('module') as unknown as { _cache?: Record<string, { exports?: unknown } | undefined> })._cache;
  const found = new Set<KoaRouter>();
  for (const [file, module] of Object.entries(cache ?? {})) {
    const path = file.replaceAll('\\', '/');
    if (!KOA_ROUTERS.some(folder => path.includes(folder))) continue;
    for (const candidate of routerClasses(module?.exports)) {
      if (typeof candidate?.prototype?.match === 'function') found.add(candidate.prototype);
    }
  }
  return [...found];
}

type RouterClass = { prototype?: KoaRouter } | undefined;

function routerClasses(exports: unknown): RouterClass[] {
  const { default: byDefault, Router } = (exports ?? {}) as { default?: RouterClass; Router?: RouterClass };
  return [exports as RouterClass, byDefault, Router];
}
