import { Administration, administered } from "../gate/administration.ts";
import { getWorkspace } from "../gate/workspaces.ts";
import type { Actor } from "../tenant/tenant.ts";
import { authorizationServer } from "./authorization-server.ts";
import { claimedClients } from "./metadata-documents.ts";
import { presentedToken } from "./presented-tokens.ts";

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
  const presented = await presentedToken(env, form.get("token") ?? "");
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
  const [clientId] = claimedClients(form, request.headers.get("authorization"));
  if (!answer.ok || !presented || presented.clientId !== clientId) return answer;
  const { workspaceId, grantId } = presented.grant;
  const workspace = await getWorkspace(env, workspaceId);
  const app: Actor = { kind: "system", id: grantId, name: "The app itself", credentialId: grantId };
  await new Administration(env, administered(env, workspace, app)).endGrant(grantId);
  await server.getOAuthApi(env).revokeGrant(presented.libraryGrantId, presented.subject);
  return answer;
}
