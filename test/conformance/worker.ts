import { setPlan } from "../../src/control/plans.ts";
import { createToken } from "../../src/gate/tokens.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { addressOf } from "../../src/mcp/address.ts";
import { createDoor } from "../../src/mcp/door.ts";
import { McpSession as CatalogueSession } from "../../src/mcp/session.ts";
import { fixtures } from "./fixtures.ts";

/**
 * The official suite's fixtures behind our own door: everything but the catalogue is the product's code. The suite
 * sends no credentials, so each request is given one here, of a workspace made for the run.
 */
export { WorkspaceGate } from "../../src/gate/gate.ts";

export class McpSession extends CatalogueSession {
  protected readonly catalogue = fixtures;
}

const mcp = createDoor(fixtures);

/** No limit that the suite could run into. */
const PLAN = {
  name: "conformance",
  perMinute: 1_000_000,
  perDay: null,
  perMonth: null,
  mcp: true,
  botTokens: true,
  maxInboxes: null,
  trialDays: null,
  fallsTo: null,
};

let workspaceId: string | undefined;
/** Of all requests without a session: what travels between the rounds of a call is bound to its caller. */
let ownToken: string | undefined;
/** A session belongs to the credential that opened it; each has one, since initialize and lists have a ceiling. */
const tokenOfSession = new Map<string, string>();

async function newToken(env: Env): Promise<string> {
  if (workspaceId === undefined) {
    await setPlan(env, PLAN);
    workspaceId = (await createWorkspace(env, { name: "Conformance", plan: PLAN.name })).id;
  }
  const { token } = await createToken(env, workspaceId, { kind: "api_key", name: "suite", scopes: "all" });
  return token;
}

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const address = addressOf(new URL(request.url).pathname);
    if (!address) return new Response("Not found", { status: 404 });
    const sessionId = request.headers.get("mcp-session-id");
    ownToken ??= await newToken(env);
    const token = (sessionId === null ? undefined : tokenOfSession.get(sessionId)) ?? ownToken;
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${token}`);
    const response = await mcp(new Request(request, { headers }), env, ctx, address, crypto.randomUUID());
    const opened = response.headers.get("mcp-session-id");
    if (opened !== null && sessionId === null) {
      tokenOfSession.set(opened, token);
      ownToken = await newToken(env);
    }
    return response;
  },
} satisfies ExportedHandler<Env>;
