import { sql } from "drizzle-orm";
import type { Belonging } from "../contacts/belongings.ts";
import { inConversations } from "../conversations/belongings.ts";
import type { ConversationTrace } from "../conversations/erase.ts";
import { adjustChatbotTotal } from "../figures/totals.ts";
import { deleteSessions, type SessionTrace, sessionsIn, sessionsOf } from "../flows/run/traces.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { responseIdOf } from "./record.ts";
import { responses } from "./schema.ts";

const keyOf = ({ id, chatbotId, flowId }: SessionTrace) => ({
  owner: chatbotId ?? flowId,
  id: responseIdOf(id),
});

/** What a contact answered in flows. */
export const responseBelonging: Belonging = {
  kind: "response",
  scope: "responses:read",
  page: inConversations(async (tenant, conversationId, after, size) => {
    const sessions = await sessionsOf(tenant, conversationId, after, size);
    const rows = await tenant.db
      .select()
      .from(responses)
      .where(tenant.of(responses, among(sessions)));
    const byId = new Map(rows.map(({ workspaceId: _, nodes: __, ...row }) => [row.id, row]));
    return sessions.map((session) => ({
      key: session.id,
      item: byId.get(responseIdOf(session.id)) ?? { id: responseIdOf(session.id), flowId: session.flowId },
    }));
  }),
};

function among(sessions: readonly SessionTrace[]) {
  const keys = JSON.stringify(sessions.map(keyOf));
  return sql`(${responses.chatbotId}, ${responses.id}) IN (
    SELECT value ->> 'owner', value ->> 'id' FROM json_each(${keys}))`;
}

/** What flows leave behind of conversations: sessions, and the responses that these are known by. */
export const responseTrace: ConversationTrace = async (tenant, { conversationIds, size }) => {
  const gone = await sessionsIn(tenant, conversationIds, size);
  const statements =
    gone.length === 0
      ? []
      : [
          ...fewerResponses(tenant, gone),
          tenant.db.delete(responses).where(tenant.of(responses, among(gone))),
          deleteSessions(tenant, gone),
        ];
  return { statements, removed: { responses: gone.length }, more: gone.length === size };
};

/** Each chatbot has had so many fewer. */
function fewerResponses(tenant: Tenant, gone: readonly SessionTrace[]): Statement[] {
  const places = Map.groupBy(
    gone.filter(({ chatbotId }) => chatbotId !== null),
    ({ chatbotId, inboxId }) => JSON.stringify([chatbotId, inboxId]),
  );
  return [...places.values()].flatMap((same) => {
    const [{ chatbotId, inboxId } = { chatbotId: null, inboxId: null }] = same;
    if (chatbotId === null) return [];
    const keys = JSON.stringify(same.map(keyOf));
    const by = sql`-(SELECT count(*) FROM json_each(${keys}) AS given CROSS JOIN responses AS r
      WHERE r.workspace_id = ${tenant.workspaceId} AND r.chatbot_id = given.value ->> 'owner'
        AND r.id = given.value ->> 'id')`;
    return [adjustChatbotTotal(tenant, { metric: "responses", chatbotId, inboxId, by })];
  });
}
