import { eq, type SQL, sql } from "drizzle-orm";
import { recordEvent } from "../tenant/events.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { whenChanged } from "../tenant/writes.ts";
import { type DeliveryState, messages } from "./schema.ts";

/** The states that each one may follow: how far a message has come never goes back, and one that failed has ended. */
const BEFORE: Record<DeliveryState, readonly DeliveryState[]> = {
  queued: [],
  sent: ["queued"],
  delivered: ["queued", "sent"],
  read: ["queued", "sent", "delivered"],
  failed: ["queued", "sent"],
};

/**
 * The statements that move a message's delivery state, with `message.updated`, and `message.failed` for who
 * waits for that alone; reports that come late, twice or out of
 * order change nothing. The one place that changes it.
 * @param report.failure why it failed, as the channel says it, for `failed` alone
 * @param report.sourceId the channel's own id of the message, where the report tells it for the first time
 */
export function deliveryStatements(
  tenant: Tenant,
  message: { id: string; inboxId: string; conversationId: string },
  report: { state: DeliveryState; failure?: string; sourceId?: string },
  at = tenant.now(),
): Statement[] {
  const { state, failure, sourceId } = report;
  return whenChanged(
    tenant.db
      .update(messages)
      .set({
        status: state,
        failure: state === "failed" ? (failure ?? null) : null,
        ...(sourceId === undefined ? {} : { sourceId }),
      })
      .where(
        tenant.of(
          messages,
          eq(messages.id, message.id),
          sql`${messages.status} IN (SELECT value FROM json_each(${JSON.stringify(BEFORE[state])}))`,
        ),
      ),
    ...(["message.updated", ...(state === "failed" ? (["message.failed"] as const) : [])] as const).map(
      (type) => (onlyIf: SQL) =>
        recordEvent(
          tenant,
          {
            type,
            subjectId: message.id,
            inboxId: message.inboxId,
            data: { conversationId: message.conversationId, status: state },
          },
          { onlyIf, at },
        ),
    ),
  );
}

/** Messages that one report moves at most: more do not wait for it. */
const REACHED_AT_ONCE = 50;

/**
 * The statements that move all that went out to a customer up to a time, in their newest conversation: some channels
 * report so. Reads at most {@link REACHED_AT_ONCE} messages.
 */
export async function reachedStatements(
  tenant: Tenant,
  { inboxId, sourceId }: { inboxId: string; sourceId: string },
  { state, until }: { state: "delivered" | "read"; until: number },
): Promise<Statement[]> {
  const { workspaceId } = tenant;
  const identityId = sql`(SELECT ci.id FROM contact_identities ci
    WHERE ci.workspace_id = ${workspaceId} AND ci.inbox_id = ${inboxId} AND ci.source_id = ${sourceId})`;
  const conversationId = sql`(SELECT c.id FROM conversations c INDEXED BY conversations_by_identity
    WHERE c.workspace_id = ${workspaceId} AND c.identity_id = ${identityId} ORDER BY c.id DESC LIMIT 1)`;
  const rows = await tenant.db.all<{ id: string; conversationId: string; at: number; status: string }>(sql`
    SELECT id, conversation_id AS "conversationId", created_at AS at, status FROM messages
    WHERE workspace_id = ${workspaceId} AND conversation_id = ${conversationId} AND direction = 'out'
      AND kind = 'message'
    ORDER BY seq DESC LIMIT ${REACHED_AT_ONCE}`);
  return rows
    .filter(({ at, status }) => at <= until && status !== "queued" && status !== state && status !== "failed")
    .toReversed()
    .flatMap(({ id, conversationId: where }) =>
      deliveryStatements(tenant, { id, inboxId, conversationId: where }, { state }),
    );
}
