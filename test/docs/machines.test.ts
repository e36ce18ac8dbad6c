import { env } from "cloudflare:workers";
import { SUPPORTED_PROTOCOL_VERSIONS } from "@modelcontextprotocol/sdk/types.js";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { docsRoutes } from "../../src/docs/routes.ts";
import { PROTOCOL_VERSIONS } from "../../src/docs/server-card.ts";
import { get, MACHINES, ORIGIN, pageAt } from "./pages.ts";

describe("for machines", () => {
  it.each(MACHINES)("%s says what it is, to pages of every origin", async (path, type) => {
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe(type);
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
  });

  it("llms.txt is a heading, a summary and lists of links that lead somewhere", async () => {
    const text = await pageAt("/llms.txt");
    const [heading, , summary] = text.split("\n");
    expect(heading).toBe("# Parley");
    expect(summary).toMatch(/^> A hosted MCP server/);
    expect(text.match(/^## .*/gm)).toEqual(["## Connect", "## Tools", "## Optional"]);
    for (const [, link = ""] of text.matchAll(/\]\(([^)]+)\)/g)) {
      const { origin, pathname } = new URL(link);
      expect(origin).toBe(ORIGIN);
      expect((await get(pathname)).status).toBe(200);
    }
    for (const { name } of catalogue.tools) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it("the server card has the fields of SEP-2127, and nothing else", async () => {
    const remote = z.strictObject({
      type: z.enum(["streamable-http", "sse"]),
      url: z.url(),
      headers: z.array(
        z.strictObject({
          name: z.string(),
          description: z.string(),
          isRequired: z.boolean(),
          isSecret: z.boolean(),
        }),
      ),
      supportedProtocolVersions: z.array(z.string()).optional(),
    });
    const card = z.strictObject({
      $schema: z.literal("https://static.modelcontextprotocol.io/schemas/v1/server-card.schema.json"),
      name: z.string().regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
      version: z.string().regex(/^\d+\.\d+\.\d+$/),
      title: z.string().max(100),
      description: z.string().min(1).max(100),
      websiteUrl: z.url(),
      remotes: z.array(remote),
    });
    const text = await pageAt("/.well-known/mcp/server-card.json");
    const { remotes, websiteUrl } = card.parse(JSON.parse(text));
    expect(remotes.map(({ url }) => new URL(url).pathname)).toEqual(["/mcp", "/mcp-readonly", "/sse"]);
    expect((await get(new URL(websiteUrl).pathname)).status).toBe(200);
    expect(await pageAt("/mcp/server-card")).toBe(text);
  });

  it("names a server by its domain in reverse", async () => {
    const docs = docsRoutes(catalogue);
    const there = { ...env, PUBLIC_URL: "https://chat.example.com" };
    const at = async (path: string): Promise<unknown> =>
      (await docs.fetch(new Request(`https://chat.example.com${path}`), there))?.json();
    expect(await at("/mcp/server-card")).toMatchObject({ name: "com.example.chat/parley" });
    expect(await at("/.well-known/ai-catalog.json")).toEqual({
      specVersion: "1.0",
      entries: [
        {
          identifier: "urn:air:chat.example.com:mcp:parley",
          type: "application/mcp-server-card+json",
          url: "https://chat.example.com/mcp/server-card",
        },
      ],
    });
  });

  it("the card promises the revisions of the protocol that the server speaks", () => {
    // 2024-10-07 was never a released revision.
    const released = SUPPORTED_PROTOCOL_VERSIONS.filter((version) => version > "2024-11");
    expect(PROTOCOL_VERSIONS.slice(1)).toEqual(released);
    expect(PROTOCOL_VERSIONS[0]).toBe("2026-07-28");
  });
});
