import { choiceLines, withoutLines } from "../conversations/content-lines.ts";
import type { ChannelAbilities } from "../inboxes/channels.ts";
import type { Outgoing } from "./channel.ts";

/** What stands before a choice's id behind a button; ids have 60 characters of ASCII at most. */
export const CHOICE = "c:";

type Choice = NonNullable<NonNullable<Outgoing["content"]>["choices"]>[number];

/** Choices as a channel offers them, and the text that then need not say them. */
export interface Offered {
  /** The widest form that they fit; null: they stay numbered lines of the text. */
  form: ChannelAbilities["offers"][number]["form"] | null;
  choices: readonly Choice[];
  text: string;
}

/**
 * How a message's choices are offered on a channel: in the first of its forms that holds them all. Where several may be
 * chosen they stay numbered lines, since a tap is one answer.
 */
export function offered(
  { text, content }: Pick<Outgoing, "text" | "content">,
  can: ChannelAbilities,
): Offered {
  const choices = content?.choices ?? [];
  const labels = new Set(choices.map(({ label }) => label));
  const fits = content?.multiple
    ? undefined
    : can.offers.find(
        ({ most, labelLength }) =>
          choices.length <= most && choices.every(({ label }) => label.length <= labelLength),
      );
  // Services refuse two buttons that say the same.
  if (choices.length === 0 || !fits || labels.size < choices.length) return { form: null, choices: [], text };
  const rest = withoutLines(text, [choiceLines(choices)]);
  return { form: fits.form, choices, text: rest === "" ? text : rest };
}
