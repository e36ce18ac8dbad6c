import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Catalogue } from "../../src/calls/define.ts";
import { docsRoutes } from "../../src/docs/routes.ts";
import { executionContext, newApp } from "../../src/http/app.ts";
import { addressOf, MCP_PATHS } from "../../src/mcp/address.ts";
import { createDoor } from "../../src/mcp/door.ts";
import { createRestDoor } from "../../src/rest/door.ts";
import { TOOLS_PATH } from "../../src/rest/openapi.ts";
import { openApiRoutes } from "../../src/rest/openapi-door.ts";
import type { Serve } from "./world.ts";

/** Our doors before another catalogue: each request to its very end. 2025-era sessions are not among them. */
export function workerOver(catalogue: Catalogue): Serve {
  const mcp = createDoor(catalogue);
  const rest = createRestDoor(catalogue);
  const app = newApp();
  for (const path of MCP_PATHS) {
    const address = addressOf(path);
    if (address) app.all(path, (c) => mcp(c.req.raw, c.env, executionContext(c), address, "scratch"));
  }
  app.all(`${TOOLS_PATH}*`, (c) => rest(c.req.raw, c.env, executionContext(c), "scratch"));
  app.route("/", openApiRoutes(catalogue, {}));
  app.route("/", docsRoutes(catalogue));

  return async (request) => {
    const ctx = createExecutionContext();
    const response = await app.fetch(request, env, ctx);
    const body = response.body && (await response.arrayBuffer());
    return new Response(body, response);
  };
}
