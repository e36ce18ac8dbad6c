import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { describeDifference, differenceOf, sumOf } from "../../src/flows/edit/difference.ts";
import { addNode, connectNodes, deleteNode, updateDraft } from "../../src/flows/edit/drafts.ts";
import { createFlow, deleteFlow, getFlow, listFlows, mainFlow, newFlow } from "../../src/flows/edit/store.ts";
import { getVersion, listVersions } from "../../src/flows/edit/versions.ts";
import { getSession } from "../../src/flows/run/sessions.ts";
import { flowVersions } from "../../src/flows/schema.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { failureOf } from "../run.ts";
import { draftOf } from "./flows.ts";
import { published, saying, session, tenantFor } from "./stored.ts";

describe("flows", () => {
  it("are made, found by id or as a chatbot's main flow, and only in their workspace", async () => {
    const tenant = tenantFor();
    const flow = await createFlow(tenant, { name: "Welcome" });
    expect(await getFlow(tenant, { flowId: flow.id })).toEqual(flow);
    expect(flow.draft.nodes.map(({ type }) => type)).toEqual(["start"]);
    const chatbotId = newId("chatbot");
    expect(await mainFlow(tenant, chatbotId)).toBeNull();
    const main = newFlow(tenant, { name: "Main", chatbotId, draft: saying("hi") });
    await tenant.batch([main.statement]);
    expect(await mainFlow(tenant, chatbotId)).toEqual(main.flow);
    expect(await getFlow(tenant, { chatbotId })).toEqual(main.flow);
    const second = newFlow(tenant, { name: "Second main", chatbotId });
    await expect(tenant.batch([second.statement])).rejects.toThrow();
    const stranger = tenantFor();
    for (const which of [{ flowId: flow.id }, { chatbotId }]) {
      expect((await failureOf(getFlow(stranger, which))).code).toBe("not_found");
    }
    expect((await listFlows(stranger, { limit: 10 })).items).toEqual([]);
  });

  it("are listed newest first, by chatbot and by name", async () => {
    const tenant = tenantFor();
    const names = ["Order status", "Returns", "ORDER help", "Ärger"];
    for (const [i, name] of names.entries()) {
      const { statement } = newFlow(tenant, { name, chatbotId: i === 1 ? "cb_x" : null }, 1000 + i);
      await tenant.batch([statement]);
    }
    const list = async (options: object) =>
      (await listFlows(tenant, { limit: 10, ...options })).items.map(({ name }) => name);
    expect(await list({})).toEqual(names.toReversed());
    expect(await list({ query: "order" })).toEqual(["ORDER help", "Order status"]);
    expect(await list({ query: "ärg" })).toEqual(["Ärger"]);
    expect(await list({ query: "x%" })).toEqual([]);
    expect(await list({ chatbotId: "cb_x" })).toEqual(["Returns"]);
    const first = await listFlows(tenant, { limit: 1, query: "order" });
    expect(first).toMatchObject({ hasMore: true });
    expect(await list({ limit: 1, query: "order", cursor: first.nextCursor })).toEqual(["Order status"]);
  });

  it("are searched a bounded part at a time", async () => {
    const workspaceId = newId("workspace");
    const meter = metered(env.TENANT_1);
    const { tenant } = testCall({ workspaceId, database: meter.database });
    await env.TENANT_1.prepare(
      `INSERT INTO flows (workspace_id, id, name, revision, last_number, created_at, updated_at, draft)
       SELECT ?, 'fl_' || printf('%05d', value), 'Flow ' || value, 1, 0, 0, 0, '{"nodes":[],"edges":[]}'
       FROM json_each(?)`,
    )
      .bind(workspaceId, JSON.stringify(Array.from({ length: 1200 }, (_, i) => i + 1)))
      .run();
    meter.reset();
    const plain = await listFlows(tenant, { limit: 25 });
    expect(plain.items).toHaveLength(25);
    expect(meter.rowsRead).toBeLessThan(40);
    meter.reset();
    let cursor: string | null | undefined;
    const found: string[] = [];
    let pages = 0;
    do {
      const page = await listFlows(tenant, { limit: 25, query: "flow 7", cursor: cursor ?? undefined });
      found.push(...page.items.map(({ name }) => name));
      cursor = page.nextCursor;
      pages += 1;
      expect(meter.rowsRead).toBeLessThan(600);
      meter.reset();
    } while (cursor);
    expect(found).toHaveLength(111);
    expect(new Set(found).size).toBe(111);
    expect(pages).toBeGreaterThan(3);
  });

  it("end with their versions when deleted, and leave their sessions abandoned", async () => {
    const tenant = tenantFor();
    const { id, version } = await published(tenant);
    const open = await session(tenant, id, version.id);
    await deleteFlow(tenant, id);
    expect((await failureOf(getFlow(tenant, { flowId: id }))).code).toBe("not_found");
    expect((await getSession(tenant, open)).status).toBe("abandoned");
    expect(await tenant.db.select().from(flowVersions).where(tenant.of(flowVersions))).toEqual([]);
    const main = newFlow(tenant, { name: "Main", chatbotId: "cb_x" });
    await tenant.batch([main.statement]);
    expect(await failureOf(deleteFlow(tenant, main.flow.id))).toMatchObject({ code: "not_allowed" });
    expect((await failureOf(deleteFlow(tenantFor(), main.flow.id))).code).toBe("not_found");
  });
});

describe("drafts", () => {
  it("are saved as versions whose graph never changes", async () => {
    const tenant = tenantFor();
    const { id } = await createFlow(tenant, { name: "Flow" });
    const first = await updateDraft(tenant, { flowId: id }, saying("one"), { versionName: "First" });
    const second = await updateDraft(tenant, { flowId: id }, saying("two"), { revision: 2 });
    expect([first.version.number, second.version.number]).toEqual([1, 2]);
    expect(second.flow).toMatchObject({ revision: 3, draftVersionId: second.version.id });
    const flow = await getFlow(tenant, { flowId: id });
    expect(flow.draft).toEqual(saying("two"));
    for (const which of ["1", first.version.id]) {
      expect(await getVersion(tenant, flow, which)).toMatchObject({ name: "First", graph: saying("one") });
    }
    const list = await listVersions(tenant, id, { limit: 1 });
    expect(list).toMatchObject({ hasMore: true, items: [{ number: 2, createdByKind: "api_key" }] });
    const rest = await listVersions(tenant, id, { limit: 1, cursor: list.nextCursor ?? "" });
    expect(rest.items.map(({ number }) => number)).toEqual([1]);
    const other = await createFlow(tenant, { name: "Other" });
    expect((await failureOf(getVersion(tenant, other, first.version.id))).code).toBe("not_found");
    expect((await failureOf(getVersion(tenant, flow, "live"))).code).toBe("not_found");
  });

  it("out of date are a conflict that names what changed since", async () => {
    const tenant = tenantFor();
    const { id } = await createFlow(tenant, { name: "Flow", draft: saying("one") });
    const which = { flowId: id };
    await addNode(tenant, which, { id: "extra", type: "end", data: {} });
    await addNode(tenant, which, { id: "brief", type: "end", data: {} });
    await connectNodes(tenant, which, { source: "m", target: "extra" });
    await deleteNode(tenant, which, "brief");
    await updateDraft(tenant, which, { ...saying("two"), edges: [] }, { revision: 5 });
    const failure = await failureOf(updateDraft(tenant, which, saying("mine"), { revision: 5 }));
    expect(failure).toMatchObject({
      code: "conflict",
      message:
        "The draft is at revision 6, not 5. Since then: removed extra; changed m; 2 edges added or removed (by Test key).",
      detail: { hint: expect.stringContaining("revision 6") },
    });
    expect((await failureOf(updateDraft(tenant, which, saying("mine"), { revision: 1 }))).message).toContain(
      "Since then: changed m;",
    );
    expect((await failureOf(updateDraft(tenant, which, saying("mine"), { revision: 9 }))).message).toBe(
      "The draft is at revision 6, not 9.",
    );
    expect((await getFlow(tenant, which)).draft).toEqual({ ...saying("two"), edges: [] });
  });

  it("take changes that are made at the same time, one after the other", async () => {
    const tenant = tenantFor();
    const { id } = await createFlow(tenant, { name: "Flow" });
    const ids = ["a", "b", "c"];
    await Promise.all(
      ids.map((node) => addNode(tenant, { flowId: id }, { id: node, type: "end", data: {} })),
    );
    const flow = await getFlow(tenant, { flowId: id });
    expect(flow.draft.nodes.map((node) => node.id).sort()).toEqual([...ids, "start"]);
    expect(flow.revision).toBe(4);
    const racing = await Promise.allSettled(
      ["x", "y"].map((text) => updateDraft(tenant, { flowId: id }, saying(text), { revision: 4 })),
    );
    expect(racing.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect((await listVersions(tenant, id, { limit: 10 })).items).toHaveLength(1);
  });

  it("are changed node by node and edge by edge", async () => {
    const tenant = tenantFor();
    const { id } = await createFlow(tenant, { name: "Flow", draft: saying("one") });
    const which = { flowId: id };
    expect((await failureOf(addNode(tenant, which, { id: "m", type: "end", data: {} }))).code).toBe(
      "duplicate",
    );
    expect(await failureOf(deleteNode(tenant, which, "ends"))).toMatchObject({
      code: "not_found",
      detail: { candidates: ["end"] },
    });
    await addNode(tenant, which, { id: "other", type: "end", data: {} });
    const { replaced } = await connectNodes(tenant, which, {
      source: "m",
      sourceHandle: "next",
      target: "other",
    });
    expect(replaced).toEqual({ source: "m", target: "end" });
    const wrong = connectNodes(tenant, which, { source: "m", sourceHandle: "answered", target: "other" });
    expect(await failureOf(wrong)).toMatchObject({ code: "invalid_input", detail: { candidates: ["next"] } });
    expect((await failureOf(connectNodes(tenant, which, { source: "m", target: "gone" }))).code).toBe(
      "not_found",
    );
    const { removedEdges, flow } = await deleteNode(tenant, which, "m");
    expect(removedEdges).toHaveLength(2);
    expect(flow.draft).toMatchObject({ edges: [] });
    expect(flow.draft.nodes.map((node) => node.id)).toEqual(["start", "end", "other"]);
  });

  it("that are too large are refused whole", async () => {
    const tenant = tenantFor();
    const { id } = await createFlow(tenant, { name: "Flow" });
    const nodes = Array.from({ length: 140 }, (_, i) => ({
      id: `m${i}`,
      type: "message",
      data: { text: "ä".repeat(2000) },
    }));
    const refused = await failureOf(updateDraft(tenant, { flowId: id }, { nodes, edges: [] }, {}));
    expect(refused).toMatchObject({ code: "invalid_input", message: expect.stringContaining("500000") });
    expect((await getFlow(tenant, { flowId: id })).revision).toBe(1);
  });
});

describe("differences", () => {
  it("see through order, and add up", () => {
    const before = draftOf([
      ["a", "end", { message: "x", label: "y" }],
      ["b", "end"],
    ]);
    const after = draftOf([
      ["b", "end"],
      ["a", "end", { label: "y", message: "x" }],
    ]);
    expect(differenceOf(before, after)).toEqual({ added: [], removed: [], changed: [], edges: 0 });
    const step = (more: object) => ({ added: [], removed: [], changed: [], edges: 0, ...more });
    const sum = sumOf([
      step({ added: ["a"] }),
      step({ changed: ["a", "b"] }),
      step({ removed: ["b", "c"] }),
      step({ added: ["c"] }),
    ]);
    expect(sum).toEqual({ added: ["a"], removed: ["b"], changed: ["c"], edges: 0 });
    expect(describeDifference(step({}))).toBe("nothing that is left");
  });
});
