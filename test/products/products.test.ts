import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { productRemoval, removeMissingProducts, upsertProducts } from "../../src/products/import.ts";
import { type ProductInput, productInput } from "../../src/products/product-input.ts";
import { productTools } from "../../src/products/tools.ts";
import { bareId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { metered } from "../meter.ts";
import { allItems, failureOf, runTool } from "../run.ts";

const vectors = null;
const run = (call: Call, name: string, args: object = {}) => runTool(productTools, call, name, args);
const listed = async (call: Call, args: object = {}) =>
  (await allItems(productTools, call, "list_products", args)).map((row) => row.externalId);
function item(n: number | string, more: Partial<ProductInput> = {}): ProductInput {
  return { externalId: `sku-${n}`, title: `Product ${n}`, ...more };
}

describe("upsertProducts", () => {
  it("makes, changes and leaves alone, by external id", async () => {
    const call = testCall();
    const { tenant } = call;
    expect(await upsertProducts(tenant, [item(1), item(2), item(3)], { vectors })).toEqual({
      created: 3,
      updated: 0,
      unchanged: 0,
    });
    const [before] = await allItems(productTools, call, "list_products");
    const changes = [item(1), item(2, { title: "Renamed" }), item(4), item(3, { title: "Twice" }), item(3)];
    expect(await upsertProducts(tenant, changes, { vectors })).toEqual({
      created: 1,
      updated: 1,
      unchanged: 2,
    });
    expect(await listed(call)).toEqual(["sku-4", "sku-3", "sku-2", "sku-1"]);
    const rows = await allItems(productTools, call, "list_products");
    expect(rows[1]).toEqual(before);
    const titles = async (query: string) => {
      const { items } = await run(call, "search_products", { query });
      return Array.isArray(items) ? items.map(({ title }) => title) : null;
    };
    expect(await titles("renamed")).toEqual(["Renamed"]);
    expect(await titles("sku 2")).toContain("Renamed");
  });

  it("shows a product with its price in the digits of its currency", async () => {
    const call = testCall();
    await upsertProducts(
      call.tenant,
      [
        item(1, {
          title: "  Tea\0 pot ",
          description: "x".repeat(600),
          price: "1200",
          currency: "JPY",
          availability: "preorder",
          url: "https://shop.example/tea",
          imageUrl: "https://shop.example/tea.jpg",
          attributes: { colour: "red", sizes: ["S", "M"], weight: 1.5, vegan: true },
        }),
        item(2, { price: "5", currency: "EUR" }),
      ],
      { vectors },
    );
    expect(await run(call, "list_products")).toMatchObject({
      items: [
        { title: "Product 2", price: "5.00", currency: "EUR", availability: "in_stock", description: "" },
        {
          title: "Tea pot",
          price: "1200",
          currency: "JPY",
          availability: "preorder",
          description: `${"x".repeat(499)}…`,
          descriptionCut: true,
          url: "https://shop.example/tea",
          attributes: { colour: "red", sizes: ["S", "M"], weight: 1.5, vegan: true },
          chatbotId: null,
        },
      ],
      untrustedFields: ["title", "description", "url", "imageUrl", "externalId", "attributes"],
    });
  });

  it("refuses what does not fit, names the item, and writes nothing then", async () => {
    const call = testCall();
    const wrong: [Partial<ProductInput>, RegExp][] = [
      [{ title: " " }, /^Item 2: title: /],
      [{ price: "1" }, /^Item 2: currency: /],
      [{ price: "1.9999", currency: "EUR" }, /^Item 2: price: EUR has 2 digits/],
      [{ price: "1", currency: "euro" }, /^Item 2: currency: /],
      [{ url: "javascript:alert(1)" }, /^Item 2: url: /],
      [{ chatbotId: "cb_1" }, /^Item 2: chatbotId: /],
    ];
    for (const [more, message] of wrong) {
      const failure = await failureOf(upsertProducts(call.tenant, [item(1), item(2, more)], { vectors }));
      expect(failure.code).toBe("invalid_input");
      expect(failure.message).toMatch(message);
    }
    const strange = item(2, { chatbotId: await makeChatbot(testCall()) });
    expect((await failureOf(upsertProducts(call.tenant, [item(1), strange], { vectors }))).code).toBe(
      "not_found",
    );
    const tooMany = Array.from({ length: 501 }, (_, i) => item(i));
    expect((await failureOf(upsertProducts(call.tenant, tooMany, { vectors }))).code).toBe("invalid_input");
    expect(await listed(call)).toEqual([]);
    expect(productInput.safeParse({ externalId: "a", title: "b", colour: "red" }).success).toBe(false);
  });

  it("writes 500 long ones in a few statements, also of a script that the index spells out", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const items = Array.from({ length: 500 }, (_, i) => item(i, { description: "茶".repeat(1000) }));
    expect(await upsertProducts(call.tenant, items, { vectors })).toMatchObject({ created: 500 });
    expect(meter.roundTrips).toBeLessThan(10);
    expect(await listed(call, { limit: 100 })).toHaveLength(500);
    meter.reset();
    expect(await upsertProducts(call.tenant, items, { vectors })).toMatchObject({ unchanged: 500 });
    expect(meter.rowsWritten).toBe(0);
  });

  it("holds when two imports run at the same time", async () => {
    const call = testCall();
    const items = Array.from({ length: 50 }, (_, i) => item(i));
    await Promise.all([1, 2, 3].map(() => upsertProducts(call.tenant, items, { vectors })));
    expect(await listed(call)).toHaveLength(50);
    const { items: hits } = await run(call, "search_products", { query: "product", limit: 100 });
    expect(hits).toHaveLength(50);
  });
});

describe("removeMissingProducts", () => {
  it("makes the store equal to the source, of one chatbot or of none", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await upsertProducts(tenant, [item("a"), item("b"), item("c"), item("x", { chatbotId })], { vectors });
    const syncToken = "run-1";
    await upsertProducts(tenant, [item("a"), item("b", { title: "New" })], { syncToken, vectors });
    // A change outside of the run keeps its mark.
    await upsertProducts(tenant, [item("b", { title: "Newer" })], { vectors });
    expect(await removeMissingProducts(tenant, { syncToken, chatbotId: null, vectors })).toBe(1);
    expect(await removeMissingProducts(tenant, { syncToken, chatbotId: null, vectors })).toBe(0);
    expect(await listed(call)).toEqual(["sku-x", "sku-b", "sku-a"]);
    expect(await run(call, "search_products", { query: "sku-c" })).toMatchObject({
      items: expect.not.arrayContaining([expect.objectContaining({ externalId: "sku-c" })]),
    });
    expect(await removeMissingProducts(tenant, { syncToken, chatbotId, vectors })).toBe(1);
    const other = testCall();
    await upsertProducts(other.tenant, [item("a")], { vectors });
    await removeMissingProducts(tenant, { syncToken: "run-2", chatbotId: null, vectors });
    expect([await listed(call), await listed(other)]).toEqual([[], ["sku-a"]]);
  });

  it("goes on until none is left", async () => {
    const call = testCall();
    for (const part of [0, 500, 1000]) {
      const items = Array.from({ length: 400 }, (_, i) => item(part + i));
      await upsertProducts(call.tenant, items, { vectors, ...(part === 500 ? { syncToken: "t" } : {}) });
    }
    const options = { syncToken: "t", chatbotId: null, vectors };
    expect(await removeMissingProducts(call.tenant, options)).toBe(800);
    expect(await listed(call, { limit: 100 })).toHaveLength(400);
  });
});

describe("a chatbot that is deleted", () => {
  it("takes its own products along", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    await upsertProducts(call.tenant, [item("own", { chatbotId }), item("shared")], { vectors });
    await deleteChatbot(call.tenant, chatbotId, [productRemoval]);
    expect(await listed(call)).toEqual(["sku-shared"]);
    expect((await run(call, "search_products", { query: "product" })).items).toHaveLength(1);
    // Its search rows are gone as well: the number of a row is never given again, so nothing else tells.
    const left = await env.TENANT_1.prepare(
      "SELECT count(*) AS count FROM products_search WHERE products_search MATCH ?",
    )
      .bind(`"${bareId(call.tenant.workspaceId)}"`)
      .first("count");
    expect(left).toBe(1);
  });
});

describe("list_products", () => {
  it("filters by chatbot and availability, in pages", async () => {
    const call = testCall();
    const [one, two] = [await makeChatbot(call), await makeChatbot(call)];
    await upsertProducts(
      call.tenant,
      [
        item(1),
        item(2, { chatbotId: one }),
        item(3, { chatbotId: two, availability: "out_of_stock" }),
        item(4, { availability: "out_of_stock" }),
        item(5, { chatbotId: one, availability: "out_of_stock" }),
      ],
      { vectors },
    );
    const skus = (...numbers: number[]) => numbers.map((n) => `sku-${n}`);
    expect(await listed(call, { limit: 2 })).toEqual(skus(5, 4, 3, 2, 1));
    expect(await listed(call, { chatbotId: one, limit: 1 })).toEqual(skus(5, 4, 2, 1));
    expect(await listed(call, { availability: "out_of_stock", limit: 1 })).toEqual(skus(5, 4, 3));
    expect(await listed(call, { chatbotId: two, availability: "out_of_stock" })).toEqual(skus(4, 3));
    expect(await listed(call, { availability: "discontinued" })).toEqual([]);
    expect(await listed(testCall())).toEqual([]);
    const { nextCursor } = await run(call, "list_products", { limit: 1 });
    const refused = (args: object) => failureOf(run(call, "list_products", args));
    expect((await refused({ cursor: nextCursor, chatbotId: one })).code).toBe("invalid_cursor");
    expect((await refused({ chatbotId: await makeChatbot(testCall()) })).code).toBe("not_found");
  });

  it("costs the same whatever the workspace holds", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const chatbotId = await makeChatbot(call);
    const fill = (from: number, to: number) =>
      env.TENANT_1.prepare(
        `WITH RECURSIVE i(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM i WHERE n < ?)
         INSERT INTO products (workspace_id, id, external_id, chatbot_id, title, description, availability, attributes, digest, created_at, updated_at)
         SELECT ?, 'pr_' || n, n, CASE n % 3 WHEN 0 THEN ? END, 'Filler', '',
           CASE n % 2 WHEN 0 THEN 'in_stock' ELSE 'preorder' END, '{}', '', n, n FROM i`,
      )
        .bind(from, to, call.principal.workspaceId, chatbotId)
        .run();
    const cost = async () => {
      const costs = [];
      for (const args of [
        {},
        { chatbotId },
        { availability: "preorder" },
        { chatbotId, availability: "in_stock" },
      ]) {
        meter.reset();
        await run(call, "list_products", { limit: 20, ...args });
        costs.push(meter.rowsRead);
      }
      const also = async (work: () => Promise<unknown>) => {
        meter.reset();
        await work();
        costs.push(meter.rowsRead);
      };
      const needle = (title: string, more: object) =>
        upsertProducts(call.tenant, [item("needle", { title })], { vectors, ...more });
      await also(() => run(call, "search_products", { query: "needle" }));
      await also(() => needle("Changed", {}));
      await also(() => needle("Changed", { syncToken: "t" }));
      await also(() => needle("Needle", { syncToken: "t" }));
      return costs;
    };
    await upsertProducts(call.tenant, [item("needle", { title: "Needle" })], { vectors });
    await fill(1, 500);
    const few = await cost();
    await fill(501, 20_000);
    const many = await cost();
    for (const [i, rows] of many.entries()) expect(Math.abs(rows - (few[i] ?? 0))).toBeLessThan(10);
    expect(Math.max(...many)).toBeLessThan(100);
  });
});
