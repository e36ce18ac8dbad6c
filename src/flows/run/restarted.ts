import { sql } from "drizzle-orm";
import { sourceIdOf } from "../../contacts/identities.ts";
import { roomName } from "../../conversations/room.ts";
import { ACROSS_WORKSPACES, type Tenant } from "../../tenant/tenant.ts";

/** Rooms that are woken at once; the rest is woken by housekeeping, or by its visitor. */
const MAX_WOKEN = 200;

/**
 * Has sessions begin that publishing restarts: wakes their rooms, the newest {@link MAX_WOKEN}. A visitor who writes
 * before has theirs begin with it.
 * @param tenant sees what whoever published sees, or everything
 * @param shard where its data is
 */
export async function wakeRestarted(env: Pick<Env, "ROOM">, tenant: Tenant, shard: string): Promise<void> {
  const { workspaceId } = tenant;
  const sourceId = sourceIdOf(tenant, sql`c.contact_id`, sql`c.identity_id`);
  const rows = await tenant.db.all<{ inboxId: string; sourceId: string | null }>(sql`
    SELECT c.inbox_id AS inboxId, ${sourceId} AS sourceId
    FROM flow_sessions s INDEXED BY flow_sessions_to_begin
    JOIN conversations c ON c.workspace_id = s.workspace_id AND c.id = s.conversation_id
    WHERE s.workspace_id = ${workspaceId} AND s.status = 'waiting' AND s.state IS NULL
    ORDER BY s.wake_at DESC LIMIT ${MAX_WOKEN}`);
  await Promise.all(
    rows.map(async ({ inboxId, sourceId: source }) => {
      if (source === null) return;
      await env.ROOM.getByName(roomName({ workspaceId, inboxId, sourceId: source })).wake(shard);
    }),
  );
}

/** Workspaces of a shard in which sessions wait to begin again, for housekeeping, which knows no workspace yet. */
export async function workspacesWithRestarted(database: D1Database): Promise<string[]> {
  const { results } = await database
    .prepare(
      `${ACROSS_WORKSPACES} SELECT DISTINCT workspace_id FROM flow_sessions INDEXED BY flow_sessions_to_begin
       WHERE status = 'waiting' AND state IS NULL LIMIT 1000`,
    )
    .all<{ workspace_id: string }>();
  return results.map((row) => row.workspace_id);
}
