/** The origin that people and clients reach this deployment at, without a trailing slash: the OAuth issuer. */
export function publicOrigin(env: Env): string {
  return new URL(env.PUBLIC_URL).origin;
}

/** Addresses that OAuth tokens are issued for, each with tokens of its own. The first is the default. */
export const RESOURCE_PATHS = ["/mcp", "/mcp-readonly", "/sse"] as const;
export type ResourcePath = (typeof RESOURCE_PATHS)[number];

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
  // `//elsewhere.example` and `/\elsewhere.example` resolve to another origin.
  return url?.origin === origin ? `${url.pathname}${url.search}` : home;
}
