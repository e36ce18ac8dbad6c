import { z } from "zod";
import { storeGiven } from "../attachments/given.ts";
import { ownerOf } from "../attachments/store.ts";
import type { Call, Context } from "../calls/define.ts";
import type { Contact } from "../contacts/fields.ts";
import { resolveContact } from "../contacts/lookup.ts";
import { CHANNEL_ABILITIES } from "../inboxes/channels.ts";
import { getInbox, type Inbox } from "../inboxes/store.ts";
import { approvedTemplates, filledTemplate, templateNames } from "../inboxes/templates.ts";
import { Failure } from "../tenant/failure.ts";
import { type Attempt, actOnce, doneBefore } from "../tenant/idempotency.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant, TenantOptions } from "../tenant/tenant.ts";
import { type Conversation, type Message, senderOf } from "./append.ts";
import { type OutgoingContent, sendableText } from "./outbound.ts";
import { type ContactTarget, findPlace, identityFor, newPlace, type Place, placeIn } from "./place.ts";
import { getConversation, getMessage } from "./read.ts";
import { addressToSend, type RoomAddress, resultOf, roomName } from "./room.ts";
import { ConversationTurn } from "./turn.ts";

/** What a send made. */
export interface Sent {
  conversation: Conversation;
  message: Message;
  /** The same idempotencyKey came before: this is what it made then, nothing was sent now. */
  repeated: boolean;
}

const made = z.object({ conversationId: z.string(), messageId: z.string() });
type Made = z.output<typeof made>;
/** What an identity's room answers to a send. */
export interface SendDone {
  made: Made;
  repeated: boolean;
}

/** Who sends, and where their workspace's data is: what a room needs to send for them. */
export interface Sending extends Pick<Context, "tenant" | "env" | "requestId"> {
  shard: string;
}

/** The caller of a tool as somebody who sends. */
export function sendingOf({ tenant, env, requestId, principal }: Call): Sending {
  return { tenant, env, requestId, shard: principal.shard };
}

/** The same, as it travels to a room. */
export interface Caller extends TenantOptions {
  shard: string;
  requestId: string;
}

/** What else happens in a turn in which the workspace speaks: a flow under way ends. Handed in by the room. */
export type Beside = (turn: ConversationTurn) => Promise<Statement[]>;

function callerOf({ tenant, shard, requestId }: Sending): Caller {
  return { ...tenant.options, shard, requestId };
}

/** The room of an identity, with the caller as it wants to know them. */
export function roomOf(sending: Sending, address: Omit<RoomAddress, "workspaceId">) {
  const { workspaceId } = sending.tenant;
  return {
    room: sending.env.ROOM.getByName(roomName({ workspaceId, ...address })),
    caller: callerOf(sending),
  };
}

/**
 * Stores what is given to be sent along, in the inbox where it is sent. Of an attempt that was made before nothing is
 * stored again.
 */
async function withFiles(
  { tenant, env }: Pick<Sending, "tenant" | "env">,
  inbox: () => Promise<Pick<Inbox, "id" | "channel" | "state">>,
  { attachments, ...content }: OutgoingContent,
  attempt: Attempt,
): Promise<OutgoingContent> {
  if (!attachments?.length || (await doneBefore(tenant, attempt, made))) return content;
  // What could not be sent is not even fetched.
  const there = await inbox();
  sendableText(there, { ...content, attachments });
  const depot = { tenant, env, inboxId: there.id, owner: ownerOf({ actorId: tenant.actor.id }) };
  return { ...content, files: await storeGiven(depot, attachments) };
}

/**
 * Sends by way of a room. A template's text is got from the channel's service first; where text may not be sent any more,
 * the error names the templates that may.
 */
async function withTemplates<T>(
  sending: Sending,
  inbox: () => Promise<Pick<Inbox, "id" | "channel" | "state">>,
  content: OutgoingContent,
  send: (content: OutgoingContent) => Promise<T>,
): Promise<T> {
  const { template } = content;
  if (template) {
    const there = await inbox();
    sendableText(there, content);
    return send({ template, text: filledTemplate(await approvedTemplates(sending, there), template) });
  }
  try {
    return await send(content);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "window_closed") throw error;
    const { code, message, detail } = error;
    const there = await inbox();
    if (!CHANNEL_ABILITIES[there.channel].templates) throw error;
    const candidates = await approvedTemplates(sending, there).then(templateNames, () => []);
    throw new Failure(code, message, candidates.length > 0 ? { ...detail, candidates } : detail);
  }
}

async function shown(tenant: Tenant, { made: ids, repeated }: SendDone): Promise<Sent> {
  const [conversation, message] = await Promise.all([
    getConversation(tenant, ids.conversationId),
    getMessage(tenant, ids.messageId),
  ]);
  return { conversation, message, repeated };
}

/**
 * Sends in a conversation, whatever its status, by way of its identity's room.
 * @throws Failure `not_found`; `not_allowed`, `unsupported` as `sendableText`; `idempotency_mismatch`
 */
export async function reply(
  sending: Sending,
  conversationId: string,
  content: OutgoingContent,
  attempt: Attempt,
): Promise<Sent> {
  const { tenant } = sending;
  const address = await addressToSend(tenant, conversationId);
  const { room, caller } = roomOf(sending, address);
  const inbox = () => getInbox(tenant, address.inboxId);
  return withTemplates(sending, inbox, await withFiles(sending, inbox, content, attempt), async (said) =>
    shown(tenant, resultOf(await room.reply(caller, conversationId, said, attempt))),
  );
}

/**
 * Opens a new conversation with a contact in an inbox by sending to it (see {@link newPlace}).
 * @throws Failure `not_found` for contact or inbox; and as {@link reply}
 */
export async function startConversation(
  sending: Sending,
  target: { contactId: string; inboxId: string },
  content: OutgoingContent,
  attempt: Attempt,
): Promise<Sent> {
  const { tenant } = sending;
  const [contact, inbox] = await Promise.all([
    resolveContact(tenant, target.contactId),
    getInbox(tenant, target.inboxId),
  ]);
  sendableText(inbox, content);
  return startAt(sending, { contact, inbox }, content, attempt, false);
}

async function startAt(
  sending: Sending,
  { contact, inbox }: { contact: Contact; inbox: Inbox },
  content: OutgoingContent,
  attempt: Attempt,
  onlyFirst: boolean,
): Promise<Sent> {
  const { tenant } = sending;
  const identity = await identityFor(tenant, contact, inbox);
  const { room, caller } = roomOf(sending, { inboxId: inbox.id, sourceId: identity.sourceId });
  const target = { contactId: contact.id, inboxId: inbox.id, identityId: identity.id, onlyFirst };
  return withTemplates(
    sending,
    async () => inbox,
    await withFiles(sending, async () => inbox, content, attempt),
    async (said) => shown(tenant, resultOf(await room.start(caller, target, said, attempt))),
  );
}

/**
 * Sends to a contact on its latest conversation, or on a new one where it has none that fits.
 * @param target `inboxId` and `channel` narrow which conversation, or say where the new one is opened
 * @param mayStart called before a conversation is opened: throws when the caller may not
 * @throws Failure `invalid_input` when it is not clear in which inbox to open one; and as {@link reply}
 */
export async function sendToContact(
  sending: Sending,
  target: ContactTarget,
  content: OutgoingContent,
  attempt: Attempt,
  mayStart: () => void,
): Promise<Sent> {
  const { tenant } = sending;
  const before = await doneBefore(tenant, attempt, made);
  if (before) return shown(tenant, { made: before, repeated: true });
  return retryOnConflict(async () => {
    const found = await findPlace(tenant, target, content, { mayStart, hint: "Pass inboxId." });
    return "conversation" in found
      ? reply(sending, found.conversation.id, content, attempt)
      : startAt(sending, found, content, attempt, true);
  });
}

/** {@link reply}, in the room. */
export function replyHere(
  tenant: Tenant,
  conversationId: string,
  content: OutgoingContent,
  attempt: Attempt,
  beside: Beside,
): Promise<SendDone> {
  return actOnce(tenant, attempt, made, (remember) =>
    retryOnConflict(async () => {
      const place = await placeIn(tenant, await getConversation(tenant, conversationId), content);
      return sendIn(tenant, place, content, remember, beside);
    }),
  );
}

/** Opens a conversation of this room's identity. @param target.onlyFirst only where it has none by then, else `conflict` */
export function startHere(
  tenant: Tenant,
  target: { contactId: string; inboxId: string; identityId: string; onlyFirst: boolean },
  content: OutgoingContent,
  attempt: Attempt,
  beside: Beside,
): Promise<SendDone> {
  return actOnce(tenant, attempt, made, async (remember) => {
    const inbox = await getInbox(tenant, target.inboxId);
    const place = await newPlace(tenant, { ...target, inbox }, content, tenant.now());
    return sendIn(tenant, place, content, remember, beside);
  });
}

async function sendIn(
  tenant: Tenant,
  place: Place,
  content: OutgoingContent,
  remember: (made: Made) => Statement[],
  beside: Beside,
): Promise<Made> {
  const at = place.isNew ? place.conversation.createdAt : tenant.now();
  const done = { conversationId: place.conversation.id, messageId: newId("message", at) };
  const turn = new ConversationTurn(tenant, place, at);
  const { template, files } = content;
  turn.send(
    {
      ...{ id: done.messageId, text: sendableText(place.inbox, content), files },
      ...(template ? { content: { template } } : {}),
    },
    outgoingSender(tenant),
  );
  await tenant.batch([...remember(done), ...place.statements, ...turn.statements(await beside(turn))]);
  return done;
}

/** The caller as a sender. @throws Failure `not_allowed` for contacts, whose messages come in instead */
function outgoingSender(tenant: Tenant) {
  const { kind, ...sender } = senderOf(tenant.actor);
  if (kind === "contact") throw new Failure("not_allowed", "A contact cannot send for the workspace.");
  return { ...sender, kind };
}
