import { and, eq, or, sql } from "drizzle-orm";
import { inHiddenInbox, mayChangeChatbot, sharedWithHidden } from "../../inboxes/shared.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import { flowSessions, type flows, flowVersions } from "../schema.ts";

/**
 * Whether a caller limited to inboxes may change, publish or delete a flow: a chatbot's where the chatbot answers in no
 * other inbox; an automation flow until somebody else makes it live, or it runs in an inbox that the caller may not see.
 * Reads a row or two, for limited callers alone.
 * @throws Failure `not_allowed`
 */
export async function mayChangeFlow(
  tenant: Tenant,
  {
    id,
    chatbotId,
    publishedVersionId,
  }: Pick<typeof flows.$inferSelect, "id" | "chatbotId" | "publishedVersionId">,
): Promise<void> {
  const hidden = inHiddenInbox(tenant, sql`${flowSessions.inboxId}`);
  if (hidden === undefined) return;
  if (chatbotId !== null) return mayChangeChatbot(tenant, chatbotId);
  const { kind, id: actorId } = tenant.actor;
  const [running, others] = await Promise.all([
    tenant.db
      .select({ id: flowSessions.id })
      .from(flowSessions)
      .where(tenant.of(flowSessions, eq(flowSessions.flowId, id), sql`status = 'waiting'`, hidden))
      .limit(1),
    tenant.db
      .select({ id: flowVersions.id })
      .from(flowVersions)
      .where(
        tenant.of(
          flowVersions,
          and(
            eq(flowVersions.id, publishedVersionId ?? ""),
            or(sql`created_by_kind <> ${kind}`, sql`created_by <> ${actorId}`),
          ),
        ),
      ),
  ]);
  if (running.length + others.length > 0) throw sharedWithHidden("This flow");
}
