/**
 * How texts are compared, everywhere: in search, in its index and in snippets, as names of tags, fields and categories,
 * as answers to a question. Two texts that people take for the same fold to the same.
 */

/** What Unicode does not take apart: letters with strokes, hooks and tails, ligatures, and forms of one letter. */
const PLAIN_LETTERS = {
  a: "ⱥᶏᴀɑᶐꞛ",
  b: "ƀɓƃᵬᶀꞗʙᴃ",
  c: "ƈȼɕꞓꞔᴄ",
  d: "đƌȡɖɗᵭᶁᶑꟈðᴅᴆꝺ",
  e: "ɇᶒⱸꬴᴇəɚᶕǝꬳ",
  f: "ƒᵮᶂꞙꜰꝼꬵ",
  g: "ǥɠᶃꞡɡɢʛꬶᵹ",
  h: "ħɦⱨꞕʜ",
  i: "ıɨᶖɪᵻɩᵼ",
  j: "ɉʝɟʄȷᴊ",
  k: "ƙᶄⱪꝁꝃꝅꞣĸᴋ",
  l: "łƚȴɫɬɭᶅⱡꝉꞎꬷꬸꬹʟᴌꝇꞁ",
  m: "ɱᵯᶆꬺᴍ",
  n: "ƞȵɲɳᵰᶇꞑꞥꬻŋꬼɴ",
  o: "øꞝꟁⱺꝋꝍɵᴏꬽꝏ",
  p: "ƥᵱᵽᶈꝑꝓꝕᴘ",
  q: "ɋʠꝗꝙꞯ",
  r: "ɍɼɽɾᵲᵳᶉꞧꭉʀꭆꝛꞃꭇꭅ",
  s: "ȿʂᵴᶊẜẝꞩꟊꜱꞅꟗꟙ",
  t: "ŧƫƭȶʈᵵⱦᴛꞇ",
  u: "ꞟᶙꞹꭎꭒʉꭏᴜᵾʊᵿ",
  v: "ʋᶌⱱⱴꝟᴠỽ",
  w: "ⱳᴡꟃ",
  x: "ᶍꭖꭗꭘꭙ",
  y: "ƴɏỿꭚʏ",
  z: "ƶȥɀʐʑᵶᶎⱬᴢꝣ",
  ʒ: "ƺʓᶚ",
  ɛ: "ᶓ",
  ɔ: "ᶗꬿ",
  ʃ: "ʆᶋᶘ",
  ɯ: "ɰ",
  ɹ: "ɺɻⱹꭨ",
  ɜ: "ɝᶔ",
  ʔ: "ʡ",
  ꜧ: "ɧ",
  ꜭ: "ꜯ",
  ↄ: "ꜿ",
  ae: "æᴁᴂ",
  oe: "œɶᴔꭁꭂꭀꭢ",
  ss: "ß",
  th: "þꝥꝧᵺꟓ",
  ue: "ᵫ",
  aa: "ꜳ",
  ao: "ꜵ",
  au: "ꜷ",
  av: "ꜹꜻ",
  ay: "ꜽ",
  vy: "ꝡ",
  ou: "ȣᴕ",
  hv: "ƕ",
  oi: "ƣ",
  db: "ȸ",
  qp: "ȹ",
  dz: "ʣʥꭦ",
  dʒ: "ʤ",
  ts: "ʦꭧ",
  tʃ: "ʧ",
  tc: "ʨ",
  ls: "ʪ",
  lz: "ʫ",
  tz: "ꜩ",
  ll: "ỻ",
  σ: "ς",
  ρ: "ϼ",
  г: "ґғҕӷӻ",
  ж: "җ",
  з: "ҙ",
  и: "ҋ",
  к: "қҝҟӄҡ",
  л: "ӆԓԡԯ",
  м: "ӎ",
  н: "ңӈӊԣԩ",
  о: "өꚙᲂꙩꙫꙭꙮꚛ",
  п: "ҧԥ",
  р: "ҏ",
  с: "ҫᲃ",
  т: "ҭꚋᲄᲅ",
  у: "үұ",
  х: "ҳӽӿһԧ",
  ч: "ҷҹ",
  ы: "ꙑ",
  ѡ: "ѽ",
  ҽ: "ҿ",
  нг: "ҥ",
  тц: "ҵ",
  д: "ᲁ",
  в: "ᲀ",
  ъ: "ᲆ",
  ѣ: "ᲇ",
  ꙋ: "ᲈ",
  // Persian and Urdu keyboards write these as letters of their own.
  ي: "ىیې",
  ك: "ک",
  ه: "ةہە",
} as const;

const plainLetters = new Map(
  Object.entries(PLAIN_LETTERS).flatMap(([plain, letters]) =>
    [...letters].map((one) => [one, plain] as const),
  ),
);
const OTHER_LETTERS = new RegExp(`[${[...plainLetters.keys()].join("")}]`, "gu");

/**
 * Marks that change no letter: all of Latin, Greek and Cyrillic, the points of Hebrew, the vowel signs and stretching
 * of Arabic. Those of kana, of Indic scripts and of Thai are letters of their own and stay.
 */
const MARKS = new RegExp(
  [
    "[\\u0300-\\u036f\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]",
    "[\\u0483-\\u0489\\u2de0-\\u2dff\\ua66f-\\ua672\\ua674-\\ua67d\\ua69e\\ua69f]",
    "[\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7]",
    "[\\u0640\\u064b-\\u065f\\u0670]",
    "\\p{Default_Ignorable_Code_Point}",
  ].join("|"),
  "gu",
);

/**
 * A text as it is compared: without accents, case, compatibility forms and what cannot be seen, each letter as the
 * plain one it is a form of (`Łódź` is `lodz`, `Weiß` is `weiss`, `Артём` is `артем`, `δρόμος` is `δρομοσ`). Folding
 * twice changes nothing.
 */
export function fold(text: string): string {
  const lower = text.toWellFormed().normalize("NFKD").replace(MARKS, "").toLowerCase();
  // Catalan's l·l, which Unicode writes as one letter, too; apostrophes that it counts as letters.
  const bare = lower
    .replace(MARKS, "")
    .replaceAll("l\u00b7", "l")
    .replace(/[\u02bb\u02bc]/g, "'");
  return bare.replace(OTHER_LETTERS, (letter) => plainLetters.get(letter) ?? letter);
}

/** A name as it is compared: {@link fold}ed, with one space wherever there is white space, which no reader can count. */
export function foldedName(name: string): string {
  return fold(name).trim().replace(/\s+/gu, " ");
}

/**
 * What was said, without punctuation, symbols and emoji: words as {@link fold} makes them, one space between them.
 * `✅ Yes, please!` and `yes please` are the same; a text without letters and digits is "".
 */
export function foldedWords(text: string): string {
  return fold(text)
    .replace(/['’‘ʼʻ`´]/g, "")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter((word) => word !== "")
    .join(" ");
}
