import { MAX_TEXT_LENGTH } from "./limits.ts";
import { type BlockContext, nothing, type Piece, type Read, single } from "./piece.ts";
import type { TypebotBlock } from "./schema.ts";
import { plainText } from "./text.ts";

/** What a text bubble says, in their words. */
export function bubbleText({ content }: TypebotBlock): string {
  return content?.richText ? plainText(content.richText) : (content?.plainText ?? "").trim();
}

/** The words of a text bubble, cut to what a message may have; null for any other block, and for an empty one. */
export function spokenText(
  block: TypebotBlock,
  context: Pick<BlockContext, "text" | "report">,
): string | null {
  if (block.type !== "text") return null;
  const text = context.text(bubbleText(block)).trim();
  if (text.length > MAX_TEXT_LENGTH)
    context.report("not_said", `texts longer than ${MAX_TEXT_LENGTH} characters are cut`);
  return text.slice(0, MAX_TEXT_LENGTH).toWellFormed() || null;
}

export const textBubble: Read = (block, context) => {
  const words = spokenText(block, context);
  return words === null ? null : single(context, "message", { text: words });
};

const NAMED = { image: "an image", video: "a video", audio: "a sound" } as const;

export const media =
  (kind: "image" | "video" | "audio"): Read =>
  (block, context) => {
    const { content } = block;
    const url = context.text(content?.url ?? "").trim();
    if (url === "") return nothing("not_said", `what has no address (${kind}) is not shown`)(block, context);
    // Players of video sites are pages, not files. What is not at a fixed https address cannot be sent as a file.
    const isFile = kind !== "video" || (content?.type ?? "url") === "url";
    if (!isFile || !/^https:\/\/[^/?#{]+/i.test(url) || /^[^/]*\/\/[^/?#]*\{\{/.test(url)) {
      return link(context, url, `${NAMED[kind]} that is no file at an https address is said as a link`);
    }
    const target = context.text(content?.clickLink?.url ?? "").trim();
    const links = /^https:\/\/[^/?#{]+/i.test(target) ? [{ label: linkLabel(target), url: target }] : [];
    if (target !== "" && links.length === 0) {
      context.report("not_said", "links of images that are not https are left out");
    }
    return single(context, "message", { media: { kind, url }, ...(links.length > 0 ? { links } : {}) });
  };

function linkLabel(url: string): string {
  return (URL.parse(url.replace(/\{\{.*/, ""))?.hostname ?? "→").slice(0, 60);
}

function link(context: BlockContext, url: string, reason: string): Piece {
  context.report("looks_different", reason);
  return single(context, "message", { text: url.slice(0, MAX_TEXT_LENGTH).toWellFormed() });
}

const linked =
  (what: string, address: (block: TypebotBlock) => string | undefined, reason: string): Read =>
  (block, context) => {
    const url = context.text(address(block) ?? "").trim();
    return url === ""
      ? nothing("not_said", `${what} without an address is left out`)(block, context)
      : link(context, url, reason);
  };

const embedded = linked(
  "an embedded page",
  ({ content }) => content?.url,
  "an embedded page is said as a link",
);
export const embed: Read = (block, context) => {
  if (block.content?.waitForEvent?.isEnabled) {
    context.report("goes_another_way", "an embedded page is not waited for: it goes on at once");
  }
  return embedded(block, context);
};

export const redirect = linked(
  "a redirect",
  ({ options }) => options.url,
  "a redirect is said as a link: nobody is taken anywhere",
);
