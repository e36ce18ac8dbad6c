import { and, asc, desc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { notFound } from "../tenant/failure.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Conversation, Message } from "./append.ts";
import { conversations, messages } from "./schema.ts";

/** What of a conversation's messages the caller may read. */
export interface MessageView {
  /** Callers with `notes:read` see private notes among the messages. */
  notes: boolean;
}

/** The kinds of messages in a view, as a condition. */
export function kindsOf(view: MessageView): SQL {
  return inArray(messages.kind, view.notes ? ["message", "note"] : ["message"]);
}

/** @throws Failure `not_found`, also for a conversation in an inbox that the caller may not see */
export async function getConversation(tenant: Tenant, id: string): Promise<Conversation> {
  const [row] = await tenant.db
    .select()
    .from(conversations)
    .where(tenant.of(conversations, eq(conversations.id, id), tenant.visible(conversations.inboxId)));
  if (!row) throw notFound("conversation", id);
  const { workspaceId: _, ...conversation } = row;
  return conversation;
}

/** One message, for the answer of the call that wrote it. @throws Failure `not_found` */
export async function getMessage(tenant: Tenant, id: string): Promise<Message> {
  const [row] = await tenant.db
    .select()
    .from(messages)
    .where(tenant.of(messages, eq(messages.id, id), tenant.visible(messages.inboxId)));
  if (!row) throw notFound("message", id);
  return asMessage(row);
}

/**
 * A message of an inbox that its channel's service tells of, by our own id where it tells that, else by its own. Null for
 * one that is not there.
 */
export async function messageReported(
  tenant: Tenant,
  inboxId: string,
  { messageId, sourceId }: { messageId?: string; sourceId: string },
): Promise<Pick<Message, "id" | "inboxId" | "conversationId"> | null> {
  const named = messageId === undefined ? eq(messages.sourceId, sourceId) : eq(messages.id, messageId);
  const [row] = await tenant.db
    .select({ id: messages.id, inboxId: messages.inboxId, conversationId: messages.conversationId })
    .from(messages)
    .where(tenant.of(messages, eq(messages.inboxId, inboxId), eq(messages.direction, "out"), named));
  return row ?? null;
}

/** These messages, as far as they are there for the caller, in the order of their numbers within a conversation. */
export async function getMessages(tenant: Tenant, ids: readonly string[]): Promise<Message[]> {
  if (ids.length === 0) return [];
  const rows = await tenant.db
    .select()
    .from(messages)
    .where(
      tenant.of(
        messages,
        sql`${messages.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        tenant.visible(messages.inboxId),
      ),
    );
  return rows.map(asMessage).sort((a, b) => a.seq - b.seq);
}

function asMessage({ workspaceId: _, n: __, ...message }: typeof messages.$inferSelect): Message {
  return message;
}

/**
 * A conversation's messages, oldest first. The caller has been found to see the conversation.
 */
export async function listMessages(
  tenant: Tenant,
  conversationId: string,
  options: MessageView & { cursor?: string; limit: number },
): Promise<Page<Message>> {
  const scope: CursorScope = {
    list: "messages",
    tenant,
    filters: [conversationId, options.notes],
  };
  const after = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.int()])))[0];
  const rows = await tenant.db
    .select()
    .from(messages)
    .where(
      tenant.of(
        messages,
        and(
          eq(messages.conversationId, conversationId),
          after ? gt(messages.seq, after) : undefined,
          kindsOf(options),
        ),
      ),
    )
    .orderBy(asc(messages.seq))
    .limit(options.limit + 1);
  return pageOf(scope, rows.map(asMessage), options.limit, (row) => [row.seq]);
}

/** The newest messages of a conversation, oldest of them first. */
export async function latestMessages(
  tenant: Tenant,
  conversationId: string,
  options: MessageView & { limit: number },
): Promise<{ items: Message[]; earlier: boolean }> {
  const rows = await tenant.db
    .select()
    .from(messages)
    .where(tenant.of(messages, and(eq(messages.conversationId, conversationId), kindsOf(options))))
    .orderBy(desc(messages.seq))
    .limit(options.limit + 1);
  const { limit } = options;
  return { items: rows.slice(0, limit).reverse().map(asMessage), earlier: rows.length > limit };
}

/** The storage number of a message, as SQL: an unknown message is before all others. */
export function numberOf(tenant: Tenant, messageId: string): SQL {
  return sql`coalesce((SELECT x.n FROM messages x
    WHERE x.workspace_id = ${tenant.workspaceId} AND x.id = ${messageId}), 0)`;
}
