import { eq, gt, sql } from "drizzle-orm";
import { events } from "../tenant/schema.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom, mustChange } from "../tenant/writes.ts";
import type { Ended, Item, Settlement } from "./lanes.ts";
import type { StoredEvent } from "./render.ts";
import { type Webhook, webhookDelivered, webhookDeliveries, webhooks } from "./schema.ts";

/** What an endpoint reads of the database and writes into it. */

/** Events that are read at once. */
export const PULLED_AT_ONCE = 100;
/** What waits in the log is held in memory up to this many; while there are more, no further events are taken in. */
export const MOST_WAITING = 1_000;

/** The webhook; null when it is gone. */
export async function readWebhook(tenant: Tenant, id: string): Promise<Webhook | null> {
  const [row] = await tenant.db
    .select()
    .from(webhooks)
    .where(tenant.of(webhooks, eq(webhooks.id, id)));
  if (!row) return null;
  const { workspaceId: _, ...webhook } = row;
  return webhook;
}

/** What waits in a webhook's log, in the order of the events. */
export async function readWaiting(tenant: Tenant, webhookId: string): Promise<Item[]> {
  const rows = await tenant.db
    .select({
      rowId: webhookDeliveries.id,
      seq: webhookDeliveries.eventSeq,
      lane: webhookDeliveries.lane,
      messageId: webhookDeliveries.messageId,
      eventType: webhookDeliveries.eventType,
      attempts: webhookDeliveries.attempt,
      due: webhookDeliveries.nextAttemptAt,
    })
    .from(webhookDeliveries)
    .where(
      tenant.of(
        webhookDeliveries,
        eq(webhookDeliveries.webhookId, webhookId),
        // As the partial index spells it.
        sql`next_attempt_at IS NOT NULL`,
      ),
    )
    // One reading may go beyond, and none of a lane may be missed.
    .limit(2 * MOST_WAITING);
  return rows
    .map(({ seq, lane, due, ...row }) => ({
      ...row,
      seq: seq ?? 0,
      lane: lane ?? row.messageId,
      due: due ?? 0,
      body: null,
    }))
    .toSorted((a, b) => a.seq - b.seq);
}

/** What is still to be sent of a message that waits in the log; null when somebody else saw to it. */
export async function readMessage(
  tenant: Tenant,
  webhookId: string,
  messageId: string,
): Promise<{ body: string; attempts: number } | null> {
  const [row] = await tenant.db
    .select({
      body: webhookDeliveries.requestBody,
      attempts: webhookDeliveries.attempt,
      due: webhookDeliveries.nextAttemptAt,
    })
    .from(webhookDeliveries)
    .where(
      tenant.of(
        webhookDeliveries,
        eq(webhookDeliveries.webhookId, webhookId),
        eq(webhookDeliveries.messageId, messageId),
      ),
    )
    .orderBy(sql`${webhookDeliveries.attempt} DESC`)
    .limit(1);
  return row && row.due !== null ? { body: row.body, attempts: row.attempts } : null;
}

/** The number of the newest event; 0 where there is none. */
export async function newestEvent(tenant: Tenant): Promise<number> {
  const [row] = await tenant.db
    .select({ seq: sql<number>`coalesce(max(${events.seq}), 0)` })
    .from(events)
    .where(tenant.of(events));
  return row?.seq ?? 0;
}

/** The events after a number: at most {@link PULLED_AT_ONCE}. */
export async function readEvents(tenant: Tenant, after: number): Promise<StoredEvent[]> {
  const rows = await tenant.db
    .select()
    .from(events)
    .where(tenant.of(events, gt(events.seq, after)))
    .orderBy(events.seq)
    .limit(PULLED_AT_ONCE);
  return rows.map(({ workspaceId: _, ...event }) => event);
}

/**
 * The statements that write a settlement: nothing of it, with `conflict`, unless the webhook is active. An event that
 * arrived at once is one row; whatever else happened is another attempt of its message.
 */
export function writeSettlement(tenant: Tenant, webhookId: string, settlement: Settlement): Statement[] {
  const { cursor, ended, waiting } = settlement;
  const moved = tenant.db
    .update(webhooks)
    .set({ cursor: sql`max(coalesce(cursor, 0), ${cursor})` })
    .where(tenant.of(webhooks, eq(webhooks.id, webhookId), eq(webhooks.status, "active")));
  return [
    ...mustChange(tenant, moved),
    ...writeEnded(tenant, webhookId, ended, false),
    ...(waiting.length > 0 ? [insertWaiting(tenant, webhookId, waiting)] : []),
  ];
}

/** The statements that log what ended of a webhook that is paused or disabled meanwhile; where it is gone, nothing. */
export function writeLast(tenant: Tenant, webhookId: string, ended: readonly Ended[]): Statement[] {
  return writeEnded(tenant, webhookId, ended, true);
}

/** @param isLast true: nothing is tried again */
function writeEnded(
  tenant: Tenant,
  webhookId: string,
  ended: readonly Ended[],
  isLast: boolean,
): Statement[] {
  const isFirst = ({ attempt, outcome }: Ended) => attempt === 1 && outcome.errorKind === null;
  const [delivered, others] = [ended.filter(isFirst), ended.filter((one) => !isFirst(one))];
  const waited = ended.flatMap(({ waitingRowId }) => (waitingRowId === null ? [] : [waitingRowId]));
  return [
    ...(waited.length > 0
      ? [
          tenant.db
            .delete(webhookDeliveries)
            .where(
              tenant.of(
                webhookDeliveries,
                sql`${webhookDeliveries.id} IN (SELECT value FROM json_each(${JSON.stringify(waited)}))`,
                eq(webhookDeliveries.attempt, 0),
              ),
            ),
        ]
      : []),
    ...(delivered.length > 0 ? [insertDelivered(tenant, webhookId, delivered)] : []),
    ...(others.length > 0 ? insertAttempts(tenant, webhookId, others, isLast) : []),
  ];
}

/** `FROM` what is given, while the webhook is there. */
function fromRows(tenant: Tenant, webhookId: string, rows: readonly object[]) {
  return sql`FROM webhooks w CROSS JOIN json_each(${JSON.stringify(rows)}) AS one
    WHERE w.workspace_id = ${tenant.workspaceId} AND w.id = ${webhookId}`;
}

const of = (name: string) => sql`one.value ->> ${sql.raw(`'${name}'`)}`;

function rowOf({ id, at, item, outcome, attempt, nextAttemptAt }: Ended) {
  const { messageId, seq, eventType, body, lane } = item;
  return { id, at, messageId, seq, eventType, body, lane, attempt, nextAttemptAt, ...outcome };
}

function insertDelivered(tenant: Tenant, webhookId: string, ended: readonly Ended[]): Statement {
  return insertFrom(
    tenant,
    webhookDelivered,
    {
      webhookId,
      id: of("id"),
      messageId: of("messageId"),
      eventSeq: of("seq"),
      eventType: of("eventType"),
      statusCode: of("statusCode"),
      durationMs: of("durationMs"),
      requestBody: of("body"),
      responseExcerpt: of("responseExcerpt"),
      createdAt: of("at"),
    },
    fromRows(tenant, webhookId, ended.map(rowOf)),
  );
}

function insertAttempts(
  tenant: Tenant,
  webhookId: string,
  ended: readonly Ended[],
  isLast: boolean,
): Statement[] {
  const { workspaceId } = tenant;
  const rows = ended.map((one) => {
    const ok = one.outcome.errorKind === null;
    const willFollow = !isLast && one.nextAttemptAt !== null;
    const state = ok ? "succeeded" : willFollow ? "failed" : isLast ? "cancelled" : "exhausted";
    return { ...rowOf(one), state, nextAttemptAt: willFollow ? one.nextAttemptAt : null };
  });
  const ids = JSON.stringify(rows.map(({ id }) => id));
  const messages = JSON.stringify(rows.map(({ messageId }) => messageId));
  return [
    tenant.db
      .update(webhookDeliveries)
      .set({ latest: false, nextAttemptAt: null })
      .where(
        tenant.of(
          webhookDeliveries,
          eq(webhookDeliveries.webhookId, webhookId),
          sql`${webhookDeliveries.messageId} IN (SELECT value FROM json_each(${messages}))`,
          sql`${webhookDeliveries.latest} = 1`,
          sql`${webhookDeliveries.id} NOT IN (SELECT value FROM json_each(${ids}))`,
        ),
      ),
    insertFrom(
      tenant,
      webhookDeliveries,
      {
        id: of("id"),
        webhookId,
        messageId: of("messageId"),
        eventSeq: of("seq"),
        eventType: of("eventType"),
        // Somebody may have repeated it by hand meanwhile.
        attempt: sql`(SELECT coalesce(max(d.attempt), 0) + 1 FROM webhook_deliveries d
          WHERE d.workspace_id = ${workspaceId} AND d.webhook_id = ${webhookId} AND d.message_id = ${of("messageId")})`,
        trigger: "auto",
        state: of("state"),
        statusCode: of("statusCode"),
        errorKind: of("errorKind"),
        durationMs: of("durationMs"),
        requestBody: of("body"),
        responseExcerpt: of("responseExcerpt"),
        nextAttemptAt: of("nextAttemptAt"),
        lane: of("lane"),
        latest: true,
        createdAt: of("at"),
      },
      fromRows(tenant, webhookId, rows),
    ),
  ];
}

/** What waits behind an earlier event of its lane, or for an attempt under way that takes long: attempt 0. */
function insertWaiting(tenant: Tenant, webhookId: string, items: readonly Item[]): Statement {
  const rows = items.map(({ rowId, messageId, seq, eventType, body, lane, due }) => {
    return { id: rowId, messageId, seq, eventType, body, lane, due };
  });
  return insertFrom(
    tenant,
    webhookDeliveries,
    {
      id: of("id"),
      webhookId,
      messageId: of("messageId"),
      eventSeq: of("seq"),
      eventType: of("eventType"),
      attempt: 0,
      trigger: "auto",
      state: "pending",
      statusCode: null,
      errorKind: null,
      durationMs: null,
      requestBody: of("body"),
      responseExcerpt: null,
      nextAttemptAt: of("due"),
      lane: of("lane"),
      latest: true,
      createdAt: tenant.now(),
    },
    fromRows(tenant, webhookId, rows),
  );
}
