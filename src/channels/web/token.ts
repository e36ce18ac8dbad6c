import { z } from "zod";
import { derivedKey } from "../../tenant/derived-key.ts";

/**
 * A visitor's token: who a browser is to an inbox, signed by us and kept by the page. Opening a session writes
 * nothing; what a page said of its visitor travels in here until a first message makes it a contact.
 * The form is `<base64url of JSON>.<base64url of HMAC-SHA256>`; its holder can read it but not change it.
 */

/** 30 days in milliseconds, counted anew each time a session is resumed. */
export const TOKEN_LIFE = 30 * 24 * 60 * 60 * 1000;

export const visitorSchema = z.object({
  workspaceId: z.string(),
  /** The binding of the workspace's database. */
  shard: z.string(),
  /** The inbox's public key, which leads to its workspace. */
  key: z.string(),
  inboxId: z.string(),
  /** The visitor's id in the inbox: `v_` and random text, or `u_` and the id that the site vouched for. */
  sourceId: z.string(),
  /** Milliseconds, UTC. */
  expiresAt: z.number(),
  name: z.string().optional(),
  email: z.string().optional(),
  page: z.string().optional(),
  referrer: z.string().optional(),
  locale: z.string().optional(),
});

export type SignedVisitor = z.output<typeof visitorSchema>;

const encoder = new TextEncoder();

function hmacKey(bytes: BufferSource): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
}

async function tokenKey(secret: string): Promise<CryptoKey> {
  return hmacKey(await derivedKey(secret, "parley visitor token 1"));
}

/** Signs what a visitor's page keeps. */
export async function signVisitor(secret: string, visitor: SignedVisitor): Promise<string> {
  const body = encoder.encode(JSON.stringify(visitor));
  const signature = await crypto.subtle.sign("HMAC", await tokenKey(secret), body);
  return `${toText(body)}.${toText(new Uint8Array(signature))}`;
}

/** Whom a token speaks for; null when it is malformed, was changed, signed by someone else, or has expired. */
export async function readVisitor(
  secret: string,
  token: string,
  now = Date.now(),
): Promise<SignedVisitor | null> {
  const [body, signature, ...more] = token.split(".").map(fromText);
  if (!body || !signature || more.length > 0) return null;
  if (!(await crypto.subtle.verify("HMAC", await tokenKey(secret), signature, body))) return null;
  const visitor = visitorSchema.safeParse(JSON.parse(new TextDecoder().decode(body)));
  // A token of an older form is none: the page opens a session anew.
  return visitor.success && visitor.data.expiresAt > now ? visitor.data : null;
}

/**
 * The secret with which a site's server vouches for its signed-in users in one inbox: the page then sends
 * `identity: {id, signature}`, the signature being the hex HMAC-SHA256 of the id with this text as the key.
 * The same user is then the same visitor on each device. Show it to people who run the workspace only.
 */
export async function identitySecret(secret: string, inboxId: string): Promise<string> {
  return toText(await derivedKey(secret, `parley visitor identity 1 ${inboxId}`));
}

/** True when the site of this inbox vouched for the user `id`. @param identity.signature 64 hex digits */
export async function vouchedFor(
  secret: string,
  inboxId: string,
  identity: { id: string; signature: string },
): Promise<boolean> {
  const key = await hmacKey(encoder.encode(await identitySecret(secret, inboxId)));
  return crypto.subtle.verify(
    "HMAC",
    key,
    Uint8Array.fromHex(identity.signature),
    encoder.encode(identity.id),
  );
}

function toText(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function fromText(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    return null;
  }
}
