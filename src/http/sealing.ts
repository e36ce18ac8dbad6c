/**
 * Values that travel through a client and come back: encrypted, so that it cannot read them, and bound to what they
 * were made for, so that they work nowhere else. The key comes from `PARLEY_SECRET` by HKDF, one for each purpose.
 */

import { derivedKey } from "../tenant/derived-key.ts";

const VERSION = "s1.";
/** AES-GCM's nonce, in bytes. Random: with 96 bits a key serves for billions of values. */
const NONCE_BYTES = 12;

const utf8 = new TextEncoder();
const keys = new Map<string, Promise<CryptoKey>>();

function keyFor(secret: string, purpose: string): Promise<CryptoKey> {
  const name = `${purpose}\0${secret}`;
  const held = keys.get(name);
  if (held) return held;
  const made = importedKey(secret, purpose);
  keys.set(name, made);
  return made;
}

async function importedKey(secret: string, purpose: string): Promise<CryptoKey> {
  const bytes = await derivedKey(secret, `parley ${purpose}`);
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

export interface Seal {
  /** `PARLEY_SECRET`. */
  secret: string;
  /** What kind of value this is: values of one purpose never open as another. */
  purpose: string;
  /** What it is bound to, for example the caller and the arguments; opening needs the very same. Not encrypted into it. */
  boundTo: string;
}

/**
 * Seals a JSON value.
 * @param lifetimeSeconds from when on it no longer opens
 * @returns letters, digits, `-`, `_` and a dot
 */
export async function seal(value: unknown, lifetimeSeconds: number, how: Seal): Promise<string> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const text = JSON.stringify({ value, until: Date.now() + lifetimeSeconds * 1000 });
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: utf8.encode(how.boundTo) },
    await keyFor(how.secret, how.purpose),
    utf8.encode(text),
  );
  const whole = new Uint8Array(NONCE_BYTES + sealed.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(sealed), NONCE_BYTES);
  return VERSION + whole.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** Opens what {@link seal} made. Null when it was tampered with, bound to something else, or is too old. */
export async function unseal(sealed: string, how: Seal): Promise<unknown> {
  if (!sealed.startsWith(VERSION)) return null;
  try {
    const whole = Uint8Array.fromBase64(sealed.slice(VERSION.length), { alphabet: "base64url" });
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: whole.slice(0, NONCE_BYTES), additionalData: utf8.encode(how.boundTo) },
      await keyFor(how.secret, how.purpose),
      whole.slice(NONCE_BYTES),
    );
    const content: unknown = JSON.parse(new TextDecoder().decode(opened));
    if (typeof content !== "object" || content === null || !("until" in content) || !("value" in content))
      return null;
    return typeof content.until === "number" && Date.now() < content.until ? content.value : null;
  } catch {
    return null;
  }
}
