/** Sent with every answer unless the door behind set its own. Pages loosen the policy where they must. */
const SECURITY_HEADERS = {
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** A year: browsers that came by https come back by https. */
const TRANSPORT_SECURITY = "max-age=31536000; includeSubDomains";

/**
 * What every answer says: the request id, security headers, and no caching.
 * @param requestId shown as `X-Request-Id`, the same that the log has
 */
export function commonHeaders(request: Request, requestId: string): Record<string, string> {
  const secure = request.url.startsWith("https:");
  return {
    ...SECURITY_HEADERS,
    "Cache-Control": "no-store",
    "X-Request-Id": requestId,
    ...(secure ? { "Strict-Transport-Security": TRANSPORT_SECURITY } : {}),
  };
}

/** The last touch on an answer that some door made: the {@link commonHeaders} that it did not set itself. */
export function finish(response: Response, request: Request, requestId: string): Response {
  // A WebSocket handshake cannot be copied, and needs none of this.
  if (response.status === 101) return response;
  const finished = writable(response);
  const { headers } = finished;
  for (const [name, value] of Object.entries(commonHeaders(request, requestId))) {
    if (!headers.has(name)) headers.set(name, value);
  }
  return finished;
}

/** The answer itself where its headers can be set, otherwise (it was fetched from elsewhere) a copy of it. */
export function writable(response: Response): Response {
  try {
    response.headers.delete("X-Request-Id");
    return response;
  } catch {
    return new Response(response.body, response);
  }
}

/** JSON-RPC's and MCP's codes that the door itself answers with. */
export const RPC = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** Refusals of the HTTP layer (Origin, limits, media type), as the SDKs number theirs. */
  refused: -32000,
  noSession: -32001,
  /** Revisions up to 2025-11-25; later ones say invalidParams. */
  resourceNotFound: -32002,
} as const;

/** The id of a JSON-RPC request, or null where there is none to echo (batches, notifications, unreadable bodies). */
export function echoableId(body: unknown): string | number | null {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return null;
  if (!("id" in body) || !("method" in body)) return null;
  return typeof body.id === "string" || typeof body.id === "number" ? body.id : null;
}

/**
 * An error for the MCP addresses, as a JSON-RPC answer.
 * @param body the request's parsed body, whose id is echoed
 */
export function rpcError(status: number, code: number, message: string, body?: unknown): Response {
  return Response.json({ jsonrpc: "2.0", id: echoableId(body), error: { code, message } }, { status });
}
