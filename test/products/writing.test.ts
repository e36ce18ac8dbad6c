import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { productTools } from "../../src/products/tools.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { allItems, failureOf, runTool } from "../run.ts";

const run = (call: Call, name: string, args: object) => runTool(productTools, call, name, args);
const product = z.object({ product: z.looseObject({ id: z.string() }), created: z.boolean() });
const listed = (call: Call) => allItems(productTools, call, "list_products");
const found = async (call: Call, query: string) =>
  z
    .object({ items: z.array(z.looseObject({ externalId: z.string() })) })
    .parse(await run(call, "search_products", { query }))
    .items.map(({ externalId }) => externalId);

describe("upsert_product", () => {
  it("makes a product, changes what is given of it, and finds it by its new words", async () => {
    const call = testCall();
    const sku = { externalId: "sku-1", title: "Wool socks" };
    const made = await run(call, "upsert_product", {
      ...sku,
      price: "12,90",
      currency: "EUR",
      description: "Warm",
      attributes: [{ name: "colour", value: "red" }],
      url: "https://shop.example/socks",
    });
    expect(made).toMatchObject({
      created: true,
      product: { price: "12.90", currency: "EUR", availability: "in_stock", attributes: { colour: "red" } },
    });
    const { id } = product.parse(made).product;
    const changed = await run(call, "upsert_product", {
      ...{ externalId: "sku-1", title: "Cotton socks" },
      availability: "out_of_stock",
    });
    expect(changed).toMatchObject({
      created: false,
      product: {
        id,
        title: "Cotton socks",
        price: "12.90",
        description: "Warm",
        availability: "out_of_stock",
      },
    });
    expect(await found(call, "cotton")).toEqual(["sku-1"]);
    expect(await found(call, "wool")).toEqual([]);
    const cleared = await run(call, "upsert_product", { ...sku, price: null, currency: null, url: null });
    expect(cleared).toMatchObject({ product: { id, price: null, currency: null, url: null } });
    expect(await listed(call)).toHaveLength(1);
    expect(await listed(testCall())).toEqual([]);
  });

  it.each([
    [{ price: "12.90" }, "currency"],
    [{ price: "12.905", currency: "EUR" }, "price"],
    [{ price: "abc", currency: "EUR" }, "price"],
    [{ url: "javascript:alert(1)" }, "url"],
    [{ title: " " }, "title"],
    [{ chatbotId: "cb_0000000000000000000000" }, "chatbot"],
  ])("refuses %j and writes nothing", async (wrong, named) => {
    const call = testCall();
    const failure = await failureOf(
      run(call, "upsert_product", { externalId: "sku-1", title: "Socks", ...wrong }),
    );
    expect(failure.message).toContain(named);
    expect(await listed(call)).toEqual([]);
  });
});

describe("delete_product", () => {
  it("deletes by id or by the shop's own, with what search finds", async () => {
    const call = testCall();
    const items = ["a", "b", "c"].map((externalId) => ({ externalId, title: `Boots ${externalId}` }));
    await upsertProducts(call.tenant, items, { vectors: null });
    const [{ id } = { id: "" }] = (await listed(call)).filter(({ externalId }) => externalId === "b");
    expect(await run(call, "delete_product", { productId: id })).toEqual({ id, deleted: true });
    await run(call, "delete_product", { productId: "c" });
    expect(await found(call, "boots")).toEqual(["a"]);
    for (const gone of [id, "c", "nothing"]) {
      expect(await failureOf(run(call, "delete_product", { productId: gone }))).toMatchObject({
        code: "not_found",
      });
    }
    const elsewhere = testCall();
    expect(await failureOf(run(elsewhere, "delete_product", { productId: "a" }))).toMatchObject({
      code: "not_found",
    });
  });
});

it("products of all chatbots, and of chatbots in other inboxes, are not a limited caller's to change", async () => {
  const whole = testCall();
  const [mine, theirs] = [
    await makeChatbot(whole, { name: "Mine" }),
    await makeChatbot(whole, { name: "Theirs" }),
  ];
  const inbox = (chatbotId: string) =>
    createInbox(whole.tenant, { channel: "web", name: chatbotId, chatbotId });
  const [own] = [await inbox(mine), await inbox(theirs)];
  const limited = testCall({ workspaceId: whole.tenant.workspaceId, inboxes: [own.id] });
  const save = (call: Call, externalId: string, chatbotId: string | null) =>
    run(call, "upsert_product", { externalId, title: "Boots", chatbotId });
  await save(whole, "everybody", null);
  await save(whole, "theirs", theirs);
  await save(limited, "mine", mine);
  for (const refused of [
    () => save(limited, "new", null),
    () => save(limited, "new", theirs),
    // Nor is it taken from them.
    () => save(limited, "theirs", mine),
    () => save(limited, "everybody", mine),
    () => run(limited, "delete_product", { productId: "theirs" }),
    () => run(limited, "delete_product", { productId: "everybody" }),
  ]) {
    expect(await failureOf(refused())).toMatchObject({ code: "not_allowed" });
  }
  await run(limited, "delete_product", { productId: "mine" });
  expect((await listed(whole)).map(({ externalId }) => externalId).toSorted()).toEqual([
    "everybody",
    "theirs",
  ]);
});
