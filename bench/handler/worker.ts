import { env } from "cloudflare:workers";
import { McpServer } from "@modelcontextprotocol/server";
import { createMcpHandler } from "agents/mcp/server";
import { z } from "zod";
import { prepareTags, readTags } from "../tags.ts";

interface BenchEnv extends Cloudflare.Env {
  DB: D1Database;
}

/** The reference for a session-less call: the library's own handler with the same tool, no access control. */
const mcp = createMcpHandler(() => {
  const server = new McpServer({ name: "bare", version: "1.0.0" });
  server.registerTool(
    "list_tags",
    { title: "List tags", description: "Lists the tags.", inputSchema: z.object({}) },
    async () => {
      const answer = { items: await readTags((env as BenchEnv).DB) };
      return { content: [{ type: "text", text: JSON.stringify(answer) }], structuredContent: answer };
    },
  );
  return server;
});

export default {
  async fetch(request, { DB }): Promise<Response> {
    if (new URL(request.url).pathname === "/prepare") {
      await prepareTags(DB);
      return new Response("ready");
    }
    return mcp.fetch(request);
  },
} satisfies ExportedHandler<BenchEnv>;
