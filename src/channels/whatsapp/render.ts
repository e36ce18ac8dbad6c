import { linkedMedia } from "../../attachments/said.ts";
import {
  attachmentLines,
  productLine,
  productLines,
  withoutLines,
} from "../../conversations/content-lines.ts";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import type { Outgoing, OutgoingFile } from "../channel.ts";
import { CHOICE, type Offered, offered } from "../offered.ts";
import { splitText } from "../split-text.ts";

/** Characters of the text beside buttons or a list, and of a caption (Cloud API, interactive and media messages). */
const MOST = { beside: 1024, caption: 1024 } as const;
/** What the button says that opens a list. At most 20 characters. */
const OPEN_LIST = "Options";

/** A message object of the Cloud API, but for whom it goes to. */
export type Part = { type: string } & Record<string, unknown>;

/**
 * The requests that a message takes, in order. Choices are at its end, where they are answered; pictures of products and
 * media go by their addresses, and their lines leave the text.
 */
export function renderMessage(given: Outgoing): Part[] {
  const { content, files } = given;
  const message = files.length > 0 ? { ...given, text: given.caption } : given;
  const linked = linkedMedia(content?.attachments);
  const pictured = content?.products?.every(({ imageUrl }) => imageUrl !== undefined) ?? false;
  const media = [
    ...linked.flatMap(({ url, mediaType, name }) => mediaPart(url, mediaType, name)),
    ...files.map(filePart),
    ...(pictured ? (content?.products ?? []).map(productPart) : []),
  ];
  const offer = offered(message, CHANNEL_ABILITIES.whatsapp);
  const text = withoutLines(offer.text, [
    ...(pictured ? [productLines(content?.products ?? [])] : []),
    ...linked.flatMap(({ url, mediaType, name }) =>
      kindOf(mediaType) === null ? [] : [attachmentLines({ url, name })],
    ),
  ]);
  if (offer.form === null) return [...textParts(text), ...media];
  const parts = splitText(text === "" ? message.text : text, CHANNEL_ABILITIES.whatsapp.textLength);
  const beside = splitText(parts.pop() ?? "", MOST.beside);
  const last = beside.pop() ?? OPEN_LIST;
  return [...media, ...[...parts, ...beside].map(textPart), choicesPart(offer, last)];
}

function textParts(text: string): Part[] {
  return splitText(text, CHANNEL_ABILITIES.whatsapp.textLength).map(textPart);
}

function textPart(body: string): Part {
  return { type: "text", text: { body, preview_url: /https?:\/\//.test(body) } };
}

function choicesPart({ form, choices }: Offered, text: string): Part {
  const body = { text };
  if (form === "list") {
    const rows = choices.map(({ id, label }) => ({ id: CHOICE + id, title: label }));
    return {
      type: "interactive",
      interactive: { type: "list", body, action: { button: OPEN_LIST, sections: [{ rows }] } },
    };
  }
  const buttons = choices.map(({ id, label }) => ({
    type: "reply",
    reply: { id: CHOICE + id, title: label },
  }));
  return { type: "interactive", interactive: { type: "button", body, action: { buttons } } };
}

type Product = NonNullable<NonNullable<Outgoing["content"]>["products"]>[number];

function productPart(product: Product): Part {
  const caption = productLine(product).slice(0, MOST.caption).toWellFormed();
  return { type: "image", image: { link: product.imageUrl, caption } };
}

/** A file of ours: WhatsApp fetches it. A document is shown under its name. */
function filePart({ kind, name, address }: OutgoingFile): Part {
  const link = address();
  return kind === "file"
    ? { type: "document", document: { link, filename: name } }
    : { type: kind, [kind]: { link } };
}

type MediaKind = "image" | "video" | "audio" | "document";

/** As what a file is sent; null: as its address alone. */
function kindOf(mediaType: string | undefined): MediaKind | null {
  const [kind] = (mediaType ?? "").split("/");
  return kind === "image" || kind === "video" || kind === "audio"
    ? kind
    : kind === "file" || kind === "application"
      ? "document"
      : null;
}

function mediaPart(link: string, mediaType: string | undefined, name: string | undefined): Part[] {
  const kind = kindOf(mediaType);
  if (kind === null) return [];
  const caption = name === undefined || kind === "audio" ? {} : { caption: name.slice(0, MOST.caption) };
  return [{ type: kind, [kind]: { link, ...caption } }];
}
