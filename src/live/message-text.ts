import { MAX_TEXT } from "../conversations/append.ts";
import { scaleText } from "../flows/run/scale.ts";
import type { Effect } from "../flows/run/state.ts";

type Said = Extract<Effect, { type: "send" }>;

/**
 * What a flow says, as text that any channel can show: options are numbered, since a visitor may answer with the
 * number, and media, links and products are their addresses. Empty when there is nothing to say.
 */
export function messageText(said: Said): string {
  const { text, media, links, products, options, scale } = said;
  const lines = [
    text,
    scale && scaleText(scale),
    media && (media.alt === undefined ? media.url : `${media.alt}\n${media.url}`),
    links?.map(({ label, url }) => `${label}: ${url}`).join("\n"),
    products
      ?.map(({ name, price, url }) => [name, price, url].filter((part) => part !== undefined).join("\n"))
      .join("\n\n"),
    options?.map(({ label }, i) => `${i + 1}. ${label}`).join("\n"),
  ];
  return lines
    .filter((part) => part !== undefined && part.trim() !== "")
    .join("\n\n")
    .slice(0, MAX_TEXT)
    .toWellFormed();
}
