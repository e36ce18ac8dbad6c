import { z } from "zod";
import { resolveContact } from "../contacts/lookup.ts";
import { getInbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { type Attempt, actOnce } from "../tenant/idempotency.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { type Conversation, type Message, senderOf } from "./append.ts";
import { type OutgoingContent, sendableText } from "./outbound.ts";
import { type ContactTarget, newPlace, type Place, placeForContact, placeIn } from "./place.ts";
import { getConversation, getMessage } from "./read.ts";
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
  content: OutgoingContent,
  attempt: Attempt,
): Promise<Sent> {
  return sendOnce(tenant, attempt, async (remember) =>
    sendIn(
      tenant,
      await placeIn(tenant, await getConversation(tenant, conversationId), content),
      content,
      remember,
    ),
  );
}

async function sendIn(
  tenant: Tenant,
  place: Place,
  content: OutgoingContent,
  remember: Remember,
  at = tenant.now(),
): Promise<Made> {
  const done = { conversationId: place.conversation.id, messageId: newId("message", at) };
  const turn = new ConversationTurn(tenant, place, at);
  turn.send({ id: done.messageId, text: sendableText(place.inbox, content) }, outgoingSender(tenant));
  await tenant.batch([...remember(done), ...place.statements, ...turn.statements()]);
  return done;
}

/**
 * Opens a new conversation with a contact in an inbox by sending to it (see {@link newPlace}).
 * @throws Failure `not_found` for contact or inbox; and as {@link reply}
 */
export function startConversation(
  tenant: Tenant,
  target: { contactId: string; inboxId: string },
  content: OutgoingContent,
  attempt: Attempt,
): Promise<Sent> {
  return sendOnce(tenant, attempt, async (remember) => {
    const [contact, inbox] = await Promise.all([
      resolveContact(tenant, target.contactId),
      getInbox(tenant, target.inboxId),
    ]);
    const at = tenant.now();
    const place = await newPlace(tenant, contact, inbox, content, { onlyFirst: false, at });
    return sendIn(tenant, place, content, remember, at);
  });
}

/**
 * Sends to a contact on its latest conversation, or on a new one where it has none that fits.
 * @param target `inboxId` and `channel` narrow which conversation, or say where the new one is opened
 * @param mayStart called before a conversation is opened: throws when the caller may not
 * @throws Failure `invalid_input` when it is not clear in which inbox to open one; and as {@link reply}
 */
export function sendToContact(
  tenant: Tenant,
  target: ContactTarget,
  content: OutgoingContent,
  attempt: Attempt,
  mayStart: () => void,
): Promise<Sent> {
  return sendOnce(tenant, attempt, (remember) =>
    retryOnConflict(async () => {
      const at = tenant.now();
      const place = await placeForContact(tenant, target, content, { mayStart, hint: "Pass inboxId.", at });
      return sendIn(tenant, place, content, remember, at);
    }),
  );
}
