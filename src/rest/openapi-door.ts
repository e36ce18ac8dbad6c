import type { Catalogue } from "../calls/define.ts";
import { publicOrigin } from "../http/addresses.ts";
import { SERVER_INFO } from "../mcp/server-info.ts";
import { openApiDocument } from "./openapi.ts";

/** How long anybody may keep the document, in seconds: it changes with a deployment alone. */
const MAX_AGE = 300;

/** Makes the door of `GET /api/v1/openapi.json`: public, and the same for everybody. */
export function createOpenApiDoor(catalogue: Catalogue): (request: Request, env: Env) => Response {
  const { version } = SERVER_INFO;
  let text: string | undefined;
  return ({ method }, env) => {
    if (method !== "GET" && method !== "HEAD") {
      return new Response(null, { status: 405, headers: { Allow: "GET, HEAD" } });
    }
    text ??= JSON.stringify(openApiDocument(catalogue, { origin: publicOrigin(env), version }));
    return new Response(method === "HEAD" ? null : text, {
      headers: {
        "Content-Type": "application/json",
        "Cache-Control": `public, max-age=${MAX_AGE}`,
        // Nothing in it depends on who asks, so pages that show such documents may read it from anywhere.
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
      },
    });
  };
}
