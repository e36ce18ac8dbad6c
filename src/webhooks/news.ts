import { gt, sql } from "drizzle-orm";
import { getWorkspace } from "../gate/workspaces.ts";
import { chatbotsOfInboxes } from "../inboxes/store.ts";
import { events } from "../tenant/schema.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import type { StoredEvent } from "./render.ts";
import { type Webhook, webhooks } from "./schema.ts";
import { PULLED_AT_ONCE } from "./settling.ts";

/** Events in their order. */
export interface EventsRead {
  /** The events behind this number. */
  after: number;
  events: StoredEvent[];
  /** All that there are. */
  whole: boolean;
  /** The chatbots of their inboxes, where a webhook asks for them. */
  chatbots: Record<string, string | null>;
}

/** What there is to tell one webhook, read for all of a workspace's webhooks at once. */
export interface News {
  webhook: Webhook;
  /** Something waits in its log. */
  waits: boolean;
  read: EventsRead;
}

/** What there is to tell a workspace's webhooks. */
export interface AllNews {
  /** Where the workspace's data is. */
  shard: string;
  /** Of the active webhooks; none while the workspace is suspended. */
  webhooks: Omit<News, "read">[];
  read: EventsRead;
}

/**
 * Reads the workspace's active webhooks and its events, for all of them in one round trip.
 * @param after the newest event that was read so; null: not known, the newest {@link PULLED_AT_ONCE} are read
 */
export async function readNews(env: Env, workspaceId: string, after: number | null): Promise<AllNews> {
  const { shard, suspendedAt } = await getWorkspace(env, workspaceId);
  const tenant = new Tenant(shardDatabase(env, shard), {
    workspaceId,
    inboxes: null,
    actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
    timeZone: "UTC",
  });
  const first = sql`coalesce(${after}, (SELECT max(e.seq) - ${PULLED_AT_ONCE} FROM events e
    WHERE e.workspace_id = ${workspaceId}), 0)`;
  const waits = sql<number>`EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.workspace_id = ${workspaceId}
    AND d.webhook_id = webhooks.id AND d.next_attempt_at IS NOT NULL)`;
  const [active, [start], found] = await tenant.db.batch([
    // As the partial index spells it.
    tenant.db
      .select({ webhook: webhooks, waits: waits.as("waits") })
      .from(webhooks)
      .where(tenant.of(webhooks, sql`status = 'active'`)),
    tenant.db
      .select({ after: first.as("first") })
      .from(events)
      .where(tenant.of(events))
      .limit(1),
    tenant.db
      .select()
      .from(events)
      .where(tenant.of(events, gt(events.seq, first)))
      .orderBy(events.seq)
      .limit(PULLED_AT_ONCE),
  ]);
  const list = found.map(({ workspaceId: _, ...event }) => event);
  const some = suspendedAt === null ? active : [];
  const asks = some.some(({ webhook }) => webhook.chatbotId !== null);
  const inboxIds = list.flatMap(({ inboxId }) => inboxId ?? []);
  return {
    shard,
    webhooks: some.map(({ webhook: { workspaceId: _, ...webhook }, waits }) => ({
      webhook,
      waits: waits === 1,
    })),
    read: {
      after: Number(start?.after ?? 0),
      events: list,
      whole: list.length < PULLED_AT_ONCE,
      chatbots: asks ? Object.fromEntries(await chatbotsOfInboxes(tenant, inboxIds)) : {},
    },
  };
}
