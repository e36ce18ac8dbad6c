import { OAuthResourceServer } from "@cloudflare/workers-oauth-provider";
import { publicOrigin, type ResourcePath, resourceAt, resourceOfPath } from "../http/addresses.ts";
import { isOwnOrigin } from "../http/origin.ts";
import { authorizationServer, grantPropsSchema } from "./authorization-server.ts";

const servers = new Map<string, OAuthResourceServer<Env, undefined>>();

/**
 * The OAuth resource server of an address as a client was given it: RFC 9728 (section 3.3) has clients refuse metadata
 * that name another. It publishes the metadata and words the challenges; tokens are validated by {@link grantOfToken},
 * so it is asked only about requests that nothing valid came with.
 * @param address one of our resources or an alias of one, on an origin of ours: there are a few dozen
 */
function resourceServer(env: Env, address: string, path: ResourcePath): OAuthResourceServer<Env, undefined> {
  const issuer = publicOrigin(env);
  const name = `${issuer} ${address}`;
  const held = servers.get(name);
  if (held) return held;
  const made = new OAuthResourceServer<Env, undefined>({
    resourceMetadata: {
      resource: address,
      authorization_servers: [issuer],
      bearer_methods_supported: ["header"],
      resource_name: path === "/mcp-readonly" ? "Parley (read only)" : "Parley",
    },
    validateToken: () => async () => null,
    handler: { fetch: () => new Response(null, { status: 404 }) },
  });
  servers.set(name, made);
  return made;
}

/**
 * The address that a request was sent to, as its client was given it; the resource's own where it came to another
 * door. Of SSE the address of the stream, whichever of its two was asked.
 */
export function addressAsked(env: Env, requestUrl: string, path: ResourcePath): string {
  const url = new URL(requestUrl);
  const stream = url.pathname.replace(/\/message\/?$/, "");
  const known = isOwnOrigin(url, env) && resourceOfPath(stream) === path;
  return known ? `${url.origin}${stream}` : resourceAt(env, path);
}

/**
 * What a client names as the resource that it wants (RFC 8707), by the name that the authorization server knows: every
 * alias, with a slash at the end, with the query that narrows it or on another loopback name, is its canonical resource.
 * @returns the text as it is when it names none of ours: the authorization server refuses it
 */
export function canonicalResource(env: Env, named: string): string {
  const url = URL.parse(named);
  if (!url || named.includes("#") || url.username || url.password || !isOwnOrigin(url, env)) return named;
  const path = resourceOfPath(url.pathname);
  return path ? resourceAt(env, path) : named;
}

/** The parameters of an OAuth request with the resources by their canonical names; an empty one counts as none. */
export function withCanonicalResources(env: Env, parameters: URLSearchParams): URLSearchParams {
  const resources = parameters.getAll("resource").filter((value) => value !== "");
  const whole = new URLSearchParams(parameters);
  whole.delete("resource");
  for (const resource of new Set(resources.map((named) => canonicalResource(env, named)))) {
    whole.append("resource", resource);
  }
  return whole;
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
  requestUrl: string,
  token: string | undefined,
): Promise<Response> {
  const address = addressAsked(env, requestUrl, path);
  const request = new Request(address, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return resourceServer(env, address, path).fetch(request, env, ctx);
}

/** Where RFC 9728 puts the metadata of a resource: this, and then the resource's path. */
export const RESOURCE_METADATA_PATH = "/.well-known/oauth-protected-resource";

/** The protected resource metadata of an address, under the name that it is asked by; of `/mcp` without any path. */
export async function resourceMetadata(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  const { origin, pathname } = new URL(request.url);
  const rest = pathname.slice(RESOURCE_METADATA_PATH.length);
  const asked = rest === "" || rest === "/" ? "/mcp" : rest;
  const path = resourceOfPath(asked);
  if (!path) return new Response(null, { status: 404 });
  const server = resourceServer(env, `${origin}${asked}`, path);
  const plain = new Request(`${origin}${RESOURCE_METADATA_PATH}${asked}`, {
    method: request.method,
    headers: request.headers,
  });
  return server.fetch(plain, env, ctx);
}
