import { describe, expect, it } from "vitest";
import { earlyInAMinute } from "../clock.ts";
import {
  answerOf,
  answersOf,
  bearer,
  initialize,
  modern,
  newKey,
  newWorkspace,
  ORIGIN,
  openSession,
  post,
  rpc,
  serve,
  toolCall,
} from "./visit.ts";

const list = () => rpc("tools/list");
const key = async (plan?: string) => newKey((await newWorkspace(plan)).id);

/** The tools' names that an address lists. */
async function names(path: string, token: string): Promise<string[]> {
  const { result } = await answerOf(await post(path, list(), bearer(token)));
  const tools = result?.tools as { name: string }[];
  return tools.map(({ name }) => name);
}

describe("Host and Origin", () => {
  it("refuses foreign ones at every MCP address before looking at credentials", async () => {
    const token = await key();
    for (const path of ["/mcp", "/mcp-readonly", "/sse", "/mcp/sse", "/sse/message", "/api/mcp"]) {
      const foreign = await post(path, list(), { ...bearer(token), origin: "https://evil.example" });
      expect(foreign.status, path).toBe(403);
      expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
      expect((await post(path, list(), { ...bearer(token), origin: "null" })).status).toBe(403);
      const rebound = await serve(`http://evil.example:8787${path}`, {
        method: "POST",
        headers: bearer(token),
        body: "{}",
      });
      expect(rebound.status, path).toBe(403);
      const named = await post(path, list(), { ...bearer(token), host: "evil.example" });
      expect(named.status, path).toBe(403);
    }
  });

  it("takes our own, also by the loopback's other names, and none at all", async () => {
    const token = await key();
    expect((await post("/mcp", list(), { ...bearer(token), origin: ORIGIN })).status).toBe(200);
    const byAddress = await serve("http://127.0.0.1:8787/mcp", {
      method: "POST",
      headers: {
        ...bearer(token),
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        origin: "http://127.0.0.1:8787",
      },
      body: JSON.stringify(list()),
    });
    expect(byAddress.status).toBe(200);
    expect((await serve("http://localhost:9999/mcp", { method: "POST", body: "{}" })).status).toBe(403);
  });

  it("echoes an origin that may read, exactly, and exposes what clients need", async () => {
    const response = await post("/mcp", list(), { ...bearer(await key()), origin: ORIGIN });
    expect(response.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(response.headers.get("vary")).toContain("Origin");
    const exposed = response.headers.get("access-control-expose-headers")?.toLowerCase() ?? "";
    for (const name of ["mcp-session-id", "www-authenticate", "ratelimit", "retry-after"]) {
      expect(exposed).toContain(name);
    }
    const preflight = await serve(`${ORIGIN}/mcp`, {
      method: "OPTIONS",
      headers: { origin: ORIGIN, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-methods")).toContain("POST");
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain(
      "mcp-protocol-version",
    );
    const challenge = await post("/mcp", list(), { origin: ORIGIN });
    expect(challenge.headers.get("access-control-allow-origin")).toBe(ORIGIN);
  });
});

describe("bodies", () => {
  it("are refused when too large, not JSON by type, or malformed", async () => {
    const token = await key();
    const large = JSON.stringify(toolCall("create_contact", { name: "x".repeat(4 * 1024 * 1024) }));
    expect((await post("/mcp", large, bearer(token))).status).toBe(413);
    expect((await post("/mcp", list(), { ...bearer(token), "content-type": "text/plain" })).status).toBe(415);
    expect((await post("/mcp", list(), { ...bearer(token), "content-type": undefined })).status).toBe(415);
    const broken = await post("/mcp", "{", bearer(token));
    expect(broken.status).toBe(400);
    expect((await answerOf(broken)).error?.code).toBe(-32700);
  });

  it("are counted as they stream in, whatever length they declare", async () => {
    const token = await key();
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(32));
      },
    });
    const response = await serve(`${ORIGIN}/mcp`, {
      method: "POST",
      headers: { ...bearer(token), "content-type": "application/json" },
      body: endless,
    });
    expect(response.status).toBe(413);
    expect(sent).toBeLessThan(8 * 1024 * 1024);
  });

  it("of any form never lead to a 5xx, in either era or a session", async () => {
    const token = await key();
    const session = await openSession(token);
    const odd: unknown[] = [
      null,
      1,
      "text",
      true,
      [],
      [[]],
      [null],
      {},
      { jsonrpc: "1.0" },
      { jsonrpc: "2.0" },
      { jsonrpc: "2.0", id: 1 },
      { jsonrpc: "2.0", method: "x" },
      { jsonrpc: "2.0", id: {}, method: "tools/list" },
      { jsonrpc: "2.0", id: 1, method: 5 },
      { jsonrpc: "2.0", id: 1, method: "tools/call" },
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: null },
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: [] },
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: 7 } },
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list_contacts", arguments: "no" } },
      { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "\ud800" } },
      { jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri: "parley://contact/%E0%A4%A" } },
      { jsonrpc: "2.0", id: 1, method: "resources/read", params: { uri: 5 } },
      { jsonrpc: "2.0", id: 1, method: "prompts/get", params: { name: "none", arguments: { a: 1 } } },
      { jsonrpc: "2.0", id: 1, method: "completion/complete", params: {} },
      { jsonrpc: "2.0", id: 1, method: "initialize", params: {} },
      { jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: 3 } },
      { jsonrpc: "2.0", id: 1, method: "constructor" },
      { jsonrpc: "2.0", id: 1, method: "__proto__" },
      { jsonrpc: "2.0", id: 1, result: {} },
      { jsonrpc: "2.0", id: 1, error: {} },
      { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 99 } },
      { jsonrpc: "2.0", id: 1, method: "tools/list", params: { cursor: "made up" } },
      { jsonrpc: "2.0", id: 1, method: "tools/list", params: { _meta: { progressToken: {} } } },
      Array.from({ length: 101 }, () => rpc("ping")),
      JSON.parse(`{"a":${"[".repeat(5_000)}${"]".repeat(5_000)}}`),
    ];
    const places: Record<string, string>[] = [
      {},
      { "mcp-session-id": session },
      { "mcp-protocol-version": "2026-07-28" },
      { "mcp-protocol-version": "2026-07-28", "mcp-method": "tools/call", "mcp-name": "=?base64?!!?=" },
      { "mcp-protocol-version": "1999-01-01" },
      { accept: "text/plain" },
    ];
    for (const headers of places) {
      for (const body of odd) {
        const response = await post("/mcp", body, { ...bearer(token), ...headers });
        expect(response.status, JSON.stringify([headers, body]).slice(0, 200)).toBeLessThan(500);
        await response.body?.cancel();
      }
    }
  });
});

describe("methods", () => {
  it("answers 405 with Allow where a method means nothing", async () => {
    const token = await key();
    for (const [path, method] of [
      ["/mcp", "GET"],
      ["/mcp", "DELETE"],
      ["/mcp", "PUT"],
      ["/sse", "POST"],
      ["/sse/message", "GET"],
    ] as const) {
      const response = await serve(`${ORIGIN}${path}`, { method, headers: bearer(token) });
      expect(response.status, `${method} ${path}`).toBe(405);
      expect(response.headers.get("allow")).toBeTruthy();
    }
    const get = { method: "GET", headers: { ...bearer(token), "mcp-protocol-version": "2026-07-28" } };
    expect((await serve(`${ORIGIN}/mcp`, get)).status).toBe(405);
  });
});

describe("every answer", () => {
  it("has a request id, security headers and the limits", async () => {
    const response = await post("/mcp", list(), bearer(await key("starter")));
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBeTruthy();
    expect(response.headers.get("ratelimit-policy")).toMatch(
      /^"minute";q=60;w=60, "month";q=10000;w=(2419200|2505600|2592000|2678400)$/,
    );
    expect(response.headers.get("ratelimit")).toMatch(/^"minute";r=60;t=\d+, "month";r=10000;t=\d+$/);
  });

  it("is 429 with Retry-After over the limit, and what costs nothing still works", async () => {
    const token = await key("free");
    await earlyInAMinute();
    const call = () => post("/mcp", toolCall("get_workspace"), bearer(token));
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await call()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const over = await call();
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(over.headers.get("ratelimit")).toContain('"minute";r=0');
    expect((await answerOf(over)).error?.message).toContain("limit");
    expect((await post("/mcp", list(), bearer(token))).status).toBe(200);
  });

  it("counts refused arguments to the minute and not to the day", async () => {
    const token = await key("trial");
    const response = await post("/mcp", toolCall("get_workspace", { wrong: 1 }), bearer(token));
    expect((await answerOf(response.clone())).result?.isError).toBe(true);
    expect(response.headers.get("ratelimit")).toMatch(/"minute";r=9;t=\d+, "day";r=100;t=\d+/);
  });
});

describe("narrowed addresses", () => {
  it("hides what ?toolsets= leaves out, in lists and calls", async () => {
    const token = await key();
    const all = await names("/mcp", token);
    const narrow = await names("/mcp?toolsets=contacts,channels", token);
    expect(narrow).toContain("list_contacts");
    expect(narrow).toContain("list_channels");
    expect(narrow).not.toContain("list_conversations");
    expect(all.length).toBeGreaterThan(narrow.length);
    const hidden = await answerOf(
      await post("/mcp?toolsets=contacts", toolCall("list_conversations"), bearer(token)),
    );
    expect(hidden.error?.code).toBe(-32602);
    expect(hidden.error?.message).toContain("Unknown tool");
    expect((await post("/mcp?toolsets=contacts,nonsense", list(), bearer(token))).status).toBe(400);
  });

  it("offers reading tools only at /mcp-readonly and to read-only credentials", async () => {
    const { id } = await newWorkspace();
    const token = await newKey(id);
    const readOnly = await newKey(id, { readOnly: true });
    for (const [path, credential] of [
      ["/mcp-readonly", token],
      ["/mcp-readonly/", token],
      ["/mcp", readOnly],
    ] as const) {
      const listed = await names(path, credential);
      expect(listed).toContain("list_contacts");
      expect(listed).not.toContain("create_contact");
      const answer = await answerOf(
        await post(path, toolCall("create_contact", { name: "A" }), bearer(credential)),
      );
      expect(answer.error?.code).toBe(-32602);
    }
    const known = await answerOf(
      await post("/mcp", toolCall("create_contact", { name: "A" }), bearer(token)),
    );
    expect(known.result?.isError).toBeUndefined();
  });

  it("narrows a session's requests in the same way", async () => {
    const token = await key();
    const session = await openSession(token);
    const headers = { ...bearer(token), "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" };
    const call = toolCall("create_contact", { name: "A" });
    expect((await answerOf(await post("/mcp-readonly", call, headers))).error?.code).toBe(-32602);
    expect((await answerOf(await post("/mcp?toolsets=channels", call, headers))).error?.code).toBe(-32602);
    expect((await answerOf(await post("/mcp", call, headers))).result?.structuredContent).toBeDefined();
  });
});

describe("batches", () => {
  it("are taken at 2025-03-26 alone, in a session and without", async () => {
    const token = await key();
    const batch = [rpc("ping"), toolCall("get_workspace"), list()];
    await earlyInAMinute();
    const plain = await post("/mcp", batch, bearer(token));
    expect(plain.status).toBe(200);
    expect((await answersOf(plain)).map(({ id }) => id).sort()).toEqual(batch.map(({ id }) => id).sort());
    expect(plain.headers.get("ratelimit")).toContain('"minute";r=299');
    for (const version of ["2025-06-18", "2025-11-25", "2026-07-28"]) {
      const refused = await post("/mcp", batch, { ...bearer(token), "mcp-protocol-version": version });
      expect(refused.status, version).toBe(400);
    }
    const old = await openSession(token, "2025-03-26");
    const inOld = await post("/mcp", batch, { ...bearer(token), "mcp-session-id": old });
    expect((await answersOf(inOld)).length).toBe(3);
    const recent = await openSession(token, "2025-11-25");
    expect((await post("/mcp", batch, { ...bearer(token), "mcp-session-id": recent })).status).toBe(400);
  });
});

describe("eras", () => {
  it("serves 2026-07-28 and 2025 clients at one address", async () => {
    const token = await key();
    const { headers, body } = modern("tools/call", { name: "get_workspace", arguments: {} });
    const now = await answerOf(await post("/mcp", body, { ...bearer(token), ...headers }));
    expect(now.result?.resultType).toBe("complete");
    expect(now.result?.structuredContent).toBeDefined();
    const opened = await post("/mcp", initialize("2024-11-05"), bearer(token));
    expect(opened.headers.get("mcp-session-id")).toMatch(/^[0-9a-f]{64}$/);
    expect((await answerOf(opened)).result?.protocolVersion).toBe("2024-11-05");
    const sessionless = await answerOf(await post("/mcp", toolCall("get_workspace"), bearer(token)));
    expect(sessionless.result?.structuredContent).toEqual(now.result?.structuredContent);
  });
});
