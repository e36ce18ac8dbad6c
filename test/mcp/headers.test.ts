import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createToken } from "../../src/gate/tokens.ts";
import { acceptsOf } from "../../src/mcp/accept.ts";
import { doorTo, newCaller, tool } from "./catalogue-door.ts";
import {
  answerOf,
  bearer,
  initialize,
  modern,
  newKey,
  newWorkspace,
  ORIGIN,
  openSession,
  post,
  rpc,
  sseClient,
  toolCall,
} from "./visit.ts";

let token = "";
let session = "";
beforeAll(async () => {
  token = await newKey((await newWorkspace()).id);
  session = await openSession(token);
});

const JSON_TYPE = "application/json";
const STREAM_TYPE = "text/event-stream";

describe("Accept", () => {
  it.each([
    [null, true, true],
    ["", true, true],
    ["*/*", true, true],
    ["text/html, */*;q=0.1", true, true],
    ["APPLICATION/JSON, TEXT/EVENT-STREAM", true, true],
    ["text/event-stream ; q=0.5 , application/json;q=1.0", true, true],
    ["application/json", true, false],
    ["application/*", true, false],
    ["text/event-stream", false, true],
    ["text/*", false, true],
    ["*/*, text/event-stream;q=0", true, false],
    ["application/json;q=0.000, */*", false, true],
    ["text/html", false, false],
    ["application/jsonp", false, false],
  ])("%s", (header, json, stream) => {
    expect(acceptsOf(header)).toEqual({ json, stream });
  });

  /** Requests of every lane, each answered by one message. */
  const requests = (): [string, object, Record<string, string>][] => {
    const inSession = { "mcp-session-id": session, "mcp-protocol-version": "2025-11-25" };
    const now = modern("tools/list");
    const call = modern("tools/call", { name: "list_tags" });
    return [
      ["an initialize", initialize(), {}],
      ["a plain call", toolCall("list_tags"), {}],
      ["a list", rpc("tools/list"), {}],
      ["a list in a session", rpc("tools/list"), inSession],
      ["a writing call in a session", toolCall("create_tag", { name: crypto.randomUUID() }), inSession],
      ["a list of 2026-07-28", now.body, now.headers],
      ["a call of 2026-07-28", call.body, call.headers],
    ];
  };

  it("one JSON body for every single answer where the client takes it, and a stream where it takes nothing else", async () => {
    for (const [accept, type] of [
      ["application/json, text/event-stream", JSON_TYPE],
      ["Text/Event-Stream, Application/JSON", JSON_TYPE],
      ["*/*", JSON_TYPE],
      [JSON_TYPE, JSON_TYPE],
      [STREAM_TYPE, STREAM_TYPE],
    ] as const) {
      for (const [what, body, headers] of requests()) {
        const response = await post("/mcp", body, { ...bearer(token), ...headers, accept });
        const said = `${what} ${accept}`;
        expect(response.status, said).toBe(200);
        expect(response.headers.get("content-type"), said).toBe(type);
        const { result } = await answerOf(response);
        expect(result, said).toBeDefined();
        if (what === "an initialize") expect(response.headers.get("mcp-session-id"), said).not.toBeNull();
      }
    }
  });

  it("that takes neither is 406, after the credential", async () => {
    expect((await post("/mcp", rpc("ping"), { ...bearer(token), accept: "text/html" })).status).toBe(406);
    expect((await post("/mcp", rpc("ping"), { accept: "text/html" })).status).toBe(401);
  });

  it("keeps the stream of a tool that logs, but for a client that takes only JSON", async () => {
    const logs = tool({
      name: "logs",
      input: () => z.strictObject({}),
      output: () => z.object({ done: z.boolean() }),
      interactive: true,
      run: async (call) => {
        await call.log("info", "half way");
        return { done: true };
      },
    });
    const door = doorTo({ tools: [logs] });
    const caller = await newCaller();
    const stream = await door.send(caller, { headers: {}, body: toolCall("logs") });
    expect(stream.headers.get("content-type")).toContain(STREAM_TYPE);
    await stream.text();
    const one = await door.send(caller, { headers: { accept: JSON_TYPE }, body: toolCall("logs") });
    expect(one.headers.get("content-type")).toBe(JSON_TYPE);
    expect((await answerOf(one)).result?.structuredContent).toEqual({ done: true });
  });
});

describe("other headers", () => {
  it.each(["2025-06-18, 2025-06-18", " 2025-06-18 ", "2025-06-18,", ""])(
    "take the protocol version %j for what it says",
    async (version) => {
      const response = await post("/mcp", rpc("tools/list"), {
        ...bearer(token),
        "mcp-protocol-version": version,
      });
      expect((await answerOf(response)).result).toBeDefined();
      const inSession = { "mcp-session-id": `${session}, ${session}`, "mcp-protocol-version": version };
      const called = await post("/mcp", rpc("tools/list"), { ...bearer(token), ...inSession });
      expect((await answerOf(called)).result).toBeDefined();
    },
  );

  it("leave two versions that differ an error", async () => {
    const headers = { ...bearer(token), "mcp-protocol-version": "2025-06-18, 2025-03-26" };
    expect((await post("/mcp", rpc("tools/list"), headers)).status).toBe(400);
  });

  it("read an empty session id as none", async () => {
    for (const id of ["", " "]) {
      const response = await post("/mcp", rpc("ping"), { ...bearer(token), "mcp-session-id": id });
      expect((await answerOf(response)).result).toEqual({});
      const opened = await post("/mcp", initialize(), { ...bearer(token), "mcp-session-id": id });
      expect(opened.headers.get("mcp-session-id")).not.toBeNull();
    }
  });

  it("refuse a packed body as such", async () => {
    for (const encoding of ["gzip", "BR", "deflate, gzip"]) {
      const headers = { ...bearer(token), "content-encoding": encoding };
      const response = await post("/mcp", "\u001f\u008b", headers);
      expect(response.status).toBe(415);
      expect((await answerOf(response)).error?.message).toContain("Content-Encoding");
    }
    const plain = await post("/mcp", rpc("ping"), { ...bearer(token), "content-encoding": "identity" });
    expect(plain.status).toBe(200);
  });

  it("find the credential beside an Authorization that is somebody else's, and an empty key or parameter", async () => {
    const shown: Record<string, string>[] = [
      { authorization: "Basic dXNlcjpwYXNz", "x-api-key": token },
      { authorization: "Bearer ", "x-api-key": token },
      { authorization: "", "x-api-key": token },
      { authorization: `Bearer ${token}`, "x-api-key": "" },
      { authorization: `bearer   ${token}` },
    ];
    for (const headers of shown) {
      expect((await post("/mcp", rpc("ping"), headers)).status, JSON.stringify(headers)).toBe(200);
    }
    expect((await post("/mcp?token=&toolsets=&mode=", rpc("ping"), bearer(token))).status).toBe(200);
    expect((await post("/mcp?toolsets=Contacts&mode=Compact", rpc("ping"), bearer(token))).status).toBe(200);
    expect((await post("/mcp?token=", rpc("ping"), {})).status).toBe(401);
  });
});

describe("a message to an SSE session", () => {
  it("is 404 where its stream is closed, and where the session has none", async () => {
    const { client, transport } = await sseClient(new URL("/mcp/sse", ORIGIN), bearer(token));
    const endpoint = Reflect.get(transport, "_endpoint") as URL;
    await client.close();
    const late = await post(endpoint.href, rpc("ping"), bearer(token));
    expect(late.status, await late.text()).toBe(404);
    const wrong = await post(`/mcp/sse/message?sessionId=${session}`, rpc("ping"), bearer(token));
    expect(wrong.status).toBe(404);
  });
});

it("asks for the credential before a long body is read", async () => {
  const { env } = await import("cloudflare:workers");
  const { id } = await newWorkspace();
  const made = await createToken(env, id, { kind: "api_key", name: "Short", scopes: ["contacts:read"] });
  const unknown = `${made.token.slice(0, -4)}0000`;
  const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [`k${i}`, 1]));
  for (const path of ["/mcp", "/api/v1/tools/create_contact"]) {
    const body = path === "/mcp" ? toolCall("create_contact", many) : many;
    const started = Date.now();
    expect((await post(path, body, bearer(unknown))).status).toBe(401);
    expect(Date.now() - started, path).toBeLessThan(1_500);
  }
});

it("names five unknown arguments of very many, in an answer that stays short", async () => {
  const many = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`${"k".repeat(20)}${i}`, 1]));
  const answer = await answerOf(await post("/mcp", toolCall("create_contact", many), bearer(token)));
  const text = JSON.stringify(answer);
  expect(text).toContain("and 49995 more");
  expect(text.length).toBeLessThan(3_000);
});
