import { and, eq, sql } from "drizzle-orm";
import type { StoredFile } from "../attachments/store.ts";
import { inboundStatements } from "../contacts/activity.ts";
import type { KnownIdentity } from "../contacts/identities.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { byIdentity, type Conversation, type Sender } from "./append.ts";
import { messageIdOf } from "./message-id.ts";
import { newConversation, newestConversation, visitorFacts } from "./open.ts";
import { type MailThread, messages, type VisitorMetadata } from "./schema.ts";
import { ConversationTurn, type InboxFacts, type Written } from "./turn.ts";
import { selectWritten, writtenMessages } from "./visitor-view.ts";

export interface InboundMessage {
  /** The inbox that it arrived in. The channel has checked that it is active. */
  inbox: InboxFacts;
  /** Who wrote it, as `findOrCreateVisitorContact` answers. */
  identity: Pick<KnownIdentity, "contactId" | "identityId" | "contactName"> &
    Partial<Pick<KnownIdentity, "notedAt">>;
  text: string;
  /** What comes with it. */
  files?: readonly StoredFile[];
  /** The channel's own id of the message: the same one again in this inbox is the same message. */
  sourceId?: string;
  visitor?: VisitorMetadata;
  /** Of a mail: what keeps its thread together, and all of its text where `text` is not all. */
  mail?: { thread: MailThread; original: string | null };
  /** Where it begins the contact as well: the statements that make contact and identity. */
  contactStatements?: readonly Statement[];
  /** When it was written, in milliseconds; now where nothing is said. */
  at?: number;
  /** What the chatbot has said by then, to a page that did not store it: it stands in front. */
  greeting?: { sender: Sender & { kind: "ai" | "flow" }; messages: readonly Written[] };
  /** The identity's newest conversation, where another one goes on or begins. */
  newest?: Conversation | null;
  /** A chatbot answers it: a conversation that begins or was resolved is pending, and people's once it hands over. */
  botAnswers?: boolean;
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

/** A turn that begins with what a customer wrote. Whatever answers it is added to `turn` before {@link statements}. */
export interface InboundTurn {
  turn: ConversationTurn;
  /**
   * All of it, as one batch; what it wrote is the last of its results: see `writtenMessages`.
   * @param beside see `ConversationTurn.statements`
   * @param after what else happens at this moment
   */
  statements(beside?: readonly Statement[], after?: readonly Statement[]): Statement[];
  answer: Omit<ReceivedMessage, "seq" | "duplicate">;
}

/**
 * What a customer's message does, as statements: the identity's newest conversation goes on with it, a resolved or
 * snoozed one is opened again, a chatbot's that answers no more is opened, and without one it begins a conversation.
 * Reads and writes nothing.
 * The batch fails with `conflict` when another conversation is the newest by then, or the contact is not this one.
 * @param before the conversation that goes on: the identity's newest, where no other is named; null: one begins
 * @param id the message's: see `messageIdOf`
 */
export function inboundTurn(
  tenant: Tenant,
  message: InboundMessage & { id: string },
  before: Conversation | null,
): InboundTurn {
  const { inbox, identity, id } = message;
  const { contactId, identityId, notedAt } = identity;
  const at = message.at ?? tenant.now();
  const newest = message.newest === undefined ? before : message.newest;
  const visitor = visitorFacts(message.visitor);
  const putAway = before?.status === "resolved" || before?.status === "snoozed";
  const opened = { id: newId("conversation", at), contactId, identityId, visitor };
  const begins = message.botAnswers ? "pending" : "open";
  const conversation = before ?? newConversation(tenant, inbox, opened, at, begins);
  const turn = new ConversationTurn(tenant, { inbox, conversation, isNew: before === null }, at);
  const status = before?.status === "resolved" ? begins : "open";
  if (putAway) turn.changeStatus(status, { snoozedUntil: null, reopens: true });
  // The chatbot has said all that it had to say, or is there no more: it is people's turn.
  if (before?.status === "pending" && !message.botAnswers) {
    turn.changeStatus("open", { snoozedUntil: null, reopens: false });
  }
  const sender = { kind: "contact" as const, id: contactId, name: identity.contactName ?? UNNAMED };
  const { sender: greeter, messages: said } = message.greeting ?? { sender: null, messages: [] };
  if (greeter) for (const one of said) turn.send({ ...one, unasked: true }, greeter);
  const { text, mail, files } = message;
  const content = mail?.original ? { content: { original: mail.original } } : {};
  turn.receive({ id, text, files, ...content }, sender, changedFacts(before, visitor, mail?.thread));
  return {
    turn,
    statements: (beside = [], after = []) => [
      stillNewest(tenant, identityId, newest),
      ...(before === null || before === newest ? [] : [stillThere(tenant, before)]),
      ...(message.contactStatements ?? inboundStatements(tenant, { identityId, contactId, at, notedAt })),
      ...turn.statements(beside),
      ...after,
      selectWritten(tenant, conversation.id, turn.messageIds),
    ],
    answer: {
      ...{ conversationId: conversation.id, messageId: id, createdAt: at },
      conversationCreated: before === null,
      reopened: putAway,
    },
  };
}

/** What a message changes of what is known of its conversation: the subject stays that of the first mail. */
function changedFacts(before: Conversation | null, visitor: VisitorMetadata, thread: MailThread | undefined) {
  const knows = before !== null && Object.keys(visitor).length > 0;
  const subject = before?.thread ? { subject: before.thread.subject } : {};
  return {
    ...(knows ? { visitor: JSON.stringify({ ...before.visitor, ...visitor }) } : {}),
    ...(thread ? { thread: JSON.stringify({ ...thread, ...subject }) } : {}),
  };
}

/**
 * Takes in a customer's message, in one batch: see {@link inboundTurn}. Two first messages at the same time make one
 * conversation.
 * @param known what was read before, where it was: the first try is spared its question
 * @throws Failure `duplicate` when the source id is another identity's message; `not_found` when contact or
 * identity do not exist (any more)
 */
export async function receiveMessage(
  tenant: Tenant,
  message: InboundMessage,
  known?: { newest: Conversation | null },
): Promise<ReceivedMessage> {
  const { inbox, identity, sourceId } = message;
  const id =
    sourceId === undefined
      ? newId("message", message.at ?? tenant.now())
      : await messageIdOf(inbox.id, sourceId);
  let first = known;
  return retryOnConflict(async () => {
    const newest = first ? first.newest : await look(tenant, identity.identityId, id);
    first = undefined;
    if (newest && "duplicate" in newest) return newest;
    const { answer, statements } = inboundTurn(tenant, { ...message, id }, newest);
    try {
      const results = await tenant.batch(statements());
      return { ...answer, seq: seqOf(id, results), duplicate: false };
    } catch (error) {
      // Whose the message is only the caller can find out that wanted to make the identity.
      if (sourceId === undefined || message.contactStatements || !isUniqueViolation(error)) throw error;
      // The same message came before, or twice at the same time and the other one was faster.
      const winner = await look(tenant, identity.identityId, id);
      if (!winner || !("duplicate" in winner)) throw error;
      return winner;
    }
  });
}

/** The number that a message of an {@link InboundTurn}'s batch was given. */
function seqOf(id: string, results: readonly unknown[]): number {
  const written = writtenMessages(results.at(-1)).find((message) => message.id === id);
  if (!written) throw new Error("A message was not written.");
  return written.seq;
}

/**
 * The message that is there under an id made from its channel's own; null: none is.
 * @param identityId whose it must be; null: of one who never wrote, so whatever is there is another's
 * @throws Failure `duplicate` when it is another identity's
 */
export async function findDuplicate(
  tenant: Tenant,
  identityId: string | null,
  messageId: string,
): Promise<(ReceivedMessage & { text: string }) | null> {
  const [row] = await writtenBefore(tenant, messageId);
  return row ? asDuplicate(row, identityId) : null;
}

/** The identity's newest conversation, or what was written before under the message's id. In one question. */
async function look(
  tenant: Tenant,
  identityId: string,
  messageId: string,
): Promise<Conversation | ReceivedMessage | null> {
  const [newest, written] = await tenant.db.batch([
    newestConversation(tenant, identityId),
    writtenBefore(tenant, messageId),
  ]);
  return written[0] ? asDuplicate(written[0], identityId) : (newest[0] ?? null);
}

/** The query for a message that is there under an id already. */
function writtenBefore(tenant: Tenant, messageId: string) {
  return tenant.db
    .select({
      conversationId: messages.conversationId,
      messageId: messages.id,
      seq: messages.seq,
      createdAt: messages.createdAt,
      text: messages.body,
      identityId: sql<string>`(SELECT c.identity_id FROM conversations c
        WHERE c.workspace_id = ${tenant.workspaceId} AND c.id = messages.conversation_id)`.as("whose"),
    })
    .from(messages)
    .where(tenant.of(messages, and(eq(messages.id, messageId))));
}

/** @throws Failure `duplicate` when it is another identity's */
function asDuplicate(
  row: Awaited<ReturnType<typeof writtenBefore>>[number],
  ownIdentityId: string | null,
): ReceivedMessage & { text: string } {
  const { identityId, ...answer } = row;
  if (identityId !== ownIdentityId) {
    throw new Failure("duplicate", "Another sender's message in this inbox has this source id.");
  }
  return { ...answer, conversationCreated: false, reopened: false, duplicate: true };
}

/** Fails the batch unless the identity's newest conversation is still this one, in this status (or still none). */
function stillNewest(tenant: Tenant, identityId: string, before: Conversation | null): Statement {
  const expected = before === null ? null : `${before.id} ${before.status}`;
  return tenant.assertThat(sql`(SELECT id || ' ' || status FROM ${byIdentity}
    WHERE workspace_id = ${tenant.workspaceId} AND identity_id = ${identityId}
    ORDER BY id DESC LIMIT 1) IS ${expected}`);
}

/** Fails the batch unless a conversation is still the identity's, in this status. */
function stillThere(tenant: Tenant, { id, identityId, status }: Conversation): Statement {
  return tenant.assertThat(sql`EXISTS (SELECT 1 FROM conversations WHERE workspace_id = ${tenant.workspaceId}
    AND id = ${id} AND identity_id = ${identityId} AND status = ${status})`);
}
