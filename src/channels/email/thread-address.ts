import { derivedKey } from "../../tenant/derived-key.ts";
import { bareId, prefixedId, textOfBytes } from "../../tenant/ids.ts";

/**
 * The addresses that answers come back to: `support+<token>@shop.example`, where the token names a conversation of the
 * inbox and is signed. It stands in the thread's first reference as well, for programs that answer to From. It proves
 * no sender: who holds it may have been forwarded the mail.
 */

/** Characters of a token: a conversation's id without its prefix, and 80 bits of a signature. */
const ID = 22;
const SIGNATURE = 16;
const TOKEN = new RegExp(`^[0-9a-hjkmnp-tv-z]{${ID + SIGNATURE}}$`);

/** RFC 5321, 4.5.3.1.1 gives the part before the @ 64 characters. */
export const MAX_LOCAL = 64 - ID - SIGNATURE - 1;

export interface MailPlace {
  env: Pick<Env, "PARLEY_SECRET">;
  inboxId: string;
}

async function signature({ env, inboxId }: MailPlace, id: string): Promise<string> {
  const key = await derivedKey(env.PARLEY_SECRET, "parley mail thread");
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(`${inboxId} ${id}`));
  return textOfBytes(new Uint8Array(mac).subarray(0, SIGNATURE));
}

/** The token of a conversation of an inbox. */
export async function threadToken(place: MailPlace, conversationId: string): Promise<string> {
  const id = bareId(conversationId);
  return id + (await signature(place, id));
}

/** The conversation that a token names; null for what is none of this inbox. */
export async function conversationOfToken(place: MailPlace, token: string): Promise<string | null> {
  const text = token.toLowerCase();
  if (!TOKEN.test(text)) return null;
  const id = text.slice(0, ID);
  // What it leads to is looked up, and must be the sender's own: nothing is learnt by the time this takes.
  return text === id + (await signature(place, id)) ? prefixedId("conversation", id) : null;
}

/** An address with what stands behind a plus in it: `a+b@c.example` is a@c.example and b. */
export function splitAddress(address: string): { base: string; tag: string | null } {
  const at = address.lastIndexOf("@");
  const plus = address.indexOf("+");
  if (plus < 1 || plus > at) return { base: address, tag: null };
  return { base: address.slice(0, plus) + address.slice(at), tag: address.slice(plus + 1, at) };
}

/** Where answers to a conversation go. @param address the inbox's */
export function replyAddress(address: string, token: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, at)}+${token}${address.slice(at)}`;
}

/** The thread's first reference, which is no mail's own id. */
export function threadRoot(address: string, token: string): string {
  return `<${token}${address.slice(address.lastIndexOf("@"))}>`;
}

/** The part before the @ of a message id. */
export function leftOfId(messageId: string): string {
  return messageId.replace(/^<|>$/g, "").split("@")[0] ?? "";
}
