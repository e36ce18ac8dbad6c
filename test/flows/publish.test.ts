import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { createTag } from "../../src/contacts/tags.ts";
import { updateDraft } from "../../src/flows/edit/drafts.ts";
import { checkFlow, publishFlow } from "../../src/flows/edit/publish.ts";
import { createFlow, getFlow } from "../../src/flows/edit/store.ts";
import { getVersion, listVersions } from "../../src/flows/edit/versions.ts";
import { getSession, latestSession, storeTurn, visitorsUnderWay } from "../../src/flows/run/sessions.ts";
import { newState } from "../../src/flows/run/state.ts";
import { flowSessions, flows, flowVersions } from "../../src/flows/schema.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { failureOf } from "../run.ts";
import { draftOf } from "./flows.ts";
import { published, saying, session, tenantFor } from "./stored.ts";

describe("publishing", () => {
  const eventsOf = (tenant: Tenant) =>
    tenant.db
      .select()
      .from(events)
      .where(tenant.of(events, eq(events.type, "flow.published")));

  it("makes the draft a version once, and an older version the way back", async () => {
    const tenant = tenantFor();
    const { id, version } = await published(tenant, "one");
    const which = { flowId: id };
    expect(version.number).toBe(1);
    const again = await publishFlow(tenant, which, { running: "keep" });
    expect(again.version.id).toBe(version.id);
    expect(await eventsOf(tenant)).toHaveLength(1);
    const next = await updateDraft(tenant, which, saying("two"), {});
    await publishFlow(tenant, which, { running: "keep" });
    const back = await publishFlow(tenant, which, { versionId: version.id, running: "keep" });
    expect(back).toMatchObject({ previousVersionId: next.version.id, flow: { publishedNumber: 1 } });
    const flow = await getFlow(tenant, which);
    expect((await getVersion(tenant, flow, "live")).graph).toEqual(saying("one"));
    expect(flow.draft).toEqual(saying("two"));
    const all = await eventsOf(tenant);
    expect(all.map(({ data }) => data.number)).toEqual([1, 2, 1]);
    expect(all[2]).toMatchObject({
      subjectId: id,
      data: { versionId: version.id, previousVersionId: next.version.id, running: "keep" },
    });
    expect((await listVersions(tenant, id, { limit: 10 })).items).toHaveLength(2);
  });

  it("refuses a flow with errors, and takes one with warnings", async () => {
    const tenant = tenantFor();
    const { id } = await createFlow(tenant, {
      name: "Flow",
      draft: draftOf(
        [
          ["start", "start"],
          ["t", "add_tag", { tag: "VIP" }],
        ],
        ["start > t"],
      ),
    });
    const refused = await failureOf(publishFlow(tenant, { flowId: id }, { running: "keep" }));
    expect(refused).toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining('nodes.t.data.tag: There is no tag "VIP"'),
    });
    expect(await tenant.db.select().from(flowVersions).where(tenant.of(flowVersions))).toEqual([]);
    await createTag(tenant, { name: "vip" });
    const { warnings } = await publishFlow(tenant, { flowId: id }, { running: "keep" });
    expect(warnings.map(({ code }) => code)).toEqual(["unconnected_handle"]);
    const wrong = publishFlow(tenant, { flowId: id }, { versionId: newId("flowVersion"), running: "keep" });
    expect((await failureOf(wrong)).code).toBe("not_found");
  });

  it("by several at the same time makes one version", async () => {
    const tenant = tenantFor();
    const { id } = await createFlow(tenant, { name: "Flow", draft: saying("one") });
    const both = await Promise.all(
      [1, 2, 3].map(() => publishFlow(tenant, { flowId: id }, { running: "keep" })),
    );
    expect(new Set(both.map(({ version }) => version.id)).size).toBe(1);
    expect(await eventsOf(tenant)).toHaveLength(1);
  });

  it.each(["keep", "restart", "end"] as const)("leaves sessions under way to %s", async (running) => {
    const tenant = tenantFor();
    const { id, version } = await published(tenant);
    const other = await published(tenant);
    const [open, done, elsewhere] = await Promise.all([
      session(tenant, id, version.id),
      session(tenant, id, version.id),
      session(tenant, other.id, other.version.id),
    ]);
    const state = { ...newState({ flowId: id, versionId: version.id, seed: 1 }), nodeId: "m", wakeAt: 5 };
    await tenant.batch(storeTurn(tenant, open, state));
    await tenant.batch(
      storeTurn(tenant, done, { ...state, status: "completed", reason: "end", waiting: null }),
    );
    const before = await Promise.all([open, done, elsewhere].map((one) => getSession(tenant, one)));
    await updateDraft(tenant, { flowId: id }, saying("two"), {});
    const { sessionsChanged, version: live } = await publishFlow(tenant, { flowId: id }, { running });
    const [now, ...rest] = await Promise.all([open, done, elsewhere].map((one) => getSession(tenant, one)));
    expect(rest).toEqual(before.slice(1));
    expect(sessionsChanged).toBe(running === "keep" ? 0 : 1);
    if (running === "keep") expect(now).toEqual(before[0]);
    if (running === "end")
      expect(now).toMatchObject({ status: "abandoned", wakeAt: null, versionId: version.id });
    if (running === "restart") {
      expect(now).toMatchObject({ status: "waiting", versionId: live.id, state: null, nodeId: null });
      expect(now?.wakeAt).toBeLessThanOrEqual(Date.now());
    }
    // A turn that was being worked out meanwhile must not bring back what was ended or restarted.
    const late = tenant.batch(storeTurn(tenant, before[0] ?? open, state));
    if (running === "keep") await late;
    else expect((await failureOf(late)).code).toBe("conflict");
  });
});

describe("ending the sessions of a flow", () => {
  it("reads its live sessions alone, whatever others there are", async () => {
    const meter = metered(env.TENANT_1);
    const { tenant } = testCall({ database: meter.database });
    const { id, version } = await published(tenant);
    await session(tenant, id, version.id);
    await env.TENANT_1.prepare(
      `WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 5000)
       INSERT INTO flow_sessions (workspace_id, id, flow_id, version_id, conversation_id, status, turn, created_at, updated_at)
       SELECT ?, 'fs_' || n, iif(n % 2, ?, 'fl_other'), 'fv', 'cv_' || n, iif(n % 2, 'completed', 'waiting'), 1, 1, 1 FROM i`,
    )
      .bind(tenant.workspaceId, id)
      .run();
    meter.reset();
    const { sessionsChanged } = await publishFlow(tenant, { flowId: id }, { running: "end" });
    expect(sessionsChanged).toBe(1);
    expect(meter.rowsRead).toBeLessThan(100);
  });
});

describe("sessions", () => {
  it("are found by conversation, newest first, and only in inboxes that the caller sees", async () => {
    const tenant = tenantFor();
    const conversationId = newId("conversation");
    await session(tenant, "fl_a", "fv_a", { conversationId, inboxId: "ib_a" });
    await new Promise((resolve) => setTimeout(resolve, 2));
    const newest = await session(tenant, "fl_a", "fv_a", { conversationId, inboxId: "ib_a" });
    expect(await latestSession(tenant, conversationId)).toEqual(newest);
    const limited = testCall({ workspaceId: tenant.workspaceId, inboxes: ["ib_b"] }).tenant;
    expect(await latestSession(limited, conversationId)).toBeNull();
    expect((await failureOf(getSession(limited, newest))).code).toBe("not_found");
    expect((await failureOf(getSession(tenantFor(), newest))).code).toBe("not_found");
    expect(await latestSession(tenant, newId("conversation"))).toBeNull();
  });
});

describe("checking a flow in its workspace", () => {
  it("knows its tags, fields and flows, and costs the same however many there are", async () => {
    const workspaceId = newId("workspace");
    const meter = metered(env.TENANT_1);
    const { tenant } = testCall({ workspaceId, database: meter.database });
    for (let i = 0; i < 130; i++) await createTag(tenant, { name: `tag ${String(i).padStart(3, "0")}` });
    const { id } = await published(tenant);
    const draft = draftOf([
      ["start", "start"],
      ["known", "add_tag", { tag: "TAG 129" }],
      ["first", "add_tag", { tag: "tag 001" }],
      ["gone", "add_tag", { tag: "tog 001" }],
      ["g", "goto", { flowId: id }],
      ["h", "goto", { flowId: newId("flow") }],
    ]);
    meter.reset();
    const { problems } = await checkFlow(tenant, draft);
    expect(meter.rowsRead).toBeLessThan(1000);
    const errors = problems.filter(({ severity }) => severity === "error");
    expect(errors.map(({ path }) => path)).toEqual(["nodes.gone.data.tag", "nodes.h.data.flowId"]);
    expect(errors[0]?.candidates).toContain("tag 001");
    const count = await tenant.db.select({ id: flows.id }).from(flows).where(tenant.of(flows));
    expect(count).toHaveLength(1);
    expect(await tenant.db.select().from(flowSessions).where(tenant.of(flowSessions))).toEqual([]);
  });
});

it("tells how many visitors are in a flow, of those that the caller may see, and where they wait", async () => {
  const tenant = tenantFor();
  const { id, version } = await published(tenant);
  const [mine, hidden] = [newId("inbox"), newId("inbox")];
  const at = async (inboxId: string, nodeId: string) => {
    const made = await session(tenant, id, version.id, { inboxId });
    await tenant.db
      .update(flowSessions)
      .set({ nodeId })
      .where(tenant.of(flowSessions, eq(flowSessions.id, made.id)));
  };
  await at(mine, "ask");
  await at(mine, "ask");
  await at(mine, "name");
  await at(hidden, "name");
  const { tenant: limited } = testCall({ workspaceId: tenant.workspaceId, inboxes: [mine] });
  expect(await visitorsUnderWay(tenant, id)).toEqual({
    count: 4,
    isAll: true,
    at: [
      { nodeId: "ask", visitors: 2 },
      { nodeId: "name", visitors: 2 },
    ],
  });
  expect(await visitorsUnderWay(limited, id)).toMatchObject({
    count: 3,
    at: [
      { nodeId: "ask", visitors: 2 },
      { nodeId: "name", visitors: 1 },
    ],
  });
  const other = await published(tenant);
  expect(await visitorsUnderWay(tenant, other.id)).toEqual({ count: 0, isAll: true, at: [] });
});
