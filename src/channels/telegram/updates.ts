import { z } from "zod";
import type { Heard, IncomingFile, Told } from "../channel.ts";
import { CHOICE } from "../offered.ts";

/**
 * What Telegram tells a bot: `Update` of the Bot API (core.telegram.org/bots/api#update, read November 2026). Only what is
 * used is read, so that new fields and new kinds of messages change nothing.
 */

/** The kinds that the webhook asks for. */
export const ALLOWED_UPDATES = [
  "message",
  "edited_message",
  "callback_query",
  "message_reaction",
  "my_chat_member",
] as const;

const user = z.object({
  id: z.int(),
  first_name: z.string(),
  last_name: z.string().optional(),
  language_code: z.string().optional(),
});

const chat = z.object({
  id: z.int(),
  type: z.string(),
  title: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
});

const file = z.object({
  file_id: z.string(),
  file_size: z.int().optional(),
  file_name: z.string().optional(),
  mime_type: z.string().optional(),
  duration: z.int().optional(),
});

const button = z.object({ text: z.string(), callback_data: z.string().optional() });

const message = z.object({
  message_id: z.int(),
  from: user.optional(),
  chat,
  text: z.string().optional(),
  caption: z.string().optional(),
  /** The same picture in several sizes, the largest last. */
  photo: z.array(file).optional(),
  document: file.optional(),
  audio: file.optional(),
  voice: file.optional(),
  video: file.optional(),
  video_note: file.optional(),
  animation: file.optional(),
  sticker: file.extend({ emoji: z.string().optional() }).optional(),
  location: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
  venue: z.object({ title: z.string(), address: z.string() }).optional(),
  contact: z
    .object({ phone_number: z.string(), first_name: z.string(), last_name: z.string().optional() })
    .optional(),
  poll: z.object({ question: z.string() }).optional(),
  dice: z.object({ emoji: z.string(), value: z.int() }).optional(),
  migrate_to_chat_id: z.int().optional(),
  reply_markup: z.object({ inline_keyboard: z.array(z.array(button)) }).optional(),
});
type Message = z.output<typeof message>;

export const updateSchema = z.object({
  update_id: z.int(),
  message: message.optional(),
  edited_message: message.optional(),
  callback_query: z
    .object({
      id: z.string(),
      from: user,
      /** Of a message that is gone only its chat and number are told. */
      message: message.optional(),
      data: z.string().optional(),
    })
    .optional(),
  message_reaction: z
    .object({
      chat,
      user: user.optional(),
      new_reaction: z.array(z.object({ type: z.string(), emoji: z.string().optional() })),
    })
    .optional(),
  my_chat_member: z.object({ chat, new_chat_member: z.object({ status: z.string() }) }).optional(),
});
export type Update = z.output<typeof updateSchema>;

/** The bot that is told. */
export interface ToldBot {
  /** Keeps the numbers of two bots of one inbox apart. */
  botId: string;
  /** Fetches a file by its `file_id`. */
  open(fileId: string): IncomingFile["open"];
}

/** What an update says, in the words of channels. */
export function readUpdate({ botId, open }: ToldBot, update: Update): Told[] {
  const id = `${botId}:${update.update_id}`;
  const { message: said, edited_message: edited, callback_query: tap, message_reaction: reaction } = update;
  if (said?.migrate_to_chat_id !== undefined) {
    return [{ type: "moved", from: String(said.chat.id), to: String(said.migrate_to_chat_id) }];
  }
  if (said) {
    const files = filesOf(said, open);
    const text = bySender(said, files.length > 0 ? captionOf(said) : textOf(said));
    return [heard(said, { sourceId: id, text, ...(files.length > 0 ? { files } : {}) })];
  }
  if (edited) {
    const text = bySender(edited, `[edited] ${textOf(edited)}`);
    return [heard(edited, { sourceId: id, text, isAside: true })];
  }
  if (tap?.message) return [tapped(botId, tap, tap.message)];
  if (reaction) {
    const emojis = reaction.new_reaction.map(({ emoji }) => emoji ?? "a sticker").join(" ");
    if (emojis === "") return [];
    const text = `[reacted with ${emojis}]`;
    return [heard({ chat: reaction.chat, from: reaction.user }, { sourceId: id, text, isAside: true })];
  }
  const member = update.my_chat_member;
  if (member) {
    const isOut = ["kicked", "left"].includes(member.new_chat_member.status);
    const reason = isOut ? "The customer has blocked the bot." : null;
    return [{ type: "reach", from: String(member.chat.id), reason }];
  }
  return [];
}

function heard(
  { chat: where, from }: Pick<Message, "chat" | "from">,
  said: Pick<Heard, "text" | "sourceId" | "choiceIds" | "isAside" | "files">,
): Told {
  const name = isPrivate(where) ? nameOf(from ?? where) : where.title;
  return {
    type: "message",
    incoming: {
      from: { sourceId: String(where.id), ...(name ? { name: name.slice(0, MAX_NAME) } : {}) },
      ...said,
      visitor: { locale: from?.language_code },
    },
  };
}

/** Characters of a name that are kept. */
const MAX_NAME = 200;

/** A tap on a button. One counts for each message: who taps twice has chosen once. */
function tapped(botId: string, { data = "" }: NonNullable<Update["callback_query"]>, asked: Message): Told {
  const buttons = asked.reply_markup?.inline_keyboard.flat() ?? [];
  const label = buttons.find(({ callback_data: behind }) => behind === data)?.text;
  const choiceId = data.startsWith(CHOICE) ? data.slice(CHOICE.length) : undefined;
  return heard(
    { chat: asked.chat, from: undefined },
    {
      sourceId: `${botId}:tap:${asked.chat.id}:${asked.message_id}`,
      text: label ?? choiceId ?? data,
      ...(choiceId ? { choiceIds: [choiceId] } : {}),
    },
  );
}

function isPrivate({ type }: z.output<typeof chat>): boolean {
  return type === "private";
}

function nameOf({ first_name: first, last_name: last }: { first_name?: string; last_name?: string }): string {
  return [first, last].filter(Boolean).join(" ");
}

/** In a group the chat is the customer: its members are told apart in the text. */
function bySender({ chat: where, from }: Message, text: string): string {
  return isPrivate(where) || !from ? text : `${nameOf(from)}: ${text}`.trimEnd();
}

/** What is said beside a file. */
function captionOf({ caption, sticker }: Message): string {
  return caption ?? sticker?.emoji ?? "";
}

/** The file of a message: Telegram sends one in each. */
function filesOf(said: Message, open: ToldBot["open"]): IncomingFile[] {
  const { photo, document, audio, voice, video, video_note, animation, sticker } = said;
  const kinds = [
    ["picture", photo?.at(-1)],
    // Telegram sends an animation as a document as well.
    ["animation", animation],
    ["file", document],
    ["audio", audio],
    ["voice message", voice],
    ["video", video],
    ["video message", video_note],
    ["sticker", sticker],
  ] as const;
  const [kind, sent] = kinds.find(([, one]) => one !== undefined) ?? [];
  if (!kind || !sent) return [];
  const { file_id: id, file_name: name, mime_type: type, file_size: size } = sent;
  return [{ kind, name, type, size, open: open(id) }];
}

/** What a message says, whatever kind it is. */
function textOf(said: Message): string {
  if (said.text !== undefined) return said.text;
  const kind = kindOf(said);
  return [kind, said.caption].filter(Boolean).join("\n");
}

function kindOf(said: Message): string {
  const named = (kind: string, { file_name: name, duration }: z.output<typeof file>) =>
    `[${kind}${name ? `: ${name}` : ""}${duration ? `, ${duration} s` : ""}]`;
  if (said.photo) return "[picture]";
  // Telegram sends an animation as a document as well.
  if (said.animation) return "[animation]";
  if (said.document) return named("file", said.document);
  if (said.audio) return named("audio", said.audio);
  if (said.voice) return named("voice message", said.voice);
  if (said.video) return named("video", said.video);
  if (said.video_note) return named("video message", said.video_note);
  if (said.sticker) return `[sticker${said.sticker.emoji ? ` ${said.sticker.emoji}` : ""}]`;
  if (said.venue || said.location) {
    const { latitude, longitude } = said.location ?? { latitude: 0, longitude: 0 };
    const place = said.venue ? `${said.venue.title}, ${said.venue.address}` : `${latitude}, ${longitude}`;
    const address = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}`;
    return said.location ? `[location: ${place}]\n${address}` : `[location: ${place}]`;
  }
  if (said.contact) return `[contact: ${nameOf(said.contact)}, ${said.contact.phone_number}]`;
  if (said.poll) return `[poll: ${said.poll.question}]`;
  if (said.dice) return `[${said.dice.emoji} ${said.dice.value}]`;
  return "[unsupported message]";
}
