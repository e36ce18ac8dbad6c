import { derivedKey } from "./derived-key.ts";

/**
 * Sealing for cursors: encrypted, so that a place in a list tells nothing of what stands between; authenticated, so that
 * nobody names a place that was not given to them; and the same for the same place, so that equal answers stay equal.
 * That is the SIV construction (Rogaway and Shrimpton 2006, the one of RFC 5297) of Web Crypto's parts: the HMAC over
 * what a cursor is bound to and its content is both its tag and the counter it is encrypted from.
 */

const TAG_BYTES = 16;
/** Content is filled up to a multiple of so many bytes: a number's length would tell how large it is. */
const BLOCK_BYTES = 32;

const utf8 = new TextEncoder();

interface Keys {
  tag: CryptoKey;
  text: CryptoKey;
}

const keptKeys = new Map<string, Promise<Keys>>();

/** The two keys of a deployment's secret, each for its own purpose. */
function keysOf(secret: string): Promise<Keys> {
  const kept = keptKeys.get(secret);
  if (kept) return kept;
  const made = importedKeys(secret);
  keptKeys.set(secret, made);
  return made;
}

async function importedKeys(secret: string): Promise<Keys> {
  const [forTag, forText] = await Promise.all([
    derivedKey(secret, "parley cursor tag 1"),
    derivedKey(secret, "parley cursor text 1"),
  ]);
  const [tag, text] = await Promise.all([
    crypto.subtle.importKey("raw", forTag, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]),
    crypto.subtle.importKey("raw", forText, "AES-CTR", false, ["encrypt", "decrypt"]),
  ]);
  return { tag, text };
}

/** The tag of a content: what it is bound to stands before it, with its length, so that neither runs into the other. */
async function tagOf({ tag }: Keys, boundTo: string, content: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
  const bound = utf8.encode(boundTo);
  const whole = new Uint8Array(4 + bound.length + content.length);
  new DataView(whole.buffer).setUint32(0, bound.length);
  whole.set(bound, 4);
  whole.set(content, 4 + bound.length);
  return new Uint8Array(await crypto.subtle.sign("HMAC", tag, whole)).slice(0, TAG_BYTES);
}

function counter(tag: Uint8Array<ArrayBuffer>) {
  return { name: "AES-CTR", counter: tag, length: 64 };
}

/**
 * Seals a JSON text.
 * @param secret `PARLEY_SECRET`
 * @param boundTo opening needs the very same; not contained in the result
 * @returns letters, digits, `-` and `_`
 */
export async function sealText(secret: string, boundTo: string, text: string): Promise<string> {
  const keys = await keysOf(secret);
  const bytes = utf8.encode(text);
  // White space behind a JSON text means nothing to whoever reads it.
  const content = new Uint8Array(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES).fill(0x20);
  content.set(bytes);
  const tag = await tagOf(keys, boundTo, content);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(counter(tag), keys.text, content));
  const whole = new Uint8Array(TAG_BYTES + sealed.length);
  whole.set(tag);
  whole.set(sealed, TAG_BYTES);
  return whole.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Opens what {@link sealText} made; null for anything else, and for what is bound to something else. */
export async function openText(secret: string, boundTo: string, sealed: string): Promise<string | null> {
  let whole: Uint8Array<ArrayBuffer>;
  try {
    whole = Uint8Array.fromBase64(sealed, { alphabet: "base64url" });
  } catch {
    return null;
  }
  if (whole.length <= TAG_BYTES) return null;
  const keys = await keysOf(secret);
  const tag = whole.slice(0, TAG_BYTES);
  const content = await crypto.subtle.decrypt(counter(tag), keys.text, whole.slice(TAG_BYTES));
  const right = await tagOf(keys, boundTo, new Uint8Array(content));
  return crypto.subtle.timingSafeEqual(tag, right) ? new TextDecoder().decode(content) : null;
}
