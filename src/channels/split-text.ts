/**
 * A text in parts of at most so many UTF-16 units, cut between paragraphs, else lines, else words, else characters. What
 * is cut away is white space alone.
 */
export function splitText(text: string, most: number): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > most) {
    const at = cutIn(rest, most);
    const part = rest.slice(0, at).trimEnd();
    if (part !== "") parts.push(part);
    rest = rest.slice(at).trimStart();
  }
  if (rest.trim() !== "") parts.push(rest.trimEnd());
  return parts;
}

/** Where to cut: not in the first half, which would make many short parts. */
function cutIn(text: string, most: number): number {
  const head = text.slice(0, most + 1);
  for (const between of ["\n\n", "\n", " "]) {
    const at = head.lastIndexOf(between);
    if (at >= most / 2) return at;
  }
  const last = text.charCodeAt(most - 1);
  const isSplit = last >= 0xd800 && last <= 0xdbff;
  return isSplit && most > 1 ? most - 1 : most;
}
