import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Contact } from "../contacts/fields.ts";
import { addIdentityStatements, identityInInbox } from "../contacts/identities.ts";
import { assertContact, resolveContact } from "../contacts/lookup.ts";
import { retryOnConflict } from "../contacts/store.ts";
import { type Channel, getInbox, type Inbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { type Attempt, actOnce } from "../tenant/idempotency.ts";
import { newId } from "../tenant/ids.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { type Conversation, type Message, senderOf } from "./append.ts";
import { resolveFilters } from "./filters.ts";
import { listConversations } from "./list.ts";
import { openConversation } from "./open.ts";
import { canSend, type Outgoing, replyStatements, sendableText } from "./outbound.ts";
import { getConversation, getMessage } from "./read.ts";

/** What a send made. */
export interface Sent {
  conversation: Conversation;
  message: Message;
  /** The same idempotencyKey came before: this is what it made then, nothing was sent now. */
  repeated: boolean;
}

const made = z.object({ conversationId: z.string(), messageId: z.string() });
type Made = z.output<typeof made>;
type Remember = (made: Made) => Statement[];

/** Sends once for each idempotency key, and reads what that made. */
async function sendOnce(
  tenant: Tenant,
  attempt: Attempt,
  send: (remember: Remember) => Promise<Made>,
): Promise<Sent> {
  const done = await actOnce(tenant, attempt, made, send);
  const [conversation, message] = await Promise.all([
    getConversation(tenant, done.made.conversationId),
    getMessage(tenant, done.made.messageId),
  ]);
  return { conversation, message, repeated: done.repeated };
}

/** The caller as a sender. @throws Failure `not_allowed` for contacts, whose messages come in instead */
function outgoingSender(tenant: Tenant) {
  const { kind, ...sender } = senderOf(tenant.actor);
  if (kind === "contact") throw new Failure("not_allowed", "A contact cannot send for the workspace.");
  return { ...sender, kind };
}

/**
 * Sends in a conversation, whatever its status.
 * @throws Failure `not_found`; `not_allowed`, `unsupported` as `sendableText`; `idempotency_mismatch`
 */
export function reply(
  tenant: Tenant,
  conversationId: string,
  content: Outgoing,
  attempt: Attempt,
): Promise<Sent> {
  return sendOnce(tenant, attempt, async (remember) =>
    replyIn(tenant, await getConversation(tenant, conversationId), content, remember),
  );
}

async function replyIn(
  tenant: Tenant,
  conversation: Conversation,
  content: Outgoing,
  remember: Remember,
): Promise<Made> {
  const inbox = await getInbox(tenant, conversation.inboxId);
  const text = sendableText(inbox, content);
  const at = Date.now();
  const done = { conversationId: conversation.id, messageId: newId("message", at) };
  await tenant.batch([
    ...remember(done),
    ...replyStatements(tenant, inbox, conversation, {
      id: done.messageId,
      sender: outgoingSender(tenant),
      text,
      at,
    }),
  ]);
  return done;
}

/**
 * Opens a new conversation with a contact in an inbox by sending to it. A contact without an identity there gets
 * one: in a web inbox that of the signed-in user whom the site will vouch for by the contact's externalId (by its
 * id where it has none), so that this user finds the conversation; in an api inbox the contact's id.
 * @throws Failure `not_found` for contact or inbox; and as {@link reply}
 */
export function startConversation(
  tenant: Tenant,
  target: { contactId: string; inboxId: string },
  content: Outgoing,
  attempt: Attempt,
): Promise<Sent> {
  return sendOnce(tenant, attempt, async (remember) => {
    const [contact, inbox] = await Promise.all([
      resolveContact(tenant, target.contactId),
      getInbox(tenant, target.inboxId),
    ]);
    return startIn(tenant, contact, inbox, content, remember);
  });
}

async function startIn(
  tenant: Tenant,
  contact: Contact,
  inbox: Inbox,
  content: Outgoing,
  remember: Remember,
  onlyFirst = false,
): Promise<Made> {
  const text = sendableText(inbox, content);
  const identity = await identityFor(tenant, contact, inbox);
  const at = Date.now();
  const done = { conversationId: newId("conversation", at), messageId: newId("message", at) };
  const target = { id: done.conversationId, contactId: contact.id, identityId: identity, at };
  // Without a customer's message there is no session yet, to which figures would belong.
  const fresh = { firstInboundAt: null, firstReplyAt: null, firstBotReplyAt: null };
  const start = { startDay: null, startChatbotId: null, createdAt: at };
  await tenant.batch([
    ...remember(done),
    assertContact(tenant, contact.id),
    ...(onlyFirst ? [assertNoConversation(tenant, identity)] : []),
    ...openConversation(tenant, inbox, { ...target, visitor: {} }),
    ...replyStatements(
      tenant,
      inbox,
      { ...target, ...fresh, ...start, inboxId: inbox.id },
      { id: done.messageId, sender: outgoingSender(tenant), text, at },
    ),
  ]);
  return done;
}

/** The contact's identity in the inbox, made where it has none. Made at the same time by others, it is the same one. */
async function identityFor(tenant: Tenant, contact: Contact, inbox: Inbox): Promise<string> {
  const there = await identityInInbox(tenant, contact.id, inbox.id);
  if (there) return there.id;
  const at = Date.now();
  const identity = {
    id: newId("identity", at),
    contactId: contact.id,
    inboxId: inbox.id,
    channel: inbox.channel,
    sourceId: inbox.channel === "web" ? `u_${contact.externalId ?? contact.id}` : contact.id,
    at,
  };
  try {
    await tenant.batch(addIdentityStatements(tenant, identity));
    return identity.id;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const made = await identityInInbox(tenant, contact.id, inbox.id);
    if (made) return made.id;
    throw new Failure("conflict", "Another contact writes in this inbox under this contact's id.", {
      hint: "Merge the two contacts, or write in another inbox.",
    });
  }
}

/** Fails the batch once the identity has a conversation: two first messages at once must not open two. */
function assertNoConversation(tenant: Tenant, identityId: string): Statement {
  return tenant.assertThat(sql`NOT EXISTS (SELECT 1 FROM conversations
    WHERE workspace_id = ${tenant.workspaceId} AND identity_id = ${identityId})`);
}

/**
 * Sends to a contact on its latest conversation, or on a new one where it has none that fits.
 * @param target `inboxId` and `channel` narrow which conversation, or say where the new one is opened
 * @param mayStart called before a conversation is opened: throws when the caller may not
 * @throws Failure `invalid_input` when it is not clear in which inbox to open one; and as {@link reply}
 */
export function sendToContact(
  tenant: Tenant,
  target: { contactId: string; inboxId?: string; channel?: Channel },
  content: Outgoing,
  attempt: Attempt,
  mayStart: () => void,
): Promise<Sent> {
  return sendOnce(tenant, attempt, (remember) =>
    retryOnConflict(async () => {
      const filters = await resolveFilters(tenant, target);
      const { items } = await listConversations(tenant, filters, { args: target, limit: 1 });
      if (items[0]) return replyIn(tenant, items[0], content, remember);
      mayStart();
      const contact = await resolveContact(tenant, target.contactId);
      const { inboxes, inboxIds } = filters;
      const fitting = [...inboxes.values()].filter(({ id }) => inboxIds === null || inboxIds.includes(id));
      return startIn(tenant, contact, onlyChoice(fitting), content, remember, true);
    }),
  );
}

/** The one inbox in which a new conversation can be opened; one that cannot send only where there is no other. */
function onlyChoice(inboxes: readonly Inbox[]): Inbox {
  const sending = inboxes.filter(canSend);
  const choices = sending.length > 0 ? sending : inboxes;
  const [first, ...more] = choices;
  if (!first) {
    throw new Failure(
      "invalid_input",
      "No inbox fits inboxId and channel, so no conversation can be opened.",
    );
  }
  if (more.length > 0) {
    throw new Failure(
      "invalid_input",
      "The contact has no conversation yet: say in which inbox to open one.",
      {
        hint: "Pass inboxId.",
        candidates: choices.slice(0, 20).map(({ id }) => id),
      },
    );
  }
  return first;
}
