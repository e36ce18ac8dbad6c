/**
 * Whether something that Typebot runs as JavaScript is certainly no JavaScript, or fails at its first word. Typebot
 * then takes it as the text that it is, which is how most authors write texts there: `Hello {{Name}}`, `he`.
 */

const KEYWORDS = new Set(
  (
    "await async break case catch class const continue debugger default delete do else enum export extends false " +
    "finally for function if import in instanceof let new null of return static super switch this throw true try " +
    "typeof undefined var void while with yield"
  ).split(" "),
);

/** Names that mean something to JavaScript by themselves. */
const GLOBALS = new Set(
  (
    "Array BigInt Boolean Date Error Infinity Intl JSON Map Math NaN Number Object Promise Proxy Reflect RegExp Set " +
    "String Symbol console crypto decodeURIComponent encodeURIComponent escape eval fetch global globalThis isFinite " +
    "isNaN parseFloat parseInt process setVariable unescape window arguments"
  ).split(" "),
);

const WORD = /[\p{L}\p{N}_$]+/u;
const TWO_WORDS = /([\p{L}\p{N}_$]+)[ \t]+([\p{L}\p{N}_$]+)/gu;
/** What no JavaScript holds outside of texts and comments. */
const FOREIGN = /[^\p{L}\p{N}\s_$+\-*/%()=<>[\]{}?:;|&^~!.,"'`\\@#]/u;

/** @param code with each placeholder replaced by a name that begins with $ */
export function certainlyText(code: string): boolean {
  if (/\breturn /.test(code)) return false;
  const source = code.trim();
  // In front of the first text, template, comment or expression nothing can hide.
  const [open = ""] = /^[^"'`/\n\r]*/.exec(source) ?? [];
  const isOpen = open === source;
  if (FOREIGN.test(open) || /[@#\\]/.test(open)) return true;
  // "https:" and "Note:" cannot be returned.
  if (/^[\p{L}_$][\p{L}\p{N}_$]*\s*:/u.test(open)) return true;
  for (const [, one = "", two = ""] of open.matchAll(TWO_WORDS)) {
    if (!KEYWORDS.has(one) && !KEYWORDS.has(two)) return true;
  }
  if (isOpen && /[\p{L}\p{N}_$)][ \t]*[!?,:%*=&|<>+-]$/u.test(source)) return true;
  // One that nothing closes, as in "it's".
  if (source.split("'").length === 2 && !/["`/]/.test(source)) return true;
  // "5kg" is no number.
  if (/^\d+(?![xob\d]|n\b|e[\d+-])\p{L}/iu.test(open)) return true;
  return isOpen && failsAtFirstWord(source);
}

/** `he` and `A-B`: a name that nothing has, with nothing in front that could come first. */
function failsAtFirstWord(source: string): boolean {
  const [first] = WORD.exec(source) ?? [];
  if (first === undefined || !source.startsWith(first) || !/^[\p{L}_]/u.test(first)) return false;
  if (KEYWORDS.has(first) || GLOBALS.has(first)) return false;
  return !/[=?{}]|=>/.test(source);
}
