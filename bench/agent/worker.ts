import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { McpAgent } from "agents/mcp";
import { prepareTags, readTags } from "../tags.ts";

interface BenchEnv extends Cloudflare.Env {
  DB: D1Database;
}

/** The reference for a call in a session: the library's own McpAgent with the same tool, no access control. */
export class BareAgent extends McpAgent<BenchEnv> {
  server = new McpServer({ name: "bare", version: "1.0.0" });

  /** As ours: none. It would write to storage with each call. */
  protected override getEventStore(): undefined {
    return undefined;
  }

  async init() {
    this.server.registerTool(
      "list_tags",
      { title: "List tags", description: "Lists the tags.", inputSchema: {} },
      async () => {
        const answer = { items: await readTags(this.env.DB) };
        return { content: [{ type: "text", text: JSON.stringify(answer) }], structuredContent: answer };
      },
    );
  }
}

const mcp = BareAgent.serve("/mcp");

export default {
  async fetch(request, env, ctx): Promise<Response> {
    if (new URL(request.url).pathname === "/prepare") {
      await prepareTags(env.DB);
      return new Response("ready");
    }
    return mcp.fetch(request, env, ctx);
  },
} satisfies ExportedHandler<BenchEnv>;
