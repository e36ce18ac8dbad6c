import { filesDoor } from "./attachments/door.ts";
import { catalogue } from "./catalogue.ts";
import { apiDoor } from "./channels/api/door.ts";
import { apiDoorPaths } from "./channels/api/openapi.ts";
import { receiveMail } from "./channels/email/receive.ts";
import { hooks } from "./channels/hooks.ts";
import { demoPage } from "./channels/web/demo.ts";
import { visitorApi } from "./channels/web/visitor-api.ts";
import { consoleRoutes } from "./console/routes.ts";
import { home } from "./docs/home.tsx";
import { docsRoutes } from "./docs/routes.ts";
import { helpRoutes } from "./help/routes.tsx";
import { EVERY_TWO_MINUTES, runHousekeeping, wakeOutboxes, wakeWebhooks } from "./housekeeping.ts";
import { finish, RPC, rpcError } from "./http/answer.ts";
import { executionContext, newApp } from "./http/app.ts";
import { errorAnswer, unexpected } from "./http/errors.ts";
import { foreignHost, isOwnHost } from "./http/origin.ts";
import { listInboxes } from "./inboxes/store.ts";
import { WorkspaceIndexer } from "./indexing/indexer.ts";
import { knowledgePart } from "./knowledge/index-part.ts";
import { type Address, addressOfUrl } from "./mcp/address.ts";
import { createDoor } from "./mcp/door.ts";
import { McpSession as CatalogueSession } from "./mcp/session.ts";
import { RESOURCE_METADATA_PATH, resourceMetadata } from "./oauth/resources.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import { createOperatorApi } from "./operator/door.ts";
import { assistantsAddress, isForPeople } from "./pages/assistants-address.tsx";
import { siteRoutes } from "./pages/site.ts";
import { productPart } from "./products/index-part.ts";
import { createRestDoor } from "./rest/door.ts";
import { TOOLS_PATH } from "./rest/openapi.ts";
import { openApiRoutes } from "./rest/openapi-door.ts";
import { Failure } from "./tenant/failure.ts";
import type { Tenant } from "./tenant/tenant.ts";
import { widgetApi } from "./widget/api.ts";

export { Outbox } from "./channels/outbox.ts";
export { WorkspaceGate } from "./gate/gate.ts";
export { WorkspaceHub } from "./rooms/hub.ts";
export { Room } from "./rooms/room.ts";
export { WebhookEndpoint } from "./webhooks/endpoint.ts";

/** The Durable Object of a 2025-era session, over our own catalogue. */
export class McpSession extends CatalogueSession {
  protected readonly catalogue = catalogue;
}

/** The Durable Object that rebuilds a workspace's search index. */
export class SearchIndexer extends WorkspaceIndexer {
  protected readonly parts = [knowledgePart, productPart];
}

const mcp = createDoor(catalogue);
const rest = createRestDoor(catalogue);
const inboxesOf = async (tenant: Tenant) => (await listInboxes(tenant, { limit: 500 })).items;

const app = newApp();

/** The log's name of what failed. Only the first part of the path: invitations carry their secret in the second. */
const partOf = (request: Request) => `${request.method} /${new URL(request.url).pathname.split("/")[1]}`;

app.use(async (c, next) => {
  c.set("requestId", crypto.randomUUID());
  await next();
  const finished = finish(c.res, c.req.raw, c.get("requestId"));
  // Setting it copies all headers once more.
  if (finished !== c.res) c.res = finished;
});

app.use(async (c, next) => {
  if (isOwnHost(c.req.raw, c.env)) return next();
  throw new Failure("not_allowed", foreignHost(c.env));
});

app.all(`${RESOURCE_METADATA_PATH}/*`, (c) => resourceMetadata(c.req.raw, c.env, executionContext(c)));
app.all(`${TOOLS_PATH}*`, (c) => rest(c.req.raw, c.env, executionContext(c), c.get("requestId")));
app.route("/", openApiRoutes(catalogue, apiDoorPaths()));
app.route("/", apiDoor);
app.route("/", apiDoor);
app.route("/", hooks);
app.route("/", filesDoor);
app.route("/", widgetApi);
app.route("/", visitorApi);
app.route("/", demoPage);
app.route("/", createOperatorApi(catalogue));
app.route("/", docsRoutes(catalogue));
app.route("/", oauthRoutes(inboxesOf));
app.route("/", consoleRoutes(catalogue));
app.route("/", helpRoutes);
app.route("/", siteRoutes);
app.get("/", (c) => home(c.env));

app.notFound(() => {
  throw new Failure("not_found", "There is nothing at this address.");
});

app.onError((error, c) => errorAnswer(error, c.get("requestId"), partOf(c.req.raw)));

/** An MCP address: its door checks Host and Origin itself, and all of its answers are in its own form. */
async function atMcp(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  { address, url }: { address: Address; url: URL },
): Promise<Response> {
  const requestId = crypto.randomUUID();
  try {
    if (isForPeople(request) && isOwnHost(request, env, url)) {
      return finish(await assistantsAddress(`${url.origin}${url.pathname}`), request, requestId);
    }
    return await mcp(request, env, ctx, address, requestId, url);
  } catch (error) {
    const { message } = unexpected(error, requestId, partOf(request));
    return finish(rpcError(500, RPC.internal, message), request, requestId);
  }
}

export default {
  /** The MCP addresses go past the router: most requests are theirs. */
  fetch(request: Request, env, ctx) {
    const mcpAddress = addressOfUrl(request.url);
    return mcpAddress ? atMcp(request, env, ctx, mcpAddress) : app.fetch(request, env, ctx);
  },

  /** By Cloudflare Email Routing, for the addresses that it sends here. */
  email: (message, env) => receiveMail(message, env),

  /** By the cron triggers: webhooks and outboxes every two minutes, everything every ten. */
  async scheduled({ cron }, env): Promise<void> {
    if (cron !== EVERY_TWO_MINUTES) return runHousekeeping(env);
    await wakeWebhooks(env);
    await wakeOutboxes(env);
  },
} satisfies ExportedHandler<Env>;
