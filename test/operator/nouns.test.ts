import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { calls } from "../../src/calls/schema.ts";
import { findInboxAddress } from "../../src/control/inbox-keys.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { hashToken } from "../../src/gate/tokens.ts";
import { addMember, getWorkspace } from "../../src/gate/workspaces.ts";
import { operatorTenant } from "../../src/operator/exchange.ts";
import { newId } from "../../src/tenant/ids.ts";
import { operate, operateList, refusal } from "./operate.ts";

async function workspace(fields: Record<string, unknown> = {}) {
  const made = await operate("POST", "/workspaces", { name: "Acme", plan: "enterprise", ...fields });
  return { ...made, path: `/workspaces/${made.id}`, id: String(made.id) };
}

/** What the gate says to a call with this token. */
async function admit(workspaceId: string, token: string) {
  return gateOf(env, workspaceId).admit({
    credential: { kind: "token", hash: hashToken(token), inUrl: false },
    readOnlyAddress: false,
    sessionId: null,
    calls: [
      { name: "get_workspace", toolset: "workspace", scopes: ["workspace:read"], writes: false, valid: true },
    ],
    others: 0,
  });
}

describe("workspaces", () => {
  it("are made with what was said and the defaults, on the shard named", async () => {
    const made = await operate("POST", "/workspaces", { name: "Acme", ring: "canary", shard: "TENANT_2" });
    expect(made).toMatchObject({ plan: "trial", ring: "canary", shard: "TENANT_2", mcpEnabled: true });
    expect(made.trialEndsAt).not.toBeNull();
    expect(await operate("GET", `/workspaces/${made.id}`)).toEqual(made);
  });

  it("are counted by shard, beside how full each is", async () => {
    const before = await operateList("/shards");
    await operate("POST", "/workspaces", { name: "Acme", shard: "TENANT_2" });
    const [first, second] = await operateList("/shards");
    expect(first).toMatchObject({ shard: "TENANT_1", limitBytes: 10_000_000_000, nearlyFull: false });
    expect(first?.bytes).toBeGreaterThan(10_000);
    expect(second?.workspaces).toBe(Number(before[1]?.workspaces) + 1);
  });

  it("refuse unknown plans, shards, rings and time zones", async () => {
    for (const wrong of [
      { plan: "gold" },
      { shard: "TENANT_9" },
      { ring: "beta" },
      { timeZone: "Mars/Base" },
    ]) {
      expect(await refusal("POST", "/workspaces", { name: "Acme", ...wrong })).toMatchObject({ status: 400 });
    }
  });

  it("are changed, suspended and resumed, and every change bites on the next request", async () => {
    const { path, id } = await workspace();
    const { token } = await operate("POST", `${path}/tokens`, { kind: "api_key", name: "k", scopes: "all" });
    const admitted = async () => (await admit(id, String(token))).admitted;
    expect(await admitted()).toBe(true);

    const suspended = await operate("PATCH", path, { suspended: true });
    expect(suspended.suspendedAt).not.toBeNull();
    expect(await admitted()).toBe(false);
    expect(await operate("PATCH", path, { suspended: true })).toMatchObject({
      suspendedAt: suspended.suspendedAt,
    });
    expect(await operate("PATCH", path, { suspended: false })).toMatchObject({ suspendedAt: null });
    expect(await admitted()).toBe(true);

    expect(
      await operate("PATCH", path, { mcpEnabled: false, name: "Acme 2", confirmSends: true }),
    ).toMatchObject({
      name: "Acme 2",
      mcpEnabled: false,
      confirmSends: true,
    });
    expect(await admitted()).toBe(false);
    expect(await operate("PATCH", path, { mcpEnabled: true, plan: "trial", ring: "early" })).toMatchObject({
      plan: "trial",
      ring: "early",
    });
    expect(await refusal("PATCH", path, { plan: "gold" })).toMatchObject({ code: "invalid_input" });
    expect(await refusal("PATCH", `/workspaces/${newId("workspace")}`, { name: "x" })).toMatchObject({
      status: 404,
    });
  });

  it("are listed page by page", async () => {
    const first = await workspace();
    const second = await workspace();
    const rows = await operateList(`/workspaces?after=${first.id}&limit=1`);
    expect(rows.map((row) => row.id)).toEqual([second.id]);
  });
});

describe("plans and rollouts", () => {
  it("change only what is said", async () => {
    const before = (await operateList("/plans")).find((plan) => plan.name === "pro");
    const after = await operate("PUT", "/plans/pro", { perMinute: 61, maxInboxes: null });
    expect(after).toEqual({ ...before, perMinute: 61, maxInboxes: null });
    expect(await operateList("/plans")).toContainEqual(after);
  });

  it("are added, but not halves of one", async () => {
    expect(await operate("PUT", "/plans/quiet", { perMinute: 5, mcp: false })).toMatchObject({
      name: "quiet",
      mcp: false,
      perDay: null,
    });
    expect(await refusal("PUT", "/plans/other", { mcp: true })).toMatchObject({ status: 400 });
    expect(await refusal("PUT", "/plans/other", { perMinute: 5, trialDays: 7 })).toMatchObject({
      status: 400,
    });
    expect(await refusal("PUT", "/plans/pro", { fallsTo: "nowhere", trialDays: 7 })).toMatchObject({
      status: 400,
    });
    expect(await refusal("PUT", "/plans/No%20Name", { perMinute: 5 })).toMatchObject({ status: 400 });
  });

  it("rollouts keep what is not said, and refuse what cannot be", async () => {
    const ws = newId("workspace");
    await operate("PUT", "/rollouts/send_message", { rings: ["canary"], deny: [ws] });
    expect(await operate("PUT", "/rollouts/send_message", { percent: 20 })).toEqual({
      feature: "send_message",
      rings: ["canary"],
      percent: 20,
      allow: [],
      deny: [ws],
    });
    expect(await operateList("/rollouts")).toHaveLength(1);
    for (const wrong of [{ percent: 101 }, { rings: ["beta"] }, { allow: ["acme"] }]) {
      expect(await refusal("PUT", "/rollouts/send_message", wrong)).toMatchObject({ status: 400 });
    }
  });
});

describe("inboxes", () => {
  it("are made with a public key that leads to them, changed and listed", async () => {
    const { path, id } = await workspace();
    const made = await operate("POST", `${path}/inboxes`, {
      channel: "web",
      name: "Website",
      allowedDomains: ["https://acme.example/"],
      settings: { opensAt: 9 },
    });
    expect(made).toMatchObject({ channel: "web", state: "active", allowedDomains: ["acme.example"] });
    // A moment is what we know to be one, whatever else is called so.
    expect(made).toMatchObject({ createdAt: expect.stringMatching(/Z$/), settings: { opensAt: 9 } });
    expect(await findInboxAddress(env.CONTROL, String(made.publicKey))).toMatchObject({
      workspaceId: id,
      inboxId: made.id,
    });
    expect(
      await operate("PATCH", `${path}/inboxes/${made.id}`, { state: "disabled", allowedDomains: [] }),
    ).toMatchObject({
      state: "disabled",
      allowedDomains: [],
      name: "Website",
    });
    expect((await operateList(`${path}/inboxes`)).map((inbox) => inbox.id)).toEqual([made.id]);
    expect(await refusal("POST", `${path}/inboxes`, { channel: "fax", name: "F" })).toMatchObject({
      status: 400,
    });
  });

  it("point only at chatbots that are there", async () => {
    const { path } = await workspace();
    const chatbotId = newId("chatbot");
    const nowhere = { status: 404, message: `No chatbot "${chatbotId}" in this workspace.` };
    const wanted = { channel: "web", name: "Website", chatbotId };
    expect(await refusal("POST", `${path}/inboxes`, wanted)).toMatchObject(nowhere);
    expect(await operateList(`${path}/inboxes`)).toEqual([]);
    const made = await operate("POST", `${path}/inboxes`, { ...wanted, chatbotId: null });
    expect(await refusal("PATCH", `${path}/inboxes/${made.id}`, { chatbotId })).toMatchObject(nowhere);
  });

  it("are not more than the plan allows, and not another workspace's", async () => {
    const { path } = await workspace({ plan: "free" });
    const made = await operate("POST", `${path}/inboxes`, { channel: "web", name: "One" });
    expect(await refusal("POST", `${path}/inboxes`, { channel: "web", name: "Two" })).toMatchObject({
      status: 403,
      code: "plan_limit",
    });
    const other = await workspace();
    expect(await refusal("PATCH", `${other.path}/inboxes/${made.id}`, { name: "Mine" })).toMatchObject({
      status: 404,
    });
  });
});

describe("tokens, grants and sessions", () => {
  it("show a secret once, and refuse the token from the moment it is revoked", async () => {
    const { path, id } = await workspace();
    const inbox = await operate("POST", `${path}/inboxes`, { channel: "web", name: "Website" });
    const made = await operate("POST", `${path}/tokens`, {
      kind: "bot",
      name: "Helper",
      scopes: ["workspace:read", "conversations:read"],
      inboxes: [inbox.id],
      expiresAt: Date.now() + 60_000,
      allowUrl: true,
    });
    const token = String(made.token);
    expect(token).toMatch(/^parley_[0-9a-z]{22}_[0-9a-z]{52}$/);
    expect(await admit(id, token)).toMatchObject({
      admitted: true,
      principal: { inboxes: [inbox.id], kind: "bot" },
    });
    const [listed] = await operateList(`${path}/tokens`);
    expect(listed).toMatchObject({ id: made.id, name: "Helper", allowUrl: true, revokedAt: null });
    expect(JSON.stringify(listed)).not.toContain(token.slice(-20));
    const revoked = await operate("POST", `${path}/tokens/${made.id}/revoke`);
    expect(revoked).toEqual({ id: made.id, revokedAt: expect.stringMatching(/Z$/) });
    expect(await admit(id, token)).toMatchObject({ admitted: false });
    expect(await operate("POST", `${path}/tokens/${made.id}/revoke`)).toEqual(revoked);
  });

  it("refuse what a token cannot have", async () => {
    const { path } = await workspace();
    const other = await workspace();
    const foreign = await operate("POST", `${other.path}/inboxes`, { channel: "web", name: "Website" });
    const ask = (fields: Record<string, unknown>) =>
      refusal("POST", `${path}/tokens`, { kind: "bot", name: "B", scopes: "all", ...fields });
    expect(await ask({ scopes: ["settings:write"] })).toMatchObject({ code: "not_allowed" });
    expect(await ask({ scopes: ["no:such"] })).toMatchObject({ code: "invalid_input" });
    expect(await ask({ inboxes: [foreign.id] })).toMatchObject({ code: "not_found" });
    expect(await ask({ expiresAt: 1 })).toMatchObject({ code: "invalid_input" });
    await operate("PATCH", path, { plan: "paid" });
    expect(await ask({})).toMatchObject({ code: "plan_limit" });
    expect(await refusal("POST", `${path}/tokens/tok_none/revoke`)).toMatchObject({ status: 404 });
    const theirs = await operate("POST", `${other.path}/tokens`, {
      kind: "api_key",
      name: "k",
      scopes: "all",
    });
    expect(await refusal("POST", `${path}/tokens/${theirs.id}/revoke`)).toMatchObject({ status: 404 });
  });

  it("list grants and sessions, and end a grant", async () => {
    const { path, id } = await workspace();
    const gate = gateOf(env, id);
    const grantId = newId("grant");
    const person = { userId: "us_1", name: "Ada", email: "ada@example.com", role: "agent" } as const;
    await addMember(env, id, person);
    await gate.createGrant({
      id: grantId,
      workspaceId: id,
      userId: "us_1",
      clientId: "c",
      clientName: "Claude",
      resource: "http://localhost:8787/mcp",
      scopes: ["workspace:read"],
      readOnly: true,
      inboxes: null,
    });
    await gate.openSession({
      id: "session-1",
      transport: "http",
      credentialId: grantId,
      credentialName: "Claude",
      client: "claude-code",
      clientVersion: "2.1",
      protocolVersion: "2025-11-25",
    });
    expect(await operateList(`${path}/grants`)).toMatchObject([
      { id: grantId, clientName: "Claude", email: "ada@example.com", revokedAt: null },
    ]);
    expect(await operateList(`${path}/sessions`)).toMatchObject([
      { id: "session-1", client: "claude-code", protocolVersion: "2025-11-25", endedAt: null },
    ]);
    await operate("POST", `${path}/grants/${grantId}/revoke`);
    expect((await operateList(`${path}/grants`))[0]?.revokedAt).not.toBeNull();
    expect(await refusal("POST", `${path}/grants/gr_none/revoke`)).toMatchObject({ status: 404 });
  });
});

describe("the call log", () => {
  it("is read by session and by credential, newest first, page by page", async () => {
    const { path, id } = await workspace({ shard: "TENANT_2" });
    const tenant = operatorTenant(env, await getWorkspace(env, id));
    const entry = (n: number) => ({
      id: newId("call", 1_000_000 + n),
      kind: "tool" as const,
      name: `tool_${n}`,
      outcome: "ok",
      milliseconds: n,
      createdAt: 1_000_000 + n,
    });
    const row = (numbers: number[], sessionId: string | null, credentialId: string) => {
      const entries = numbers.map(entry);
      const id = entries[0]?.id ?? "";
      return tenant.row({ id, credentialId, credentialName: credentialId, sessionId, entries });
    };
    await tenant.batch([
      tenant.db
        .insert(calls)
        .values([row([2, 1], "s1", "a"), row([3], null, "b"), row([4], "s1", "a"), row([5], "s2", "a")]),
    ]);
    const names = async (query: string) =>
      (await operateList(`${path}/calls${query}`)).map((call) => call.name);
    expect(await names("")).toEqual(["tool_5", "tool_4", "tool_3", "tool_2", "tool_1"]);
    expect(await names("?session=s1")).toEqual(["tool_4", "tool_2", "tool_1"]);
    expect(await names("?credential=a")).toEqual(["tool_5", "tool_4", "tool_2", "tool_1"]);
    const page = await operate("GET", `${path}/calls?credential=a&limit=3`);
    expect(page).toMatchObject({ hasMore: true });
    expect(await names(`?credential=a&limit=3&cursor=${page.nextCursor}`)).toEqual(["tool_1"]);
    expect(await refusal("GET", `${path}/calls?limit=3&cursor=${page.nextCursor}`)).toMatchObject({
      code: "invalid_cursor",
    });
    expect(await refusal("GET", `${path}/calls?session=s1&credential=a`)).toMatchObject({ status: 400 });
  });
});
