import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import type { Outgoing, OutgoingFile } from "../channel.ts";
import { CHOICE, offered } from "../offered.ts";
import { splitText } from "../split-text.ts";
import type { Args } from "./bot-api.ts";

/** Characters of a caption (sendPhoto, sendDocument). */
const MAX_CAPTION = 1024;

/** A request that sends a file. */
export interface FileRequest {
  file: OutgoingFile;
  chatId: string;
  caption: string;
}

/** How a file is sent, and the field that it is in. A picture that moves is one as a document alone. */
export const METHODS = {
  image: { method: "sendPhoto", field: "photo" },
  video: { method: "sendVideo", field: "video" },
  audio: { method: "sendAudio", field: "audio" },
  file: { method: "sendDocument", field: "document" },
} as const;

/** What sendVideo and sendAudio take; others of their kind go as documents. */
const PLAYED: ReadonlySet<string> = new Set(["video/mp4", "audio/mpeg", "audio/mp4"]);

/**
 * The requests that a message takes, in order: its files, of which a single one carries a text that is a caption, then
 * its text in parts, the last one with a button for each choice.
 */
export function renderMessage(message: Outgoing): (Args<"sendMessage"> | FileRequest)[] {
  const can = CHANNEL_ABILITIES.telegram;
  const { files, to: chatId } = message;
  const said = files.length > 0 ? message.caption : message.text;
  const { form, choices, text } = offered({ ...message, text: said }, can);
  const isCaption = files.length === 1 && form === null && text.length <= MAX_CAPTION;
  const sent = files.map((file) => ({ file: asSent(file), chatId, caption: isCaption ? text : "" }));
  return isCaption ? sent : [...sent, ...texts(message, { form, choices, text })];
}

function asSent(file: OutgoingFile): OutgoingFile {
  const { kind, mediaType } = file;
  const isPlain = kind === "image" ? mediaType !== "image/gif" : kind === "file" || PLAYED.has(mediaType);
  return isPlain ? file : { ...file, kind: "file" };
}

function texts(
  message: Outgoing,
  { form, choices, text }: ReturnType<typeof offered>,
): Args<"sendMessage">[] {
  const parts = splitText(text, CHANNEL_ABILITIES.telegram.textLength);
  return parts.map((part, i) => ({
    chat_id: message.to,
    text: part,
    ...(form !== null && i === parts.length - 1
      ? {
          reply_markup: {
            inline_keyboard: choices.map(({ id, label }) => [{ text: label, callback_data: CHOICE + id }]),
          },
        }
      : {}),
  }));
}
