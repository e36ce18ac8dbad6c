import { publicOrigin } from "../../http/addresses.ts";
import { sameText } from "../../http/same-text.ts";
import { derivedKey } from "../../tenant/derived-key.ts";
import { hookPath } from "../hook-path.ts";

/**
 * Meta asks an address whether it wants its webhooks, before anything is sent there: a GET with `hub.mode`,
 * `hub.verify_token` and `hub.challenge`, which is answered with the challenge
 * (developers.facebook.com/docs/graph-api/webhooks/getting-started, read December 2026).
 */

/** The token by which an inbox knows that it was asked for. It follows from the inbox: Meta asks while it is being connected. */
export async function verifyToken(env: Env, inboxId: string): Promise<string> {
  const key = await derivedKey(env.PARLEY_SECRET, `parley meta webhook 1 ${inboxId}`);
  return key.toBase64({ alphabet: "base64url", omitPadding: true });
}

/** What the question is answered with; null: it is not ours. */
export async function answerHandshake(
  env: Env,
  inboxId: string,
  query: URLSearchParams,
): Promise<string | null> {
  if (query.get("hub.mode") !== "subscribe") return null;
  const isOurs = await sameText(query.get("hub.verify_token") ?? "", await verifyToken(env, inboxId));
  return isOurs ? query.get("hub.challenge") : null;
}

/** Where Meta brings what happens in an inbox. */
export function hookAddress(env: Env, publicKey: string): string {
  return publicOrigin(env) + hookPath(publicKey);
}
