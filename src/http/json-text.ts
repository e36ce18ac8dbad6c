/**
 * Deepest nesting that is read anywhere, of a body and of JSON that stands in a text: far beyond what any argument,
 * flow or file of another builder has. Whatever walks a value by recursion (schemas, comparisons, `JSON.stringify`)
 * has room for it, in a Durable Object's messages too.
 */
export const MAX_JSON_DEPTH = 200;

/** JSON that is nested deeper than {@link MAX_JSON_DEPTH}. */
export class TooDeep extends SyntaxError {
  constructor() {
    super(`The JSON is nested more than ${MAX_JSON_DEPTH} deep.`);
  }
}

/** `JSON.parse` for text from outside. @throws SyntaxError, {@link TooDeep} among them */
export function parseJson(text: string): unknown {
  if (isDeep(text)) throw new TooDeep();
  return JSON.parse(text);
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Goes over the text once: parsed, it could not be walked any more. */
function isDeep(text: string): boolean {
  // What is opened must be closed as well.
  if (text.length <= MAX_JSON_DEPTH * 2) return false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === QUOTE) {
      i = endOfString(text, i);
    } else if (code === 0x5b || code === 0x7b) {
      depth++;
      if (depth > MAX_JSON_DEPTH) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}

/** Where the string that begins at `start` ends; the text's end when it never does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (at - 1 - before) % 2 === 1;
}
