import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { listPlans, setPlan } from "../../src/control/plans.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { MAX_OPEN, MAX_STREAMS } from "../../src/gate/sessions.ts";
import { setWorkspacePlan } from "../../src/gate/workspaces.ts";
import { earlyInAMinute } from "../clock.ts";
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
  toolCall,
} from "./visit.ts";

const inSession = (token: string, id: string) => ({
  ...bearer(token),
  "mcp-protocol-version": "2025-11-25",
  "mcp-session-id": id,
});

async function newCaller() {
  const { id } = await newWorkspace();
  const token = await newKey(id);
  const gate = gateOf(env, id);
  const [row] = await gate.listTokens();
  return { workspaceId: id, token, gate, credentialId: row?.id ?? "" };
}

type Caller = Awaited<ReturnType<typeof newCaller>>;

const openAtGate = ({ gate, credentialId }: Caller, id: string, transport: "http" | "sse" = "http") =>
  gate.openSession({
    id,
    transport,
    credentialId,
    credentialName: "Test key",
    client: null,
    clientVersion: null,
    protocolVersion: null,
  });

/** An SSE stream: where to post to, and what comes. */
async function openStream(token: string) {
  const response = await serve(`${ORIGIN}/sse`, {
    headers: { ...bearer(token), accept: "text/event-stream" },
  });
  const reader = response.body?.getReader();
  const announced = new TextDecoder().decode((await reader?.read())?.value);
  const address = /data: (\S+)/.exec(announced)?.[1] ?? "";
  const ends = async () => {
    for (;;) {
      const next = await reader?.read();
      if (!next || next.done) return true;
    }
  };
  return { reader, address, id: new URL(address, ORIGIN).searchParams.get("sessionId") ?? "", ends };
}

describe("sessions of one credential", () => {
  it(`are ${MAX_OPEN} at most: those that nothing came in go first, so that a flood ends none in use`, async () => {
    const caller = await newCaller();
    const used = await openSession(caller.token);
    expect((await post("/mcp", rpc("ping"), inSession(caller.token, used))).status).toBe(200);
    for (let i = 0; i < MAX_OPEN + 30; i++) await openAtGate(caller, `made-${i}`);
    const rows = await caller.gate.listSessions();
    const open = rows.filter(({ endedAt }) => endedAt === null).map(({ id }) => id);
    expect(open).toHaveLength(MAX_OPEN);
    expect(open).toContain(used);
    expect(open).toContain(`made-${MAX_OPEN + 29}`);
    expect(open).not.toContain("made-0");
    expect((await post("/mcp", rpc("ping"), inSession(caller.token, used))).status).toBe(200);
  });

  it("are opened sixty times a minute at most", async () => {
    const { token } = await newCaller();
    await earlyInAMinute();
    const statuses: number[] = [];
    for (let i = 0; i < 62; i++) {
      const answer = await post("/mcp", initialize(), bearer(token));
      await answer.text();
      statuses.push(answer.status);
      if (answer.status === 429) break;
    }
    expect(statuses.at(-1)).toBe(429);
    expect(statuses.length).toBe(61);
  });

  it("end after five minutes when nothing came in them", async () => {
    const { token, gate } = await newCaller();
    const [unused, used] = [await openSession(token), await openSession(token)];
    await (await post("/mcp", rpc("ping"), inSession(token, used))).text();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * 60_000 + 1_000 });
    onTestFinished(() => void vi.useRealTimers());
    for (const id of [unused, used]) {
      await runDurableObjectAlarm(env.MCP_SESSION.getByName(`streamable-http:${id}`)).catch(() => {});
    }
    expect((await gate.session(unused))?.endedAt).not.toBeNull();
    expect((await gate.session(used))?.endedAt).toBeNull();
    expect((await post("/mcp", rpc("ping"), inSession(token, unused))).status).toBe(404);
    expect((await post("/mcp", rpc("ping"), inSession(token, used))).status).toBe(200);
  });

  it("are spoken to by their own transport alone", async () => {
    const { token } = await newCaller();
    const session = await openSession(token);
    const stream = await openStream(token);
    expect((await post(`/sse/message?sessionId=${session}`, rpc("ping"), bearer(token))).status).toBe(404);
    expect((await post("/mcp", rpc("ping"), inSession(token, stream.id))).status).toBe(404);
    expect((await post(stream.address, rpc("ping"), bearer(token))).status).toBe(202);
    await stream.reader?.cancel();
  });
});

describe("streams of one credential", () => {
  it(`are ${MAX_STREAMS} at most: one more ends the one that was longest without a message`, async () => {
    const { token } = await newCaller();
    const streams = [];
    for (let i = 0; i < MAX_STREAMS + 1; i++) streams.push(await openStream(token));
    const [first, second] = streams;
    expect(await first?.ends()).toBe(true);
    expect((await post(first?.address ?? "", rpc("ping"), bearer(token))).status).toBe(404);
    expect((await post(second?.address ?? "", rpc("ping"), bearer(token))).status).toBe(202);
    for (const { reader } of streams.slice(1)) await reader?.cancel();
  });

  it("end when their token is revoked", async () => {
    const { token, gate, credentialId } = await newCaller();
    const stream = await openStream(token);
    expect((await post(stream.address, initialize("2024-11-05"), bearer(token))).status).toBe(202);
    await gate.revokeToken(credentialId);
    expect(await stream.ends()).toBe(true);
    expect((await post(stream.address, rpc("ping"), bearer(token))).status).toBe(401);
    expect((await gate.session(stream.id))?.endedAt).not.toBeNull();
  });

  it("take no message after they closed", async () => {
    const { token } = await newCaller();
    const stream = await openStream(token);
    await stream.reader?.cancel();
    await expect.poll(async () => (await post(stream.address, rpc("ping"), bearer(token))).status).toBe(404);
  });
});

describe("a made-up token", () => {
  it("is turned away before its body is looked at, at every door", async () => {
    const { token } = await newCaller();
    const madeUp = `${token.slice(0, -4)}zzzz`;
    for (const path of ["/mcp", "/mcp-readonly", "/api/v1/tools/list_tags", `/sse/message?sessionId=x`]) {
      for (const [body, type] of [
        ["{", "application/json"],
        ["{}", "text/plain"],
        [JSON.stringify({ x: "y".repeat(5 * 1024 * 1024) }), "application/json"],
      ] as const) {
        const answer = await post(path, body, { ...bearer(madeUp), "content-type": type });
        expect(answer.status, `${path} ${type} ${body.length}`).toBe(401);
        await answer.text();
      }
    }
  });

  it("that held a moment ago is no exception", async () => {
    const { token, gate, credentialId } = await newCaller();
    expect((await post("/mcp", rpc("ping"), bearer(token))).status).toBe(200);
    await gate.revokeToken(credentialId);
    expect((await post("/mcp", rpc("ping"), bearer(token))).status).toBe(401);
    expect((await post("/mcp", "{", bearer(token))).status).toBe(401);
  });
});

describe("a body that cannot be read", () => {
  it.each(["/mcp", "/api/v1/tools/list_tags"])("counts as a message at %s", async (path) => {
    const { token } = await newCaller();
    await earlyInAMinute();
    const statuses: number[] = [];
    for (let i = 0; i < 301; i++) {
      const answer = await post(path, "{", bearer(token));
      await answer.text();
      statuses.push(answer.status);
    }
    expect(new Set(statuses.slice(0, 300))).toEqual(new Set([400]));
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("what is used", () => {
  it("is told when the day's calls are used up, within the minute's limit", async () => {
    const [model] = await listPlans(env);
    if (!model) throw new Error("no plan");
    await setPlan(env, { ...model, name: "one-a-day", perMinute: 6, perDay: 1, perMonth: 1, mcp: true });
    const { token, workspaceId } = await newCaller();
    await setWorkspacePlan(env, workspaceId, "one-a-day");
    const call = (name: string) => post("/mcp", toolCall(name), bearer(token));
    expect((await call("list_tags")).status).toBe(200);
    expect((await call("list_tags")).status).toBe(429);
    const usage = await call("get_api_usage");
    expect((await answerOf(usage)).result?.structuredContent).toMatchObject({
      windows: expect.arrayContaining([expect.objectContaining({ window: "day", used: 1, remaining: 0 })]),
    });
    const resource = rpc("resources/read", { uri: "parley://usage" });
    expect((await post("/mcp", resource, bearer(token))).status).toBe(200);
    expect((await post("/api/v1/tools/get_api_usage", {}, bearer(token))).status).toBe(200);
    expect(
      (await post("/mcp?mode=compact", toolCall("call_tool", { name: "get_api_usage" }), bearer(token)))
        .status,
    ).toBe(200);
    expect((await call("get_api_usage")).status).toBe(200);
    expect((await call("get_api_usage")).status).toBe(429);
  });
});
