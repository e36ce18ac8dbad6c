import { z } from "zod";
import type { FileSource } from "../../attachments/object.ts";
import type { Heard, IncomingFile, Told } from "../channel.ts";
import { CHOICE } from "../offered.ts";

/**
 * What Messenger and Instagram tell of an account: `messaging` webhooks (developers.facebook.com, docs/messenger-platform,
 * reference/webhook-events, and docs/messenger-platform/instagram, read December 2026). Only what is used is read.
 */

const attachment = z.object({
  type: z.string(),
  title: z.string().optional(),
  url: z.string().optional(),
  payload: z
    .object({
      url: z.string().optional(),
      title: z.string().optional(),
      sticker_id: z.union([z.number(), z.string()]).optional(),
      coordinates: z.object({ lat: z.number(), long: z.number() }).optional(),
    })
    .nullish(),
});

const referral = z.object({
  ref: z.string().optional(),
  source: z.string().optional(),
  ad_id: z.string().optional(),
});

const message = z.object({
  mid: z.string(),
  text: z.string().optional(),
  is_echo: z.boolean().optional(),
  /** Of Instagram: it was taken back, or is of a kind that is told to nobody. */
  is_deleted: z.boolean().optional(),
  is_unsupported: z.boolean().optional(),
  quick_reply: z.object({ payload: z.string() }).optional(),
  attachments: z.array(attachment).optional(),
  reply_to: z
    .object({ mid: z.string().optional(), story: z.object({ url: z.string().optional() }).optional() })
    .optional(),
  referral: referral.optional(),
});

const event = z.object({
  sender: z.object({ id: z.string() }).optional(),
  recipient: z.object({ id: z.string() }).optional(),
  timestamp: z.number().default(0),
  message: message.optional(),
  message_edit: z
    .object({ mid: z.string(), text: z.string().optional(), num_edit: z.number().optional() })
    .optional(),
  postback: z
    .object({
      mid: z.string().optional(),
      title: z.string().optional(),
      payload: z.string().optional(),
      referral: referral.optional(),
    })
    .optional(),
  reaction: z
    .object({
      mid: z.string().optional(),
      action: z.string().optional(),
      emoji: z.string().optional(),
      reaction: z.string().optional(),
    })
    .optional(),
  delivery: z.object({ watermark: z.number().optional() }).optional(),
  read: z.object({ watermark: z.number().optional(), mid: z.string().optional() }).optional(),
  referral: referral.optional(),
});
type Event = z.output<typeof event>;
type Message = z.output<typeof message>;

export const notificationSchema = z.object({
  object: z.string(),
  entry: z.array(z.object({ id: z.string(), messaging: z.array(z.unknown()).default([]) })).default([]),
});
export type Notification = z.output<typeof notificationSchema>;

/** The accounts that a notification speaks of. */
export function accountsOf({ entry }: Notification): string[] {
  return [...new Set(entry.map(({ id }) => id))];
}

/** What a notification says of one account, in the words of channels. @param object what the channel is called there */
export function readNotification(
  object: string,
  accountId: string,
  told: Notification,
  open: OpenFile,
): Told[] {
  if (told.object !== object) return [];
  return told.entry
    .filter(({ id }) => id === accountId)
    .flatMap(({ messaging }) => messaging)
    .flatMap((one) => {
      const read = event.safeParse(one);
      return read.success ? happened(read.data, accountId, open) : [];
    });
}

/** Fetches a file by its address at Meta. */
type OpenFile = (url: string, signal: AbortSignal) => Promise<FileSource>;

function happened(what: Event, accountId: string, open: OpenFile): Told[] {
  const { sender, timestamp, message: said, message_edit: edited, postback, reaction } = what;
  const from = sender?.id;
  // What the account itself wrote, here or elsewhere, is told as well.
  if (from === undefined || from === accountId || said?.is_echo) return [];
  const { delivery, read } = what;
  if (delivery)
    return [{ type: "reached", from, state: "delivered", until: delivery.watermark ?? timestamp }];
  if (read) return [{ type: "reached", from, state: "read", until: read.watermark ?? timestamp }];
  const heard = (incoming: Omit<Heard, "from">): Told[] => [
    { type: "message", incoming: { from: { sourceId: from }, ...incoming } },
  ];
  if (said) return heard(wordsOf(said, open));
  if (postback) {
    const { mid, title, payload = "" } = postback;
    return heard({
      sourceId: mid ?? `postback:${from}:${timestamp}`,
      text: title || payload || "[button]",
      ...choiceOf(payload),
    });
  }
  if (edited) {
    const sourceId = `edit:${edited.mid}:${edited.num_edit ?? timestamp}`;
    return heard({ sourceId, text: `[edited] ${edited.text ?? ""}`.trim(), isAside: true });
  }
  if (reaction) {
    const emoji = reaction.emoji ?? reaction.reaction;
    const text =
      reaction.action === "unreact" || !emoji ? "[took back a reaction]" : `[reacted with ${emoji}]`;
    return heard({ sourceId: `reaction:${reaction.mid}:${from}:${timestamp}`, text, isAside: true });
  }
  if (what.referral) {
    const sourceId = `referral:${from}:${timestamp}`;
    return heard({ sourceId, text: referralText(what.referral), isAside: true });
  }
  return [];
}

/** What stands for a message that nobody here can read. */
const UNSUPPORTED = "[unsupported message]";

function wordsOf(said: Message, open: OpenFile): Omit<Heard, "from"> {
  const { mid, text, quick_reply: tapped, attachments = [], reply_to: to } = said;
  if (said.is_deleted) return { sourceId: `deleted:${mid}`, text: "[deleted a message]", isAside: true };
  const files = attachments.flatMap((one) => fileOf(one, open));
  const others = attachments.filter((one) => fileOf(one, open).length === 0);
  const lines = [
    said.referral && referralText(said.referral),
    to?.story && `[replied to your story${to.story.url ? `: ${to.story.url}` : ""}]`,
    ...others.map(attachmentText),
    text,
  ].filter((line) => line !== undefined && line.trim() !== "");
  return {
    sourceId: mid,
    text: said.is_unsupported || (lines.length === 0 && files.length === 0) ? UNSUPPORTED : lines.join("\n"),
    ...(files.length > 0 ? { files } : {}),
    ...(tapped ? choiceOf(tapped.payload) : {}),
  };
}

/** An attachment that is a file of the sender's; none for what they only point at. */
function fileOf({ type, title, payload }: z.output<typeof attachment>, open: OpenFile): IncomingFile[] {
  const url = payload?.url;
  const isSticker = payload?.sticker_id !== undefined;
  if (url === undefined || !["image", "audio", "video", "file"].includes(type)) return [];
  const kind = isSticker ? "sticker" : (KINDS[type] ?? type);
  const name = payload?.title ?? title;
  return [{ kind, ...(name ? { name } : {}), open: (signal) => open(url, signal) }];
}

function choiceOf(payload: string): Pick<Heard, "choiceIds"> {
  return payload.startsWith(CHOICE) ? { choiceIds: [payload.slice(CHOICE.length)] } : {};
}

function referralText({ ref, source, ad_id: ad }: z.output<typeof referral>): string {
  const parts = [source?.toLowerCase(), ref, ad && `ad ${ad}`].filter(Boolean);
  return `[came by ${parts.join(", ") || "a link"}]`;
}

/** Kinds of attachments, as people call them; others are named as the service does. */
const KINDS: Readonly<Record<string, string>> = {
  image: "picture",
  audio: "voice message",
  video: "video",
  file: "file",
  ig_reel: "reel",
  reel: "reel",
  story_mention: "mentioned you in their story",
  share: "shared post",
};

function attachmentText({ type, title, url, payload }: z.output<typeof attachment>): string {
  if (type === "location" && payload?.coordinates) {
    const { lat, long } = payload.coordinates;
    return `[location: ${title ?? `${lat}, ${long}`}]\nhttps://www.openstreetmap.org/?mlat=${lat}&mlon=${long}`;
  }
  if (payload?.sticker_id !== undefined) return "[sticker]";
  if (type === "fallback") return [title, url ?? payload?.url].filter(Boolean).join("\n");
  const kind = KINDS[type] ?? type.replaceAll("_", " ");
  const named = payload?.title ?? title;
  return `[${kind}${named ? `: ${named}` : ""}]`;
}
