import { eq, sql } from "drizzle-orm";
import type { Tenant } from "../tenant/tenant.ts";
import { byIdentity } from "./append.ts";
import { messages } from "./schema.ts";

/** How much is looked at, of a conversation's messages and of an identity's conversations: the newest ones. */
const MESSAGES = 60;
const CONVERSATIONS = 20;

/**
 * How often a customer wrote in a conversation since a time, and how many they began: two programs that answer each other
 * show by that. At most {@link MESSAGES} and {@link CONVERSATIONS}.
 * @param conversationId null: none goes on
 */
export async function wroteSince(
  tenant: Tenant,
  { identityId, conversationId }: { identityId: string; conversationId: string | null },
  since: number,
): Promise<{ messages: number; conversations: number }> {
  const { workspaceId } = tenant;
  const [row] = await tenant.db.all<{ messages: number; conversations: number }>(sql`SELECT
    (SELECT count(*) FROM (SELECT direction, created_at FROM messages INDEXED BY messages_by_conversation
      WHERE workspace_id = ${workspaceId} AND conversation_id = ${conversationId} ORDER BY seq DESC LIMIT ${MESSAGES})
      WHERE direction = 'in' AND created_at >= ${since}) AS messages,
    (SELECT count(*) FROM (SELECT created_at FROM ${byIdentity}
      WHERE workspace_id = ${workspaceId} AND identity_id = ${identityId} ORDER BY id DESC LIMIT ${CONVERSATIONS})
      WHERE created_at >= ${since}) AS conversations`);
  return row ?? { messages: 0, conversations: 0 };
}

/**
 * The conversations that messages of an inbox are in, each once, in the order of what was asked.
 * @param named.ids our own ids of messages @param named.sourceIds the channel's ids of what went out
 */
export async function conversationsOf(
  tenant: Tenant,
  inboxId: string,
  named: { ids: readonly string[]; sourceIds: readonly string[] },
): Promise<string[]> {
  const inside = (list: readonly string[]) => sql`(SELECT value FROM json_each(${JSON.stringify(list)}))`;
  const columns = { conversationId: messages.conversationId };
  const [own, sent] = await tenant.db.batch([
    tenant.db
      .select(columns)
      .from(messages)
      .where(tenant.of(messages, eq(messages.inboxId, inboxId), sql`${messages.id} IN ${inside(named.ids)}`)),
    tenant.db
      .select(columns)
      .from(messages)
      .where(
        tenant.of(
          messages,
          eq(messages.inboxId, inboxId),
          sql`${messages.sourceId} IN ${inside(named.sourceIds)}`,
        ),
      ),
  ]);
  return [...new Set([...sent, ...own].map(({ conversationId }) => conversationId))];
}
