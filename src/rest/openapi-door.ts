import type { Catalogue } from "../calls/define.ts";
import { publicOrigin } from "../http/addresses.ts";
import { newApp } from "../http/app.ts";
import { SERVER_INFO } from "../mcp/server-info.ts";
import { OPENAPI_PATH, openApiDocument } from "./openapi.ts";

/** How long anybody may keep the document, in seconds: it changes with a deployment alone. */
const MAX_AGE = 300;

/** `GET /api/v1/openapi.json`: public, and the same for everybody. @param paths what is described beside the tools */
export function openApiRoutes(catalogue: Catalogue, paths: Record<string, object>) {
  const { version } = SERVER_INFO;
  let text: string | undefined;
  const app = newApp();
  app.get(OPENAPI_PATH, (c) => {
    text ??= JSON.stringify(openApiDocument(catalogue, { origin: publicOrigin(c.env), version, paths }));
    return c.body(text, 200, {
      "Content-Type": "application/json",
      "Cache-Control": `public, max-age=${MAX_AGE}`,
      // Nothing in it depends on who asks, so pages that show such documents may read it from anywhere.
      "Access-Control-Allow-Origin": "*",
      "Cross-Origin-Resource-Policy": "cross-origin",
    });
  });
  app.all(OPENAPI_PATH, (c) => c.body(null, 405, { Allow: "GET, HEAD" }));
  return app;
}
