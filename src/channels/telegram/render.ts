import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import type { Outgoing } from "../channel.ts";
import { splitText } from "../split-text.ts";
import type { Args } from "./bot-api.ts";
import { CHOICE } from "./updates.ts";

/**
 * The requests that a message takes, in order: its text in parts, the last one with a button for each choice. Where
 * several may be chosen the choices stay numbered lines, since a tap is one answer.
 */
export function renderMessage({ to, text, content }: Outgoing): Args<"sendMessage">[] {
  const { choices: most, textLength } = CHANNEL_ABILITIES.telegram;
  const choices = content?.choices ?? [];
  const asButtons = choices.length > 0 && choices.length <= most && !content?.multiple;
  const said = asButtons ? withoutChoices(text, choices) : text;
  const parts = splitText(said, textLength);
  return parts.map((part, i) => ({
    chat_id: to,
    text: part,
    ...(asButtons && i === parts.length - 1
      ? {
          reply_markup: {
            inline_keyboard: choices.map(({ id, label }) => [{ text: label, callback_data: CHOICE + id }]),
          },
        }
      : {}),
  }));
}

/** The text without the numbered lines that say the choices, where it says anything else. */
function withoutChoices(text: string, choices: readonly { label: string }[]): string {
  const lines = choices.map(({ label }, i) => `${i + 1}. ${label}`).join("\n");
  const rest = text.endsWith(lines) ? text.slice(0, -lines.length).trim() : text;
  return rest === "" ? text : rest;
}
