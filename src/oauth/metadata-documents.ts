import { publicOrigin } from "../http/addresses.ts";
import { checkPublicUrl } from "../http/public-url.ts";
import { authorizationServer } from "./authorization-server.ts";
import { clientOfCode, presentedToken } from "./presented-tokens.ts";

/**
 * Client ID metadata documents: a client's name is the address of what it says about itself, which the OAuth library
 * fetches. Strangers choose that address, so here stands what is asked before the library gets to see it: the rules of
 * every address that is called ({@link checkPublicUrl}, and not ourselves), and somebody who wants it: at the consent
 * page a person who has signed in, at the token endpoint a code or token that was given to that very client.
 */

/** Whether a client's name is the address of a document. The library goes by the same: https, and some path. */
export function isDocumentAddress(clientId: string): boolean {
  return URL.parse(clientId)?.protocol === "https:";
}

/** Why a document's address is not fetched, for a sentence; null when it may be. */
export function documentRefusal(env: Env, address: string): string | null {
  const check = checkPublicUrl(address, [new URL(publicOrigin(env)).hostname.toLowerCase()]);
  return check.ok ? null : check.reason;
}

/** The names of clients that a request to the token endpoint speaks for, by any of the ways to say so. */
export function claimedClients(form: URLSearchParams, authorization: string | null): string[] {
  const basic = /^basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  const claimed = [
    basic ? nameInBasic(basic) : null,
    ...form.getAll("client_id"),
    issuerOfAssertion(form.get("client_assertion") ?? ""),
  ];
  // Empty ones count as absent, as in the library.
  return claimed.filter((name): name is string => name !== null && name !== "");
}

function nameInBasic(credentials: string): string | null {
  try {
    // RFC 6749 section 2.3.1: the id is form-encoded before it is put together with the secret.
    return decodeURIComponent((atob(credentials).split(":")[0] ?? "").replaceAll("+", " "));
  } catch {
    return null;
  }
}

function issuerOfAssertion(assertion: string): string | null {
  try {
    const payload = Uint8Array.fromBase64(assertion.split(".")[1] ?? "", { alphabet: "base64url" });
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    if (typeof claims !== "object" || claims === null || !("iss" in claims)) return null;
    return typeof claims.iss === "string" ? claims.iss : null;
  } catch {
    return null;
  }
}

/**
 * Whether a request to the token endpoint may have its client's document fetched: it shows a code or token that was
 * given to this client, and neither the document nor its keys lie where nobody is to be led. Requests of registered
 * clients always may, since nothing is fetched for them.
 */
export async function mayFetchFor(
  env: Env,
  form: URLSearchParams,
  authorization: string | null,
): Promise<boolean> {
  const documents = claimedClients(form, authorization).filter(isDocumentAddress);
  const [document, ...others] = new Set(documents);
  if (document === undefined) return true;
  if (others.length > 0 || documentRefusal(env, document) !== null) return false;
  if ((await clientShown(env, form)) !== document) return false;
  return !form.has("client_assertion") || keysArePublic(env, document);
}

async function clientShown(env: Env, form: URLSearchParams): Promise<string | null> {
  const code = form.get("code");
  if (code) return clientOfCode(env, code);
  const token = form.get("refresh_token") ?? form.get("token");
  return token ? ((await presentedToken(env, token))?.clientId ?? null) : null;
}

/** A document may name another address for the keys that its client signs with. */
async function keysArePublic(env: Env, document: string): Promise<boolean> {
  try {
    const client = await authorizationServer(env).getOAuthApi(env).lookupClient(document);
    return !client?.jwksUri || documentRefusal(env, client.jwksUri) === null;
  } catch {
    return false;
  }
}
