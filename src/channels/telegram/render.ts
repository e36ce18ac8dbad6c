import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import type { Outgoing } from "../channel.ts";
import { CHOICE, offered } from "../offered.ts";
import { splitText } from "../split-text.ts";
import type { Args } from "./bot-api.ts";

/** The requests that a message takes, in order: its text in parts, the last one with a button for each choice. */
export function renderMessage(message: Outgoing): Args<"sendMessage">[] {
  const can = CHANNEL_ABILITIES.telegram;
  const { form, choices, text } = offered(message, can);
  const parts = splitText(text, can.textLength);
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
