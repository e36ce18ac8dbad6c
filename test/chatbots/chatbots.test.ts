import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { adjustChatbotTotal, readChatbotTotals, readTotal } from "../../src/figures/totals.ts";
import { mainFlow } from "../../src/flows/edit/store.ts";
import { flowSessions } from "../../src/flows/schema.ts";
import { createInbox, getInbox } from "../../src/inboxes/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { allItems, failureOf } from "../run.ts";
import { chatbotEvents, make, refusal, run } from "./setting.ts";

describe("chatbots", () => {
  it("are made with defaults, the first one primary", async () => {
    const call = testCall();
    const { chatbot } = await run(call, "create_chatbot", { name: "  Support\u200b ", description: "Helps" });
    expect(chatbot).toMatchObject({
      id: expect.stringMatching(/^cb_[0-9a-z]{22}$/),
      name: "Support",
      description: "Helps",
      disabled: false,
      primary: true,
      language: "auto",
      model: "gpt-4o-mini",
      temperature: 0.3,
      strictness: 50,
      widgetEnabled: true,
    });
    const second = await run(call, "create_chatbot", { name: "Sales" });
    expect(second).toMatchObject({ chatbot: { primary: false, description: "" } });
    expect(await readTotal(call.tenant, "chatbots")).toBe(2);
    const details = await run(call, "get_chatbot", { chatbotId: Reflect.get(Object(chatbot), "id") });
    expect(details).toMatchObject({
      name: "Support",
      instructions: "",
      ai: { enabled: true, mode: "ai_first", greetingOverride: null },
      widget: {
        enabled: true,
        config: { widgetPosition: "right" },
        texts: { submitLabel: "Send" },
        embed: [],
      },
      inboxes: [],
      responseCount: 0,
    });
  });

  it("stay one primary when the first two are made at the same time", async () => {
    const call = testCall();
    await Promise.all([make(call, { name: "A" }), make(call, { name: "B" }), make(call, { name: "C" })]);
    const rows = await allItems(chatbotTools([]), call, "list_chatbots");
    expect(rows.filter(({ primary }) => primary)).toHaveLength(1);
    expect(rows).toHaveLength(3);
  });

  it("list page by page, oldest first, with the counts of the caller's inboxes", async () => {
    const call = testCall();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await make(call, { name: `Bot ${i}` }));
    const [first = "", second = ""] = ids.toSorted();
    const mine = newId("inbox");
    const other = newId("inbox");
    await call.tenant.batch([
      adjustChatbotTotal(call.tenant, { metric: "responses", chatbotId: first, inboxId: mine, by: 2 }),
      adjustChatbotTotal(call.tenant, { metric: "responses", chatbotId: first, inboxId: other, by: 5 }),
      adjustChatbotTotal(call.tenant, { metric: "responses", chatbotId: second, inboxId: other, by: 1 }),
    ]);
    const rows = await allItems(chatbotTools([]), call, "list_chatbots", { limit: 2 });
    expect(rows.map(({ id }) => id)).toEqual(ids.toSorted());
    expect(rows.map(({ responseCount }) => responseCount)).toEqual([7, 1, 0, 0, 0]);
    expect(Object.keys(rows[0] ?? {})).toEqual([
      "id",
      "name",
      "model",
      "disabled",
      "primary",
      "responseCount",
    ]);

    const limited = testCall({ workspaceId: call.principal.workspaceId, inboxes: [mine] });
    const seen = await allItems(chatbotTools([]), limited, "list_chatbots");
    expect(seen.map(({ responseCount }) => responseCount)).toEqual([2, 0, 0, 0, 0]);
    expect(await run(limited, "get_chatbot", { chatbotId: first })).toMatchObject({ responseCount: 2 });
  });

  it("change in what is named, and only then is there an event", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const { chatbot } = await run(call, "update_chatbot", {
      chatbotId,
      name: "Helper",
      disabled: true,
      strictness: 90,
    });
    expect(chatbot).toMatchObject({ name: "Helper", disabled: true, strictness: 90, widgetEnabled: true });
    await run(call, "update_chatbot", { chatbotId, name: " Helper ", disabled: true, primary: true });
    await run(call, "update_chatbot", { chatbotId });
    expect(await chatbotEvents(call)).toEqual([
      { type: "chatbot.updated", subjectId: chatbotId, inboxId: null, data: { created: true } },
      {
        type: "chatbot.updated",
        subjectId: chatbotId,
        inboxId: null,
        data: { changed: ["name", "disabled", "strictness"] },
      },
    ]);
  });

  it("hand over being primary, which both of them tell", async () => {
    const call = testCall();
    const first = await make(call, { name: "First" });
    const second = await make(call, { name: "Second" });
    const { chatbot } = await run(call, "update_chatbot", { chatbotId: second, primary: true });
    expect(chatbot).toMatchObject({ id: second, primary: true });
    expect(await run(call, "get_chatbot", { chatbotId: first })).toMatchObject({ primary: false });
    expect((await chatbotEvents(call)).slice(2)).toMatchObject([
      { subjectId: first, data: { changed: ["primary"] } },
      { subjectId: second, data: { changed: ["primary"] } },
    ]);
    await run(call, "update_chatbot", { chatbotId: second, primary: false });
    const rows = await allItems(chatbotTools([]), call, "list_chatbots");
    expect(rows.filter(({ primary }) => primary)).toEqual([]);
  });

  it("are primary one at a time however many are asked to be at once", async () => {
    const call = testCall();
    const ids = [];
    for (let i = 0; i < 4; i++) ids.push(await make(call, { name: `Bot ${i}` }));
    const results = await Promise.allSettled(
      ids.map((chatbotId) => run(call, "update_chatbot", { chatbotId, primary: true })),
    );
    expect(results.some(({ status }) => status === "fulfilled")).toBe(true);
    const rows = await allItems(chatbotTools([]), call, "list_chatbots");
    expect(rows.filter(({ primary }) => primary)).toHaveLength(1);
  });

  it("lose none of the changes that are made at the same time", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    await Promise.all([
      run(call, "update_chatbot", { chatbotId, strictness: 10 }),
      run(call, "update_ai_config", { chatbotId, mode: "human_first" }),
      run(call, "update_ai_config", { chatbotId, greetingOverride: "Hello" }),
    ]);
    expect(await run(call, "get_ai_config", { chatbotId })).toMatchObject({
      strictness: 10,
      mode: "human_first",
      greetingOverride: "Hello",
    });
  });

  it("are gone when deleted, and their inboxes have none", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const kept = await make(call, { name: "Kept" });
    const inbox = await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId });
    const other = await createInbox(call.tenant, { channel: "web", name: "Blog", chatbotId: kept });
    await call.tenant.batch([
      adjustChatbotTotal(call.tenant, { metric: "responses", chatbotId, inboxId: inbox.id, by: 3 }),
    ]);
    // A caller that sees neither inbox deletes for all of them.
    const limited = testCall({ workspaceId: call.principal.workspaceId, inboxes: ["ib_other"] });
    expect((await refusal(limited, "delete_chatbot", { chatbotId })).code).toBe("not_allowed");
    expect(await run(call, "delete_chatbot", { chatbotId })).toEqual({ id: chatbotId, deleted: true });
    expect((await refusal(call, "get_chatbot", { chatbotId })).code).toBe("not_found");
    expect((await getInbox(call.tenant, inbox.id)).chatbotId).toBeNull();
    expect((await getInbox(call.tenant, other.id)).chatbotId).toBe(kept);
    expect(await readTotal(call.tenant, "chatbots")).toBe(1);
    expect(await readChatbotTotals(call.tenant, "responses", [chatbotId])).toEqual(new Map());
    expect((await chatbotEvents(call)).at(-1)).toMatchObject({
      subjectId: chatbotId,
      data: { deleted: true },
    });
    expect((await refusal(call, "delete_chatbot", { chatbotId })).code).toBe("not_found");
    expect(await readTotal(call.tenant, "chatbots")).toBe(1);
  });

  it("take their flow with them, and end the sessions in it", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await make(call);
    const flow = await mainFlow(tenant, chatbotId);
    const id = newId("flowSession");
    await tenant.batch([
      tenant.db.insert(flowSessions).values(
        tenant.row({
          id,
          conversationId: newId("conversation"),
          flowId: flow?.id ?? "",
          versionId: newId("flowVersion"),
          status: "waiting" as const,
          turn: 1,
          createdAt: 0,
          updatedAt: 0,
        }),
      ),
    ]);
    await run(call, "delete_chatbot", { chatbotId });
    expect(await mainFlow(tenant, chatbotId)).toBeNull();
    const sessions = await tenant.db.select().from(flowSessions).where(tenant.of(flowSessions));
    expect(sessions).toMatchObject([{ id, status: "abandoned" }]);
  });

  it("are deleted together with what other nouns remove, or not at all", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const stale = deleteChatbot(call.tenant, chatbotId, [(tenant) => [tenant.assertThat(sql`1 = 0`)]]);
    expect((await failureOf(stale)).code).toBe("conflict");
    expect(await run(call, "get_chatbot", { chatbotId })).toMatchObject({ id: chatbotId });
    expect(await readTotal(call.tenant, "chatbots")).toBe(1);
    const asked: string[] = [];
    await deleteChatbot(call.tenant, chatbotId, [
      (_, id) => {
        asked.push(id);
        return [];
      },
    ]);
    expect(asked).toEqual([chatbotId]);
  });

  it("show of their inboxes only those that the caller may see", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const web = await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId });
    await createInbox(call.tenant, { channel: "telegram", name: "Telegram", chatbotId });
    const whole = await run(call, "get_chatbot", { chatbotId });
    expect(whole.inboxes).toMatchObject([{ name: "Shop" }, { name: "Telegram" }]);
    expect(whole.widget).toMatchObject({ embed: [{ inboxId: web.id, inboxName: "Shop" }] });
    const limited = testCall({ workspaceId: call.principal.workspaceId, inboxes: ["ib_other"] });
    const part = await run(limited, "get_chatbot", { chatbotId });
    expect(part).toMatchObject({ inboxes: [], widget: { embed: [] } });
    expect(JSON.stringify(part)).not.toContain(web.publicKey);
  });

  it("of another workspace are not there, for any tool", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const stranger = testCall();
    const before = await run(call, "get_chatbot", { chatbotId });
    const more: Record<string, object> = {
      update_chatbot: { name: "Mine" },
      update_chatbot_instructions: { instructions: "Mine" },
      update_chatbot_model: { temperature: 1 },
      update_chatbot_language: { language: "de" },
      update_ai_config: { enabled: false },
      update_widget_config: { config: { botAutoOpen: true } },
      update_widget_texts: { submitLabel: "Mine" },
    };
    for (const tool of chatbotTools([])) {
      if (!("chatbotId" in tool.input.shape)) continue;
      for (const id of [chatbotId, newId("chatbot"), "cb_nonsense", "%"]) {
        const failure = await refusal(stranger, tool.name, { chatbotId: id, ...more[tool.name] });
        expect(failure.code, tool.name).toBe("not_found");
      }
    }
    expect(await allItems(chatbotTools([]), stranger, "list_chatbots")).toEqual([]);
    expect(await run(call, "get_chatbot", { chatbotId })).toEqual(before);
  });

  it("refuse names that say nothing, and what is out of bounds", async () => {
    const call = testCall();
    for (const name of ["", "   ", "\u200b\u2060", "x".repeat(101)]) {
      expect((await refusal(call, "create_chatbot", { name })).code, name).toBe("invalid_input");
    }
    const chatbotId = await make(call);
    for (const change of [{ strictness: 101 }, { strictness: -1 }, { strictness: 1.5 }, { primary: "yes" }]) {
      expect((await refusal(call, "update_chatbot", { chatbotId, ...change })).code).toBe("invalid_input");
    }
  });
});
