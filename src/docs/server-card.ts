import { publicOrigin } from "../http/addresses.ts";
import { SERVER_INFO } from "../mcp/server-info.ts";

/**
 * The server card: what this server is and where it listens, for clients that have not connected yet. The shape is
 * that of SEP-2127 (which took SEP-1649 further), as its extension repository has it since July 2026:
 * https://github.com/modelcontextprotocol/experimental-ext-server-card, `schema.ts` and `docs/discovery.md`.
 * It holds nothing of tools, by design: those depend on who asks.
 */
export const CARD_TYPE = "application/mcp-server-card+json";

/**
 * Where the card is: the place that SEP-1649 had, which crawlers go on asking, and the one that SEP-2127 reserves,
 * below the address of the endpoint.
 */
export const CARD_PATHS: readonly string[] = ["/.well-known/mcp/server-card.json", "/mcp/server-card"];

/** The list of cards of a domain, by which SEP-2127 has clients find them. */
export const CATALOG_PATH = "/.well-known/ai-catalog.json";
export const CATALOG_TYPE = "application/ai-catalog+json";

/** Every revision of the protocol that both addresses of Streamable HTTP speak, the newest first. */
export const PROTOCOL_VERSIONS = ["2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** The domain in reverse, as names of servers begin: `com.example.chat` for chat.example.com. */
function reversedHost(env: Env): string {
  return new URL(env.PUBLIC_URL).hostname
    .replace(/[^a-zA-Z0-9.-]/g, "")
    .split(".")
    .reverse()
    .join(".");
}

export function serverCard(env: Env): object {
  const origin = publicOrigin(env);
  const headers = [
    {
      name: "Authorization",
      description: "Bearer and an API key or bot token. Without it the client signs in with OAuth.",
      isRequired: false,
      isSecret: true,
    },
  ];
  const http = { type: "streamable-http", headers, supportedProtocolVersions: PROTOCOL_VERSIONS };
  return {
    $schema: "https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json",
    name: `${reversedHost(env)}/${SERVER_INFO.name}`,
    version: SERVER_INFO.version,
    title: SERVER_INFO.title,
    description: "Reads and runs a team's chatbots, flows, knowledge and customer conversations.",
    websiteUrl: `${origin}/docs/connect`,
    remotes: [
      { ...http, url: `${origin}/mcp` },
      { ...http, url: `${origin}/mcp-readonly` },
      { type: "sse", url: `${origin}/sse`, headers },
    ],
  };
}

export function aiCatalog(env: Env): object {
  const { hostname, origin } = new URL(env.PUBLIC_URL);
  const identifier = `urn:air:${hostname}:mcp:${SERVER_INFO.name}`;
  return {
    specVersion: "1.0",
    entries: [{ identifier, type: CARD_TYPE, url: `${origin}/mcp/server-card` }],
  };
}
