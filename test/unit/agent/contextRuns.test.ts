import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ContextRuns } from '../../../sidecar/agent/contextRuns';
import type { RequestRecord } from '../../../sidecar/agent/requests';
import type { Load } from '../../../sidecar/agent/runtime';

test('an error while it is noted who runs does not reach the app', async () => {
  const load = createRequire(import.meta.url) as unknown as Load;
  const context = new AsyncLocalStorage<RequestRecord>();
  const record = { profile: {} } as RequestRecord;
  let thrown = 0;
  const fail = () => {
    thrown += 1;
    throw new Error('of the agent');
  };
  const runs = new ContextRuns(load, context, () => performance.now(), { resumes: fail, settled: fail, ran: fail });
  runs.enable();
  try {
    runs.enter(record);
    runs.leave();
    await context.run(record, () => delay(1));
  } finally {
    runs.disable();
  }
  expect(thrown).toBeGreaterThan(2);
});
