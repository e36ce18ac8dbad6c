import type { MessageContent } from "./schema.ts";

/**
 * How what a message holds beside its text is said in its text, so that readers who know text alone have all of it, and
 * a channel that shows it as buttons, cards or pictures can leave it out there.
 */

/** Choices, numbered: a customer may answer with the number. */
export function choiceLines(choices: readonly { label: string }[]): string {
  return choices.map(({ label }, i) => `${i + 1}. ${label}`).join("\n");
}

export function productLines(products: readonly Omit<ProductCard, "imageUrl">[]): string {
  return products.map(productLine).join("\n\n");
}

type ProductCard = NonNullable<MessageContent["products"]>[number];

/** What one product says. */
export function productLine({ name, price, url }: Omit<ProductCard, "imageUrl">): string {
  return [name, price, url].filter((part) => part !== undefined).join("\n");
}

export function attachmentLines({ url, name }: { url: string; name?: string }): string {
  return name === undefined ? url : `${name}\n${url}`;
}

/** A text without these blocks of lines, each of which stands on its own in it; the text itself where nothing else is said. */
export function withoutLines(text: string, blocks: readonly string[]): string {
  const rest = blocks.reduce((left, block) => {
    if (block === "") return left;
    const paragraphs = `\n\n${left}\n\n`;
    const at = paragraphs.lastIndexOf(`\n\n${block}\n\n`);
    if (at < 0) return left;
    return `${paragraphs.slice(0, at)}\n\n${paragraphs.slice(at + block.length + 4)}`.trim();
  }, text);
  return rest;
}
