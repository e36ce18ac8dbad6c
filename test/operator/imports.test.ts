import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newSettings } from "../../src/chatbots/settings.ts";
import { createChatbot } from "../../src/chatbots/store.ts";
import { createCustomField } from "../../src/contacts/custom-fields.ts";
import { countContacts } from "../../src/contacts/visibility.ts";
import { getWorkspace } from "../../src/gate/workspaces.ts";
import { listArticles } from "../../src/knowledge/store.ts";
import { operatorTenant } from "../../src/operator/exchange.ts";
import { listProducts } from "../../src/products/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { operate, refusal } from "./operate.ts";

async function workspace() {
  const { id } = await operate("POST", "/workspaces", { name: "Acme", plan: "enterprise" });
  const tenant = operatorTenant(env, await getWorkspace(env, String(id)));
  return { tenant, path: `/workspaces/${id}/imports` };
}

const product = (externalId: string, more: object = {}) => ({
  externalId,
  title: `Product ${externalId}`,
  ...more,
});

describe("importing contacts", () => {
  it("writes what fits, names by place what does not, and tells the fields there are", async () => {
    const { tenant, path } = await workspace();
    await createCustomField(tenant, { key: "size", label: "Size", type: "number" });
    expect(await operate("GET", `${path}/contacts/fields`)).toMatchObject({
      items: [{ key: "size", label: "Size", type: "number" }],
    });
    const items = [{ email: "a@example.com", customFields: { size: "4" } }, { email: "b" }, { name: "c" }];
    expect(await operate("POST", `${path}/contacts`, { items })).toMatchObject({
      created: 1,
      updated: 0,
      unchanged: 0,
      errors: [{ index: 1 }, { index: 2 }],
    });
    expect(await countContacts(tenant)).toMatchObject({ count: 1 });
  });

  it("takes 200 at once, and the body that they make", async () => {
    const { path } = await workspace();
    const items = Array.from({ length: 200 }, (_, i) => ({
      email: `p${i}@example.com`,
      name: "N".repeat(200),
      tags: Array.from({ length: 50 }, (__, tag) => `${tag}${"t".repeat(55)}`),
    }));
    expect(JSON.stringify({ items }).length).toBeGreaterThan(256 * 1024);
    expect(await operate("POST", `${path}/contacts`, { items })).toMatchObject({ created: 200, errors: [] });
    const more = [...items, { email: "one@example.com" }];
    expect(await refusal("POST", `${path}/contacts`, { items: more })).toMatchObject({ status: 400 });
    const huge = { items: [{ email: "x@example.com", name: "x".repeat(4 * 1024 * 1024) }] };
    expect(await refusal("POST", `${path}/contacts`, huge)).toMatchObject({ status: 413 });
    const elsewhere = `/workspaces/${newId("workspace")}`;
    const large = { name: "x".repeat(300 * 1024) };
    expect(await refusal("PATCH", elsewhere, large)).toMatchObject({ status: 413 });
    expect(await refusal("POST", `${elsewhere}/imports/contacts`, { items: [] })).toMatchObject({
      status: 404,
    });
  });
});

describe("importing products", () => {
  it("writes what fits, and a sync removes what no batch held but keeps what could not be read", async () => {
    const { tenant, path } = await workspace();
    const { id: chatbotId } = await createChatbot(
      tenant,
      newSettings({ name: "Helper", model: "test-model" }),
    );
    await operate("POST", `${path}/products`, { items: ["1", "2", "3", "4", "5"].map((id) => product(id)) });
    await operate("POST", `${path}/products`, { items: [product("own")], chatbotId });

    const syncToken = "run-1";
    expect(
      await operate("POST", `${path}/products`, {
        items: [product("1"), product("2", { price: "1.999", currency: "EUR" }), product("6"), "odd"],
        keep: ["3"],
        syncToken,
      }),
    ).toMatchObject({ created: 1, updated: 0, unchanged: 1, errors: [{ index: 1 }, { index: 3 }] });
    expect(
      await operate("POST", `${path}/products`, { items: [product("7", { chatbotId })], syncToken }),
    ).toMatchObject({ created: 0, errors: [{ index: 0, message: expect.stringContaining("chatbotId") }] });
    const removals = `${path}/products/removals`;
    expect(await operate("POST", removals, { syncToken, chatbotId: null })).toEqual({ removed: 2 });
    expect(await operate("POST", removals, { syncToken, chatbotId: null })).toEqual({ removed: 0 });
    const { items } = await listProducts(tenant, {}, { limit: 100 });
    expect(items.map(({ externalId }) => externalId).sort()).toEqual(["1", "2", "3", "6", "own"]);
    expect(items.find(({ externalId }) => externalId === "own")?.chatbotId).toBe(chatbotId);
  });

  it("refuses an unknown chatbot, and more than 500 at once", async () => {
    const { path } = await workspace();
    const chatbotId = newId("chatbot");
    expect(await refusal("POST", `${path}/products`, { items: [product("1")], chatbotId })).toMatchObject({
      status: 404,
    });
    const items = Array.from({ length: 501 }, (_, i) => product(String(i)));
    expect(await refusal("POST", `${path}/products`, { items })).toMatchObject({ status: 400 });
  });
});

describe("importing articles", () => {
  it("writes what fits, and a sync removes what no batch held but keeps what could not be read", async () => {
    const { tenant, path } = await workspace();
    const { id: chatbotId } = await createChatbot(
      tenant,
      newSettings({ name: "Helper", model: "test-model" }),
    );
    const article = (externalId: string, more: object = {}) => ({
      externalId,
      title: externalId,
      content: `About ${externalId}.`,
      ...more,
    });
    const ids = ["a.md", "b.md", "c.md", "d.md"];
    expect(
      await operate("POST", `${path}/articles`, { chatbotId, items: ids.map((id) => article(id)) }),
    ).toMatchObject({ created: 4, errors: [] });
    const syncToken = "run-1";
    expect(
      await operate("POST", `${path}/articles`, {
        chatbotId,
        syncToken,
        keep: ["c.md"],
        items: [article("a.md"), article("b.md", { content: "" }), article("e.md", { category: "Help" })],
      }),
    ).toMatchObject({ created: 1, updated: 0, unchanged: 1, errors: [{ index: 1 }] });
    expect(await operate("POST", `${path}/articles/removals`, { chatbotId, syncToken })).toEqual({
      removed: 1,
    });
    const { items } = await listArticles(tenant, { chatbotId }, { limit: 100 });
    expect(items.map(({ title }) => title).sort()).toEqual(["a.md", "b.md", "c.md", "e.md"]);
  });
});
