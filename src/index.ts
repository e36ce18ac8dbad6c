import { catalogue } from "./catalogue.ts";
import { handleVisitor, VISITOR_PATH } from "./channels/web/visitor-api.ts";
import { home } from "./docs/home.tsx";
import { createDocs } from "./docs/routes.ts";
import { keepHouse } from "./housekeeping.ts";
import { finish, httpError, RPC, rpcError } from "./http/answer.ts";
import { logUnexpected } from "./http/log.ts";
import { isOwnHost } from "./http/origin.ts";
import { listInboxes } from "./inboxes/store.ts";
import { WorkspaceIndexer } from "./indexing/indexer.ts";
import { knowledgePart } from "./knowledge/stored-passages.ts";
import { addressOf } from "./mcp/address.ts";
import { createDoor } from "./mcp/door.ts";
import { McpSession as CatalogueSession } from "./mcp/session.ts";
import { RESOURCE_METADATA_PATH, resourceMetadata } from "./oauth/resources.ts";
import { handleOAuth } from "./oauth/routes.ts";
import { handleOperator, OPERATOR_PATH } from "./operator/door.ts";
import { productPart } from "./products/index-part.ts";
import { createRestDoor } from "./rest/door.ts";
import { OPENAPI_PATH, TOOLS_PATH } from "./rest/openapi.ts";
import { createOpenApiDoor } from "./rest/openapi-door.ts";
import type { Tenant } from "./tenant/tenant.ts";

export { WorkspaceGate } from "./gate/gate.ts";

/** The Durable Object of a 2025-era session, over our own catalogue. */
export class McpSession extends CatalogueSession {
  protected readonly catalogue = catalogue;
}

/** The Durable Object that rebuilds a workspace's search index. */
export class SearchIndexer extends WorkspaceIndexer {
  protected readonly parts = [knowledgePart, productPart];
}

const mcp = createDoor(catalogue);
const docs = createDocs(catalogue);
const rest = createRestDoor(catalogue);
const openApi = createOpenApiDoor(catalogue);

const inboxesOf = async (tenant: Tenant) => (await listInboxes(tenant, { limit: 500 })).items;

/** Sends each path to its door. */
async function route(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  requestId: string,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  const address = addressOf(pathname);
  if (address) return mcp(request, env, ctx, address, requestId);
  // The MCP door checks this itself, with an answer in its own form.
  if (!isOwnHost(request, env)) {
    return httpError(403, "not_allowed", "This server does not answer to that Host.", requestId);
  }
  if (pathname.startsWith(RESOURCE_METADATA_PATH)) {
    return resourceMetadata(request, env, ctx, (path) => addressOf(path)?.resource ?? null);
  }
  if (pathname.startsWith(TOOLS_PATH)) return rest(request, env, ctx, requestId);
  if (pathname === OPENAPI_PATH) return openApi(request, env);
  if (pathname.startsWith(`${OPERATOR_PATH}/`)) return handleOperator(request, env, ctx);
  if (pathname.startsWith(`${VISITOR_PATH}/`)) return handleVisitor(request, env, ctx);
  if (pathname === "/" && (request.method === "GET" || request.method === "HEAD")) return home(env);
  const documentation = await docs(request, env);
  if (documentation) return documentation;
  const oauth = await handleOAuth(request, env, ctx, inboxesOf);
  return oauth ?? httpError(404, "not_found", "There is nothing at this address.", requestId);
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const requestId = crypto.randomUUID();
    try {
      return finish(await route(request, env, ctx, requestId), request, requestId);
    } catch (error) {
      const { pathname } = new URL(request.url);
      // Only the first part of the path: invitations carry their secret in the second.
      logUnexpected(requestId, `${request.method} /${pathname.split("/")[1]}`, error);
      const message = `Internal error. Quote the request id ${requestId} to the operator.`;
      const response = addressOf(pathname)
        ? rpcError(500, RPC.internal, message)
        : httpError(500, "internal", message, requestId);
      return finish(response, request, requestId);
    }
  },

  /** Hourly, by the cron trigger. */
  async scheduled(_event, env): Promise<void> {
    await keepHouse(env);
  },
} satisfies ExportedHandler<Env>;
