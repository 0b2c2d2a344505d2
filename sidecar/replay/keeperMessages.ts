/** What the sidecar and the keeper of a copy say to each other: one line of JSON each. */
import * as z from 'zod';

/** The first line of the keeper's standard input. Secrets of the app's environment go this way, not by arguments. */
export const keeperOrder = z.object({
  /** Tells the processes of this copy from all others. */
  id: z.string(),
  executable: z.string(),
  args: z.array(z.string()),
  workingDirectory: z.string(),
  environment: z.record(z.string(), z.string()),
  userId: z.int(),
  groupId: z.int(),
  /** TCP ports of the original, which the copy must not call. */
  ports: z.array(z.int()),
});
export type KeeperOrder = z.infer<typeof keeperOrder>;

/** Lines of the keeper's standard output. What the copy writes comes on standard error. */
export const keeperNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('started'), pid: z.int(), factsFile: z.string() }),
  z.object({ kind: z.literal('failed'), reason: z.string() }),
  /** It ended by itself. */
  z.object({ kind: z.literal('exited'), how: z.string() }),
]);
export type KeeperNews = z.infer<typeof keeperNews>;
