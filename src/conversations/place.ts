import { sql } from "drizzle-orm";
import { mustNotBeBlocked } from "../contacts/block.ts";
import type { Contact } from "../contacts/fields.ts";
import { addIdentityStatements, identityInInbox } from "../contacts/identities.ts";
import { assertContact, resolveContact } from "../contacts/lookup.ts";
import { type Channel, getInbox, type Inbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { byIdentity, type Conversation, type MailThread } from "./append.ts";
import { resolveFilters } from "./filters.ts";
import { listConversations } from "./list.ts";
import { subjectOf } from "./mail-subject.ts";
import { newConversation } from "./open.ts";
import {
  canSend,
  cutOff,
  firstSource,
  isReadBySomebody,
  mustBeInWindow,
  mustBeRead,
  type OutgoingContent,
  sendableText,
  unreachable,
} from "./outbound.ts";

/** Where something is sent to a contact: in a conversation that is there, or in one that is opened for it. */
export interface Place {
  inbox: Inbox;
  /** As it was read, or as the batch makes it. */
  conversation: Conversation;
  /** The turn in it makes it. */
  isNew: boolean;
  /** They come first in the batch that sends. */
  statements: Statement[];
}

/**
 * A new conversation of an identity that is there: see {@link identityFor}.
 * @param content what will be sent: an inbox that cannot send it is refused before anything is written
 * @param target.onlyFirst the batch fails with `conflict` when the identity has a conversation by then
 * @throws Failure as `sendableText` and `mustBeInWindow`
 */
export async function newPlace(
  tenant: Tenant,
  target: { contactId: string; identityId: string; inbox: Inbox; onlyFirst: boolean },
  content: OutgoingContent,
  at: number,
): Promise<Place> {
  const { contactId, identityId, inbox, onlyFirst } = target;
  sendableText(inbox, content);
  await mustBeInWindow(tenant, { identityId, lastInboundAt: null }, inbox, content);
  const opened = { id: newId("conversation", at), contactId, identityId, visitor: {} };
  return {
    inbox,
    conversation: { ...newConversation(tenant, inbox, opened, at), thread: newThread(inbox, content) },
    isNew: true,
    statements: [
      assertContact(tenant, contactId),
      ...(onlyFirst ? [assertNoConversation(tenant, identityId)] : []),
    ],
  };
}

/** By mail, all that follows is under one subject. */
function newThread({ channel }: Inbox, { text }: OutgoingContent): MailThread | null {
  if (channel !== "email" || text === undefined) return null;
  return { subject: subjectOf(text), messageId: null, references: [] };
}

/** A conversation to send in. @throws Failure as `sendableText` and `mustBeRead` */
export async function placeIn(
  tenant: Tenant,
  conversation: Conversation,
  content: OutgoingContent,
): Promise<Place> {
  const inbox = await getInbox(tenant, conversation.inboxId);
  sendableText(inbox, content);
  await mustBeRead(tenant, conversation, inbox, content);
  return { inbox, conversation, isNew: false, statements: [] };
}

export interface ContactTarget {
  contactId: string;
  /** Narrow which conversation it is, or say where the new one is opened. */
  inboxId?: string;
  channel?: Channel;
}

/**
 * A contact's latest conversation, or the inbox to open a new one in where it has none that fits.
 * @param content what will be sent: an inbox that cannot send it is refused
 * @param options.mayStart called before a conversation is opened: throws when the caller may not
 * @param options.prefers where several inboxes fit the new conversation, those that this holds for are taken
 * @param options.hint what to do where it is not clear in which inbox to open one
 * @throws Failure `not_found`; `invalid_input` when it is not clear in which inbox to open one; and as `sendableText`
 */
export async function findPlace(
  tenant: Tenant,
  target: ContactTarget,
  content: OutgoingContent,
  options: { mayStart?: () => void; prefers?: (inbox: Inbox) => boolean; hint: string },
): Promise<{ conversation: Conversation } | { contact: Contact; inbox: Inbox }> {
  const { contactId, inboxId, channel } = target;
  const args = { contactId, inboxId, channel };
  const filters = await resolveFilters(tenant, args);
  const { items } = await listConversations(tenant, filters, { args, limit: 1 });
  if (items[0]) return { conversation: items[0] };
  options.mayStart?.();
  const contact = await resolveContact(tenant, contactId);
  const { inboxes, inboxIds } = filters;
  const fitting = [...inboxes.values()].filter(({ id }) => inboxIds === null || inboxIds.includes(id));
  const preferred = options.prefers ? fitting.filter(options.prefers) : [];
  const inbox = onlyChoice(preferred.some(canSend) ? preferred : fitting, options.hint);
  sendableText(inbox, content);
  return { contact, inbox };
}

/**
 * The contact's identity in the inbox, made where it has none and can be written to first (see `firstSource`), so that
 * this very user finds the conversation. Made at the same time by others, it is the same one.
 * @throws Failure `conflict` when the identity would be another contact's; `unsupported` where nobody could read it
 */
export async function identityFor(
  tenant: Tenant,
  contact: Contact,
  inbox: Inbox,
): Promise<{ id: string; sourceId: string }> {
  mustNotBeBlocked(contact);
  const there = await identityInInbox(tenant, contact.id, inbox.id);
  if (there && there.unreachable !== null) throw cutOff(contact, inbox, there.unreachable);
  if (there && isReadBySomebody(there.sourceId)) return there;
  const sourceId = firstSource(contact, inbox);
  if (sourceId === null) throw unreachable(contact, inbox);
  const at = tenant.now();
  const identity = {
    id: newId("identity", at),
    contactId: contact.id,
    inboxId: inbox.id,
    channel: inbox.channel,
    sourceId,
    at,
  };
  try {
    await tenant.batch(addIdentityStatements(tenant, identity));
    return identity;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const made = await identityInInbox(tenant, contact.id, inbox.id);
    if (made) return made;
    throw new Failure(
      "conflict",
      "Another contact writes in this inbox under what this contact is known by.",
      {
        hint: "Merge the two contacts, or write in another inbox.",
      },
    );
  }
}

/** Fails the batch once the identity has a conversation: two first messages at once must not open two. */
function assertNoConversation(tenant: Tenant, identityId: string): Statement {
  return tenant.assertThat(sql`NOT EXISTS (SELECT 1 FROM ${byIdentity}
    WHERE workspace_id = ${tenant.workspaceId} AND identity_id = ${identityId})`);
}

/** The one inbox in which a new conversation can be opened; one that cannot send only where there is no other. */
function onlyChoice(inboxes: readonly Inbox[], hint: string): Inbox {
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
        hint,
        candidates: choices.slice(0, 20).map(({ id, name }) => ({ id, name })),
      },
    );
  }
  return first;
}
