import { z } from "zod";
import type { FileSource } from "../../attachments/object.ts";
import type { DeliveryState } from "../../conversations/append.ts";
import type { Heard, Told } from "../channel.ts";
import { claimed } from "../claims.ts";
import { CHOICE } from "../offered.ts";
import { mediaIn, messageSchema, textOf } from "./message-text.ts";
import { isUnreachable, reasonOf } from "./reasons.ts";
import { sentAs } from "./sent-as.ts";

/**
 * What WhatsApp tells of a number: the `messages` webhook of the Cloud API (developers.facebook.com, business-messaging,
 * whatsapp, webhooks/reference/messages, read December 2026, with the business-scoped user ids of 2026). Only what is used is read, so that
 * new fields and kinds of messages change nothing.
 */

const errors = z
  .array(
    z.object({
      code: z.number(),
      title: z.string().optional(),
      message: z.string().optional(),
      error_data: z.object({ details: z.string().optional() }).optional(),
    }),
  )
  .optional();

/** Who a user is: by an id that is this business's own, by number, or both; either may be missing. */
const contact = z.object({
  wa_id: z.string().optional(),
  user_id: z.string().optional(),
  profile: z.object({ name: z.string().optional(), username: z.string().optional() }).optional(),
});

const status = z.object({
  id: z.string(),
  status: z.string(),
  recipient_id: z.string().optional(),
  recipient_user_id: z.string().optional(),
  biz_opaque_callback_data: z.string().optional(),
  errors,
});

const value = z.object({
  metadata: z.object({ phone_number_id: z.string() }).optional(),
  contacts: z.array(contact).default([]),
  messages: z.array(messageSchema).default([]),
  statuses: z.array(status).default([]),
});

export const notificationSchema = z.object({
  entry: z
    .array(z.object({ changes: z.array(z.object({ field: z.string(), value: z.unknown() })).default([]) }))
    .default([]),
});
export type Notification = z.output<typeof notificationSchema>;
type Message = z.output<typeof messageSchema>;

/** How far a message has come, in our words; what is not here says nothing of that. */
const STATES: Readonly<Record<string, DeliveryState>> = {
  sent: "sent",
  delivered: "delivered",
  read: "read",
  // Of a voice message that was listened to.
  played: "read",
  failed: "failed",
};

/** The numbers that a notification speaks of. */
export function numbersOf({ entry }: Notification): string[] {
  const numbers = entry
    .flatMap(({ changes }) => changes)
    .flatMap((change) => value.safeParse(change.value).data?.metadata?.phone_number_id ?? []);
  return [...new Set(numbers)];
}

/** What a notification says of one number, in the words of channels; of another one it says nothing here. */
export function readNotification(phoneNumberId: string, { entry }: Notification, open: OpenMedia): Told[] {
  return entry
    .flatMap(({ changes }) => changes)
    .filter(({ field }) => field === "messages")
    .flatMap((change) => {
      const { metadata, contacts, messages, statuses } = value.parse(change.value);
      if (metadata?.phone_number_id !== phoneNumberId) return [];
      return [
        ...messages.flatMap((message) => heard(message, contacts, open)),
        ...statuses.flatMap((one) => reported(one)),
      ];
    });
}

/** Fetches a file by the id that WhatsApp gave it. */
type OpenMedia = (id: string, signal: AbortSignal) => Promise<FileSource>;

function heard(message: Message, contacts: readonly z.output<typeof contact>[], open: OpenMedia): Told[] {
  const { from, from_user_id: userId, system } = message;
  const said = contacts.find(
    (one) => (userId !== undefined && one.user_id === userId) || (from !== undefined && one.wa_id === from),
  );
  const known = said ?? (contacts.length === 1 ? contacts[0] : undefined);
  const who = { user: userId ?? known?.user_id, number: from ?? known?.wa_id };
  if (system) return changedNumber(message, system, who);
  const sourceId = who.user ?? who.number;
  if (sourceId === undefined) return [];
  const { name, username } = known?.profile ?? {};
  return [
    // Whom we knew by number alone has an id of this business by now.
    ...(who.user !== undefined && who.number !== undefined
      ? [{ type: "moved" as const, from: who.number, to: who.user }]
      : []),
    {
      type: "message",
      incoming: {
        from: {
          sourceId,
          ...claimed({ name: name ?? username, phone: who.number && `+${who.number}` }),
        },
        ...wordsOf(message, open),
      },
    },
  ];
}

/** What a message says. Edits, deletions and reactions are no answers. */
function wordsOf(message: Message, open: OpenMedia): Omit<Heard, "from"> {
  const media = mediaIn(message);
  const { id, interactive } = message;
  const tapped = interactive?.button_reply ?? interactive?.list_reply;
  const choiceId = tapped?.id.startsWith(CHOICE) ? tapped.id.slice(CHOICE.length) : undefined;
  return {
    sourceId: id,
    text: media ? (media.caption ?? "") : textOf(message),
    ...(media
      ? {
          files: [
            {
              kind: media.kind,
              ...(media.name ? { name: media.name } : {}),
              ...(media.type ? { type: media.type } : {}),
              open: (signal) => open(media.id, signal),
            },
          ],
        }
      : {}),
    ...(choiceId ? { choiceIds: [choiceId] } : {}),
    ...(["reaction", "edit", "revoke"].includes(message.type) ? { isAside: true } : {}),
  };
}

/** A user goes on under another number, and so under another id of ours. */
function changedNumber(
  { id }: Message,
  system: NonNullable<Message["system"]>,
  before: { user?: string; number?: string },
): Told[] {
  const number = system.wa_id ?? system.new_wa_id;
  const to = system.user_id ?? number ?? before.user;
  if (to === undefined) return [];
  const olds = [before.user, before.number].filter((old) => old !== undefined && old !== to);
  const text = number === undefined ? "[their number is another one]" : `[their number is +${number} now]`;
  return [
    ...olds.flatMap((from) => (from === undefined ? [] : [{ type: "moved" as const, from, to }])),
    { type: "message", incoming: { from: { sourceId: to }, sourceId: id, text, isAside: true } },
  ];
}

function reported(one: z.output<typeof status>): Told[] {
  const state = STATES[one.status];
  const part = sentAs(one.biz_opaque_callback_data);
  if (state === undefined) return [];
  // Of a message in several parts the last one stands for all, unless one fails.
  if (part && !part.isLast && state !== "failed") return [];
  const [error] = one.errors ?? [];
  const failure = state === "failed" ? reasonOf(error) : undefined;
  const delivery: Told = {
    type: "delivery",
    ...{ sourceId: one.id, state },
    ...(part ? { messageId: part.messageId } : {}),
    ...(failure === undefined ? {} : { failure }),
  };
  if (state !== "failed" || !isUnreachable(error?.code) || failure === undefined) return [delivery];
  const whom = [one.recipient_user_id, one.recipient_id].flatMap((from) => (from ? [from] : []));
  return [delivery, ...whom.map((from) => ({ type: "reach" as const, from, reason: failure }))];
}
