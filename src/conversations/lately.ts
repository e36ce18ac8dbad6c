import { eq, sql } from "drizzle-orm";
import type { Tenant } from "../tenant/tenant.ts";
import { byIdentity } from "./append.ts";
import { conversations, messages } from "./schema.ts";

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
 * The conversations that messages of an inbox are in, each once, those of messages that went out first.
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

/** The first of these conversations that is an identity's own; null: none is. */
export async function firstOfIdentity(
  tenant: Tenant,
  identityId: string,
  ids: readonly string[],
): Promise<string | null> {
  if (ids.length === 0) return null;
  const own = await tenant.db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        sql`${conversations.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(conversations.identityId, identityId),
        tenant.visible(conversations.inboxId),
      ),
    );
  return ids.find((id) => own.some((one) => one.id === id)) ?? null;
}
