import { and, eq, isNull, sql } from "drizzle-orm";
import { z } from "zod";
import { inboundStatements } from "../contacts/identities.ts";
import { retryOnConflict } from "../contacts/store.ts";
import { countDaily, countDays } from "../figures/day-counts.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { CHANGED } from "../tenant/writes.ts";
import { appendMessage, type Conversation } from "./append.ts";
import { type InboxFacts, newestConversationOf, openConversation, visitorFacts } from "./open.ts";
import { conversations, messages, type VisitorMetadata } from "./schema.ts";
import { statusStatements } from "./status.ts";

export interface InboundMessage {
  /** The inbox that it arrived in. The channel has checked that it is active. */
  inbox: InboxFacts;
  /** Who wrote it, as `findOrCreateVisitorContact` answers. */
  identity: { contactId: string; identityId: string; contactName: string | null };
  text: string;
  /** The channel's own id of the message: the same one again in this inbox is the same message. */
  sourceId?: string;
  visitor?: VisitorMetadata;
  /** When it was written, in milliseconds; now where nothing is said. */
  at?: number;
}

export interface ReceivedMessage {
  conversationId: string;
  messageId: string;
  seq: number;
  createdAt: number;
  /** It made the conversation. */
  conversationCreated: boolean;
  /** It brought a resolved or snoozed conversation back. */
  reopened: boolean;
  /** It was there already: nothing was written now, and the rest speaks of the first time it came. */
  duplicate: boolean;
}

/** Shown as the sender of what a contact without a name wrote. */
const UNNAMED = "Visitor";

const stored = z.tuple([
  z.object({ conversationId: z.string(), messageId: z.string(), seq: z.number(), createdAt: z.number() }),
]);

/**
 * Takes in a customer's message, in one batch: the identity's newest conversation goes on with it, a resolved or
 * snoozed one is opened again, and without one it begins a conversation. Two first messages at the same time
 * make one conversation.
 * @throws Failure `conflict` when the source id is another identity's message; `not_found` when contact or
 * identity do not exist (any more)
 */
export function receiveMessage(tenant: Tenant, message: InboundMessage): Promise<ReceivedMessage> {
  return retryOnConflict(async () => {
    const { sourceId } = message;
    const [before, first] = await Promise.all([
      newestConversationOf(tenant, message.identity.identityId),
      sourceId === undefined ? null : findBySource(tenant, message, sourceId),
    ]);
    if (first) return first;
    try {
      return await write(tenant, message, before);
    } catch (error) {
      if (sourceId === undefined || !isUniqueViolation(error)) throw error;
      // The same message came twice at the same time, and the other one was faster.
      const winner = await findBySource(tenant, message, sourceId);
      if (!winner) throw error;
      return winner;
    }
  });
}

async function findBySource(
  tenant: Tenant,
  { inbox, identity }: InboundMessage,
  sourceId: string,
): Promise<ReceivedMessage | null> {
  const [row] = await tenant.db
    .select({
      conversationId: messages.conversationId,
      messageId: messages.id,
      seq: messages.seq,
      createdAt: messages.createdAt,
      identityId: sql<string>`(SELECT identity_id FROM conversations c
        WHERE c.workspace_id = ${messages.workspaceId} AND c.id = ${messages.conversationId})`,
    })
    .from(messages)
    .where(tenant.of(messages, and(eq(messages.inboxId, inbox.id), eq(messages.sourceId, sourceId))));
  if (!row) return null;
  const { identityId, ...answer } = row;
  if (identityId !== identity.identityId) {
    throw new Failure("duplicate", "Another sender's message in this inbox has this source id.");
  }
  return { ...answer, conversationCreated: false, reopened: false, duplicate: true };
}

async function write(
  tenant: Tenant,
  message: InboundMessage,
  before: Conversation | null,
): Promise<ReceivedMessage> {
  const { inbox, identity } = message;
  const at = message.at ?? Date.now();
  const messageId = newId("message", at);
  const visitor = visitorFacts(message.visitor);
  const putAway = before?.status === "resolved" || before?.status === "snoozed";
  const target = {
    id: before?.id ?? newId("conversation", at),
    inboxId: inbox.id,
    contactId: identity.contactId,
    identityId: identity.identityId,
  };
  const statements: Statement[] = [
    stillNewest(tenant, identity.identityId, before),
    ...inboundStatements(tenant, { identityId: identity.identityId, contactId: identity.contactId, at }),
    ...(before === null
      ? openConversation(tenant, inbox, { ...target, visitor, at }, ["sessions", "messages_in"])
      : countDays(tenant, [{ inboxId: inbox.id, chatbotId: inbox.chatbotId, metric: "messages_in" }], {
          at,
        })),
    ...(before !== null && putAway
      ? statusStatements(tenant, inbox, before, { to: "open", snoozedUntil: null, reopens: true, at })
      : []),
    // Behind the change of status: until then nobody had written who could have been left without an answer.
    ...(before === null ? [] : beginSession(tenant, before, at)),
    ...appendMessage(
      tenant,
      target,
      {
        id: messageId,
        kind: "message",
        direction: "in",
        sender: { kind: "contact", id: identity.contactId, name: identity.contactName ?? UNNAMED },
        text: message.text,
        sourceId: message.sourceId ?? null,
        at,
      },
      {
        waitingSince: sql`coalesce(${conversations.waitingSince}, ${at})`,
        firstInboundAt: sql`coalesce(${conversations.firstInboundAt}, ${at})`,
        ...(before !== null && Object.keys(visitor).length > 0
          ? { visitor: sql`${JSON.stringify({ ...before.visitor, ...visitor })}` }
          : {}),
      },
    ),
    tenant.db
      .select({
        conversationId: messages.conversationId,
        messageId: messages.id,
        seq: messages.seq,
        createdAt: messages.createdAt,
      })
      .from(messages)
      .where(tenant.of(messages, eq(messages.id, messageId))),
  ];
  const results = await tenant.batch(statements);
  const [answer] = stored.parse(results.at(-1));
  return { ...answer, conversationCreated: before === null, reopened: putAway, duplicate: false };
}

/** Counts a conversation that the workspace opened as a session, once, when its customer first writes. */
function beginSession(tenant: Tenant, before: Conversation, at: number): Statement[] {
  const { id, inboxId, startDay, startChatbotId, firstInboundAt } = before;
  if (startDay === null || firstInboundAt !== null) return [];
  return [
    tenant.db
      .update(conversations)
      .set({ firstInboundAt: at })
      .where(tenant.of(conversations, and(eq(conversations.id, id), isNull(conversations.firstInboundAt)))),
    countDaily(
      tenant,
      { inboxId, chatbotId: startChatbotId, metric: "sessions", day: startDay },
      { onlyIf: CHANGED },
    ),
  ];
}

/** Fails the batch unless the identity's newest conversation is still this one, in this status (or still none). */
function stillNewest(tenant: Tenant, identityId: string, before: Conversation | null): Statement {
  const expected = before === null ? null : `${before.id} ${before.status}`;
  return tenant.assertThat(sql`(SELECT id || ' ' || status FROM conversations
    WHERE workspace_id = ${tenant.workspaceId} AND identity_id = ${identityId}
    ORDER BY id DESC LIMIT 1) IS ${expected}`);
}
