import { eq, type SQL, sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { indexedText } from "../search/full-text.ts";
import { recordEvent } from "../tenant/events.ts";
import { bareId } from "../tenant/ids.ts";
import type { Actor, Statement, Tenant } from "../tenant/tenant.ts";
import { conversations, messages, type SenderKind } from "./schema.ts";

/** Most characters of a message, note or draft. */
export const MAX_TEXT = 10_000;

/** Marks private notes in the search index, beside the inbox: callers without `notes:read` exclude the word. */
export const NOTE_TERM = "note";

/** The full-text table as drizzle writes it. Not in schema.ts: drizzle-kit cannot make virtual tables. */
const messagesSearch = sqliteTable("messages_search", {
  rowid: integer().primaryKey(),
  workspaceId: text().notNull(),
  inboxId: text().notNull(),
  body: text().notNull(),
});

export type Conversation = Omit<typeof conversations.$inferSelect, "workspaceId">;
export type Message = Omit<typeof messages.$inferSelect, "workspaceId" | "n">;

/** Who wrote a message. */
export interface Sender {
  kind: SenderKind;
  id: string;
  name: string;
}

/** The caller as the sender of what it writes. */
export function senderOf(actor: Actor): Sender {
  return { kind: actor.kind, id: actor.id, name: actor.name };
}

export interface NewMessage {
  id: string;
  kind: "message" | "note";
  direction: "in" | "out";
  sender: Sender;
  text: string;
  /** The channel's own id of the message; null where it has none. */
  sourceId: string | null;
  /** Milliseconds, UTC. */
  at: number;
}

/** NUL ends text for some readers of SQLite, and lone surrogates are no text at all. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "");
}

/**
 * The statements that put a message at the end of a conversation: its row with the next sequence number, its
 * search row, the conversation's own numbers and the event. All in one batch, whatever else is in it.
 *
 * The sequence number is read inside the INSERT, so that messages that arrive at the same time get different ones;
 * it goes on over all conversations of the identity. A private note neither counts as a message nor moves the
 * conversation's last activity.
 * @param conversation must exist when the batch reaches the statements
 * @param changes further columns of the conversation to set
 */
export function appendMessage(
  tenant: Tenant,
  conversation: Pick<Conversation, "id" | "inboxId" | "contactId" | "identityId">,
  message: NewMessage,
  changes: Partial<Record<"waitingSince" | "firstInboundAt" | "visitor", SQL>> = {},
): Statement[] {
  const { id, kind, direction, sender, at } = message;
  const body = storableText(message.text);
  const seq = sql`(SELECT max(last_seq) + 1 FROM conversations
    WHERE workspace_id = ${tenant.workspaceId} AND identity_id = ${conversation.identityId})`;
  const inboxWords = bareId(conversation.inboxId) + (kind === "note" ? ` ${NOTE_TERM}` : "");
  const isPublic = kind === "message";
  return [
    tenant.db.insert(messages).select(
      sql`SELECT NULL, c.workspace_id, ${id}, c.id, c.inbox_id, c.contact_id, ${seq}, ${kind}, ${direction},
        ${sender.kind}, ${sender.id}, ${sender.name}, ${body}, NULL, 'sent', ${message.sourceId}, ${at}
        FROM conversations c WHERE c.workspace_id = ${tenant.workspaceId} AND c.id = ${conversation.id}`,
    ),
    tenant.db.insert(messagesSearch).select(
      sql`SELECT n, ${bareId(tenant.workspaceId)}, ${inboxWords}, ${indexedText(body)}
        FROM messages WHERE workspace_id = ${tenant.workspaceId} AND id = ${id}`,
    ),
    tenant.db
      .update(conversations)
      .set({
        lastSeq: seqOf(tenant, id),
        ...(isPublic
          ? {
              messageCount: sql`${conversations.messageCount} + 1`,
              lastActivityAt: sql`max(${conversations.lastActivityAt}, ${at})`,
            }
          : {}),
        ...changes,
      })
      .where(tenant.of(conversations, eq(conversations.id, conversation.id))),
    recordEvent(
      tenant,
      {
        type: "message.created",
        subjectId: id,
        inboxId: conversation.inboxId,
        data: {
          conversationId: conversation.id,
          contactId: conversation.contactId,
          kind,
          direction,
          senderKind: sender.kind,
        },
      },
      { at },
    ),
  ];
}

/** The sequence number of a message as SQL. */
export function seqOf(tenant: Tenant, messageId: string): SQL<number> {
  return sql<number>`(SELECT seq FROM messages WHERE workspace_id = ${tenant.workspaceId} AND id = ${messageId})`;
}
