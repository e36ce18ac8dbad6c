import { seal, unseal } from "../http/sealing.ts";
import { derivedKey } from "../tenant/derived-key.ts";
import type { Webhook } from "./schema.ts";

/**
 * Signatures as Standard Webhooks 1.0.0 has them (symmetric, `v1`): HMAC-SHA256 over `id.timestamp.body`. The key is
 * what the secret's base64 stands for, not its text.
 */

const PREFIX = "whsec_";
/** The standard asks for 24 to 64. */
const SECRET_BYTES = 32;

const utf8 = new TextEncoder();

/** A new secret as the receiver enters it: `whsec_` and base64. */
export function newSecret(): string {
  return PREFIX + crypto.getRandomValues(new Uint8Array(SECRET_BYTES)).toBase64();
}

async function hmac(key: Uint8Array, text: string): Promise<Uint8Array> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, utf8.encode(text)));
}

/** What is signed. */
export interface Signed {
  /** The header webhook-id. */
  messageId: string;
  /** Of the attempt, in seconds. */
  timestamp: number;
  /** The very bytes that are sent. */
  body: string;
}

/** The header webhook-signature: one signature for each secret, apart by spaces. */
export async function signatureHeader(secrets: readonly string[], signed: Signed): Promise<string> {
  const text = `${signed.messageId}.${signed.timestamp}.${signed.body}`;
  const signatures = await Promise.all(
    secrets.map(async (secret) => {
      const key = Uint8Array.fromBase64(secret.slice(PREFIX.length));
      return `v1,${(await hmac(key, text)).toBase64()}`;
    }),
  );
  return signatures.join(" ");
}

/** Secrets are sealed for good: a seal wants a lifetime. */
const CENTURY_SECONDS = 100 * 365 * 86_400;

/** Whose secret it is: what was sealed for one webhook opens for no other. */
export interface SecretOwner {
  /** `PARLEY_SECRET`. */
  deploymentSecret: string;
  workspaceId: string;
  webhookId: string;
}

function sealFor({ deploymentSecret, workspaceId, webhookId }: SecretOwner) {
  return { secret: deploymentSecret, purpose: "webhook secret", boundTo: `${workspaceId}/${webhookId}` };
}

/** The secret as it is stored. */
export function sealSecret(secret: string, owner: SecretOwner): Promise<string> {
  return seal(secret, CENTURY_SECONDS, sealFor(owner));
}

/**
 * The secrets that sign at this time, the current one first. Empty when the current one does not open, which is so
 * after `PARLEY_SECRET` was changed.
 */
export async function validSecrets(
  webhook: Pick<Webhook, "secret" | "oldSecret" | "oldSecretUntil">,
  owner: SecretOwner,
  now: number,
): Promise<string[]> {
  const { secret, oldSecret, oldSecretUntil } = webhook;
  const isOldValid = oldSecret !== null && oldSecretUntil !== null && now < oldSecretUntil;
  const opened = await Promise.all(
    (isOldValid ? [secret, oldSecret] : [secret]).map((sealed) => unseal(sealed, sealFor(owner))),
  );
  const [current, ...old] = opened.map((value) => (typeof value === "string" ? value : null));
  return current ? [current, ...old.filter((value) => value !== null)] : [];
}

/**
 * The header webhook-id of an event's message to a webhook: always the same, so that a receiver knows a repetition
 * whoever caused it. It does not tell the event's number, from which one could count the workspace's events.
 */
export async function webhookIdOf({ deploymentSecret, ...owner }: SecretOwner, seq: number): Promise<string> {
  const key = await derivedKey(deploymentSecret, "parley webhook message");
  const mac = await hmac(key, `${owner.workspaceId}/${owner.webhookId}/${seq}`);
  return `msg_${mac.toHex().slice(0, 32)}`;
}
