import { MAX_TEXT, type MessageContent } from "../conversations/append.ts";
import { attachmentLines, choiceLines, productLines } from "../conversations/content-lines.ts";
import { scaleText } from "../flows/run/scale.ts";
import type { Effect } from "../flows/run/state.ts";

/** The id of the choice that asks for a person. */
const PERSON = "person";

type Said = Extract<Effect, { type: "send" }>;

/**
 * What a flow says, in order. A question without words of its own belongs to what was said last before it: there it says
 * what kind of answer is asked for.
 */
export function saidIn(effects: readonly Effect[]): Said[] {
  const said: Said[] = [];
  for (const effect of effects) {
    if (effect.type !== "send") continue;
    const last = said.at(-1);
    if (messageText(effect) !== "") said.push(effect);
    else if (last && effect.answer !== undefined && last.answer === undefined && !last.options) {
      const { answer, fields } = effect;
      said[said.length - 1] = { ...last, answer, ...(fields ? { fields } : {}) };
    }
  }
  return said;
}

/**
 * What a flow says, as text that any channel can show: options are numbered, since a visitor may answer with the
 * number, and media, links and products are their addresses. Empty when there is nothing to say.
 */
export function messageText(said: Said): string {
  const { text, media, links, products, options, scale } = said;
  const lines = [
    text,
    scale && scaleText(scale),
    media && attachmentLines({ url: media.url, name: media.alt }),
    links?.map(({ label, url }) => `${label}: ${url}`).join("\n"),
    products && productLines(products),
    options && choiceLines(options),
  ];
  return lines
    .filter((part) => part !== undefined && part.trim() !== "")
    .join("\n\n")
    .slice(0, MAX_TEXT)
    .toWellFormed();
}

/** What a flow says beside its text, for a widget that shows buttons, fields and cards; undefined where there is nothing. */
export function messageContent(said: Said): MessageContent | undefined {
  const { media, links, products, options, multiple, answer, scale, fields, ai } = said;
  const content: MessageContent = {
    // Beside an answer, not counted in its text: who writes instead says so in their own words.
    ...(ai?.personLabel === undefined ? {} : { choices: [{ id: PERSON, label: ai.personLabel }] }),
    ...(options && options.length > 0
      ? { choices: options.map(({ id, label }) => ({ id, label })), ...(multiple ? { multiple } : {}) }
      : {}),
    ...(answer === undefined ? {} : { question: answer }),
    ...(scale ? { scale } : {}),
    ...(fields ? { fields } : {}),
    ...(links && links.length > 0 ? { links } : {}),
    ...(products && products.length > 0
      ? {
          products: products.map(({ name, price, url, imageUrl }) => ({
            name,
            ...(price === undefined ? {} : { price }),
            ...(url === undefined ? {} : { url }),
            ...(imageUrl === undefined ? {} : { imageUrl }),
          })),
        }
      : {}),
    ...(media
      ? {
          attachments: [{ url: media.url, mediaType: media.kind, ...(media.alt ? { name: media.alt } : {}) }],
        }
      : {}),
  };
  return Object.keys(content).length === 0 ? undefined : content;
}
