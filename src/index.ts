export { WorkspaceGate } from "./access/gate.ts";
export { McpSession } from "./mcp/session.ts";

export default {
  async fetch(): Promise<Response> {
    return new Response("not built yet", { status: 503 });
  },
} satisfies ExportedHandler<Env>;
