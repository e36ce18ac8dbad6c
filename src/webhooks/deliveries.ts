import { and, count, eq, gte, isNotNull, lt, ne, sql } from "drizzle-orm";
import { notFound } from "../tenant/failure.ts";
import { firstIdAt, newId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom, mustChange } from "../tenant/writes.ts";
import { assertPace, paceFailure } from "./pace.ts";
import {
  ATTEMPT_STATES,
  type AttemptState,
  type DeliveryTrigger,
  type WebhookDelivery,
  webhookDeliveries,
} from "./schema.ts";

export { ERROR_KINDS } from "./schema.ts";

/** The delivery log: one row for each attempt. Callers have found the webhook, and so may see its log. */

/** An attempt that is pending for longer was cut off: it takes 15 seconds at most. */
const CUT_OFF_MS = 60_000;

/** A message in its next attempt. */
export interface Attempted {
  webhookId: string;
  messageId: string;
  eventSeq: number | null;
  eventType: string;
  body: string;
  trigger: DeliveryTrigger;
  /** Attempts that were made at least: one that arrived at once stands apart from the others. */
  made?: number;
}

/**
 * Writes down that an attempt begins, before it does, so that one that is cut off can be seen. It takes over from the
 * message's attempt before when the next one is due.
 * @returns the attempt's id
 * @throws Failure `conflict` when the webhook is gone; `rate_limited` for one by hand too many (pace.ts)
 */
export async function beginAttempt(tenant: Tenant, attempted: Attempted): Promise<string> {
  const { webhookId, messageId, eventSeq, eventType, body, trigger, made = 0 } = attempted;
  const at = tenant.now();
  const id = newId("delivery", at);
  const sameMessage = and(
    eq(webhookDeliveries.webhookId, webhookId),
    eq(webhookDeliveries.messageId, messageId),
  );
  const { workspaceId } = tenant;
  const before = sql`FROM webhook_deliveries d
    WHERE d.workspace_id = ${workspaceId} AND d.webhook_id = ${webhookId} AND d.message_id = ${messageId}`;
  const byHand = trigger !== "auto";
  const begun = tenant.batch([
    ...(byHand ? [assertPace(tenant, at)] : []),
    ...mustChange(
      tenant,
      insertFrom(
        tenant,
        webhookDeliveries,
        {
          id,
          webhookId,
          messageId,
          eventSeq,
          eventType,
          attempt: sql`(SELECT max(coalesce(max(d.attempt), 0), ${made}) + 1 ${before})`,
          trigger,
          state: "pending",
          statusCode: null,
          errorKind: null,
          durationMs: null,
          requestBody: body,
          responseExcerpt: null,
          nextAttemptAt: sql`(SELECT d.next_attempt_at ${before} ORDER BY d.attempt DESC LIMIT 1)`,
          lane: sql`(SELECT d.lane ${before} ORDER BY d.attempt DESC LIMIT 1)`,
          latest: true,
          createdAt: at,
        },
        sql`FROM webhooks w WHERE w.workspace_id = ${workspaceId} AND w.id = ${webhookId}`,
      ),
    ),
    tenant.db
      .update(webhookDeliveries)
      .set({ latest: false, nextAttemptAt: null })
      .where(
        tenant.of(
          webhookDeliveries,
          sameMessage,
          sql`${webhookDeliveries.latest} = 1`,
          ne(webhookDeliveries.id, id),
        ),
      ),
  ]);
  await begun.catch(async (error) => {
    throw (byHand && (await paceFailure(tenant, at))) || error;
  });
  return id;
}

/** How an attempt ended. */
export type AttemptOutcome = Pick<
  WebhookDelivery,
  "statusCode" | "errorKind" | "durationMs" | "responseExcerpt"
>;

/** What becomes of a message after an attempt that failed; `keep`: what was to follow before it. */
export type AfterFailure = "keep" | "exhausted" | { nextAttemptAt: number };

/** Writes down how an attempt ended, and answers it. @throws Failure `not_found` when the webhook is gone meanwhile */
export async function endAttempt(
  tenant: Tenant,
  id: string,
  outcome: AttemptOutcome,
  afterFailure: AfterFailure,
): Promise<WebhookDelivery> {
  const next = typeof afterFailure === "object" ? { nextAttemptAt: afterFailure.nextAttemptAt } : {};
  const ended: Partial<WebhookDelivery> =
    outcome.errorKind === null
      ? { state: "succeeded", nextAttemptAt: null }
      : afterFailure === "exhausted"
        ? { state: "exhausted", nextAttemptAt: null }
        : { state: "failed", ...next };
  const [row] = await tenant.db
    .update(webhookDeliveries)
    .set({ ...outcome, ...ended })
    .where(tenant.of(webhookDeliveries, eq(webhookDeliveries.id, id)))
    .returning();
  if (!row) throw notFound("delivery", id);
  return withoutWorkspace(row);
}

/** The row as it is handed on. */
export function withoutWorkspace({
  workspaceId: _,
  lane: __,
  ...delivery
}: typeof webhookDeliveries.$inferSelect): WebhookDelivery {
  return delivery;
}

/** Undelivered messages are counted up to this many of each state. */
export const MOST_COUNTED = 500;

/** Events of which the newest attempt, made since a time, did not get through. */
export interface Undelivered {
  /** The newest attempts, the longest ago first. */
  first: WebhookDelivery[];
  /** How many there are, counted up to {@link MOST_COUNTED} of each state. */
  count: number;
  /** False: there are more. */
  isExact: boolean;
}

/**
 * Finds events that were not delivered: failed, given up, called off or cut off. Tests are left out. Reads as many
 * rows as it finds, whatever the log holds.
 * @param since milliseconds
 */
export async function findUndelivered(
  tenant: Tenant,
  webhookId: string,
  since: number,
  limit: number,
): Promise<Undelivered> {
  const now = Date.now();
  const states = ATTEMPT_STATES.filter((state) => state !== "succeeded");
  const standing = (state: AttemptState) =>
    tenant.of(
      webhookDeliveries,
      eq(webhookDeliveries.webhookId, webhookId),
      eq(webhookDeliveries.state, state),
      gte(webhookDeliveries.id, firstIdAt("delivery", since)),
      state === "pending" ? lt(webhookDeliveries.id, firstIdAt("delivery", now - CUT_OFF_MS)) : undefined,
      // As the partial index spells it.
      sql`latest = 1 AND event_seq IS NOT NULL`,
    );
  const rows = await Promise.all(
    states.map((state) =>
      tenant.db
        .select()
        .from(webhookDeliveries)
        .where(standing(state))
        .orderBy(webhookDeliveries.id)
        .limit(limit),
    ),
  );
  const counts = await Promise.all(
    states.map(async (state) => {
      const some = tenant.db
        .select({ id: webhookDeliveries.id })
        .from(webhookDeliveries)
        .where(standing(state))
        .limit(MOST_COUNTED + 1)
        .as("some");
      const [row] = await tenant.db.select({ n: count() }).from(some);
      return row?.n ?? 0;
    }),
  );
  const first = rows
    .flat()
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map(withoutWorkspace);
  return {
    first,
    count: counts.reduce((sum, n) => sum + Math.min(n, MOST_COUNTED), 0),
    isExact: counts.every((n) => n <= MOST_COUNTED),
  };
}

/** The statement that calls off the attempts that were to follow at a webhook. */
export function callOffDue(tenant: Tenant, webhookId: string): Statement {
  return tenant.db
    .update(webhookDeliveries)
    .set({ state: "cancelled", nextAttemptAt: null })
    .where(
      tenant.of(
        webhookDeliveries,
        eq(webhookDeliveries.webhookId, webhookId),
        isNotNull(webhookDeliveries.nextAttemptAt),
      ),
    );
}
