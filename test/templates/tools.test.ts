import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { TEMPLATES } from "../../src/templates/store.ts";
import { templateTools } from "../../src/templates/tools.ts";
import { events } from "../../src/tenant/schema.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { allItems, failureOf, runTool } from "../run.ts";

const run = (call: Call, name: string, args: object = {}) => runTool(templateTools, call, name, args);
const refusal = (call: Call, name: string, args: object = {}) => failureOf(run(call, name, args));
const made = z.object({ chatbot: z.looseObject({ id: z.string(), name: z.string() }) });

describe("list_templates", () => {
  it("lists all of them, page after page, each once", async () => {
    const call = testCall();
    const ids = TEMPLATES.map(({ id }) => id);
    for (const limit of [1, 4, 50]) {
      const items = await allItems(templateTools, call, "list_templates", { limit });
      expect(items.map(({ id }) => id)).toEqual(ids);
    }
    expect(await run(call, "list_templates", { limit: 50 })).toMatchObject({
      hasMore: false,
      nextCursor: null,
    });
  });

  it("says what each one does, asks for and needs", async () => {
    const { items } = z
      .object({ items: z.array(z.looseObject({ id: z.string() })) })
      .parse(await run(testCall(), "list_templates", { category: "feedback" }));
    expect(items.map(({ id }) => id)).toEqual(["nps", "satisfaction"]);
    expect(items[0]).toMatchObject({
      name: "NPS survey",
      category: "feedback",
      language: "en",
      collects: expect.arrayContaining(["score 0–10"]),
      setup: expect.arrayContaining([expect.stringContaining("Publish the flow")]),
      nodeCount: 18,
    });
  });

  it("takes page numbers, and a cursor only where it was made", async () => {
    const call = testCall();
    const first = await run(call, "list_templates", { limit: 5 });
    const second = await run(call, "list_templates", { limit: 5, page: 2 });
    expect(await run(call, "list_templates", { limit: 5, cursor: first.nextCursor })).toEqual(second);
    const beyond = await run(call, "list_templates", { limit: 50, page: 2 });
    expect(beyond).toEqual({ items: [], nextCursor: null, hasMore: false });
    const cursor = first.nextCursor;
    for (const args of [{ cursor, category: "support" }, { cursor: "nonsense" }]) {
      expect((await refusal(call, "list_templates", args)).code).toBe("invalid_cursor");
    }
    expect((await refusal(testCall(), "list_templates", { cursor })).code).toBe("invalid_cursor");
    expect((await refusal(call, "list_templates", { cursor, page: 2 })).code).toBe("invalid_input");
    for (const args of [{ limit: 51 }, { limit: 0 }, { category: "suport" }]) {
      expect((await refusal(call, "list_templates", args)).code).toBe("invalid_input");
    }
  });

  it("reads nothing of the database", async () => {
    const meter = metered(env.TENANT_1);
    await run(testCall({ database: meter.database }), "list_templates", { limit: 50 });
    expect(meter.statements).toBe(0);
  });
});

it("get_template_categories counts what list_templates lists", async () => {
  const call = testCall();
  const answer = z
    .object({
      categories: z.array(
        z.object({ id: z.string(), name: z.string(), description: z.string(), templateCount: z.int() }),
      ),
    })
    .parse(await run(call, "get_template_categories"));
  for (const { id, templateCount } of answer.categories) {
    expect(templateCount).toBeGreaterThan(0);
    const items = await allItems(templateTools, call, "list_templates", { category: id });
    expect(items).toHaveLength(templateCount);
  }
  expect(answer.categories.reduce((sum, { templateCount }) => sum + templateCount, 0)).toBe(TEMPLATES.length);
});

describe("create_from_template", () => {
  it("makes a chatbot with a draft that is not published", async () => {
    const call = testCall();
    const answer = await run(call, "create_from_template", { templateId: "nps", name: "How are we?" });
    expect(answer).toMatchObject({
      chatbot: { name: "How are we?", primary: true, language: "en", model: "gpt-4o-mini" },
      templateId: "nps",
      flowPublished: false,
      setup: expect.arrayContaining([expect.any(String)]),
    });
    const chatbotId = made.parse(answer).chatbot.id;
    const flow = await runTool(flowTools, call, "get_chatbot_flow", { chatbotId });
    expect(flow).toMatchObject({ problems: [] });
    const versions = await runTool(flowTools, call, "list_flow_versions", { chatbotId });
    expect(versions).toMatchObject({ items: [] });
    expect(await readTotal(call.tenant, "chatbots")).toBe(1);
    const { tenant } = call;
    const rows = await tenant.db.select({ type: events.type }).from(events).where(tenant.of(events));
    expect(rows).toEqual([{ type: "chatbot.updated" }]);
  });

  it("makes another one each time, and leaves the template as it is", async () => {
    const call = testCall();
    const ids = new Set<string>();
    for (let i = 0; i < 3; i++)
      ids.add(made.parse(await run(call, "create_from_template", { templateId: "faq" })).chatbot.id);
    expect(ids.size).toBe(3);
    expect(await readTotal(call.tenant, "chatbots")).toBe(3);
  });

  it.each([["FAQ assistant"], ["faq"], [" FAQ "], ["faq-assistant"], ["Faq Assistant"]])(
    "takes the name %j",
    async (templateId) => {
      expect(await run(testCall(), "create_from_template", { templateId })).toMatchObject({
        templateId: "faq",
      });
    },
  );

  it.each([
    ["leadcapture", "lead-capture"],
    ["appointments", "appointment"],
    ["return", "returns"],
    ["survey", "nps"],
    ["order tracking", "order-status"],
    ["NPS servey", "nps"],
  ])("names the nearest for %j, and makes nothing", async (templateId, near) => {
    const call = testCall();
    const failure = await refusal(call, "create_from_template", { templateId });
    expect(failure.code).toBe("not_found");
    expect(failure.detail.candidates).toContain(near);
    expect(await readTotal(call.tenant, "chatbots")).toBe(0);
  });

  it("shows all where nothing is near, and refuses wrong names", async () => {
    const call = testCall();
    const failure = await refusal(call, "create_from_template", { templateId: "xyzzyxyzzyxyzzyxyzzy" });
    expect(failure.detail.candidates).toHaveLength(TEMPLATES.length);
    for (const name of ["\u200b", "x".repeat(101)]) {
      const refused = await refusal(call, "create_from_template", { templateId: "faq", name });
      expect(refused.code).toBe("invalid_input");
    }
  });
});
