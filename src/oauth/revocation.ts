import { z } from "zod";
import { gateOf } from "../gate/gate.ts";
import { hashToken } from "../gate/tokens.ts";
import { authorizationServer, type GrantProps, grantPropsSchema } from "./authorization-server.ts";

/** A token that was found valid, with the library's name of its grant and ours. */
interface Presented {
  clientId: string;
  subject: string;
  libraryGrantId: string;
  grant: GrantProps;
}

/**
 * What the library keeps of a grant, as far as a refresh token is checked by it. The hashes are of the whole token.
 * Its metadata is what the consent page stored there.
 */
const storedGrantSchema = z.object({
  clientId: z.string(),
  refreshTokenId: z.string().optional(),
  previousRefreshTokenId: z.string().optional(),
  metadata: grantPropsSchema,
});

/** The token, access or refresh, if it is one that would still be accepted; null otherwise. */
async function recognise(env: Env, token: string): Promise<Presented | null> {
  const [subject, libraryGrantId, secret, ...more] = token.split(":");
  if (!subject || !libraryGrantId || !secret || more.length > 0) return null;
  const access = await authorizationServer(env).getOAuthApi(env).unwrapToken(token);
  if (access) {
    const props = grantPropsSchema.parse(access.grant.props);
    return { clientId: access.grant.clientId, subject, libraryGrantId, grant: props };
  }
  const stored = storedGrantSchema.safeParse(
    await env.OAUTH_KV.get(`grant:${subject}:${libraryGrantId}`, { type: "json" }),
  );
  if (!stored.success) return null;
  const hash = hashToken(token);
  const { clientId, refreshTokenId, previousRefreshTokenId, metadata } = stored.data;
  if (hash !== refreshTokenId && hash !== previousRefreshTokenId) return null;
  return { clientId, subject, libraryGrantId, grant: metadata };
}

/** Which client a request to the token endpoint speaks for; the library checks that it really does. */
function claimedClient(form: URLSearchParams, authorization: string | null): string | null {
  const basic = /^basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (basic) {
    try {
      // RFC 6749 section 2.3.1: the id is form-encoded before it is put together with the secret.
      return decodeURIComponent((atob(basic).split(":")[0] ?? "").replaceAll("+", " "));
    } catch {
      return null;
    }
  }
  // Empty ones count as absent, as in the library.
  const named = form.getAll("client_id").find((value) => value !== "");
  if (named) return named;
  try {
    const claims: unknown = JSON.parse(
      new TextDecoder().decode(
        Uint8Array.fromBase64((form.get("client_assertion") ?? "").split(".")[1] ?? "", {
          alphabet: "base64url",
        }),
      ),
    );
    return z.object({ iss: z.string() }).parse(claims).iss;
  } catch {
    return null;
  }
}

/**
 * Revocation (RFC 7009). Either token ends the whole grant, at our gate first: the very next request with any of
 * its tokens is refused everywhere, while the library's own store takes up to a minute to agree. To that end the
 * library is asked to authenticate the client only, with a token that cannot exist; ending the grant is then ours.
 * As the standard wants, a token that is unknown, spent or somebody else's is answered like a revoked one.
 * Can be repeated: when ending the grant fails, the token still works for the next attempt.
 */
export async function revoke(
  request: Request,
  form: URLSearchParams,
  env: Env,
  ctx: ExecutionContext,
): Promise<Response> {
  const presented = await recognise(env, form.get("token") ?? "");
  const probe = new URLSearchParams(form);
  probe.set("token", "none");
  const server = authorizationServer(env);
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  const answer = await server.fetch(
    new Request(request.url, { method: "POST", headers, body: probe.toString() }),
    env,
    ctx,
  );
  const clientId = claimedClient(form, request.headers.get("authorization"));
  if (!answer.ok || !presented || presented.clientId !== clientId) return answer;
  await gateOf(env, presented.grant.workspaceId).revokeGrant(presented.grant.grantId);
  await server.getOAuthApi(env).revokeGrant(presented.libraryGrantId, presented.subject);
  return answer;
}
