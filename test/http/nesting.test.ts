import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { MAX_JSON_DEPTH } from "../../src/http/json-text.ts";
import { bearer, newKey, newWorkspace, ORIGIN, openSession, serve } from "../mcp/visit.ts";

/** Every door that reads JSON, and the places of its body where a client may put what it likes. */
const rpc = (method: string, params: string) =>
  `{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`;
const call = (name: string, args: string) => rpc("tools/call", `{"name":"${name}","arguments":${args}}`);
const asText = (json: string) => JSON.stringify(json);

const MCP: Record<string, (deep: string) => string> = {
  "a body": (deep) => deep,
  "a message in a batch": (deep) => `[${deep}]`,
  params: (deep) => rpc("tools/list", deep),
  _meta: (deep) => rpc("ping", `{"_meta":{"x":${deep}}}`),
  capabilities: (deep) =>
    rpc(
      "initialize",
      `{"protocolVersion":"2025-06-18","capabilities":{"experimental":{"x":${deep}}},"clientInfo":null}`,
    ),
  arguments: (deep) => call("list_contacts", deep),
  "an argument": (deep) => call("list_contacts", `{"query":${deep}}`),
  "arguments as text": (deep) => call("create_contact", asText(`{"name":"x","customFields":{"a":${deep}}}`)),
  "an argument as text": (deep) => call("create_contact", `{"name":"x","customFields":${asText(deep)}}`),
  "a flow": (deep) =>
    call("create_flow", `{"name":"x","flow":{"nodes":[{"id":"s","type":"start","data":{"x":${deep}}}]}}`),
  "a flow as text": (deep) =>
    call(
      "create_flow",
      `{"name":"x","flow":${asText(`{"nodes":[{"id":"s","type":"start","data":${deep}}]}`)}}`,
    ),
};

const DOORS: Record<string, (deep: string) => { path: string; body: string; operator?: boolean }> = {
  REST: (deep) => ({ path: "/api/v1/tools/create_contact", body: `{"name":"x","customFields":${deep}}` }),
  visitor: (deep) => ({ path: "/api/visitor/v1/sessions", body: `{"inboxKey":${deep}}` }),
  registration: (deep) => ({ path: "/oauth/register", body: `{"redirect_uris":${deep}}` }),
  operator: (deep) => ({ path: "/api/operator/v1/workspaces", body: `{"name":${deep}}`, operator: true }),
};

const nested = (depth: number) => [
  "[".repeat(depth) + "]".repeat(depth),
  `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`,
];
const DEPTHS = [MAX_JSON_DEPTH + 1, 3000, 100_000];

let token = "";
let session = "";
beforeAll(async () => {
  token = await newKey((await newWorkspace()).id);
  session = await openSession(token);
});

const lanes = (): Record<string, string>[] => [
  {},
  { "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" },
];

async function send(path: string, body: string, headers: Record<string, string>) {
  const response = await serve(new URL(path, ORIGIN), {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json", ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}

describe("JSON nested deeper than anything is", () => {
  it.each(Object.entries(MCP))("is an error of its sender as %s, in every lane", async (_, body) => {
    for (const deep of DEPTHS.flatMap(nested)) {
      for (const more of lanes()) {
        const { status, text } = await send("/mcp", body(deep), { ...bearer(token), ...more });
        expect([200, 400, 413], text.slice(0, 300)).toContain(status);
        expect(text.slice(0, 2000)).not.toContain("-32603");
        expect(text.length).toBeLessThan(5000);
      }
    }
  });

  it.each(Object.entries(DOORS))("is an error of its sender at the door: %s", async (_, door) => {
    for (const deep of DEPTHS.flatMap(nested)) {
      const { path, body, operator } = door(deep);
      const { status, text } = await send(path, body, bearer(operator ? env.OPERATOR_KEY : token));
      expect([400, 413], text.slice(0, 300)).toContain(status);
    }
  });
});
