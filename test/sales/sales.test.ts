import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { salesRuleRemoval } from "../../src/sales/store.ts";
import { salesTools } from "../../src/sales/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { metered } from "../meter.ts";
import { allItems, failureOf, runTool } from "../run.ts";

const run = (call: Call, name: string, args: object = {}) => runTool(salesTools, call, name, args);
const names = async (call: Call, args: object = {}) =>
  (await allItems(salesTools, call, "list_sales_rules", args)).map((row) => row.name);

const ruleAnswer = z.object({ rule: z.looseObject({ id: z.string() }) });
async function make(call: Call, chatbotId: string, more: object = {}) {
  const args = { chatbotId, name: "Rule", trigger: { kind: "exit_intent" }, message: "Wait!", ...more };
  return ruleAnswer.parse(await run(call, "create_sales_rule", args)).rule;
}

async function eventsOf({ tenant }: Call) {
  const rows = await tenant.db.select().from(events).where(tenant.of(events)).orderBy(events.seq);
  return rows
    .filter(({ data }) => "salesRuleId" in data)
    .map(({ type, subjectId, data }) => ({ type, subjectId, data }));
}

describe("sales rules", () => {
  it.each([
    { kind: "page_url", contains: "/checkout" },
    { kind: "time_on_page", seconds: 30 },
    { kind: "exit_intent" },
    { kind: "scroll", percent: 75 },
    { kind: "returning_visitor" },
  ])("are made with the trigger %j, and listed", async (trigger) => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    const rule = await make(call, chatbotId, { name: " Offer ", trigger, message: "10% off" });
    expect(rule).toMatchObject({
      chatbotId,
      name: "Offer",
      trigger,
      message: "10% off",
      active: true,
      priority: 1,
    });
    expect(await run(call, "list_sales_rules")).toMatchObject({ items: [rule] });
    expect(await eventsOf(call)).toEqual([
      {
        type: "chatbot.updated",
        subjectId: chatbotId,
        data: { changed: ["salesRules"], salesRuleId: rule.id },
      },
    ]);
  });

  it.each([
    [{ trigger: { kind: "hover" } }],
    [{ trigger: { kind: "scroll" } }],
    [{ trigger: { kind: "scroll", percent: 0 } }],
    [{ trigger: { kind: "exit_intent", seconds: 3 } }],
    [{ trigger: "exit_intent" }],
    [{ message: " " }],
    [{ priority: 3 }],
  ])("are not made with %j", async (more) => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    expect((await failureOf(make(call, chatbotId, more))).code).toBe("invalid_input");
    expect(await names(call)).toEqual([]);
  });

  it("belong to a chatbot that is there, and go with it", async () => {
    const call = testCall();
    const [chatbotId, other] = [await makeChatbot(call), await makeChatbot(call)];
    await make(call, chatbotId, { name: "Going" });
    await make(call, other, { name: "Staying" });
    const strange = await makeChatbot(testCall());
    expect((await failureOf(make(call, strange))).code).toBe("not_found");
    expect((await failureOf(run(call, "list_sales_rules", { chatbotId: strange }))).code).toBe("not_found");
    await deleteChatbot(call.tenant, chatbotId, [salesRuleRemoval]);
    expect(await names(call)).toEqual(["Staying"]);
  });

  it("change in the named fields, and nothing is written for what is so already", async () => {
    const call = testCall();
    const rule = await make(call, await makeChatbot(call));
    const change = (args: object) => run(call, "update_sales_rule", { ruleId: rule.id, ...args });
    const changed = await change({ active: false, trigger: { kind: "scroll", percent: 50 } });
    expect(changed).toMatchObject({
      rule: { name: "Rule", message: "Wait!", active: false, trigger: { kind: "scroll", percent: 50 } },
    });
    expect(await change({ trigger: { percent: 50, kind: "scroll" }, active: false })).toEqual(changed);
    expect(await change({})).toEqual(changed);
    expect(await eventsOf(call)).toHaveLength(2);
    await Promise.all([change({ name: "New" }), change({ message: "Stay!" }), change({ active: true })]);
    expect(await run(call, "list_sales_rules")).toMatchObject({
      items: [{ name: "New", message: "Stay!", active: true }],
    });
    for (const caller of [call, testCall()]) {
      const ruleId = caller === call ? newId("salesRule") : rule.id;
      expect((await failureOf(run(caller, "update_sales_rule", { ruleId, name: "x" }))).code).toBe(
        "not_found",
      );
    }
  });

  it("list by chatbot and state, in the order of priority, in pages", async () => {
    const call = testCall();
    // Rules come by chatbot, whose ids made in one millisecond are in no order.
    const [one = "", two = ""] = [await makeChatbot(call), await makeChatbot(call)].toSorted();
    for (const name of ["A", "B", "C"]) await make(call, one, { name, active: name !== "B" });
    const last = await make(call, two, { name: "D", active: false });
    expect(last.priority).toBe(1);
    expect(await names(call, { limit: 1 })).toEqual(["A", "B", "C", "D"]);
    expect(await names(call, { chatbotId: one, limit: 2 })).toEqual(["A", "B", "C"]);
    expect(await names(call, { active: false, limit: 1 })).toEqual(["B", "D"]);
    expect(await names(call, { chatbotId: one, active: true, limit: 1 })).toEqual(["A", "C"]);
    expect(await names(testCall())).toEqual([]);
    await Promise.all(Array.from({ length: 5 }, () => make(call, two)));
    const rows = await allItems(salesTools, call, "list_sales_rules", { chatbotId: two });
    expect(rows.map(({ priority }) => priority)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("cost the same to list whatever the workspace holds", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const fill = (from: number, to: number) =>
      env.TENANT_1.prepare(
        `WITH RECURSIVE i(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM i WHERE n < ?)
         INSERT INTO sales_rules (workspace_id, id, chatbot_id, name, trigger, message, active, priority, created_at, updated_at)
         SELECT ?, 'sr_' || n, 'cb_' || (n % 2), 'Rule', '{"kind":"exit_intent"}', 'Wait', n % 3 > 0, n, n, n FROM i`,
      )
        .bind(from, to, call.principal.workspaceId)
        .run();
    const cost = async () => {
      const costs = [];
      const chatbotId = await makeChatbot(call);
      for (const args of [{}, { active: true }, { chatbotId }, { chatbotId, active: false }]) {
        meter.reset();
        await run(call, "list_sales_rules", { limit: 20, ...args });
        costs.push(meter.rowsRead);
      }
      return costs;
    };
    await fill(1, 500);
    const few = await cost();
    await fill(501, 10_000);
    const many = await cost();
    for (const [i, rows] of many.entries()) expect(Math.abs(rows - (few[i] ?? 0))).toBeLessThan(10);
    // Each of the twenty on a page has three counts, looked up by their names.
    expect(Math.max(...many)).toBeLessThan(50 + 20 * 3 * 2);
  });
});
