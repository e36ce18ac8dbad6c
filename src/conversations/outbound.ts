import type { Contact } from "../contacts/fields.ts";
import { sourceOfIdentity } from "../contacts/identities.ts";
import { CHANNEL_ABILITIES } from "../inboxes/channels.ts";
import { CHANNELS, type Inbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import type { MessageTemplate } from "./schema.ts";

/** What is sent: text, or a template that the channel has approved. Exactly one of the two. */
export interface OutgoingContent {
  text?: string;
  template?: MessageTemplate;
}

/** Channels in which something can be sent. */
const BUILT = CHANNELS.filter((channel) => CHANNEL_ABILITIES[channel].built);

/** True when a text written in this inbox now goes out. */
export function canSend(inbox: Pick<Inbox, "channel" | "state">): boolean {
  const { state, channel } = inbox;
  return (state === "active" || state === "failing") && CHANNEL_ABILITIES[channel].built;
}

/**
 * The text to send in an inbox, or the reason why nothing can be sent there: a message that nobody would receive
 * is refused, never stored as if it had gone out. See also {@link isRead}.
 * @throws Failure `not_allowed` for a disabled inbox; `unsupported` for templates where the channel has none, and
 * for channels without a connection
 */
export function sendableText(
  inbox: Pick<Inbox, "id" | "channel" | "state">,
  content: OutgoingContent,
): string {
  if (inbox.state === "disabled") {
    throw new Failure("not_allowed", `The inbox ${inbox.id} is disabled: nothing goes out of it.`);
  }
  if (content.template && !CHANNEL_ABILITIES[inbox.channel].templates) {
    throw new Failure("unsupported", `The ${inbox.channel} channel has no templates.`, {
      hint: "Send text instead: this channel has no reply window.",
    });
  }
  if (!canSend(inbox)) {
    throw new Failure(
      "unsupported",
      `The ${inbox.channel} channel is not connected, so nothing can be sent.`,
      {
        hint: `Write to the contact in an inbox of another channel: ${BUILT.join(", ")}.`,
        candidates: BUILT,
      },
    );
  }
  if (content.text === undefined) throw new Failure("invalid_input", "Pass text.");
  return content.text;
}

/** The web channel's id of a user whom the site signs in. */
export function signedInSource(externalId: string): string {
  return `u_${externalId}`;
}

/**
 * Whether anybody reads what goes to this source: a visitor keeps its chat, and a site signs its users in under ids of
 * its own, never under our contacts' ids.
 */
export function isReadBySomebody(sourceId: string): boolean {
  return !(sourceId.startsWith("u_") && isId("contact", sourceId.slice(2)));
}

/** What a send ends with that nobody could ever read. */
export function unreachable(contact: Pick<Contact, "id">, inbox: Pick<Inbox, "id">): Failure {
  return new Failure(
    "unsupported",
    `Nobody would read it: the contact ${contact.id} has never written in the inbox ${inbox.id}, and no site signs it in there.`,
    {
      hint: "Wait until it writes, or set its externalId to the id under which your site signs this user in.",
    },
  );
}

/**
 * Whether a conversation's customer can read what is sent in it: one that has written can; one to whom the workspace
 * wrote first is looked up.
 */
export async function isRead(
  tenant: Tenant,
  conversation: Pick<Conversation, "contactId" | "identityId" | "firstInboundAt">,
): Promise<boolean> {
  if (conversation.firstInboundAt !== null) return true;
  const sourceId = await sourceOfIdentity(tenant, conversation);
  return sourceId !== null && isReadBySomebody(sourceId);
}
