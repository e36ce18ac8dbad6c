import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { listPlans, setPlan } from "../../src/control/plans.ts";
import { setRollout } from "../../src/control/rollouts.ts";
import { workspaces } from "../../src/control/schema.ts";
import type { AdmitRequest, Credential } from "../../src/gate/admission.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { WRITTEN_WHEN_QUIET } from "../../src/gate/gate-storage.ts";
import { createToken, hashToken, workspaceOfToken } from "../../src/gate/tokens.ts";
import { addMember, createWorkspace, setWorkspacePlan } from "../../src/gate/workspaces.ts";
import { newId } from "../../src/tenant/ids.ts";

const CALL = {
  name: "list_contacts",
  toolset: "contacts",
  scopes: ["contacts:read"],
  writes: false,
  valid: true,
} as const;

function request(credential: Credential, more: Partial<AdmitRequest> = {}): AdmitRequest {
  return {
    credential,
    readOnlyAddress: false,
    sessionId: null,
    calls: [{ ...CALL, scopes: [...CALL.scopes] }],
    others: 0,
    ...more,
  };
}

async function keyIn(workspaceId: string, more: Partial<Parameters<typeof createToken>[2]> = {}) {
  const made = await createToken(env, workspaceId, {
    kind: "api_key",
    name: "Script",
    scopes: "all",
    ...more,
  });
  const credential: Credential = { kind: "token", hash: hashToken(made.token), inUrl: false };
  return { ...made, credential };
}

async function workspaceWithKey(plan = "enterprise") {
  const workspace = await createWorkspace(env, { name: "Acme", plan });
  return { workspace, gate: gateOf(env, workspace.id), key: await keyIn(workspace.id) };
}

/** Sets the clock forward, until the test ends: nothing has to be waited for. */
function later(milliseconds: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + milliseconds });
  onTestFinished(() => void vi.useRealTimers());
}

describe("the gate", () => {
  it("admits a key with its scopes and the plan's limits", async () => {
    const { workspace, gate, key } = await workspaceWithKey("paid");
    expect(workspaceOfToken(key.token)).toBe(workspace.id);
    const answer = await gate.admit(request(key.credential));
    expect(answer).toMatchObject({
      admitted: true,
      principal: { workspaceId: workspace.id, kind: "api_key", name: "Script", plan: "paid", inboxes: null },
    });
    expect(
      answer.limits.map(({ window, used, limit, remaining }) => [window, used, limit, remaining]),
    ).toEqual([
      ["minute", 1, 30, 29],
      ["day", 1, 1000, 999],
      ["month", 1, null, null],
    ]);
  });

  it("keeps limits exact under 200 concurrent requests", async () => {
    const { gate, key } = await workspaceWithKey("starter");
    const minute = () => Math.floor(Date.now() / 60_000);
    const began = minute();
    const answers = await Promise.all(Array.from({ length: 200 }, () => gate.admit(request(key.credential))));
    const admitted = answers.filter((answer) => answer.admitted).length;
    // When the clock turned to a new minute meanwhile, the second minute's 60 may have been used as well.
    if (minute() === began) expect(admitted).toBe(60);
    else expect(admitted).toBeLessThanOrEqual(120);
    const refused = answers.find((answer) => !answer.admitted);
    expect(refused).toMatchObject({ refusal: { kind: "limited", window: "minute" } });
  });

  it("stops at the day's quota exactly, counts refused calls to the minute only, and keeps counts when evicted", async () => {
    await setPlan(env, {
      name: "tiny",
      perMinute: 1000,
      perDay: 10,
      perMonth: null,
      mcp: true,
      botTokens: false,
      maxInboxes: 1,
      trialDays: null,
      fallsTo: null,
    });
    const { gate, key } = await workspaceWithKey("tiny");
    const invalid = { ...CALL, scopes: [...CALL.scopes], valid: false };
    for (let i = 0; i < 5; i++) await gate.admit(request(key.credential, { calls: [invalid] }));
    const answers = await Promise.all(Array.from({ length: 30 }, () => gate.admit(request(key.credential))));
    expect(answers.filter((answer) => answer.admitted)).toHaveLength(10);
    expect(answers.find((answer) => !answer.admitted)).toMatchObject({
      refusal: { kind: "limited", window: "day" },
    });
    // What was counted is on disk three seconds after the last request at most.
    await new Promise((resolve) => setTimeout(resolve, WRITTEN_WHEN_QUIET + 100));
    await evictDurableObject(gate);
    const after = await gate.admit(request(key.credential));
    expect(after).toMatchObject({ admitted: false, refusal: { window: "day" } });
  });

  it("gives other messages their own ceiling of 300 a minute, which costs no quota", async () => {
    const { gate, key } = await workspaceWithKey("paid");
    const ping = () => gate.admit(request(key.credential, { calls: [], others: 100 }));
    const answers = [await ping(), await ping(), await ping(), await ping()];
    expect(answers.map((answer) => answer.admitted).slice(0, 3)).toEqual([true, true, true]);
    expect(answers[0]?.limits.find(({ window }) => window === "day")?.used).toBe(0);
  });

  it("refuses a revoked key on the next request", async () => {
    const { gate, key } = await workspaceWithKey();
    expect(await gate.admit(request(key.credential))).toMatchObject({ admitted: true });
    const revoked = await gate.revokeToken(key.id);
    expect(revoked?.id).toBe(key.id);
    expect(await gate.admit(request(key.credential))).toMatchObject({ refusal: { kind: "unauthenticated" } });
    expect(await gate.revokeToken(key.id)).toEqual(revoked);
    expect((await gate.listTokens())[0]).toMatchObject({ id: key.id, revokedAt: revoked?.revokedAt });
  });

  it("refuses expired keys at their moment, and keys in an address unless allowed", async () => {
    const { gate, workspace } = await workspaceWithKey();
    const short = await keyIn(workspace.id, { expiresAt: Date.now() + 60_000 });
    expect(await gate.admit(request(short.credential))).toMatchObject({ admitted: true });
    later(60_000);
    expect(await gate.admit(request(short.credential))).toMatchObject({
      refusal: { kind: "unauthenticated" },
    });
    const plain = await keyIn(workspace.id);
    const inUrl = { ...plain.credential, inUrl: true } as Credential;
    expect(await gate.admit(request(inUrl))).toMatchObject({ refusal: { kind: "unauthenticated" } });
    const allowed = await keyIn(workspace.id, { allowUrl: true });
    expect(await gate.admit(request({ ...allowed.credential, inUrl: true } as Credential))).toMatchObject({
      admitted: true,
    });
  });

  it("takes up plan, switch and suspension on the next request, plan edits within 5 seconds", async () => {
    const { gate, key, workspace } = await workspaceWithKey("paid");
    await gate.admit(request(key.credential));
    await setWorkspacePlan(env, workspace.id, "pro");
    expect(await gate.admit(request(key.credential))).toMatchObject({ principal: { plan: "pro" } });
    await gate.updateWorkspace({ mcpEnabled: false });
    expect(await gate.admit(request(key.credential))).toMatchObject({
      refusal: { kind: "forbidden", message: /switched off/ },
    });
    await gate.updateWorkspace({ mcpEnabled: true, suspendedAt: Date.now() });
    expect(await gate.admit(request(key.credential))).toMatchObject({
      refusal: { kind: "forbidden", message: /suspended/ },
    });
    await gate.updateWorkspace({ suspendedAt: null });
    const everybody = { feature: "list_contacts", rings: [], percent: 100, allow: [], deny: [] };
    onTestFinished(async () => void (await setRollout(env, everybody)));
    await setRollout(env, { ...everybody, rings: ["canary"] });
    later(5_000);
    expect(await gate.admit(request(key.credential))).toMatchObject({
      principal: { hidden: ["list_contacts"] },
    });
    await gate.updateWorkspace({ ring: "canary" });
    expect(await gate.admit(request(key.credential))).toMatchObject({ principal: { hidden: [] } });
    // What the tests below count is hidden from nobody.
    await setRollout(env, { feature: "list_contacts", rings: [], percent: 100, allow: [], deny: [] });
  });

  it("knows a plan that was made a moment before the workspace moved to it", async () => {
    const { gate, key, workspace } = await workspaceWithKey("paid");
    await gate.admit(request(key.credential));
    const [plan] = await listPlans(env);
    if (!plan) throw new Error("There are no plans.");
    await setPlan(env, { ...plan, name: "brand-new", perMinute: 7, fallsTo: null });
    await setWorkspacePlan(env, workspace.id, "brand-new");
    expect(await gate.admit(request(key.credential))).toMatchObject({ principal: { plan: "brand-new" } });
  });

  it("lets a trial fall to free at its end, bot tokens with it", async () => {
    const workspace = await createWorkspace(env, { name: "Trial" });
    expect(workspace).toMatchObject({ plan: "trial" });
    expect((workspace.trialEndsAt ?? 0) - workspace.createdAt).toBe(7 * 24 * 3600_000);
    const bot = await keyIn(workspace.id, { kind: "bot", name: "Triage" });
    const gate = gateOf(env, workspace.id);
    await gate.updateWorkspace({ trialEndsAt: Date.now() + 60_000 });
    expect(await gate.admit(request(bot.credential))).toMatchObject({
      principal: { plan: "trial", kind: "bot" },
    });
    later(60_000);
    expect(await gate.admit(request(bot.credential))).toMatchObject({
      refusal: { kind: "forbidden", message: /free/ },
    });
    const key = await keyIn(workspace.id);
    expect(await gate.admit(request(key.credential))).toMatchObject({ principal: { plan: "free" } });
  });

  it("caps a grant by its member's role, and ends it with the member", async () => {
    const { gate, workspace } = await workspaceWithKey();
    const member = await addMember(env, workspace.id, {
      userId: newId("user"),
      name: "Ada",
      email: "ada@acme.test",
      role: "admin",
    });
    const grant = await gate.createGrant({
      id: newId("grant"),
      workspaceId: workspace.id,
      userId: member.userId,
      clientId: "c1",
      clientName: "Claude",
      resource: "http://localhost:8787/mcp",
      scopes: ["contacts:read", "webhooks:write"],
      readOnly: false,
      inboxes: null,
    });
    const credential: Credential = { kind: "grant", grantId: grant?.id ?? "" };
    expect(await gate.admit(request(credential))).toMatchObject({
      principal: { scopes: ["contacts:read", "webhooks:write"], member: { name: "Ada" } },
    });
    await gate.setMemberRole(member.id, "agent");
    expect(await gate.admit(request(credential))).toMatchObject({ principal: { scopes: ["contacts:read"] } });
    await gate.removeMember(member.id);
    expect(await gate.admit(request(credential))).toMatchObject({ refusal: { kind: "unauthenticated" } });
    await addMember(env, workspace.id, {
      userId: member.userId,
      name: "Ada",
      email: "ada@acme.test",
      role: "owner",
    });
    expect(await gate.admit(request(credential))).toMatchObject({ refusal: { kind: "unauthenticated" } });
  });

  it("knows its sessions' owners and ends", async () => {
    const { gate, key, workspace } = await workspaceWithKey();
    const other = await keyIn(workspace.id);
    await gate.openSession({
      id: "s1",
      transport: "http",
      credentialId: key.id,
      credentialName: "Script",
      client: "test",
      clientVersion: "1",
      protocolVersion: "2025-11-25",
    });
    expect(await gate.admit(request(key.credential, { sessionId: "s1" }))).toMatchObject({ admitted: true });
    expect(await gate.admit(request(other.credential, { sessionId: "s1" }))).toMatchObject({
      refusal: { kind: "no_session" },
    });
    expect(await gate.admit(request(key.credential, { sessionId: "made-up" }))).toMatchObject({
      refusal: { kind: "no_session" },
    });
    expect(await gate.session("s1")).toMatchObject({ calls: 1, client: "test" });
    await gate.endSession("s1");
    expect(await gate.admit(request(key.credential, { sessionId: "s1" }))).toMatchObject({
      refusal: { kind: "no_session" },
    });
  });

  it("writes nothing for an unknown workspace or credential", async () => {
    const workspaceId = newId("workspace");
    const gate = gateOf(env, workspaceId);
    const answer = await gate.admit(request({ kind: "token", hash: "00", inUrl: false }, { sessionId: "x" }));
    expect(answer).toMatchObject({ refusal: { kind: "unauthenticated" } });
    expect(await gate.listTokens()).toEqual([]);
    const tables = await runInDurableObject(
      gate,
      (_, state) => state.storage.sql.exec<{ n: number }>("SELECT count(*) AS n FROM sqlite_master").one().n,
    );
    expect(tables).toBe(0);
  });

  it("tells the workspace when 80% and 100% of a quota are used, once each", async () => {
    await setPlan(env, {
      name: "five",
      perMinute: 1000,
      perDay: 5,
      perMonth: null,
      mcp: true,
      botTokens: false,
      maxInboxes: 1,
      trialDays: null,
      fallsTo: null,
    });
    const { gate, key, workspace } = await workspaceWithKey("five");
    for (let i = 0; i < 7; i++) await gate.admit(request(key.credential));
    const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
      .select()
      .from(workspaces)
      .where(eq(workspaces.id, workspace.id));
    const shard = row?.shard === "TENANT_2" ? env.TENANT_2 : env.TENANT_1;
    await expect
      .poll(async () => {
        const { results } = await shard
          .prepare(
            "SELECT data FROM events WHERE workspace_id = ? AND type = 'usage.threshold_reached' ORDER BY seq",
          )
          .bind(workspace.id)
          .all<{ data: string }>();
        return results.map(({ data }) => JSON.parse(data).percent);
      })
      .toEqual([80, 100]);
  });

  it("refuses scopes above a bot's ceiling and unknown plans", async () => {
    const { workspace } = await workspaceWithKey();
    await expect(keyIn(workspace.id, { kind: "bot", scopes: ["webhooks:write"] })).rejects.toThrow(
      /cannot hold/,
    );
    await expect(keyIn(workspace.id, { scopes: ["nope"] })).rejects.toThrow(/Unknown scope/);
    const paid = await createWorkspace(env, { name: "Paid", plan: "paid" });
    await expect(keyIn(paid.id, { kind: "bot" })).rejects.toThrow(/does not include bot tokens/);
    await expect(createWorkspace(env, { name: "X", plan: "gold" })).rejects.toThrow(/Unknown plan/);
  });
});
