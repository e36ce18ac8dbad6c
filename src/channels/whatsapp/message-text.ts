import { z } from "zod";

/** A message of a WhatsApp user, whatever kind it is, and what it says as text. */

const media = z.object({
  id: z.string().optional(),
  caption: z.string().optional(),
  filename: z.string().optional(),
  mime_type: z.string().optional(),
  voice: z.boolean().optional(),
  animated: z.boolean().optional(),
});

const reply = z.object({
  id: z.string().default(""),
  title: z.string().default(""),
  description: z.string().optional(),
});

const said = z.object({
  type: z.string(),
  text: z.object({ body: z.string() }).optional(),
  image: media.optional(),
  document: media.optional(),
  audio: media.optional(),
  video: media.optional(),
  sticker: media.optional(),
  location: z
    .object({
      latitude: z.number(),
      longitude: z.number(),
      name: z.string().optional(),
      address: z.string().optional(),
    })
    .optional(),
  contacts: z
    .array(
      z.object({
        name: z.object({ formatted_name: z.string().optional() }).optional(),
        phones: z.array(z.object({ phone: z.string().optional() })).optional(),
        emails: z.array(z.object({ email: z.string().optional() })).optional(),
      }),
    )
    .optional(),
  interactive: z
    .object({
      type: z.string(),
      button_reply: reply.optional(),
      list_reply: reply.optional(),
      nfm_reply: z.object({ body: z.string().optional(), response_json: z.string().optional() }).optional(),
    })
    .optional(),
  /** A tap on a quick reply of a template. */
  button: z.object({ text: z.string(), payload: z.string().optional() }).optional(),
  reaction: z.object({ emoji: z.string().optional() }).optional(),
  order: z
    .object({
      text: z.string().optional(),
      product_items: z
        .array(
          z.object({
            product_retailer_id: z.string(),
            quantity: z.union([z.number(), z.string()]).optional(),
          }),
        )
        .default([]),
    })
    .optional(),
});
type Said = z.output<typeof said>;

export const messageSchema = said.extend({
  id: z.string(),
  from: z.string().optional(),
  from_user_id: z.string().optional(),
  timestamp: z.string().optional(),
  edit: z.object({ message: said.optional() }).optional(),
  revoke: z.object({ original_message_id: z.string().optional() }).optional(),
  system: z
    .object({
      type: z.string().optional(),
      body: z.string().optional(),
      wa_id: z.string().optional(),
      new_wa_id: z.string().optional(),
      user_id: z.string().optional(),
    })
    .optional(),
});

/** What stands for a message that nobody here can read. */
export const UNSUPPORTED = "[unsupported message]";

/** A file that a message is. */
export interface Media {
  id: string;
  /** What people call it. */
  kind: string;
  name?: string;
  type?: string;
  caption?: string;
}

/** The file that a message is; null where it is none, or WhatsApp does not say which. */
export function mediaIn(message: z.output<typeof messageSchema>): Media | null {
  const { type, image, video, document, audio, sticker } = message;
  const files: Record<string, typeof image> = { image, video, document, audio, sticker };
  const found = files[type];
  if (found?.id === undefined) return null;
  const kinds: Record<string, string> = {
    ...{ image: "picture", video: "video", document: "file", sticker: "sticker" },
    audio: found.voice ? "voice message" : "audio",
  };
  return {
    ...{ id: found.id, kind: kinds[type] ?? type, name: found.filename, type: found.mime_type },
    caption: found.caption,
  };
}

/** What a message says: its own words, or what it is in brackets. Never empty. */
export function textOf(message: z.output<typeof messageSchema>): string {
  if (message.type === "edit") {
    return `[edited] ${message.edit?.message ? wordsOf(message.edit.message) : UNSUPPORTED}`;
  }
  if (message.type === "revoke") return "[deleted a message]";
  return wordsOf(message);
}

function wordsOf(message: Said): string {
  const words = textOfKind(message);
  return words === undefined || words.trim() === "" ? UNSUPPORTED : words;
}

function textOfKind(message: Said): string | undefined {
  const captioned = (kind: string, { caption }: z.output<typeof media>) =>
    [`[${kind}]`, caption].filter(Boolean).join("\n");
  switch (message.type) {
    case "text":
      return message.text?.body;
    case "interactive":
      return interactiveText(message.interactive);
    case "button":
      return message.button?.text;
    case "image":
      return message.image && captioned("picture", message.image);
    case "video":
      return message.video && captioned("video", message.video);
    case "document": {
      const { document } = message;
      return document && captioned(`file${document.filename ? `: ${document.filename}` : ""}`, document);
    }
    case "audio":
      return message.audio?.voice ? "[voice message]" : "[audio]";
    case "sticker":
      return "[sticker]";
    case "location":
      return message.location && placeText(message.location);
    case "contacts":
      return message.contacts?.map(cardText).join("\n");
    case "reaction": {
      const emoji = message.reaction?.emoji;
      return emoji ? `[reacted with ${emoji}]` : "[took back a reaction]";
    }
    case "order":
      return message.order && orderText(message.order);
    default:
      return undefined;
  }
}

function interactiveText(interactive: Said["interactive"]): string | undefined {
  const tapped = interactive?.button_reply ?? interactive?.list_reply;
  if (tapped) return tapped.title || tapped.id;
  const form = interactive?.nfm_reply;
  return form && [form.body && `[${form.body}]`, form.response_json].filter(Boolean).join("\n");
}

function placeText({ latitude, longitude, name, address }: NonNullable<Said["location"]>): string {
  const place = [name, address].filter(Boolean).join(", ") || `${latitude}, ${longitude}`;
  return `[location: ${place}]\nhttps://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`;
}

function cardText({ name, phones = [], emails = [] }: NonNullable<Said["contacts"]>[number]): string {
  const parts = [
    name?.formatted_name,
    ...phones.map(({ phone }) => phone),
    ...emails.map(({ email }) => email),
  ].filter(Boolean);
  return `[contact: ${parts.join(", ") || "without a name"}]`;
}

function orderText({ text, product_items: items }: NonNullable<Said["order"]>): string {
  const lines = items.map(({ product_retailer_id: id, quantity = 1 }) => `${quantity} × ${id}`);
  return ["[order]", ...lines, text].filter(Boolean).join("\n");
}
