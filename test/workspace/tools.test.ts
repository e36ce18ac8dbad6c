import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { logCall } from "../../src/calls/call-log.ts";
import type { Call } from "../../src/calls/define.ts";
import { setRollout } from "../../src/control/rollouts.ts";
import { adjustTotal } from "../../src/figures/totals.ts";
import type { Principal } from "../../src/gate/principal.ts";
import { createToken } from "../../src/gate/tokens.ts";
import { addMember, createWorkspace } from "../../src/gate/workspaces.ts";
import { inboxes } from "../../src/inboxes/schema.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { recordEvent } from "../../src/tenant/events.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { newId } from "../../src/tenant/ids.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";
import { CHANGED } from "../../src/tenant/writes.ts";
import { workspaceResources } from "../../src/workspace/resources.ts";
import { workspaceTools } from "../../src/workspace/tools.ts";
import { callsThisMonth } from "../../src/workspace/usage.ts";
import { admitted, callAs, runTool } from "./call.ts";

async function workspaceWithKey(more: Partial<Parameters<typeof createToken>[2]> = {}) {
  const workspace = await createWorkspace(env, { name: "Acme", plan: "pro", ring: "early" });
  const principal = await admitted(workspace.id, more);
  return { workspace, principal, call: callAs(principal) };
}

const run = (call: Call, name: string, args?: object) => runTool(workspaceTools, call, name, args);

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => null,
    (error: unknown) => (error instanceof Failure ? error.code : String(error)),
  );

describe("get_workspace", () => {
  it("describes the workspace and the caller", async () => {
    const { workspace, principal, call } = await workspaceWithKey();
    await setRollout(env, {
      feature: `new-${workspace.id}`,
      rings: ["early"],
      percent: 100,
      allow: [],
      deny: [],
    });
    const answer = await run(call, "get_workspace");
    expect(answer).toMatchObject({
      id: workspace.id,
      name: "Acme",
      plan: "pro",
      timeZone: "UTC",
      ring: "early",
      mcpEnabled: true,
      counts: { chatbots: 0, inboxes: 0, contacts: { count: 0, atLeast: false }, openConversations: 0 },
      caller: { kind: "api_key", id: principal.credentialId, name: "Script", inboxes: null, readOnly: false },
    });
    expect(answer.rollouts).toContainEqual({ feature: `new-${workspace.id}`, enabled: true });
  });

  it("counts what the caller may see", async () => {
    const { workspace, call } = await workspaceWithKey();
    const { tenant } = call;
    const shop = await createInbox(tenant, { channel: "web", name: "Shop" });
    const help = await createInbox(tenant, { channel: "web", name: "Help" });
    const opened = (inboxId: string, by: number) =>
      adjustTotal(tenant, { metric: "conversations_open", inboxId, by });
    await tenant.batch([opened(shop.id, 1), opened(shop.id, 1), opened(help.id, 1), opened(shop.id, -1)]);
    await tenant.batch([
      opened(help.id, 1),
      adjustTotal(tenant, { metric: "contacts", inboxId: null, by: 1 }),
      adjustTotal(tenant, { metric: "contacts", inboxId: null, by: 1 }),
    ]);
    expect((await run(call, "get_workspace")).counts).toEqual({
      chatbots: 0,
      inboxes: 2,
      contacts: { count: 2, atLeast: false },
      openConversations: 3,
    });
    const limited = callAs(await admitted(workspace.id, { inboxes: [shop.id] }));
    const answer = await run(limited, "get_workspace");
    expect(answer.counts).toMatchObject({ inboxes: 1, openConversations: 1, contacts: { count: 0 } });
    expect(answer.caller).toMatchObject({ inboxes: [shop.id] });
  });

  it("counts the contacts of a limited caller one by one, and says where it stops", async () => {
    const { workspace, call } = await workspaceWithKey();
    const shop = await createInbox(call.tenant, { channel: "web", name: "Shop" });
    const limited = callAs(await admitted(workspace.id, { inboxes: [shop.id] }));
    const counted = async (contacts: number) => {
      await shardDatabase(env, workspace.shard)
        .prepare(
          `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3)
           INSERT INTO contact_viewers (workspace_id, viewer, contact_id, contact_n)
           SELECT ?1, ?2, 'ct_' || i, i FROM n WHERE true ON CONFLICT DO NOTHING`,
        )
        .bind(workspace.id, shop.id, contacts)
        .run();
      return (await run(limited, "get_workspace")).counts;
    };
    expect(await counted(3)).toMatchObject({ contacts: { count: 3, atLeast: false } });
    expect(await counted(1000)).toMatchObject({ contacts: { count: 1000, atLeast: false } });
    expect(await counted(1001)).toMatchObject({ contacts: { count: 1000, atLeast: true } });
  });

  it("keeps counts right when the change they speak of did not happen", async () => {
    const { call } = await workspaceWithKey();
    const { tenant } = call;
    const inbox = await createInbox(tenant, { channel: "web", name: "Shop" });
    const rename = (from: string) =>
      // Statements of another store look like this: a conditional UPDATE and what hangs on it.
      tenant.db
        .update(inboxes)
        .set({ name: "New" })
        .where(tenant.of(inboxes, eq(inboxes.name, from)));
    const change = (from: string) =>
      tenant.batch([
        rename(from),
        adjustTotal(tenant, { metric: "conversations_open", inboxId: inbox.id, by: 1 }, { onlyIf: CHANGED }),
        recordEvent(
          tenant,
          { type: "chatbot.updated", subjectId: "cb_1", inboxId: null },
          { onlyIf: CHANGED },
        ),
      ]);
    await change("Other");
    expect((await run(call, "get_workspace")).counts).toMatchObject({ openConversations: 0 });
    await change("Shop");
    await change("Shop");
    expect((await run(call, "get_workspace")).counts).toMatchObject({ openConversations: 1 });
    expect(await run(call, "list_events")).toMatchObject({ items: [{ type: "chatbot.updated", seq: 1 }] });
  });
});

describe("get_api_usage", () => {
  it("answers the windows of the plan, and this month's calls by tool", async () => {
    const { principal, call } = await workspaceWithKey();
    const month = new Date().toISOString().slice(0, 7);
    const rows = [
      [`${month}-01`, { list_contacts: 3 }],
      [`${month}-02`, { list_contacts: 4, get_contact: 5 }],
      ["2020-01-01", { list_contacts: 100 }],
    ];
    for (const [day, counts] of rows) {
      await shardDatabase(env, principal.shard)
        .prepare("INSERT INTO call_days (workspace_id, day, counts) VALUES (?, ?, ?)")
        .bind(principal.workspaceId, day, JSON.stringify(counts))
        .run();
    }
    const answer = await run(call, "get_api_usage");
    expect(answer).toMatchObject({
      plan: "pro",
      windows: [
        { window: "minute", used: 1, limit: 60, remaining: 59 },
        { window: "day", used: 1, limit: null, remaining: null },
        { window: "month", used: 1, limit: 50_000, remaining: 49_999 },
      ],
      byTool: [
        { name: "list_contacts", count: 7 },
        { name: "get_contact", count: 5 },
      ],
    });
    const [resource] = workspaceResources;
    expect(resource?.uri).toBe("parley://usage");
    expect(await resource?.read(call, {})).toMatchObject({ plan: "pro", byTool: answer.byTool });
  });
});

describe("get_api_usage of a caller limited to inboxes", () => {
  it("shows its own calls by tool, and nobody else's", async () => {
    const { workspace, principal, call } = await workspaceWithKey();
    const limited = { ...principal, credentialId: newId("token"), inboxes: ["ib_one"] };
    const another = { ...limited, credentialId: newId("token") };
    const log = (who: Principal, name: string) =>
      logCall(
        call.tenant,
        { principal: who, toolsets: null, compact: false, requestId: "log", sessionId: null },
        { kind: "tool", name, outcome: "ok", startedAt: Date.now(), milliseconds: 1 },
      );
    await Promise.all([
      log(limited, "list_tags"),
      log(limited, "list_tags"),
      log(limited, "get_contact"),
      log(another, "list_tickets"),
      log(principal, "list_tags"),
    ]);
    const seenBy = async ({ inboxes, credentialId }: Principal) =>
      callsThisMonth(
        new Tenant(shardDatabase(env, workspace.shard), {
          workspaceId: workspace.id,
          inboxes,
          actor: { kind: "api_key", id: credentialId, name: "Key", credentialId },
          timeZone: "UTC",
        }),
      );
    expect(await seenBy(limited)).toEqual([
      { name: "list_tags", count: 2 },
      { name: "get_contact", count: 1 },
    ]);
    expect(await seenBy(another)).toEqual([{ name: "list_tickets", count: 1 }]);
    expect(await seenBy({ ...limited, credentialId: newId("token") })).toEqual([]);
    expect(await seenBy(principal)).toEqual([
      { name: "list_tags", count: 3 },
      { name: "get_contact", count: 1 },
      { name: "list_tickets", count: 1 },
    ]);
  });
});

describe("list_members", () => {
  it("pages through people, then bots, without those removed or revoked", async () => {
    const { workspace, call } = await workspaceWithKey();
    for (const name of ["Ann", "Ben", "Cem"]) {
      await addMember(env, workspace.id, {
        userId: newId("user"),
        name,
        email: `${name}@acme.example`,
        role: "agent",
      });
    }
    await createToken(env, workspace.id, { kind: "bot", name: "Helper", scopes: ["conversations:read"] });
    const first = await run(call, "list_members", { limit: 3 });
    const second = await run(call, "list_members", { limit: 3, cursor: first.nextCursor });
    const names = [first, second].map(({ items }) =>
      Array.isArray(items) ? items.map(({ name }) => name) : null,
    );
    expect(names[0]?.toSorted()).toEqual(["Ann", "Ben", "Cem"]);
    expect(names[1]).toEqual(["Helper"]);
    expect(second).toMatchObject({ hasMore: false, nextCursor: null, items: [{ kind: "bot", role: null }] });
  });
});

describe("list_events", () => {
  it("answers what happened as ids and states, and always a cursor", async () => {
    const { workspace, call } = await workspaceWithKey();
    const { tenant } = call;
    const shop = await createInbox(tenant, { channel: "web", name: "Shop" });
    const empty = await run(call, "list_events");
    expect(empty).toMatchObject({ items: [], hasMore: false, nextCursor: expect.any(String) });
    await tenant.batch([
      recordEvent(tenant, { type: "message.created", subjectId: "ms_1", inboxId: shop.id, data: { seq: 1 } }),
      recordEvent(tenant, { type: "contact.created", subjectId: "ct_1", inboxId: null }),
    ]);
    const news = await run(call, "list_events", { cursor: empty.nextCursor });
    expect(news.items).toMatchObject([
      { seq: 1, type: "message.created", subjectId: "ms_1", inboxId: shop.id, data: { seq: 1 } },
      { seq: 2, type: "contact.created", inboxId: null, actor: { kind: "api_key" } },
    ]);
    const limited = callAs(await admitted(workspace.id, { inboxes: [shop.id] }));
    expect((await run(limited, "list_events")).items).toMatchObject([{ seq: null, subjectId: "ms_1" }]);
  });

  it("refuses an inbox that is not there or not the caller's, and an unknown type", async () => {
    const { workspace, call } = await workspaceWithKey();
    const shop = await createInbox(call.tenant, { channel: "web", name: "Shop" });
    const help = await createInbox(call.tenant, { channel: "web", name: "Help" });
    const limited = callAs(await admitted(workspace.id, { inboxes: [shop.id] }));
    expect(await codeOf(run(limited, "list_events", { inboxId: help.id }))).toBe("not_found");
    expect(await codeOf(run(call, "list_events", { inboxId: "ib_none" }))).toBe("not_found");
    expect(await codeOf(run(call, "list_events", { types: ["message.made"] }))).toBe("invalid_input");
    expect(await codeOf(run(limited, "list_events", { inboxId: shop.id }))).toBeNull();
  });
});
