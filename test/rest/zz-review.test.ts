import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { gateOf } from "../../src/access/gate.ts";
import { makeWorld, make } from "../growing/world.ts";
import { answerOf, bearer, modern, newKey, newWorkspace, ORIGIN, openSession, post, rpc, serve, toolCall, modernClient } from "../mcp/visit.ts";

const J = { "content-type": "application/json" };
const use = (token: string, name: string, body: string, headers: Record<string,string> = {}, q = "") =>
  serve(`${ORIGIN}/api/v1/tools/${name}${q}`, { method: "POST", headers: { ...bearer(token), ...J, ...headers }, body });

it("deep", { timeout: 60000 }, async () => {
  const { id } = await newWorkspace();
  const token = await newKey(id);
  for (const depth of [500, 5000, 100_000]) {
    const deep = "[".repeat(depth) + "]".repeat(depth);
    const deepO = '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
    for (const [name, body] of [["import_chatbot", `{"configuration":{"x":${deep}}}`], ["import_chatbot", `{"configuration":${deepO}}`], ["list_contacts", `{"query":${deep}}`], ["validate_flow", `{"flow":{"nodes":[{"id":"a","type":"message","data":{"x":${deep}},"position":{"x":1,"y":1}}],"edges":[]}}`]] as const) {
      const r = await use(token, name, body);
      console.log("rest", depth, name, r.status, (await r.text()).slice(0, 200));
      const m = await post("/mcp", `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":${body}}}`, { ...bearer(token), "mcp-protocol-version": "2025-11-25" });
      console.log("mcp25", depth, name, m.status, (await m.text()).slice(0, 200));
      const mm = modern("tools/call", { name, arguments: { P: 1 } });
      const m2 = await post("/mcp", JSON.stringify(mm.body).replace('{"P":1}', body), { ...bearer(token), ...mm.headers });
      console.log("mcp26", depth, name, m2.status, (await m2.text()).slice(0, 200));
      const m3 = await post("/mcp?mode=compact", JSON.stringify(modern("tools/call", { name: "call_tool", arguments: { name, arguments: { P: 1 } } }).body).replace('{"P":1}', body), { ...bearer(token), ...mm.headers, "mcp-name": "call_tool" });
      console.log("compact26", depth, name, m3.status, (await m3.text()).slice(0, 200));
    }
  }
});

it("states of workspace", async () => {
  const { id } = await newWorkspace();
  const token = await newKey(id);
  await gateOf(env, id).updateWorkspace({ mcpEnabled: false } as never);
  let r = await use(token, "get_workspace", "{}");
  console.log("mcp off", r.status, await r.text());
  await gateOf(env, id).updateWorkspace({ mcpEnabled: true, suspendedAt: Date.now() } as never).catch((e) => console.log(String(e)));
  r = await use(token, "get_workspace", "{}");
  console.log("suspended", r.status, await r.text());
});

it("methods and types", async () => {
  const { id } = await newWorkspace();
  const token = await newKey(id);
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
    const r = await serve(`${ORIGIN}/api/v1/tools/get_workspace`, { method, headers: bearer(token) });
    console.log(method, r.status, r.headers.get("allow"), (await r.text()).slice(0, 100));
  }
  for (const type of ["application/json; charset=utf-16", "text/json", "", "application/vnd.api+json", "APPLICATION/JSON"]) {
    const r = await use(token, "get_workspace", "{}", { "content-type": type });
    console.log(type, r.status);
  }
  const s = new ReadableStream({ start(c) { c.close(); } });
  const r = await serve(new Request(`${ORIGIN}/api/v1/tools/get_workspace`, { method: "POST", headers: bearer(token), body: s, duplex: "half" } as never));
  console.log("empty stream", r.status, (await r.text()).slice(0, 150));
  const c = await serve(`${ORIGIN}/api/v1/tools/get_workspace`, { method: "POST", headers: { cookie: `token=${token}` , ...J}, body: "{}" });
  console.log("cookie", c.status, c.headers.get("set-cookie"));
  for (const p of ["get_workspace%2f", "../tools/get_workspace", "", "get_workspace/x", "__proto__", "constructor", "get%5Fworkspace", "search_tools", "call_tool"]) {
    const r = await use(token, p, "{}");
    console.log("path", p, r.status, (await r.text()).slice(0, 160));
  }
  const p = await use(token, "get_workspace", '{"__proto__":{"a":1}}');
  console.log("proto", p.status, (await p.text()).slice(0, 200));
  const k = await use(token, "get_contact", '{"contactId":"ct_\\u200b\\u202e<b>"}');
  console.log("invisible", k.status, (await k.text()).slice(0, 200));
});

it("prompt sizes", { timeout: 60000 }, async () => {
  const world = await makeWorld("reviewprompts");
  const client = await modernClient(world.token);
  const chatbotId = await make(world.client, "create_chatbot", { name: "Review" });
  for (const [name, args] of [["generate-analytics-report", { chatbotId, days: "365" }], ["analyze-chatbot-performance", { chatbotId }], ["optimize-chatbot", { chatbotId }], ["build-chatbot-flow", { chatbotId, description: "x" }], ["setup-knowledge-base", { chatbotId, topic: "x" }]] as const) {
    const p = await client.getPrompt({ name, arguments: args });
    console.log(name, p.messages.map((m) => JSON.stringify(m).length));
  }
  const only = await newKey(world.workspace.id, { scopes: ["analytics:read"] });
  const c2 = await modernClient(only);
  const done = await c2.complete({ ref: { type: "ref/prompt", name: "generate-analytics-report" }, argument: { name: "chatbotId", value: "" } });
  console.log("completion without chatbots:read", JSON.stringify(done));
  const compact = await modernClient(world.token, "/mcp?mode=compact");
  const s = await compact.callTool({ name: "search_tools", arguments: { query: "flow", limit: 10 } });
  console.log("search size", JSON.stringify(s.structuredContent).length);
  const t = await client.callTool({ name: "get_analytics", arguments: { days: 365 } });
  console.log("get_analytics 365", JSON.stringify(t.structuredContent).length, (t.structuredContent as any).truncated);
  const t2 = await client.callTool({ name: "get_chatbot_analytics", arguments: { chatbotId, days: 365 } });
  console.log("get_chatbot_analytics 365", JSON.stringify(t2.structuredContent).length, (t2.structuredContent as any).truncated);
  const t3 = await client.callTool({ name: "get_conversation_summary", arguments: { days: 365 } });
  console.log("summary 365", JSON.stringify(t3.structuredContent).length, (t3.structuredContent as any).truncated);
});
