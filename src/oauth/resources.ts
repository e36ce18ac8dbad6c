import { OAuthResourceServer } from "@cloudflare/workers-oauth-provider";
import { publicOrigin, RESOURCE_PATHS, type ResourcePath, resourceAt } from "../http/addresses.ts";
import { authorizationServer, grantPropsSchema } from "./authorization-server.ts";

const servers = new Map<string, OAuthResourceServer<Env, undefined>>();

/**
 * The OAuth resource server of one address. It publishes the address's metadata and words its challenges; tokens are
 * validated by {@link grantOfToken}, so it is asked only about requests that nothing valid came with.
 */
function resourceServer(env: Env, path: ResourcePath): OAuthResourceServer<Env, undefined> {
  const resource = resourceAt(env, path);
  const held = servers.get(resource);
  if (held) return held;
  const made = new OAuthResourceServer<Env, undefined>({
    resourceMetadata: {
      resource,
      authorization_servers: [publicOrigin(env)],
      bearer_methods_supported: ["header"],
      resource_name: path === "/mcp-readonly" ? "Parley (read only)" : "Parley",
    },
    validateToken: () => async () => null,
    handler: { fetch: () => new Response(null, { status: 404 }) },
  });
  servers.set(resource, made);
  return made;
}

/** The grant behind an OAuth access token that was issued for this resource and holds; null for any other token. */
export async function grantOfToken(
  env: Env,
  path: ResourcePath,
  token: string,
): Promise<{ workspaceId: string; grantId: string } | null> {
  const valid = await authorizationServer(env).validateToken(resourceAt(env, path), token, env);
  const props = grantPropsSchema.safeParse(valid?.props);
  if (!valid || !props.success) return null;
  const { workspaceId, grantId } = props.data;
  return { workspaceId, grantId };
}

/**
 * The 401 of a resource, with the challenge that leads OAuth clients to the authorization server.
 * @param token the one that did not hold; undefined when none was shown
 */
export function challenge(
  env: Env,
  ctx: ExecutionContext,
  path: ResourcePath,
  token: string | undefined,
): Promise<Response> {
  // Under the resource's own address: the request may have come by an alias of it.
  const request = new Request(resourceAt(env, path), {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return resourceServer(env, path).fetch(request, env, ctx);
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
  return resourceServer(env, path).fetch(canonical, env, ctx);
}
