import { BRACES, fillEncoded, fillWith, type Variables } from "./placeholders.ts";

/**
 * Placeholders in addresses. What a visitor says may fill a place in one and never move the places: not the host, not
 * the steps of the path, not the names in the query.
 */

/** Where an address leads, taken apart as servers do. */
interface Address {
  /** Scheme, user, password, host and port. */
  origin: string;
  segments: string[];
  keys: string[];
}

function addressOf(url: string): Address | null {
  const parsed = URL.parse(url);
  if (!parsed) return null;
  const { protocol, username, password, host, pathname, searchParams } = parsed;
  return {
    origin: `${protocol}//${username}:${password}@${host}`,
    segments: pathname.split("/"),
    keys: [...searchParams.keys()],
  };
}

/** What stands in for a value to see what depends on it: two, since what differs between them does. */
const STAND_INS = ["x", "yy"] as const;

/**
 * A URL with its placeholders replaced by a letter, to check where it leads.
 * @returns null when a placeholder is part of scheme, user, host or port: then it may lead anywhere
 */
export function addressPart(url: string): string | null {
  const [one = "", other = ""] = STAND_INS.map((standIn) => url.replace(BRACES, standIn));
  return addressOf(one)?.origin === addressOf(other)?.origin ? one : null;
}

/**
 * The URL with every placeholder replaced by its value, percent-encoded.
 * @returns null where the values would change more than their own places: a step of the path that becomes `.`, `..`
 * or, beside others, nothing, a host, a name in the query
 */
export function fillUrl(url: string, variables: Variables): string | null {
  // A value must not finish an escape that its author began: `%2` and f would be a slash.
  if (/%[0-9a-f]?\{\{/i.test(url)) return null;
  const filled = fillEncoded(url, variables);
  const [one, other] = STAND_INS.map((standIn) => addressOf(fillWith(url, () => standIn)));
  const address = addressOf(filled);
  if (!one || !other || !address) return null;
  const isKept =
    one.origin === other.origin &&
    one.origin === address.origin &&
    isSamePath(one.segments, other.segments, address.segments, HAS_NO_PATH.test(filled)) &&
    hasSameKeys(one.keys, other.keys, address.keys);
  return isKept ? filled : null;
}

/** An address that ends with its host, as it is written: where the whole path is one value there may be none. */
const HAS_NO_PATH = /^https:\/\/[^/\\?#]+\/?(?:[?#]|$)/i;

function isSamePath(one: string[], other: string[], filled: string[], mayBeEmpty: boolean): boolean {
  if (one.length !== filled.length || other.length !== filled.length) return false;
  return filled.every((segment, i) => {
    const isFixed = one[i] === other[i];
    if (isFixed) return segment === one[i];
    // An empty step beside others is another address on many servers: that of the whole list, say.
    return segment !== "" || mayBeEmpty;
  });
}

/** The names that the author wrote are there, in their places, and a name that is filled in is none of them. */
function hasSameKeys(one: string[], other: string[], filled: string[]): boolean {
  if (one.length !== filled.length || other.length !== filled.length) return false;
  const fixed = new Set(one.filter((key, i) => key === other[i]));
  return filled.every((key, i) => (one[i] === other[i] ? key === one[i] : !fixed.has(key)));
}
