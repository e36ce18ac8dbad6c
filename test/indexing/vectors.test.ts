import { describe, expect, it, onTestFinished, vi } from "vitest";
import { requestRebuild } from "../../src/indexing/jobs.ts";
import { removeMissingProducts, upsertProducts } from "../../src/products/import.ts";
import { productPart } from "../../src/products/index-part.ts";
import { SHARED } from "../../src/search/corpus.ts";
import { lastJob } from "../../src/search/index-state.ts";
import type { IndexedPart } from "../../src/search/indexed-part.ts";
import type { VectorArm } from "../../src/search/vectors.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { find, step, work } from "./setting.ts";

/** A vector service in memory, since there is no local one: near is what shares its first word. */
function memoryVectors() {
  const stored = new Map<string, { workspaceId: string; scope: string; text: string }>();
  const arm: VectorArm = {
    async nearest(workspaceId, { query, scopes, limit }) {
      const [word = ""] = query.split(" ");
      return [...stored]
        .filter(([, row]) => row.workspaceId === workspaceId && row.text.startsWith(word))
        .filter(([, row]) => !scopes || scopes.includes(row.scope))
        .slice(0, limit)
        .map(([id]) => id);
    },
    async upsert(workspaceId, rows) {
      for (const { id, ...row } of rows) stored.set(id, { workspaceId, ...row });
    },
    async remove(ids) {
      for (const id of ids) stored.delete(id);
    },
  };
  const texts = () => [...stored.values()].map(({ text, scope }) => `${text} in ${scope}`).sort();
  return { stored, arm, texts };
}

const meaningOf = async (...args: Parameters<typeof find>) =>
  Object.entries(await find(...args))
    .filter(([, arms]) => arms.includes("meaning"))
    .map(([title]) => title)
    .sort();

describe("vectors in a rebuild", () => {
  it("are made anew, and answer all the while", async () => {
    const call = testCall();
    const { tenant } = call;
    const { arm, stored, texts } = memoryVectors();
    const part: IndexedPart = { ...productPart, vectors: () => arm };
    const chatbotId = await makeChatbot(call);
    const items = Array.from({ length: 120 }, (_, i) => ({
      externalId: `${i}`,
      title: `${i % 3 ? "Chair" : "Sofa"} ${i}`,
    }));
    await upsertProducts(tenant, [...items, { externalId: "own", title: "Sofa own", chatbotId }], {
      vectors: arm,
    });
    const before = await meaningOf(call, "Sofa", chatbotId, arm);
    expect(before).toHaveLength(41);
    const whole = texts();
    // As if the service had lost some and garbled another.
    const [first = "", second = "", third = ""] = stored.keys();
    for (const id of [first, second]) stored.delete(id);
    stored.set(third, { workspaceId: tenant.workspaceId, scope: SHARED, text: "Garbled" });
    await requestRebuild(tenant, chatbotId);
    await work(tenant, { parts: [part] });
    expect(await lastJob(tenant, chatbotId)).toMatchObject({ state: "done", done: 121 });
    expect(texts()).toEqual(whole);
    expect(await meaningOf(call, "Sofa", chatbotId, arm)).toEqual(before);
    expect(await meaningOf(call, "Sofa", undefined, arm)).toEqual(before);
  });

  it("follow what changes meanwhile, also while they are made", async () => {
    const call = testCall();
    const { tenant } = call;
    const { arm, texts } = memoryVectors();
    const chatbotId = await makeChatbot(call);
    const item = (n: number, title: string) => ({ externalId: `${n}`, title });
    const all = [0, 1, 2, 3].map((n) => item(n, `Sofa ${n}`));
    await upsertProducts(tenant, all, { vectors: arm, syncToken: "begun" });
    let meddled = false;
    const slow: VectorArm = {
      ...arm,
      async upsert(...args) {
        if (!meddled) {
          meddled = true;
          // A change, a removal and a new one, whole, before the vectors of what was read get there.
          const rows = [item(0, "Chair 0"), item(2, "Sofa 2"), item(3, "Sofa 3"), item(4, "Sofa 4")];
          await upsertProducts(tenant, rows, { vectors: arm, syncToken: "meanwhile" });
          await removeMissingProducts(tenant, { syncToken: "meanwhile", chatbotId: null, vectors: arm });
        }
        await arm.upsert(...args);
      },
    };
    const part: IndexedPart = { ...productPart, vectors: () => slow };
    await requestRebuild(tenant, chatbotId);
    await work(tenant, { parts: [part] });
    expect(texts()).toEqual(["Chair 0", "Sofa 2", "Sofa 3", "Sofa 4"].map((text) => `${text} in ${SHARED}`));
    expect(await meaningOf(call, "Sofa", chatbotId, arm)).toEqual(["Sofa 2", "Sofa 3", "Sofa 4"]);
    await upsertProducts(tenant, [item(3, "Table 3")], { vectors: arm });
    expect(await meaningOf(call, "Sofa", undefined, arm)).toEqual(["Sofa 2", "Sofa 4"]);
    expect(await meaningOf(call, "Table", chatbotId, arm)).toEqual(["Table 3"]);
  });

  it("are not believed when they say that a row is where it was", async () => {
    const call = testCall();
    const { tenant } = call;
    const { arm } = memoryVectors();
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    await upsertProducts(tenant, [{ externalId: "1", title: "Sofa", chatbotId: one }], { vectors: arm });
    const part: IndexedPart = { ...productPart, vectors: () => arm };
    await requestRebuild(tenant, one);
    await work(tenant, { parts: [part] });
    await upsertProducts(tenant, [{ externalId: "1", title: "Sofa", chatbotId: two }], { vectors: arm });
    expect(await meaningOf(call, "Sofa", one, arm)).toEqual([]);
    expect(await meaningOf(call, "Sofa", two, arm)).toEqual(["Sofa"]);
  });
});

describe("a vector service that fails", () => {
  it("is asked again, later each time, and the job given up in the end; what was indexed stays", async () => {
    const call = testCall();
    const { tenant } = call;
    const { arm, stored } = memoryVectors();
    const log = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    const chatbotId = await makeChatbot(call);
    const items = Array.from({ length: 3 }, (_, i) => ({ externalId: `${i}`, title: `Sofa ${i}` }));
    await upsertProducts(tenant, items, { vectors: arm });
    let working = false;
    const failing: VectorArm = {
      ...arm,
      upsert: async (...args) => {
        if (!working) throw new Error("secret detail of the service");
        await arm.upsert(...args);
      },
    };
    const part: IndexedPart = { ...productPart, vectors: () => failing };
    await requestRebuild(tenant, chatbotId);
    const waits: (number | null)[] = [];
    await work(tenant, {
      parts: [part],
      until: async () => (await lastJob(tenant, chatbotId))?.attempts === 1,
    });
    for (let i = 0; i < 6; i++) waits.push(await step(tenant, { parts: [part] }));
    expect(waits).toEqual([4_000, 8_000, 16_000, 32_000, 64_000, 128_000]);
    // One that goes well begins the count anew.
    working = true;
    await step(tenant, { parts: [part] });
    expect(await lastJob(tenant, chatbotId)).toMatchObject({ state: "running", attempts: 0, done: 3 });
    expect(stored.size).toBe(3);
    working = false;
    await upsertProducts(tenant, [{ externalId: "new", title: "Sofa new" }], { vectors: null });
    for (let i = 0; i < 8; i++) await step(tenant, { parts: [part] });
    const job = await lastJob(tenant, chatbotId);
    expect(job).toMatchObject({ state: "failed" });
    expect(job?.error).toMatch(/8 attempts in a row failed.*goes on answering/);
    expect(job?.error).not.toContain("secret");
    // The log says why.
    expect(log).toHaveBeenCalledTimes(15);
    expect(log).toHaveBeenLastCalledWith(expect.stringContaining("secret detail of the service"));
    await work(tenant, { parts: [part] });
    expect(stored.size).toBe(3);
    expect(await meaningOf(call, "Sofa", chatbotId, arm)).toEqual(["Sofa 0", "Sofa 1", "Sofa 2"]);
    expect(Object.keys(await find(call, "Sofa", chatbotId))).toHaveLength(4);
    // Asked for again, it is another job, which can do it.
    working = true;
    expect((await requestRebuild(tenant, chatbotId)).id).not.toBe(job?.id);
    await work(tenant, { parts: [part] });
    expect(await lastJob(tenant, chatbotId)).toMatchObject({ state: "done", error: null });
    expect(await meaningOf(call, "Sofa", chatbotId, arm)).toHaveLength(4);
  });
});
