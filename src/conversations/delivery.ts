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
