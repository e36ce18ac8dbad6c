import { outboxName } from "../inboxes/outbox-name.ts";

/** What {@link outboxName} made. */
export function readOutboxName(name: string): { workspaceId: string; inboxId: string } {
  const [workspaceId = "", inboxId = ""] = name.split("/");
  return { workspaceId, inboxId };
}

/** Why it is woken: something goes out; housekeeping found something that waits; or the connection is another one. */
export type WakeReason = "news" | "swept" | "changed";

/**
 * Has an inbox's outbox look for what waits to go out.
 * @param shard where the workspace's data is
 */
export async function wakeOutbox(
  env: Env,
  shard: string,
  where: { workspaceId: string; inboxId: string },
  reason: WakeReason = "news",
): Promise<void> {
  await env.OUTBOX.getByName(outboxName(where)).wake(shard, reason);
}
