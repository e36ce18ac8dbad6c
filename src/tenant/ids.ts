/** Every id prefix and the noun it stands for. A new noun adds its line here. */
export const ID_PREFIXES = {
  workspace: "ws",
  user: "us",
  member: "mb",
  token: "tok",
  grant: "gr",
  invitation: "inv",
  contact: "ct",
  identity: "ci",
  tag: "tg",
  customField: "cf",
  conversation: "cv",
  message: "ms",
  draft: "dr",
  attachment: "at",
  savedReply: "sv",
  inbox: "ib",
  chatbot: "cb",
  ticket: "tk",
  lead: "ld",
  product: "pr",
  salesRule: "sr",
  article: "kb",
  category: "kc",
  flow: "fl",
  flowVersion: "fv",
  flowSession: "fs",
  response: "rs",
  webhook: "wh",
  delivery: "wd",
  indexJob: "ij",
  testQuestion: "tq",
  call: "cl",
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

/** Crockford's base 32 in lower case: letters and digits alone, no i, l, o, u. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** 48 bits of milliseconds as 10 characters, so that ids sort by the time they were made. */
function encodeTime(milliseconds: number): string {
  let text = "";
  let rest = milliseconds;
  for (let i = 0; i < 10; i++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/**
 * `length` random characters of 5 bits each (letters and digits, lower case).
 * 52 characters are 260 bits: enough for a secret.
 */
export function randomText(length: number): string {
  return textOfBytes(crypto.getRandomValues(new Uint8Array(length)));
}

/** The lower 5 bits of each byte as one letter or digit: bytes that are random, or a digest, as text for ids. */
export function textOfBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += ALPHABET.charAt(byte & 31);
  return text;
}

/**
 * A new id: prefix, underscore, 10 characters of time and 12 random ones, for example
 * `ct_01kajq3v7e8m2n4p6r8t0v`. Later ids sort after earlier ones (to the millisecond).
 */
export function newId(kind: IdKind, now = Date.now()): string {
  return `${ID_PREFIXES[kind]}_${encodeTime(now)}${randomText(12)}`;
}

/** Sorts before every id of this kind made at or after `time`: for conditions on age that use the key's own index. */
export function firstIdAt(kind: IdKind, time: number): string {
  return `${ID_PREFIXES[kind]}_${encodeTime(time)}`;
}

/** True when `text` has the form of an id of this kind. Says nothing about whether it exists. */
export function isId(kind: IdKind, text: string): boolean {
  return new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-hjkmnp-tv-z]{22}$`).test(text);
}

/** True when `text` has the form of an id, of whatever kind. */
export function isAnyId(text: string): boolean {
  return /^[a-z]+_[0-9a-hjkmnp-tv-z]{22}$/.test(text);
}

/** The part behind the prefix: what a token or a search index carries of an id. */
export function bareId(id: string): string {
  return id.slice(id.indexOf("_") + 1);
}

/** The id that {@link bareId} was made from. */
export function prefixedId(kind: IdKind, bare: string): string {
  return `${ID_PREFIXES[kind]}_${bare}`;
}
