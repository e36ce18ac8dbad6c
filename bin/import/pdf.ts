import { extractTextItems, getDocumentProxy, getMeta, type StructuredTextItem } from "unpdf";
import { BadEntry } from "./entry.ts";

/** Two lines further apart than this, in heights of the letters, are two paragraphs. */
const PARAGRAPH_GAP = 1.7;
/** What programs write where a person gave no title. */
const NO_TITLE = /^(untitled|microsoft (word|powerpoint) - .*|.*\.(docx?|pdf|indd|pptx?|xlsx?|odt))$/i;

/** A page's lines, paragraphs set apart. */
function pageText(items: readonly StructuredTextItem[]): string {
  let text = "";
  let line = "";
  let last: StructuredTextItem | null = null;
  for (const item of items) {
    if (item.str.trim() !== "") {
      const apart =
        last !== null && line === "" && last.y - item.y > PARAGRAPH_GAP * Math.max(item.fontSize, 1);
      if (apart) text += "\n";
      last = item;
    }
    line += item.str;
    if (item.hasEOL) {
      text += `${line.trimEnd()}\n`;
      line = "";
    }
  }
  return (text + line).replaceAll(/(\p{L})-\n(?=\p{Ll})/gu, "$1").trim();
}

/**
 * The text of a PDF, page after page, and the title that it says it has.
 * @throws BadEntry when it is encrypted, damaged, or holds pictures of text alone
 */
export async function readPdf(bytes: Uint8Array): Promise<{ title: string; text: string }> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes), { verbosity: 0 }).catch((error: unknown) => {
    if (error instanceof Error && error.name === "PasswordException") {
      throw new BadEntry("is encrypted: save it without its password first");
    }
    throw new BadEntry(`is no readable PDF: ${error instanceof Error ? error.message : error}`);
  });
  const { items } = await extractTextItems(pdf);
  const text = items.map(pageText).filter(Boolean).join("\n\n");
  if (!/[\p{L}\p{N}]/u.test(text))
    throw new BadEntry("holds no text: a scan needs text recognition (OCR) first");
  const { info } = await getMeta(pdf);
  const title = typeof info.Title === "string" ? info.Title.trim() : "";
  return { title: NO_TITLE.test(title) ? "" : title, text };
}
