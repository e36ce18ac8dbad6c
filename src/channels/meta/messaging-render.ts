import { linkedMedia } from "../../attachments/said.ts";
import { attachmentLines, productLines, withoutLines } from "../../conversations/content-lines.ts";
import type { ChannelAbilities } from "../../inboxes/channels.ts";
import type { Outgoing } from "../channel.ts";
import { CHOICE, offered } from "../offered.ts";
import { splitText } from "../split-text.ts";

/** Of a generic template: cards, and characters of a title and of what stands below it. */
const CARDS = { most: 10, title: 80, below: 80 } as const;

/** A message object of the Send API. */
export type Part = Record<string, unknown>;

/**
 * The requests that a message takes, in order. Choices are quick replies of its last text, which go with the next message;
 * products are cards; media go by their addresses, and their lines leave the text.
 */
export function renderMessage(given: Outgoing, can: ChannelAbilities, mostBytes: number): Part[] {
  const { content, files } = given;
  const message = files.length > 0 ? { ...given, text: given.caption } : given;
  // A card wants more than a title.
  const products =
    content?.products?.filter(({ price, url, imageUrl }) => price ?? url ?? imageUrl).slice(0, CARDS.most) ??
    [];
  const offer = offered(message, can);
  const media = linkedMedia(content?.attachments);
  const text = withoutLines(offer.text, [
    ...(products.length > 0 && products.length === content?.products?.length ? [productLines(products)] : []),
    ...media.flatMap(({ url, mediaType, name }) =>
      kindOf(mediaType) === null ? [] : [attachmentLines({ url, name })],
    ),
  ]);
  const beside = [
    ...media.flatMap(({ url, mediaType }) => {
      const type = kindOf(mediaType);
      return type === null ? [] : [{ attachment: { type, payload: { url } } }];
    }),
    ...files.map((file) => ({ attachment: { type: file.kind, payload: { url: file.address() } } })),
    ...(products.length > 0 ? [cards(products)] : []),
  ];
  const parts = textParts(text, can.textLength, mostBytes);
  if (offer.form === null) return [...parts.map((part) => ({ text: part })), ...beside];
  const last = parts.pop() ?? offer.text;
  const quick_replies = offer.choices.map(({ id, label }) => ({
    ...{ content_type: "text", title: label, payload: CHOICE + id },
  }));
  return [...beside, ...parts.map((part) => ({ text: part })), { text: last, quick_replies }];
}

/** Instagram counts bytes: at most three of each unit. */
function textParts(text: string, most: number, mostBytes: number): string[] {
  const parts = splitText(text, most);
  const fits = parts.every((part) => new TextEncoder().encode(part).length <= mostBytes);
  return fits ? parts : splitText(text, Math.floor(mostBytes / 3));
}

type Product = NonNullable<NonNullable<Outgoing["content"]>["products"]>[number];

function cards(products: readonly Product[]): Part {
  const elements = products.map(({ name, price, url, imageUrl }) => ({
    title: name.slice(0, CARDS.title),
    ...(price === undefined ? {} : { subtitle: price.slice(0, CARDS.below) }),
    ...(imageUrl === undefined ? {} : { image_url: imageUrl }),
    ...(url === undefined ? {} : { default_action: { type: "web_url", url } }),
  }));
  return { attachment: { type: "template", payload: { template_type: "generic", elements } } };
}

/** As what a file is sent; null: as its address alone. */
function kindOf(mediaType: string | undefined): "image" | "video" | "audio" | null {
  const [kind] = (mediaType ?? "").split("/");
  return kind === "image" || kind === "video" || kind === "audio" ? kind : null;
}
