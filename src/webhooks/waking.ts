import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { logUnexpected } from "../http/log.ts";
import { ACROSS_WORKSPACES, type Tenant } from "../tenant/tenant.ts";
import { endpointName, type WakeReason } from "./endpoint-name.ts";
import type { News } from "./news.ts";

/** Who wakes the objects that tell webhooks of events. */

/**
 * Has an active webhook look for events.
 * @param shard where its workspace's data is
 * @param news what it would read; null: it reads itself
 */
export async function wakeEndpoint(
  env: Env,
  where: { shard: string; workspaceId: string; webhookId: string },
  reason: WakeReason,
  news: News | null = null,
): Promise<void> {
  const { shard, workspaceId, webhookId } = where;
  await env.ENDPOINT.getByName(endpointName(workspaceId, webhookId)).wake(shard, reason, news);
}

/** After a webhook was made, changed or removed: what wakes them asks anew, and its own object stops or starts. */
export async function webhooksChanged(env: Env, tenant: Tenant, webhookId?: string): Promise<void> {
  const { workspaceId } = tenant;
  try {
    await env.HUB.getByName(workspaceId).webhooksChanged(webhookId);
  } catch (error) {
    // It also asks anew by itself, and housekeeping finds what is behind.
    logUnexpected("webhook", "webhooks changed", error);
  }
}

/** Webhooks that one look finds at most on a shard. */
const FOUND_AT_ONCE = 500;
/** An attempt that was due so long ago has nobody that makes it. */
const OVERDUE_MS = 2 * 60_000;

/**
 * The active webhooks of a shard that are behind the newest event, or have an attempt overdue. Three look-ups for each
 * active webhook, whatever there is beside.
 */
export async function webhooksBehind(
  database: D1Database,
  now: number,
): Promise<{ workspaceId: string; webhookId: string }[]> {
  return drizzle(database, { casing: "snake_case" }).all(sql`${sql.raw(ACROSS_WORKSPACES)}
    SELECT w.workspace_id AS "workspaceId", w.id AS "webhookId" FROM webhooks w WHERE w.status = 'active' AND (
      coalesce(w.cursor, 0) < (SELECT max(e.seq) FROM events e WHERE e.workspace_id = w.workspace_id)
      OR EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.workspace_id = w.workspace_id AND d.webhook_id = w.id
        AND d.next_attempt_at IS NOT NULL AND d.next_attempt_at < ${now - OVERDUE_MS}))
    LIMIT ${FOUND_AT_ONCE}`);
}
