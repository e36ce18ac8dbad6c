import { sql } from "drizzle-orm";
import { sayFiles } from "../attachments/file-words.ts";
import type { GivenFiles } from "../attachments/given.ts";
import { kindOf } from "../attachments/media-type.ts";
import { inMegabytes, type StoredFile } from "../attachments/store.ts";
import type { Contact } from "../contacts/fields.ts";
import { reachOf } from "../contacts/identities.ts";
import { bareKey } from "../contacts/keys.ts";
import { CHANNEL_ABILITIES, isHanded } from "../inboxes/channels.ts";
import { CHANNELS, type Inbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { byIdentity, type Conversation, THREAD_CONVERSATIONS } from "./append.ts";
import type { MessageTemplate } from "./schema.ts";

/** What is sent: text, files or both, or a template that the channel has approved; its text is then what it says. */
export interface OutgoingContent {
  text?: string;
  /** Stored for whoever sends, see `storeFile`, or taken by the draft that is sent. */
  files?: readonly StoredFile[];
  /** Still to be stored: by who sends, before it goes to a room. */
  attachments?: GivenFiles;
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
 * is refused, never stored as if it had gone out. See also {@link mustBeRead}.
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
      hint: "Send text instead.",
    });
  }
  if (!canSend(inbox)) throw notConnected(inbox);
  const { text, template, files = [], attachments = [] } = content;
  const count = files.length + attachments.length;
  if (text === undefined && !template && count === 0) throw new Failure("invalid_input", "Pass text.");
  mustCarry(inbox, files, count);
  return text ?? sayFiles(files);
}

/**
 * Makes sure that a channel carries these files.
 * @param count with those of which nothing is known yet
 * @throws Failure `unsupported` where it carries none, or none of that type; `invalid_input` for too many or too large ones
 */
export function mustCarry(
  { channel }: Pick<Inbox, "channel">,
  files: readonly Pick<StoredFile, "name" | "mediaType" | "bytes">[],
  count = files.length,
): void {
  if (count === 0) return;
  const { most, bytes, types } = CHANNEL_ABILITIES[channel].files;
  if (most === 0) throw new Failure("unsupported", `The ${channel} channel carries no files.`);
  if (count > most) {
    throw new Failure("invalid_input", `A message on the ${channel} channel carries at most ${most} files.`);
  }
  for (const { name, mediaType, bytes: size } of files) {
    if (types && !types.includes(mediaType)) {
      throw new Failure("unsupported", `The ${channel} channel does not carry ${mediaType}: ${name}`, {
        candidates: types,
      });
    }
    const limit = bytes[kindOf(mediaType)];
    if (size <= limit) continue;
    throw new Failure(
      "invalid_input",
      `${name} is larger than the ${inMegabytes(limit)} that ${channel} carries.`,
    );
  }
}

function notConnected({ id, channel }: Pick<Inbox, "id" | "channel">): Failure {
  if (CHANNEL_ABILITIES[channel].built) {
    return new Failure("unsupported", `The inbox ${id} is not connected: nobody would get it.`, {
      hint: `The operator connects it with parley inbox connect --channel ${channel}.`,
    });
  }
  return new Failure("unsupported", `The ${channel} channel is not connected, so nothing can be sent.`, {
    hint: `Write to the contact in an inbox of another channel: ${BUILT.join(", ")}.`,
    candidates: BUILT,
  });
}

/** Who a contact that never wrote is in an inbox; null where it cannot be written to first. */
export function firstSource(
  { externalId, phoneKey, emailKey }: Pick<Contact, "externalId" | "phoneKey" | "emailKey">,
  { channel }: Pick<Inbox, "channel">,
): string | null {
  const { first } = CHANNEL_ABILITIES[channel];
  if (first === null) return null;
  if (first === "phone") return bareKey(phoneKey);
  // What a visitor said of itself may be another's address, and has no key.
  if (first === "email") return bareKey(emailKey);
  if (externalId === null) return null;
  return first === "signed_in" ? signedInSource(externalId) : externalId;
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
export function unreachable(
  contact: Pick<Contact, "id">,
  { id, channel }: Pick<Inbox, "id" | "channel">,
): Failure {
  const { first } = CHANNEL_ABILITIES[channel];
  const ways = {
    signed_in: [
      ", and no site signs it in there",
      "Wait until it writes, or set its externalId to the id under which your site signs this user in.",
    ],
    external_id: [
      ", and it has no externalId under which your app would know it",
      "Wait until it writes, or set its externalId to the id that your app has for this user.",
    ],
    phone: [
      ", and no phone number of it is confirmed",
      "Wait until it writes, or set its phone with update_contact.",
    ],
    email: [
      ", and it has no confirmed email address",
      "Wait until it writes, or set its email with update_contact, which confirms it.",
    ],
  };
  const [why, hint] =
    first === null
      ? [
          "",
          `Wait until it writes there, or write to it on another channel: ${channel} lets nobody be first.`,
        ]
      : ways[first];
  return new Failure(
    "unsupported",
    `Nobody would read it: the contact ${contact.id} has never written in the inbox ${id}${why}.`,
    { hint },
  );
}

/** What a send ends with where the channel lets nothing through to the customer any more. */
export function cutOff(contact: Pick<Contact, "id">, inbox: Pick<Inbox, "id">, reason: string): Failure {
  return new Failure(
    "unsupported",
    `Nothing reaches the contact ${contact.id} in the inbox ${inbox.id}: ${reason}`,
    { hint: "It can be written to again once it writes, or on another channel." },
  );
}

/**
 * Makes sure that a conversation's customer can read what is sent in it: one that has written can, unless its channel
 * has said that nothing gets through; one to whom the workspace wrote first is looked up.
 * @throws Failure `unsupported` as {@link unreachable}, {@link cutOff}; `window_closed` as {@link mustBeInWindow}
 */
export async function mustBeRead(
  tenant: Tenant,
  conversation: Pick<Conversation, "contactId" | "identityId" | "firstInboundAt" | "lastInboundAt">,
  inbox: Pick<Inbox, "id" | "channel">,
  content: OutgoingContent,
): Promise<void> {
  const contact = { id: conversation.contactId };
  if (conversation.firstInboundAt !== null && !isHanded(inbox.channel)) return;
  const identity = await reachOf(tenant, conversation);
  if (identity === null) throw unreachable(contact, inbox);
  if (identity.unreachable !== null) throw cutOff(contact, inbox, identity.unreachable);
  if (conversation.firstInboundAt === null && !isReadBySomebody(identity.sourceId)) {
    throw unreachable(contact, inbox);
  }
  await mustBeInWindow(tenant, conversation, inbox, content);
}

const HOUR = 60 * 60_000;

/**
 * Makes sure that the channel still lets this through: some take anything for so many hours after the customer last wrote,
 * and approved templates alone afterwards.
 * @throws Failure `window_closed`
 */
export async function mustBeInWindow(
  tenant: Tenant,
  { identityId, lastInboundAt }: Pick<Conversation, "identityId" | "lastInboundAt">,
  inbox: Pick<Inbox, "channel">,
  content: OutgoingContent,
): Promise<void> {
  const { windowHours, templates } = CHANNEL_ABILITIES[inbox.channel];
  if (windowHours === null || content.template) return;
  const since = tenant.now() - windowHours * HOUR;
  if (lastInboundAt !== null && lastInboundAt > since) return;
  // They may have written in another of their conversations.
  const last = await lastInboundOf(tenant, identityId);
  if (last !== null && last > since) return;
  const when = last === null ? "has never written here" : `last wrote at ${time.parse(last)}`;
  throw new Failure(
    "window_closed",
    `${inbox.channel} takes messages for ${windowHours} hours after the customer wrote, and this one ${when}.`,
    {
      hint: templates
        ? "Send an approved template instead of text; list_message_templates shows what each needs."
        : "Wait until the customer writes again, or write on another channel.",
    },
  );
}

async function lastInboundOf(tenant: Tenant, identityId: string): Promise<number | null> {
  const [row] = await tenant.db.all<{ last: number | null }>(sql`SELECT max(last_inbound_at) AS last
    FROM (SELECT last_inbound_at FROM ${byIdentity}
      WHERE workspace_id = ${tenant.workspaceId} AND identity_id = ${identityId}
      ORDER BY id DESC LIMIT ${THREAD_CONVERSATIONS})`);
  return row?.last ?? null;
}
