import { captionOf } from "../src/attachments/file-words.ts";
import type { Shown } from "../src/channels/web/wire.ts";

/**
 * What of a message's text is not shown beside it as buttons and cards: a text says everything, part behind part, for
 * readers that know text alone.
 */
export function ownText({ text, content }: Pick<Shown, "text" | "content">): string {
  const { choices, products, links, attachments, scale } = content ?? {};
  const ends = [
    scale?.minLabel && `${scale.min}: ${scale.minLabel}`,
    scale?.maxLabel && `${scale.max}: ${scale.maxLabel}`,
  ];
  const parts = [
    choices?.map(({ label }, i) => `${i + 1}. ${label}`).join("\n"),
    products?.map(({ name, price, url }) => [name, price, url].filter(Boolean).join("\n")).join("\n\n"),
    links?.map(({ label, url }) => `${label}: ${url}`).join("\n"),
    attachments?.map(({ id, name, url }) => (id ? "" : name ? `${name}\n${url}` : url)).join("\n"),
    ends.filter(Boolean).join(", "),
  ];
  const files = attachments?.flatMap(({ id, name = "", mediaType = "" }) => (id ? { name, mediaType } : []));
  let own = captionOf(text, files ?? []);
  for (const part of parts) if (part && own.endsWith(part)) own = own.slice(0, -part.length).trimEnd();
  return own;
}
