import { ACCEPT_BOTH } from "./accept.ts";

/** Headers of the client that a lane may see; everything else (credentials, cookies, internal ones) stays outside. */
const FORWARDED = ["last-event-id", "mcp-method", "mcp-protocol-version", "mcp-session-id"];

/**
 * The headers of a request as a lane reads them. A proxy or a client may send one of ours twice or around blanks (RFC
 * 9110, 5.3): the same value several times is that value. An empty one is absent. What the door has read itself (the
 * body's type, what the client accepts) is said in the words that the SDKs look for.
 */
export function laneHeaders(given: Headers): Headers {
  const headers = new Headers({ accept: ACCEPT_BOTH, "content-type": "application/json" });
  for (const name of FORWARDED) {
    const value = onlyValue(given.get(name));
    if (value !== null) headers.set(name, value);
  }
  // A name may hold a comma.
  const name = given.get("mcp-name")?.trim();
  if (name) headers.set("mcp-name", name);
  return headers;
}

/** The one value of a header, however often it was sent; null when it is absent or empty. */
function onlyValue(header: string | null): string | null {
  if (header === null) return null;
  const values = new Set(header.split(",").map((value) => value.trim()));
  values.delete("");
  const [first] = values;
  return values.size === 1 && first !== undefined ? first : header.trim() || null;
}
