/** The origin that people and clients reach this deployment at, without a trailing slash: the OAuth issuer. */
export function publicOrigin(env: Env): string {
  return new URL(env.PUBLIC_URL).origin;
}

/** Addresses that OAuth tokens are issued for, each with tokens of its own. The first is the default. */
export const RESOURCE_PATHS = ["/mcp", "/mcp-readonly", "/sse"] as const;
export type ResourcePath = (typeof RESOURCE_PATHS)[number];

/** Every address that clients are given, without a slash at its end, and the resource that it is another name of. */
const CLIENT_ADDRESSES = new Map<string, ResourcePath>([
  ["/mcp", "/mcp"],
  ["/api/mcp", "/mcp"],
  ["/api/v1/mcp", "/mcp"],
  ["/mcp/sse", "/mcp"],
  ["/mcp-readonly", "/mcp-readonly"],
  ["/sse", "/sse"],
]);

/** The resource that a client's address belongs to, with or without one slash at its end; null when it is none. */
export function resourceOfPath(path: string): ResourcePath | null {
  return CLIENT_ADDRESSES.get(path.endsWith("/") ? path.slice(0, -1) : path) ?? null;
}

/** The canonical identifier of a protected resource, compared exactly. */
export function resourceAt(env: Env, path: ResourcePath): string {
  return `${publicOrigin(env)}${path}`;
}

/**
 * A place on this site to go on to, from a query or a form.
 * @returns path and query when it lies on this origin, otherwise "/sign-in", which then shows who is signed in
 */
export function safeReturn(env: Env, wanted: unknown): string {
  const home = "/sign-in";
  if (typeof wanted !== "string" || !wanted.startsWith("/") || wanted.length > 8_000) return home;
  const origin = publicOrigin(env);
  const url = URL.parse(wanted, origin);
  // `//elsewhere.example` and `/\elsewhere.example` resolve to another origin …
  if (url?.origin !== origin) return home;
  // … and `/.//elsewhere.example` to a path of ours that leads there when it stands alone.
  return url.pathname.startsWith("//") ? home : `${url.pathname}${url.search}`;
}
