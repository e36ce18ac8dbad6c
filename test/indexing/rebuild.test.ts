import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { indexRemoval, requestRebuild } from "../../src/indexing/jobs.ts";
import { knowledgePart } from "../../src/knowledge/index-part.ts";
import { productRemoval, removeMissingProducts, upsertProducts } from "../../src/products/import.ts";
import { productPart } from "../../src/products/index-part.ts";
import { productCorpus } from "../../src/products/index-rows.ts";
import { lastJob } from "../../src/search/index-state.ts";
import { testCall } from "../call.ts";
import { chatbotEvents, make as makeChatbot } from "../chatbots/setting.ts";
import { find, halfway, rebuild, rowids, step, stock, titles, work } from "./setting.ts";

const vectors = null;

describe("a rebuild", () => {
  it("indexes a chatbot's own products and everybody's, and says how far it is", async () => {
    const call = testCall();
    const { tenant } = call;
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    await stock(tenant, 0, 150);
    await stock(tenant, 0, 130, one);
    await stock(tenant, 0, 3, two);
    const before = await find(call, "number7", one);
    expect(Object.keys(before)).toContain("Lantern number7");
    const indexed = await rowids(tenant, "products_search");
    expect(indexed).toHaveLength(283);
    expect(await requestRebuild(tenant, one)).toMatchObject({ state: "queued", done: 0, total: null });
    const seen = new Set<string>();
    await work(tenant, {
      until: async () => {
        const job = await lastJob(tenant, one);
        seen.add(`${job?.state} ${job?.done}/${job?.total}`);
        return false;
      },
    });
    expect([...seen]).toEqual([
      ...["running 0/280", "running 100/280", "running 130/280", "running 230/280", "running 280/280"],
      "done 280/280",
    ]);
    expect(await find(call, "number7", one)).toEqual(before);
    expect(await rowids(tenant, "products_search")).toEqual(indexed);
    expect(await chatbotEvents(call)).toContainEqual({
      type: "chatbot.updated",
      subjectId: one,
      inboxId: null,
      data: { changed: ["searchIndex"] },
    });
    expect(await titles(call, "number2", two)).toContain("Lantern number2");
  });

  it("puts right what was wrong", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await stock(tenant, 0, 5);
    const indexed = await rowids(tenant, "products_search");
    const { index } = productCorpus;
    await tenant.db
      .delete(index)
      .where(sql`rowid = ${indexed[1]} AND ${tenant.workspaceId} NOT IN ('workspace_id')`);
    expect(await titles(call, "number1")).not.toContain("Lantern number1");
    await rebuild(tenant, chatbotId);
    expect((await find(call, "number1"))["Lantern number1"]).toEqual(["typos", "words"]);
    expect(await rowids(tenant, "products_search")).toEqual(indexed);
  });

  it("lets searches go on: each finds all that it found, and what the rebuild has put right", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await stock(tenant, 0, 120, chatbotId);
    await stock(tenant, 0, 120);
    const all = async () => [
      await titles(call, "lantern number3", chatbotId),
      await titles(call, "number3"),
      await titles(call, "lnatern"),
    ];
    const before = await all();
    await requestRebuild(tenant, chatbotId);
    const steps = await work(tenant, {
      until: async () => {
        expect(await all()).toEqual(before);
        return false;
      },
    });
    expect(steps).toBeGreaterThan(5);
    expect(await lastJob(tenant, chatbotId)).toMatchObject({ state: "done", done: 240 });
    expect(await rowids(tenant, "products_search")).toHaveLength(240);
  });
});

describe("what changes during a rebuild", () => {
  it("is found at once, and afterwards as well", async () => {
    const call = testCall();
    const { tenant } = call;
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    await stock(tenant, 0, 230);
    await stock(tenant, 0, 1, one);
    await requestRebuild(tenant, one);
    await work(tenant, { until: async () => ((await lastJob(tenant, one))?.done ?? 0) > 50 });
    const item = (n: number) => `sku-shared-${n}`;
    const changes = [
      // Indexed already, and not yet; and a new one.
      { externalId: item(1), title: "Changed early" },
      { externalId: item(220), title: "Changed late" },
      { externalId: "new", title: "Changed new" },
      // They move.
      { externalId: item(2), title: "Moved to one", chatbotId: one },
      { externalId: item(3), title: "Moved to two", chatbotId: two },
      { externalId: item(221), title: "Moved to one late", chatbotId: one },
      { externalId: `sku-${one}-0`, title: "Moved to all" },
    ];
    await upsertProducts(tenant, changes, { vectors, syncToken: "kept" });
    const kept = Array.from({ length: 230 }, (_, n) => n)
      .filter((n) => ![1, 2, 3, 4, 220, 221, 222].includes(n))
      .map((n) => ({ externalId: item(n), title: `Lantern number${n}` }));
    await upsertProducts(tenant, kept, { vectors, syncToken: "kept" });
    expect(await removeMissingProducts(tenant, { syncToken: "kept", chatbotId: null, vectors })).toBe(2);
    const answers = async () => [
      await titles(call, "changed", one),
      await titles(call, "chnaged"),
      await titles(call, "moved", one),
      await titles(call, "moved", two),
      await titles(call, "moved"),
      // Names from before, and what was removed: 4 early, 222 late.
      ...(await Promise.all([1, 2, 3, 4, 220, 221, 222].map((n) => titles(call, `number${n}`)))).map(
        (found) =>
          found.filter((title) => [1, 2, 3, 4, 220, 221, 222].some((n) => title === `Lantern number${n}`)),
      ),
    ];
    const expected = [
      ["Changed early", "Changed late", "Changed new"],
      ["Changed early", "Changed late", "Changed new"],
      ["Moved to all", "Moved to one", "Moved to one late"],
      ["Moved to all", "Moved to two"],
      ["Moved to all", "Moved to one", "Moved to one late", "Moved to two"],
      ...[[], [], [], [], [], [], []],
    ];
    expect(await answers()).toEqual(expected);
    await work(tenant, { until: async () => (await lastJob(tenant, one))?.state === "done" });
    expect(await answers()).toEqual(expected);
    await work(tenant);
    expect(await answers()).toEqual(expected);
    // 230 − 7 as they were, 3 changed or new, 4 moved.
    expect(await rowids(tenant, "products_search")).toHaveLength(230);
    // The next rebuild, of the other chatbot, finds the same.
    await rebuild(tenant, two);
    expect(await answers()).toEqual(expected);
    expect(await rowids(tenant, "products_search")).toHaveLength(230);
  });

  it("is not undone by a slice that read it before", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await stock(tenant, 0, 10);
    await requestRebuild(tenant, chatbotId);
    const slow: typeof productPart = {
      ...productPart,
      async slice(...args) {
        const rows = await productPart.slice(...args);
        if (rows) {
          const change = { externalId: "sku-shared-1", title: "Renamed meanwhile" };
          await upsertProducts(tenant, [change], { vectors, syncToken: "one" });
          await removeMissingProducts(tenant, { syncToken: "one", chatbotId: null, vectors });
        }
        return rows;
      },
    };
    await work(tenant, { parts: [slow] });
    expect(await find(call, "renamed")).toEqual({ "Renamed meanwhile": ["typos", "words"] });
    expect(await find(call, "number1 number2")).toEqual({});
    expect(await rowids(tenant, "products_search")).toHaveLength(1);
  });
});

describe("jobs", () => {
  it("are one for each chatbot, and go one after the other", async () => {
    const call = testCall();
    const { tenant } = call;
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    await stock(tenant, 0, 10);
    const asked = await Promise.all([one, one, two, one].map((id) => requestRebuild(tenant, id)));
    expect(new Set(asked.map(({ id }) => id)).size).toBe(2);
    await step(tenant);
    const states = async () => [(await lastJob(tenant, one))?.state, (await lastJob(tenant, two))?.state];
    expect((await states()).sort()).toEqual(["queued", "running"]);
    const running = (await lastJob(tenant, one))?.state === "running" ? one : two;
    expect(await requestRebuild(tenant, running)).toMatchObject({ state: "running" });
    await work(tenant);
    expect(await states()).toEqual(["done", "done"]);
    const again = await requestRebuild(tenant, one);
    expect(asked.map(({ id }) => id)).not.toContain(again.id);
    await work(tenant);
    expect((await lastJob(tenant, one))?.total).toBe(10);
    expect(await titles(call, "number3")).toContain("Lantern number3");
  });

  it("end with their chatbot, and leave nothing behind", async () => {
    const call = testCall();
    const { tenant } = call;
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    await stock(tenant, 0, 120);
    await stock(tenant, 0, 120, one);
    await requestRebuild(tenant, one);
    await work(tenant, { until: async () => ((await lastJob(tenant, one))?.done ?? 0) > 0 });
    await deleteChatbot(tenant, one, [indexRemoval, productRemoval]);
    expect(await lastJob(tenant, one)).toBeNull();
    expect(await titles(call, "number3", two)).toContain("Lantern number3");
    await work(tenant);
    expect(await rowids(tenant, "products_search")).toHaveLength(120);
    expect(await titles(call, "number3", two)).toContain("Lantern number3");
    await rebuild(tenant, two);
    expect((await lastJob(tenant, two))?.total).toBe(120);
    expect(await titles(call, "number3", two)).toContain("Lantern number3");
  });

  it("of a chatbot that is gone are dropped when their turn comes", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await requestRebuild(tenant, chatbotId);
    await deleteChatbot(tenant, chatbotId, []);
    await work(tenant);
    expect(await lastJob(tenant, chatbotId)).toBeNull();
  });

  it("change nothing with a slice that was overtaken", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await stock(tenant, 0, 250);
    await requestRebuild(tenant, chatbotId);
    await work(tenant, { until: halfway(tenant, chatbotId) });
    const overtaken: typeof productPart = {
      ...productPart,
      async slice(...args) {
        const rows = await productPart.slice(...args);
        await work(tenant);
        return rows;
      },
    };
    await step(tenant, { parts: [knowledgePart, overtaken] });
    const done = { state: "done", done: 250, total: 250, position: null, attempts: 0 };
    expect(await lastJob(tenant, chatbotId)).toMatchObject(done);
    expect(await step(tenant)).toBeNull();
    expect(await rowids(tenant, "products_search")).toHaveLength(250);
  });

  it("begin again when what is indexed has changed meanwhile", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await stock(tenant, 0, 250);
    await requestRebuild(tenant, chatbotId);
    const former = { ...productPart, name: "former" };
    await work(tenant, { parts: [former], until: halfway(tenant, chatbotId) });
    await work(tenant);
    expect(await lastJob(tenant, chatbotId)).toMatchObject({ state: "done", done: 250, total: 250 });
    expect(await rowids(tenant, "products_search")).toHaveLength(250);
  });
});
