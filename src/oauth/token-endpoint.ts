import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { readText } from "../pages/form.ts";
import { authorizationServer } from "./authorization-server.ts";
import { mayFetchFor } from "./metadata-documents.ts";
import { normalisedRegistration } from "./registration.ts";
import { withCanonicalResources } from "./resources.ts";
import { revoke } from "./revocation.ts";

/** Characters of a registration: a client has some addresses and a name, and anybody may have one stored. */
const MAX_REGISTRATION = 8192;

/** The error body of RFC 6749 section 5.2, readable by a browser client of any origin (these answers hold no secret). */
function oauthError(status: number, error: string, description: string, headers: HeadersInit = {}): Response {
  const response = Response.json({ error, error_description: description }, { status, headers });
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Access-Control-Allow-Origin", "*");
  response.headers.set("Access-Control-Expose-Headers", "Retry-After");
  return response;
}

/**
 * `/oauth/token` (codes, refresh, revocation) and `/oauth/register` (RFC 7591): limits and a body cap in front of
 * the library. Over the limit answers 429 with `Retry-After`.
 */
export async function tokenOrRegistration(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
): Promise<Response> {
  const server = authorizationServer(env);
  if (request.method !== "POST") return server.fetch(request, env, ctx);
  const isToken = new URL(request.url).pathname === "/oauth/token";
  const wait = isToken
    ? await overLimit(env.TOKEN_LIMIT, "token", clientAddress(request))
    : await overLimit(env.REGISTER_LIMIT, "register", clientAddress(request));
  if (wait !== null) {
    return oauthError(429, "temporarily_unavailable", `Too many requests. Try again in ${wait} seconds.`, {
      "Retry-After": String(wait),
    });
  }
  const body = await readText(request);
  if (body === null) return oauthError(413, "invalid_request", "The request is larger than 64 KiB.");
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  const whole = (text: string) => new Request(request.url, { method: "POST", headers, body: text });
  if (!isToken && body.length > MAX_REGISTRATION) {
    return oauthError(
      413,
      "invalid_client_metadata",
      `A registration has at most ${MAX_REGISTRATION} characters.`,
    );
  }
  if (!isToken) return server.fetch(whole(normalisedRegistration(body)), env, ctx);
  if (!/^application\/x-www-form-urlencoded\b/i.test(request.headers.get("content-type") ?? "")) {
    return server.fetch(whole(body), env, ctx);
  }
  const form = withCanonicalResources(env, new URLSearchParams(body));
  // The library tells revocation from issuance in the same way; a repeated token is its error to report.
  const revokes = form.get("token") && !form.get("grant_type") && form.getAll("token").length === 1;
  if (!(await mayFetchFor(env, form, request.headers.get("authorization")))) {
    if (revokes) return new Response(null, { headers: { "Access-Control-Allow-Origin": "*" } });
    const description = "The code or token is not one of this client's, or the client cannot be looked up.";
    return oauthError(400, "invalid_grant", description);
  }
  const rebuilt = whole(form.toString());
  return revokes ? revoke(rebuilt, form, env, ctx) : server.fetch(rebuilt, env, ctx);
}
