/** Typebot's rich text as plain text. */

/** Elements that stand on a line of their own. */
const LINES = /^(p|h[1-6]|lic|blockquote|code_line|variable)$/;

/** The plain text of Typebot's rich text: a line for each paragraph and list item, links with their address. */
export function plainText(elements: readonly unknown[]): string {
  return elements
    .map((element) => elementText(element))
    .join("")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** @param indent what stands before the items of a list that is here */
function elementText(element: unknown, indent = ""): string {
  if (typeof element !== "object" || element === null) return "";
  const { text, type, url, children } = element as Record<string, unknown>;
  if (typeof text === "string") return text;
  const parts = Array.isArray(children) ? children : [];
  if (type === "ul" || type === "ol") return listText(parts, indent, type === "ol");
  const inner = parts.map((part) => elementText(part, indent)).join("");
  if (type === "a" && typeof url === "string" && url !== inner) return `${inner} (${url})`;
  return typeof type === "string" && LINES.test(type) ? `${inner}\n` : inner;
}

function listText(items: readonly unknown[], indent: string, ordered: boolean): string {
  return items
    .map((item, i) => {
      const mark = ordered ? `${i + 1}.` : "•";
      // What is in a list within is indented below its item.
      const inner = elementText(item, `${indent}  `).replace(/\n+$/, "");
      return `${indent}${mark} ${inner.trimStart()}\n`;
    })
    .join("");
}
