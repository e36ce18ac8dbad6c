import { listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { calls } from "../../src/calls/schema.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { setWorkspacePlan } from "../../src/gate/workspaces.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { testCall } from "../call.ts";
import {
  answerOf,
  bearer,
  initialize,
  newKey,
  newWorkspace,
  ORIGIN,
  openSession,
  post,
  rpc,
  serve,
  sessionClient,
  sseClient,
  toolCall,
} from "./visit.ts";

const VERSION = { "mcp-protocol-version": "2025-11-25" };
const inSession = (token: string, id: string) => ({ ...bearer(token), ...VERSION, "mcp-session-id": id });

/** GET or DELETE with a session id. */
const send = (method: string, token: string, id: string) =>
  serve(`${ORIGIN}/mcp`, { method, headers: { ...inSession(token, id), accept: "text/event-stream" } });

const objects = async () => (await listDurableObjectIds(env.MCP_SESSION)).map(String).sort();

/** The object behind a Streamable HTTP session, as McpAgent names it. */
const objectOf = (id: string) => env.MCP_SESSION.getByName(`streamable-http:${id}`);

describe("a session", () => {
  it("belongs to the credential that opened it", async () => {
    const { id: workspace } = await newWorkspace();
    const [alice, mallory] = [await newKey(workspace), await newKey(workspace)];
    const stranger = await newKey((await newWorkspace()).id);
    const session = await openSession(alice);
    const before = await objects();
    for (const token of [mallory, stranger]) {
      const answer = await post("/mcp", toolCall("get_workspace"), inSession(token, session));
      expect(answer.status).toBe(404);
      expect((await answerOf(answer)).error).toEqual({ code: -32001, message: "Session not found" });
      expect((await send("GET", token, session)).status).toBe(404);
      expect((await send("DELETE", token, session)).status).toBe(404);
    }
    expect((await post("/mcp", rpc("ping"), inSession("nonsense", session))).status).toBe(401);
    expect(await objects()).toEqual(before);
    // Left alone: its owner goes on.
    const own = await post("/mcp", toolCall("get_workspace"), inSession(alice, session));
    expect((await answerOf(own)).result?.structuredContent).toBeDefined();
    expect((await send("GET", alice, session)).status).toBe(405);
  });

  it("that is made up or ended answers 404 and creates no storage", async () => {
    const token = await newKey((await newWorkspace()).id);
    const session = await openSession(token);
    expect((await send("DELETE", token, session)).status).toBe(204);
    const [gone] = await gateOf(env, (await workspaceOf(token)) ?? "").listSessions();
    expect(gone?.endedAt).not.toBeNull();
    const before = await objects();
    const real = env.MCP_SESSION.newUniqueId().toString();
    for (const id of [session, real, "made-up", "0".repeat(64), "../../x"]) {
      expect((await post("/mcp", rpc("ping"), inSession(token, id))).status, id).toBe(404);
      expect((await send("GET", token, id)).status, id).toBe(404);
      expect((await send("DELETE", token, id)).status, id).toBe(404);
    }
    expect(await objects()).toEqual(before);
  });

  it("whose object is ended before it logged a call takes no other call's log with it", async () => {
    const { id: workspaceId, shard } = await newWorkspace();
    const token = await newKey(workspaceId);
    const session = await openSession(token);
    await (await post("/mcp", toolCall("create_tag", { name: "first" }), inSession(token, session))).text();
    const ended = runInDurableObject(objectOf(session), (_, state) => state.abort("ended"));
    await expect(ended).rejects.toThrow("ended");
    const { tenant } = testCall({ workspaceId, database: shardDatabase(env, shard) });
    await expect
      .poll(
        async () => {
          await (await post("/mcp", toolCall("list_tags"), bearer(token))).text();
          const rows = await tenant.db.select().from(calls).where(tenant.of(calls));
          return rows.flatMap(({ entries }) => entries.map(({ name }) => name));
        },
        { interval: 500 },
      )
      .toEqual(expect.arrayContaining(["create_tag", "list_tags"]));
  });

  it("refuses initialize inside itself", async () => {
    const token = await newKey((await newWorkspace()).id);
    const session = await openSession(token);
    expect((await post("/mcp", initialize(), inSession(token, session))).status).toBe(400);
  });

  it("is a row that an operator can list", async () => {
    const { id: workspace } = await newWorkspace();
    const token = await newKey(workspace, { name: "Nightly" });
    const { client, transport } = await sessionClient(token);
    await client.callTool({ name: "get_workspace" });
    await client.callTool({ name: "list_contacts" });
    const [row] = await gateOf(env, workspace).listSessions();
    expect(row).toMatchObject({
      id: transport.sessionId,
      transport: "http",
      credentialName: "Nightly",
      client: "v1",
      clientVersion: "1.2.3",
      protocolVersion: "2025-11-25",
      calls: 2,
      endedAt: null,
    });
  });

  it("runs a large tools/call outside its object, and refuses other large messages", async () => {
    const token = await newKey((await newWorkspace()).id);
    const session = await openSession(token);
    const large = "x".repeat(100_000);
    const call = await post("/mcp", toolCall("list_contacts", { query: large }), inSession(token, session));
    expect(call.status).toBe(200);
    expect((await answerOf(call)).result?.isError).toBe(true);
    const other = rpc("prompts/get", { name: "none", arguments: { a: large } });
    expect((await post("/mcp", other, inSession(token, session))).status).toBe(413);
  });

  it("feels a change of plan and scope while it is warm", async () => {
    const { id: workspace } = await newWorkspace();
    const token = await newKey(workspace);
    const { client } = await sessionClient(token);
    await client.callTool({ name: "get_workspace" });
    await setWorkspacePlan(env, workspace, "free");
    const { structuredContent } = await client.callTool({ name: "get_workspace" });
    expect(JSON.stringify(structuredContent)).toContain('"free"');
    await gateOf(env, workspace).updateWorkspace({ mcpEnabled: false });
    await expect(client.callTool({ name: "get_workspace" })).rejects.toThrow(/switched off/);
  });

  it("refuses a request that did not come through the door", async () => {
    const token = await newKey((await newWorkspace()).id);
    const session = await openSession(token);
    const forged = await post("/mcp", toolCall("get_workspace"), {
      ...inSession(token, session),
      "x-parley-caller": btoa(JSON.stringify({ principal: { workspaceId: "ws_other" } })),
    });
    expect((await answerOf(forged)).result?.isError).toBeUndefined();
    const direct = await objectOf(session).fetch(`${ORIGIN}/mcp`, {
      headers: {
        upgrade: "websocket",
        "cf-mcp-method": "POST",
        "cf-mcp-message": btoa(JSON.stringify([toolCall("get_workspace")])),
      },
    });
    const socket = direct.webSocket;
    socket?.accept();
    const said = await new Promise<string>((resolve) => {
      socket?.addEventListener("message", ({ data }) => resolve(`message ${data}`));
      socket?.addEventListener("close", () => resolve("closed"));
      if (!socket) resolve("no socket");
    });
    expect(said).toBe("closed");
  });
});

/** The workspace that a key names. */
async function workspaceOf(token: string): Promise<string | undefined> {
  const [, part] = token.split("_");
  return part && `ws_${part}`;
}

describe("an idle session", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const passTime = (milliseconds: number) => {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
  };
  const idle = Number(env.SESSION_IDLE_SECONDS) * 1000;

  it("deletes itself and its storage, and is ended at the gate", async () => {
    const { id: workspace } = await newWorkspace();
    const token = await newKey(workspace);
    const session = await openSession(token);
    const object = objectOf(session);
    expect(
      await runInDurableObject(object, (_, state) => state.storage.list().then((all) => all.size)),
    ).toBeGreaterThan(0);
    passTime(idle + 1_000);
    await runDurableObjectAlarm(object).catch(() => {});
    vi.useRealTimers();
    const [row] = await gateOf(env, workspace).listSessions();
    expect(row?.endedAt).not.toBeNull();
    expect((await post("/mcp", rpc("ping"), inSession(token, session))).status).toBe(404);
  });

  it("lives on when it was used since", async () => {
    const { id: workspace } = await newWorkspace();
    const token = await newKey(workspace);
    const session = await openSession(token);
    passTime(idle - 60_000);
    expect((await post("/mcp", rpc("ping"), inSession(token, session))).status).toBe(200);
    vi.useRealTimers();
    passTime(idle + 1_000);
    expect(await runDurableObjectAlarm(objectOf(session))).toBe(true);
    const ping = await post("/mcp", rpc("ping"), inSession(token, session));
    expect(ping.status).toBe(200);
    const next = await runInDurableObject(objectOf(session), (_, state) => state.storage.getAlarm());
    expect(next).toBeGreaterThan(Date.now());
  });
});

describe("an SSE session", () => {
  it("works with an official client at both addresses, with the token in a header or the address", async () => {
    const { id: workspace } = await newWorkspace();
    const token = await newKey(workspace, { allowUrl: true });
    for (const [url, headers] of [
      [new URL("/sse", ORIGIN), bearer(token)],
      [new URL("/mcp/sse", ORIGIN), { "x-api-key": token }],
      [new URL(`/sse?token=${token}`, ORIGIN), {}],
      [new URL(`/mcp/sse?token=${token}&toolsets=channels`, ORIGIN), {}],
    ] as const) {
      const { client } = await sseClient(url, headers);
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain("list_channels");
      expect(tools.some(({ name }) => name === "list_contacts")).toBe(!url.search.includes("toolsets"));
      const { structuredContent } = await client.callTool({ name: "list_channels" });
      expect(structuredContent).toMatchObject({ items: [] });
      await client.close();
    }
    const rows = await gateOf(env, workspace).listSessions();
    expect(rows).toHaveLength(4);
    expect(rows.every((row) => row.transport === "sse" && row.client === "v1 sse")).toBe(true);
  });

  it("has an id of ours, takes messages of its owner alone, and ends with its stream", async () => {
    const { id: workspace } = await newWorkspace();
    const [alice, mallory] = [await newKey(workspace), await newKey(workspace)];
    const stream = await serve(`${ORIGIN}/sse?sessionId=${"a".repeat(64)}`, {
      headers: { ...bearer(alice), accept: "text/event-stream" },
    });
    expect(stream.status).toBe(200);
    const reader = stream.body?.getReader();
    const announced = new TextDecoder().decode((await reader?.read())?.value);
    const address = /data: (\S+)/.exec(announced)?.[1] ?? "";
    const id = new URL(address, ORIGIN).searchParams.get("sessionId") ?? "";
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(id).not.toBe("a".repeat(64));
    expect((await post(address, initialize("2024-11-05"), bearer(mallory))).status).toBe(404);
    expect((await post("/sse/message?sessionId=nonsense", rpc("ping"), bearer(alice))).status).toBe(404);
    expect((await post("/sse/message", rpc("ping"), bearer(alice))).status).toBe(404);
    expect((await post(address, initialize("2024-11-05"), bearer(alice))).status).toBe(202);
    expect((await post(address, [rpc("ping")], bearer(alice))).status).toBe(400);
    await reader?.cancel();
    await vi.waitFor(
      async () => {
        const [row] = await gateOf(env, workspace).listSessions();
        expect(row?.endedAt).not.toBeNull();
      },
      { timeout: 30_000 },
    );
    expect((await post(address, rpc("ping"), bearer(alice))).status).toBe(404);
  });
});
