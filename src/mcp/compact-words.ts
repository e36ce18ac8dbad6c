/** Words that say nothing about what is wanted. */
const STOP_WORDS = new Set(
  `a about again all already also am an and any are as at away back be because been before being but by called can could
  did do does doing done every everything for from had has have having he her hers him his how i if in into is it its
  just let lets like made me might more most my named need now of on once only or other our out over own please really
  right she should so some somebody someone something still such than that the their them then there these they thing
  things this those to too up us very want wants was we were what when where which while who whom whose why will with
  would you your`.split(/\s+/),
);

/** One word of a text as it is compared. */
export interface Word {
  stem: string;
  /** It says nothing about what is wanted, but can be a part of a saying. */
  empty: boolean;
  /** It looks like more than one of something. */
  plural: boolean;
}

/** The words of a text: lower case, `camelCase` and `snake_case` taken apart, endings off, no numbers. */
export function wordsOf(text: string): Word[] {
  return text
    .slice(0, 10_000)
    .normalize("NFKC")
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .replace(/n['’]t\b/g, " not")
    .replace(/['’](s|d|ll|re|ve|m)\b/g, "")
    .replace(/['’]/g, "")
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => !/^\d*$/.test(word))
    .map((word) => ({ stem: stem(word), empty: STOP_WORDS.has(word), plural: /[^siu]s$/.test(word) }));
}

/** Those of the words that say something. */
export function tellingStems(text: string): string[] {
  return wordsOf(text).flatMap((word) => (word.empty ? [] : [word.stem]));
}

/** Stems of words met before; the catalogue has some thousand. Full, it takes no more: queries hold any words. */
const held = new Map<string, string>();
const MOST_HELD = 10_000;

/** Takes English endings off, just enough that `tag`, `tags` and `tagging` meet. The result need not be a word. */
export function stem(word: string): string {
  const known = held.get(word);
  if (known !== undefined) return known;
  const root = withoutEnding(word);
  if (held.size < MOST_HELD) held.set(word, root);
  return root;
}

function withoutEnding(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let root = word;
  if (/(ss|us|is)$/.test(root)) return root;
  if (/ies$/.test(root)) root = `${root.slice(0, -3)}y`;
  else if (/(s|x|z|ch|sh)es$/.test(root)) root = root.slice(0, -2);
  else if (/s$/.test(root)) root = root.slice(0, -1);
  const shortened = root.replace(/(ing|ed)$/, "");
  if (shortened.length >= 3 && /[aeiouy]/.test(shortened)) root = shortened;
  root = root.replace(/([bdfgmnprt])\1$/, "$1");
  return root.length > 3 ? root.replace(/(e|y|i)$/, "") : root;
}

const stemsOf = (words: string) => new Set(words.split(/\s+/).map(stem));

/** What follows tells of the circumstances, no more of what is done to what. */
const CIRCUMSTANCE = stemsOf(
  "for from to through by with after before when whenever that because so in on if about",
);

/** Words that a task may begin with before it says what is wanted. */
const FILLERS = stemsOf("please can could you i want would like need to let us me now just also and then");

const READING = stemsOf(
  `what which who whom whose where when why how is are was were do does did has have any show list see view display read
  find search look tell get give count browse fetch lookup check summarise summarize compare`,
);
const CHANGING = stemsOf(
  `create make add change update set edit delete remove send reply write assign close open start begin merge combine
  import publish pause turn switch rename replace insert connect link register put take mark save store define leave use
  move fill enter attach`,
);

/** What is to be different from how it is. */
const WISHING = stemsOf("should must needs need");

/** "Open the article" reads, "open a ticket" makes one, and "open tickets" are tickets. */
const OPEN = stem("open");
const NEW = stemsOf("a an new another fresh");
const KNOWN = stemsOf("the this that");

/** Whether what follows a word tells of the circumstances. */
export function beginsCircumstance({ stem }: Word): boolean {
  return CIRCUMSTANCE.has(stem);
}

/** Whether a task asks for something (true) or has something changed (false), by how it begins; null when unclear. */
export function asksToRead(words: readonly Word[]): boolean | null {
  const begins = words.findIndex(({ stem }) => !FILLERS.has(stem));
  const first = words[begins];
  if (first === undefined) return null;
  if (first.stem === OPEN) {
    const next = words[begins + 1];
    if (next === undefined || NEW.has(next.stem)) return next ? false : null;
    return next.plural || KNOWN.has(next.stem) ? true : null;
  }
  if (READING.has(first.stem)) return true;
  if (CHANGING.has(first.stem) || words.some(({ stem }) => WISHING.has(stem))) return false;
  return first.plural ? true : null;
}
