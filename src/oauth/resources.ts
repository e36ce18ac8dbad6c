import { type OAuthResourceAuth, OAuthResourceServer } from "@cloudflare/workers-oauth-provider";
import type { Admission, AdmitRequest, Credential } from "../gate/admission.ts";
import { gateOf } from "../gate/gate.ts";
import { hashToken, workspaceOfToken } from "../gate/tokens.ts";
import { publicOrigin, RESOURCE_PATHS, type ResourcePath, resourceAt } from "../http/addresses.ts";
import { logUnexpected } from "../http/log.ts";
import { authorizationServer, grantPropsSchema } from "./authorization-server.ts";

/** A request on its way through a resource server: what it asks of the gate, and what came of it. */
class Attempt {
  readonly env: Env;
  readonly ask: Omit<AdmitRequest, "credential">;
  readonly inUrl: boolean;
  readonly requestId: string;
  admission: Admission | null = null;
  auth: OAuthResourceAuth | null = null;

  constructor(env: Env, ask: Omit<AdmitRequest, "credential">, inUrl: boolean, requestId: string) {
    this.env = env;
    this.ask = ask;
    this.inUrl = inUrl;
    this.requestId = requestId;
  }

  /**
   * Recognises a token and has the workspace's gate admit it, in one RPC.
   * @returns false for a token that is not valid here
   */
  async admit(resource: string, token: string): Promise<boolean> {
    const recognised = await this.#recognise(resource, token);
    if (!recognised) return false;
    const { workspaceId, credential } = recognised;
    this.admission = await gateOf(this.env, workspaceId).admit({ ...this.ask, credential });
    return this.admission.admitted || this.admission.refusal.kind !== "unauthenticated";
  }

  async #recognise(
    resource: string,
    token: string,
  ): Promise<{ workspaceId: string; credential: Credential } | null> {
    const workspaceId = workspaceOfToken(token);
    if (workspaceId !== null) {
      return { workspaceId, credential: { kind: "token", hash: await hashToken(token), inUrl: this.inUrl } };
    }
    // OAuth forbids its tokens in addresses, and a malformed one of ours is nobody's.
    if (this.inUrl || token.startsWith("parley_")) return null;
    const valid = await authorizationServer(this.env).validateToken(resource, token, this.env);
    const props = grantPropsSchema.safeParse(valid?.props);
    if (!valid || !props.success) return null;
    return {
      workspaceId: props.data.workspaceId,
      credential: { kind: "grant", grantId: props.data.grantId },
    };
  }
}

const servers = new Map<string, OAuthResourceServer<Attempt, undefined>>();

/** The OAuth resource server of one address, with metadata and challenges of its own. */
function resourceServer(env: Env, path: ResourcePath): OAuthResourceServer<Attempt, undefined> {
  const resource = resourceAt(env, path);
  const held = servers.get(resource);
  if (held) return held;
  const made = new OAuthResourceServer<Attempt, undefined>({
    resourceMetadata: {
      resource,
      authorization_servers: [publicOrigin(env)],
      bearer_methods_supported: ["header"],
      resource_name: path === "/mcp-readonly" ? "Parley (read only)" : "Parley",
    },
    validateToken: (attempt) => async (audience, token) => {
      try {
        if (!(await attempt.admit(audience, token))) return null;
      } catch (error) {
        logUnexpected(attempt.requestId, "admission", error);
        throw error;
      }
      const scope = attempt.admission?.admitted ? attempt.admission.principal.scopes : [];
      // No props: McpAgent would store those of a session's first caller and go on using them.
      return { props: undefined, audience, scope };
    },
    handler: {
      fetch(_request, attempt, ctx) {
        attempt.auth = ctx.auth;
        return new Response(null);
      },
    },
  });
  servers.set(resource, made);
  return made;
}

export type Authentication =
  | { ok: true; admission: Admission; auth: OAuthResourceAuth }
  /** 401 with its challenge, or 503 when the gate cannot be asked. */
  | { ok: false; response: Response };

/**
 * Checks the credential of a request against one of our resources and has the gate admit it.
 * @param token undefined when the request carried none: it is challenged
 * @param inUrl the token came as `?token=`
 */
export async function authenticate(
  env: Env,
  ctx: ExecutionContext,
  path: ResourcePath,
  token: string | undefined,
  inUrl: boolean,
  requestId: string,
  ask: Omit<AdmitRequest, "credential">,
): Promise<Authentication> {
  const attempt = new Attempt(env, ask, inUrl, requestId);
  const request = new Request(resourceAt(env, path), {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  const response = await resourceServer(env, path).fetch(request, attempt, ctx);
  const { admission, auth } = attempt;
  return admission && auth ? { ok: true, admission, auth } : { ok: false, response };
}

/** Where RFC 9728 puts the metadata of a resource: this, and then the resource's path. */
export const RESOURCE_METADATA_PATH = "/.well-known/oauth-protected-resource";

/**
 * The protected resource metadata of an address, also asked for by an alias of it; of `/mcp` without any path.
 * @param resourcePathOf which resource an address belongs to; null for one that is none of ours
 */
export async function resourceMetadata(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  resourcePathOf: (path: string) => ResourcePath | null,
): Promise<Response> {
  const rest = new URL(request.url).pathname.slice(RESOURCE_METADATA_PATH.length);
  const path = rest === "" || rest === "/" ? RESOURCE_PATHS[0] : resourcePathOf(rest);
  if (!path) return new Response(null, { status: 404 });
  const canonical = new Request(`${publicOrigin(env)}${RESOURCE_METADATA_PATH}${path}`, {
    method: request.method,
    headers: request.headers,
  });
  return resourceServer(env, path).fetch(canonical, new Attempt(env, emptyAsk, false, ""), ctx);
}

const emptyAsk: Omit<AdmitRequest, "credential"> = {
  readOnlyAddress: false,
  sessionId: null,
  calls: [],
  others: 0,
};
