import { and, asc, eq, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { isId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { byIdentity, type Conversation, THREAD_CONVERSATIONS } from "./append.ts";
import { newestConversation } from "./open.ts";
import { conversations, type MessageContent, messages, SENDER_KINDS, type SenderKind } from "./schema.ts";

/** A message as the visitor may see it: no ids of people or credentials, no notes, no drafts. */
export interface VisitorMessage {
  id: string;
  conversationId: string;
  seq: number;
  from: "visitor" | "team" | "chatbot" | "system";
  /** The name of the person or bot that answered; null where it is internal, as an API key's is. */
  name: string | null;
  text: string;
  /** What it holds beside its text, for a widget that shows buttons, fields and cards. */
  content: MessageContent | null;
  /** Milliseconds, UTC. */
  createdAt: number;
}

const shownColumns = z.object({
  id: z.string(),
  conversationId: z.string(),
  seq: z.int(),
  senderKind: z.enum(SENDER_KINDS),
  senderName: z.string(),
  body: z.string(),
  content: z.custom<MessageContent | null>(),
  createdAt: z.int(),
});

const FROM: Record<SenderKind, VisitorMessage["from"]> = {
  contact: "visitor",
  member: "team",
  bot: "team",
  api_key: "team",
  ai: "chatbot",
  flow: "chatbot",
  system: "system",
};

/** The conversation in which the identity's next message lands; null before its first. */
export async function latestConversationOf(tenant: Tenant, identityId: string): Promise<Conversation | null> {
  const [conversation] = await newestConversation(tenant, identityId);
  return conversation ?? null;
}

/**
 * What a visitor reads: the public messages with a sequence number above `afterSeq`, in order.
 * @param thread an identity's id for all its conversations (their numbers go on from one to the next), or the id
 * of one conversation. That it is the visitor's own is the caller's to check
 * @param limit rows to answer; the last one's number is where the next request goes on
 */
export async function messagesAfter(
  tenant: Tenant,
  thread: string,
  afterSeq: number,
  limit: number,
): Promise<VisitorMessage[]> {
  const ids = isId("identity", thread) ? await conversationsOf(tenant, thread) : [thread];
  const [first, ...rest] = ids.map((id) => publicMessages(tenant, id, afterSeq, limit));
  if (!first) return [];
  // One batch sees one moment: a message that came in between could otherwise end up below the last number.
  const pages = await tenant.db.batch([first, ...rest]);
  return pages
    .flat()
    .sort((a, b) => a.seq - b.seq)
    .slice(0, limit)
    .map(asVisitorSees);
}

function asVisitorSees(row: z.output<typeof shownColumns>): VisitorMessage {
  return {
    id: row.id,
    conversationId: row.conversationId,
    seq: row.seq,
    from: FROM[row.senderKind],
    name: row.senderKind === "api_key" || row.senderKind === "contact" ? null : row.senderName,
    text: row.body,
    content: row.content,
    createdAt: row.createdAt,
  };
}

/** A message that a batch wrote. */
export interface WrittenMessage extends VisitorMessage {
  /** The number of the visible message before it in its conversation; null: it is the first there. */
  prev: number | null;
}

/**
 * The query for the visible ones of these messages of a conversation, as the last statement of the batch that writes
 * them: who pushes them need not ask again. {@link writtenMessages} reads its result.
 */
export function selectWritten(tenant: Tenant, conversationId: string, ids: readonly string[]): Statement {
  const { id, seq, senderKind, senderName, body, content, createdAt } = messages;
  const before = sql<number | null>`(SELECT m.seq FROM messages m WHERE m.workspace_id = ${tenant.workspaceId}
    AND m.conversation_id = ${conversationId} AND m.seq < messages.seq AND m.kind = 'message'
    ORDER BY m.seq DESC LIMIT 1)`;
  return tenant.db
    .select({
      ...{
        id,
        conversationId: messages.conversationId,
        seq,
        senderKind,
        senderName,
        body,
        content,
        createdAt,
      },
      prev: before.as("prev"),
    })
    .from(messages)
    .where(
      tenant.of(
        messages,
        sql`${messages.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
        eq(messages.kind, "message"),
      ),
    )
    .orderBy(asc(messages.seq));
}

/** Reads what {@link selectWritten} answered, in their order. */
export function writtenMessages(result: unknown): WrittenMessage[] {
  return z
    .array(shownColumns.extend({ prev: z.int().nullable() }))
    .parse(result)
    .map((row) => ({
      ...asVisitorSees(row),
      prev: row.prev,
    }));
}

async function conversationsOf(tenant: Tenant, identityId: string): Promise<string[]> {
  const rows = await tenant.db
    .select({ id: conversations.id })
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        sql`${conversations.id} IN (SELECT id FROM ${byIdentity} WHERE workspace_id = ${tenant.workspaceId}
          AND identity_id = ${identityId} ORDER BY id DESC LIMIT ${THREAD_CONVERSATIONS})`,
        tenant.visible(conversations.inboxId),
      ),
    );
  return rows.map((row) => row.id);
}

function publicMessages(tenant: Tenant, conversationId: string, afterSeq: number, limit: number) {
  return tenant.db
    .select()
    .from(messages)
    .where(
      tenant.of(
        messages,
        and(
          eq(messages.conversationId, conversationId),
          gt(messages.seq, afterSeq),
          eq(messages.kind, "message"),
          tenant.visible(messages.inboxId),
        ),
      ),
    )
    .orderBy(asc(messages.seq))
    .limit(limit);
}
