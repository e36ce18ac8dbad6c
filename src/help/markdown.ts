import { micromark } from "micromark";
import { gfmAutolinkLiteral, gfmAutolinkLiteralHtml } from "micromark-extension-gfm-autolink-literal";
import { gfmStrikethrough, gfmStrikethroughHtml } from "micromark-extension-gfm-strikethrough";
import { gfmTable, gfmTableHtml } from "micromark-extension-gfm-table";

/**
 * An article's Markdown as HTML that is safe to show on our origin, whoever wrote it: HTML in it is shown as text, and
 * addresses of other protocols than the web's and mail's are left out (micromark's own defaults).
 */
export function articleHtml(markdown: string): string {
  const html = micromark(markdown, {
    extensions: [gfmTable(), gfmStrikethrough(), gfmAutolinkLiteral()],
    htmlExtensions: [gfmTableHtml(), gfmStrikethroughHtml(), gfmAutolinkLiteralHtml()],
  });
  // All that is written in angle brackets is escaped: what looks like a tag is one of micromark's.
  return levelled(html)
    .replaceAll("<a ", '<a rel="noopener nofollow" ')
    .replaceAll("<table>", '<div class="wide" tabindex="0" role="group"><table>')
    .replaceAll("</table>", "</table></div>")
    .replaceAll("<pre>", '<pre tabindex="0">');
}

/** Headings one below the page's own and each at most one below the one before, whichever levels their author took. */
function levelled(html: string): string {
  const above: number[] = [];
  return html.replace(/<(\/?)h([1-6])>/g, (_, end: string, level: string) => {
    if (end === "") {
      while ((above.at(-1) ?? 0) >= Number(level)) above.pop();
      above.push(Number(level));
    }
    return `<${end}h${Math.min(6, above.length + 1)}>`;
  });
}

/** The beginning of a text in Markdown, as plain words: for lists and descriptions. */
export function plainText(markdown: string, length: number): string {
  const text = articleHtml(markdown)
    .replace(/<[^>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => ENTITIES[name] ?? "")
    .replace(/\s+/g, " ")
    .trim();
  return text.length <= length
    ? text
    : `${text
        .slice(0, length)
        .toWellFormed()
        .replace(/\s\S*$/, "")}…`;
}

const ENTITIES: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
