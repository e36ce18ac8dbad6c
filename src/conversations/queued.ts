import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { noteReach } from "../contacts/identities.ts";
import { ACROSS_WORKSPACES, type Tenant } from "../tenant/tenant.ts";
import { deliveryStatements } from "./delivery.ts";
import { type MailThread, type MessageContent, messages } from "./schema.ts";

/** What waits to go out of an inbox, as it stands in the database, and what becomes of it. */

/** Messages that are read at once. */
export const READ_AT_ONCE = 200;

/** A message that waits, as the outbox remembers it. */
export interface Queued {
  /** The order of what goes out. */
  n: number;
  id: string;
  conversationId: string;
  /** The channel's own id of the customer. */
  to: string | null;
  createdAt: number;
}

/** The messages of an inbox that wait, behind a number, the oldest first: at most {@link READ_AT_ONCE}. */
export function readQueued(tenant: Tenant, inboxId: string, after: number): Promise<Queued[]> {
  const { workspaceId } = tenant;
  // The index is partial: the state is spelt as it spells it.
  return tenant.db.all(sql`SELECT m.n, m.id, m.conversation_id AS "conversationId", m.created_at AS "createdAt",
      (SELECT i.source_id FROM conversations c JOIN contact_identities i
        ON i.workspace_id = c.workspace_id AND i.contact_id = c.contact_id AND i.id = c.identity_id
        WHERE c.workspace_id = m.workspace_id AND c.id = m.conversation_id) AS "to"
    FROM messages m INDEXED BY messages_queued
    WHERE m.workspace_id = ${workspaceId} AND m.inbox_id = ${inboxId} AND m.n > ${after} AND m.status = 'queued'
    ORDER BY m.n LIMIT ${READ_AT_ONCE}`);
}

/** A message that goes out. */
export interface OutgoingMessage {
  id: string;
  text: string;
  content: MessageContent | null;
  conversationId: string;
  contactId: string;
  /** Of a conversation by mail. */
  thread: MailThread | null;
  sender: { kind: string; name: string };
  /** Milliseconds, UTC. */
  createdAt: number;
}

/** A message that waits, whole; null when it waits no more: it is gone, or somebody has said what became of it. */
export async function readOutgoing(tenant: Tenant, id: string): Promise<OutgoingMessage | null> {
  const [row] = await tenant.db
    .select({
      text: messages.body,
      content: messages.content,
      conversationId: messages.conversationId,
      senderKind: messages.senderKind,
      senderName: messages.senderName,
      createdAt: messages.createdAt,
      status: messages.status,
      contactId: sql<string>`(SELECT c.contact_id FROM conversations c
        WHERE c.workspace_id = messages.workspace_id AND c.id = messages.conversation_id)`.as("whose"),
      thread: sql<string | null>`(SELECT c.thread FROM conversations c
        WHERE c.workspace_id = messages.workspace_id AND c.id = messages.conversation_id)`.as("thread"),
    })
    .from(messages)
    .where(tenant.of(messages, eq(messages.id, id)));
  if (row?.status !== "queued") return null;
  const { senderKind, senderName, status: _, thread, ...message } = row;
  return {
    ...{ id, ...message, sender: { kind: senderKind, name: senderName } },
    thread: thread === null ? null : mailThread.parse(JSON.parse(thread)),
  };
}

const mailThread = z.object({
  subject: z.string(),
  messageId: z.string().nullable(),
  references: z.array(z.string()),
});

/** What became of a message that waited. */
export type Fate = { state: "sent"; sourceId?: string } | { state: "failed"; failure: string };

/**
 * Says what became of messages that waited.
 * @param cutOff the customer to whom nothing gets through any more, with the reason
 */
export async function settle(
  tenant: Tenant,
  inboxId: string,
  settled: readonly { message: Pick<Queued, "id" | "conversationId">; fate: Fate }[],
  cutOff?: { sourceId: string; reason: string },
): Promise<void> {
  await tenant.batch([
    ...settled.flatMap(({ message, fate }) => deliveryStatements(tenant, { ...message, inboxId }, fate)),
    ...(cutOff ? [noteReach(tenant, { inboxId, sourceId: cutOff.sourceId }, cutOff.reason)] : []),
  ]);
}

/** Inboxes that one look finds at most on a shard. */
const FOUND_AT_ONCE = 500;

/** The inboxes of a shard in which something waits to go out: an outbox lost its alarm, or was never told. */
export async function inboxesWithQueued(
  database: D1Database,
): Promise<{ workspaceId: string; inboxId: string }[]> {
  return drizzle(database, { casing: "snake_case" }).all(sql`${sql.raw(ACROSS_WORKSPACES)}
    SELECT DISTINCT workspace_id AS "workspaceId", inbox_id AS "inboxId" FROM messages INDEXED BY messages_queued
    WHERE status = 'queued' LIMIT ${FOUND_AT_ONCE}`);
}
