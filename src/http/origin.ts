const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Whether this deployment is one on somebody's own machine. */
export function isLoopback({ PUBLIC_URL }: Pick<Env, "PUBLIC_URL">): boolean {
  return LOOPBACK.includes(URL.parse(PUBLIC_URL)?.hostname ?? "");
}

const hostsBySite = new Map<string, readonly string[]>();

/** The Host headers that mean this deployment. */
function ownHosts({ PUBLIC_URL }: Env): readonly string[] {
  const held = hostsBySite.get(PUBLIC_URL);
  if (held) return held;
  const own = new URL(PUBLIC_URL);
  const hosts = LOOPBACK.includes(own.hostname)
    ? LOOPBACK.map((name) => (own.port ? `${name}:${own.port}` : name))
    : [own.host];
  hostsBySite.set(PUBLIC_URL, hosts);
  return hosts;
}

/**
 * Whether a request was sent to this deployment by its own name. A page elsewhere can point a name of its own at us
 * (DNS rebinding) and would then pass for same-origin: the Host header gives it away. On a loopback `PUBLIC_URL` the
 * other loopback names with the same port are as good.
 * @param url the request's, where it was read already
 */
export function isOwnHost(request: Request, env: Env, url = new URL(request.url)): boolean {
  const hosts = ownHosts(env);
  const header = request.headers.get("host");
  return hosts.includes(url.host) && (header === null || hosts.includes(header.toLowerCase()));
}

/** What somebody is told who calls this deployment by a name that is not its own. */
export function foreignHost(env: Env): string {
  return `This server does not answer to that Host. Its address (PUBLIC_URL) is ${new URL(env.PUBLIC_URL).origin}.`;
}

/** What a page of an unknown origin is told. */
export const UNKNOWN_ORIGIN =
  "This Origin is not allowed. Whoever runs the server can add it to ALLOWED_ORIGINS.";

/** Whether an address lies on this deployment, by whichever of its own names. */
export function isOwnOrigin({ protocol, host }: URL, env: Env): boolean {
  return protocol === new URL(env.PUBLIC_URL).protocol && ownHosts(env).includes(host);
}

/**
 * Whether a request's Origin may speak to this deployment: none at all (not a browser), our own, or one of
 * `ALLOWED_ORIGINS`. The MCP transport requires 403 for every other, also for the opaque `null`.
 */
export function isKnownOrigin(request: Request, env: Env): boolean {
  const origin = request.headers.get("origin");
  if (origin === null) return true;
  if (origin === new URL(request.url).origin && isOwnHost(request, env)) return true;
  return origin === new URL(env.PUBLIC_URL).origin || allowedOrigins(env).includes(origin);
}

/** `ALLOWED_ORIGINS` as a list: comma-separated origins, without a trailing slash each. */
function allowedOrigins(env: Env): string[] {
  // The configuration is text that a deployment may set to anything; the generated type knows only the default.
  const configured: string = env.ALLOWED_ORIGINS;
  return configured
    .split(",")
    .map((origin) => origin.trim().replace(/\/$/, ""))
    .filter((origin) => origin !== "");
}

const METHODS = "GET, POST, DELETE, OPTIONS";
const REQUEST_HEADERS =
  "Accept, Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Mcp-Method, Mcp-Name, MCP-Protocol-Version, Mcp-Session-Id, X-API-Key";
const EXPOSED = "Mcp-Session-Id, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id";

/**
 * Lets a browser client read the answer: its exact origin is echoed (never `*`, since answers depend on credentials)
 * and the headers that MCP clients need are exposed. Headers of this kind that a library set are removed.
 * Call it only for requests that passed {@link isKnownOrigin}.
 */
export function allowBrowser(headers: Headers, request: Request): void {
  for (const name of [...headers.keys()]) if (name.startsWith("access-control-")) headers.delete(name);
  for (const [name, value] of Object.entries(browserHeaders(request))) headers.append(name, value);
}

/** What {@link allowBrowser} sets, for an answer that has no headers yet. */
export function browserHeaders(request: Request): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === null) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": origin,
    "Access-Control-Expose-Headers": EXPOSED,
  };
}

/** The answer to a CORS preflight of an origin that passed {@link isKnownOrigin}. */
export function preflight(request: Request): Response {
  const headers = new Headers({
    Allow: METHODS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": REQUEST_HEADERS,
    "Access-Control-Max-Age": "86400",
    Vary: "Origin",
  });
  const origin = request.headers.get("origin");
  if (origin !== null) headers.set("Access-Control-Allow-Origin", origin);
  return new Response(null, { status: 204, headers });
}
