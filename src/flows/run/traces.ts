import { eq, sql } from "drizzle-orm";
import type { Statement, Tenant } from "../../tenant/tenant.ts";
import { flowSessions } from "../schema.ts";

/** A session as it is found in its conversation. */
export interface SessionTrace {
  id: string;
  conversationId: string;
  flowId: string;
  chatbotId: string | null;
  inboxId: string | null;
}

/** Sessions of these conversations, in no order, `size` at most. */
export function sessionsIn(
  tenant: Tenant,
  conversationIds: readonly string[],
  size: number,
): Promise<SessionTrace[]> {
  const { id, conversationId, flowId, chatbotId, inboxId } = flowSessions;
  return tenant.db
    .select({ id, conversationId, flowId, chatbotId, inboxId })
    .from(sql`json_each(${JSON.stringify(conversationIds)}) AS wanted`)
    .crossJoin(flowSessions)
    .where(tenant.of(flowSessions, sql`${conversationId} = wanted.value`))
    .limit(size);
}

/** Sessions of one conversation, the first first. */
export function sessionsOf(
  tenant: Tenant,
  conversationId: string,
  after: string | number | null,
  size: number,
): Promise<SessionTrace[]> {
  const { id, flowId, chatbotId, inboxId } = flowSessions;
  return tenant.db
    .select({ id, conversationId: flowSessions.conversationId, flowId, chatbotId, inboxId })
    .from(flowSessions)
    .where(
      tenant.of(flowSessions, eq(flowSessions.conversationId, conversationId), sql`${id} > ${after ?? ""}`),
    )
    .orderBy(id)
    .limit(size);
}

/** The statement that removes sessions, with what the visitor said in them. */
export function deleteSessions(tenant: Tenant, gone: readonly SessionTrace[]): Statement {
  const keys = JSON.stringify(gone.map(({ conversationId, id }) => [conversationId, id]));
  return tenant.db.delete(flowSessions).where(
    tenant.of(
      flowSessions,
      sql`(${flowSessions.conversationId}, ${flowSessions.id}) IN (
        SELECT value ->> 0, value ->> 1 FROM json_each(${keys}))`,
    ),
  );
}
