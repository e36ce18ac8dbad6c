import { TOOLSETS, type Toolset } from "../calls/define.ts";
import type { ResourcePath } from "../http/addresses.ts";

/** What an MCP address means. */
export interface Address {
  /** The OAuth resource it belongs to. */
  resource: ResourcePath;
  transport: "http" | "sse";
  /** Where the transport's own handler lives: the part before `/message` for SSE. */
  base: "/mcp" | "/sse" | "/mcp/sse";
  /** The address that SSE clients post to. */
  isMessage: boolean;
  readOnly: boolean;
}

const HTTP = { transport: "http", base: "/mcp", isMessage: false } as const;
const SSE = { transport: "sse", readOnly: false } as const;

const ADDRESSES: Record<string, Address> = {
  "/mcp": { ...HTTP, resource: "/mcp", readOnly: false },
  "/api/mcp": { ...HTTP, resource: "/mcp", readOnly: false },
  "/api/v1/mcp": { ...HTTP, resource: "/mcp", readOnly: false },
  "/mcp-readonly": { ...HTTP, resource: "/mcp-readonly", readOnly: true },
  "/sse": { ...SSE, resource: "/sse", base: "/sse", isMessage: false },
  "/sse/message": { ...SSE, resource: "/sse", base: "/sse", isMessage: true },
  "/mcp/sse": { ...SSE, resource: "/mcp", base: "/mcp/sse", isMessage: false },
  "/mcp/sse/message": { ...SSE, resource: "/mcp", base: "/mcp/sse", isMessage: true },
};

/** Every MCP address, without a slash at its end. */
export const MCP_PATHS = Object.keys(ADDRESSES);

/** Reads a path, with or without one slash at its end. Null when it is none of the MCP addresses. */
export function addressOf(path: string): Address | null {
  const key = path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  return Object.hasOwn(ADDRESSES, key) ? (ADDRESSES[key] ?? null) : null;
}

/** Addresses without a query as they were last asked for: reading one costs as much as checking a credential. */
const known = new Map<string, { url: URL; address: Address }>();
const MOST_KNOWN = 100;

/** A request's URL (for reading alone) and the MCP address that it names; null when it names none. */
export function addressOfUrl(text: string): { url: URL; address: Address } | null {
  const held = known.get(text);
  if (held) return held;
  const url = new URL(text);
  const address = addressOf(url.pathname);
  if (!address) return null;
  // A query may hold a credential.
  if (url.search === "" && known.size < MOST_KNOWN) known.set(text, { url, address });
  return { url, address };
}

/**
 * Whether `?mode=compact` asks for two tools in place of the whole list.
 * @returns the name when it is no mode that we know
 */
export function modeOf(url: URL): { compact: boolean } | { unknown: string } {
  const mode = url.search === "" ? "" : (url.searchParams.get("mode") ?? "").trim().toLowerCase();
  return mode === "" || mode === "compact" ? { compact: mode !== "" } : { unknown: mode };
}

/**
 * The toolsets that `?toolsets=contacts,flows` narrows to.
 * @returns null for all; the unknown names when there are any
 */
export function toolsetsOf(url: URL): { toolsets: Toolset[] | null } | { unknown: string[] } {
  if (url.search === "") return { toolsets: null };
  const wanted = url.searchParams
    .getAll("toolsets")
    .flatMap((value) => value.split(","))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  if (wanted.length === 0) return { toolsets: null };
  const toolsets = TOOLSETS.filter((toolset) => wanted.includes(toolset));
  const unknown = wanted.filter((name) => !TOOLSETS.some((toolset) => toolset === name));
  return unknown.length > 0 ? { unknown } : { toolsets };
}
