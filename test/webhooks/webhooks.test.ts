import { describe, expect, it } from "vitest";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { BOT_SCOPES } from "../../src/control/scopes.ts";
import { EVENT_TYPES } from "../../src/tenant/events.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import { webhookDeliveries, webhooks } from "../../src/webhooks/schema.ts";
import { disableWebhook, MAX_WEBHOOKS, updateWebhook, webhookRemoval } from "../../src/webhooks/store.ts";
import { webhookTools } from "../../src/webhooks/tools.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { allItems } from "../run.ts";
import { make, refusal, run, URL_ } from "./setting.ts";

describe("the tools", () => {
  it("ask for scopes that no bot token has", () => {
    for (const { name, scope, hints } of webhookTools) {
      expect(scope, name).toBe(hints.readOnly ? "webhooks:read" : "webhooks:write");
      expect(BOT_SCOPES).not.toContain(scope);
    }
    const destructive = webhookTools.filter(({ hints }) => hints.destructive).map(({ name }) => name);
    expect(destructive).toEqual(["delete_webhook", "regenerate_webhook_secret"]);
  });
});

describe("a webhook", () => {
  it("is made, stored as it was said, and found again", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    const { webhook, secret } = await make(call, {
      chatbotId,
      url: " https://Hooks.example.com/parley?x=1 ",
      events: ["lead.captured", "contact.created", "lead.captured"],
      description: " CRM ",
    });
    expect(webhook).toMatchObject({
      url: "https://hooks.example.com/parley?x=1",
      events: ["contact.created", "lead.captured"],
      description: "CRM",
      status: "active",
      disabledReason: null,
      chatbotId,
      inboxIds: null,
      oldSecretValidUntil: null,
      delivering: true,
      reason: null,
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await run(call, "get_webhook", { webhookId: webhook.id })).toEqual({ webhook });
    expect((await run(call, "list_webhooks")).items).toEqual([{ ...webhook, chatbotName: "Support" }]);
    const [row] = await call.tenant.db.select().from(webhooks).where(call.tenant.of(webhooks));
    expect(row).toMatchObject({ id: webhook.id, chatbotId, url: webhook.url, oldSecret: null, revision: 1 });
  });

  it.each([
    ["http://hooks.example.com/", "only https"],
    ["https://127.0.0.1/", "IP addresses"],
    ["https://2130706433/", "IP addresses"],
    ["https://[::ffff:10.0.0.1]/", "IP addresses"],
    ["https://169.254.169.254/latest/meta-data", "IP addresses"],
    ["https://metadata.google.internal/", "not a public"],
    ["https://localhost:8787/mcp", "does not call itself"],
    ["https://app.localhost/", "not a public"],
    ["https://user:secret@example.com/", "user names"],
    ["ftp://example.com/", "only https"],
    ["hooks.example.com", "not a valid"],
    [`https://example.com/${"x".repeat(2048)}`, "longer than 2048"],
  ])("does not go to %s, neither from the start nor later", async (url, reason) => {
    const call = testCall();
    const failure = await refusal(call, "create_webhook", { url, events: ["*"] });
    expect(failure).toMatchObject({ code: "invalid_input", message: expect.stringContaining(reason) });
    const { webhook } = await make(call);
    expect((await refusal(call, "update_webhook", { webhookId: webhook.id, url })).code).toBe(
      "invalid_input",
    );
    expect(await run(call, "get_webhook", { webhookId: webhook.id })).toEqual({ webhook });
  });

  it("takes the feed's types or all of them, and names near ones", async () => {
    const call = testCall();
    const failure = await refusal(call, "create_webhook", { url: URL_, events: ["lead.capture", "hello"] });
    expect(failure.code).toBe("invalid_input");
    expect(failure.message).toContain('"hello"');
    expect(failure.detail.candidates).toContain("lead.captured");
    for (const type of EVENT_TYPES) expect(failure.detail.hint).toContain(type);
    const { webhook } = await make(call, { events: ["contact.created", "*"] });
    expect(webhook.events).toEqual(["*"]);
    for (const wrong of [[], "contact.create", [1], ["contact.*"]]) {
      expect((await refusal(call, "create_webhook", { url: URL_, events: wrong })).code).toBe(
        "invalid_input",
      );
    }
    const long = { url: URL_, events: ["*"], description: "x".repeat(501) };
    expect((await refusal(call, "create_webhook", long)).code).toBe("invalid_input");
  });

  it("changes in the named fields only, also when several change it at once", async () => {
    const call = testCall();
    const { webhook } = await make(call, { description: "before" });
    const change = (args: object) => run(call, "update_webhook", { webhookId: webhook.id, ...args });
    expect(await change({})).toEqual({ webhook });
    expect(await change({ description: "before", status: "active", url: URL_ })).toEqual({ webhook });
    await Promise.all([
      change({ url: "https://other.example.com/" }),
      change({ events: ["*"] }),
      change({ status: "paused" }),
      change({ description: "after" }),
    ]);
    const [row] = await call.tenant.db.select().from(webhooks).where(call.tenant.of(webhooks));
    expect(row).toMatchObject({
      url: "https://other.example.com/",
      events: ["*"],
      status: "paused",
      description: "after",
      revision: 5,
    });
    expect(await change({ status: "active" })).toMatchObject({ webhook: { status: "active" } });
    expect((await refusal(call, "update_webhook", { webhookId: webhook.id, status: "disabled" })).code).toBe(
      "invalid_input",
    );
  });

  it("belongs to a chatbot that is there, and goes with it, its log too", async () => {
    const call = testCall();
    const { tenant } = call;
    const [chatbotId, other] = [await makeChatbot(call), await makeChatbot(call)];
    const going = (await make(call, { chatbotId })).webhook.id;
    const staying = [(await make(call, { chatbotId: other })).webhook.id, (await make(call)).webhook.id];
    for (const webhookId of [going, ...staying]) await logRow(call, webhookId);
    const strange = await makeChatbot(testCall());
    for (const [name, args] of [
      ["create_webhook", { url: URL_, events: ["*"], chatbotId: strange }],
      ["list_webhooks", { chatbotId: strange }],
    ] as const) {
      expect((await refusal(call, name, args)).code).toBe("not_found");
    }
    expect((await run(call, "list_webhooks", { chatbotId })).items).toMatchObject([{ id: going }]);
    await deleteChatbot(tenant, chatbotId, [webhookRemoval]);
    const left = await tenant.db.select().from(webhooks).where(tenant.of(webhooks));
    expect(left.map(({ id }) => id).toSorted()).toEqual(staying.toSorted());
    const log = await tenant.db.select().from(webhookDeliveries).where(tenant.of(webhookDeliveries));
    expect(log.map(({ webhookId }) => webhookId).toSorted()).toEqual(staying.toSorted());
  });

  it("is deleted with its log, and with nobody else's", async () => {
    const call = testCall();
    const { tenant } = call;
    const [one, two] = [(await make(call)).webhook.id, (await make(call)).webhook.id];
    for (const webhookId of [one, one, two]) await logRow(call, webhookId);
    expect(await run(call, "delete_webhook", { webhookId: one })).toEqual({ id: one, deleted: true });
    const log = await tenant.db.select().from(webhookDeliveries).where(tenant.of(webhookDeliveries));
    expect(log.map(({ webhookId }) => webhookId)).toEqual([two]);
    for (const name of ["delete_webhook", "get_webhook", "get_webhook_delivery_logs", "test_webhook"]) {
      expect((await refusal(call, name, { webhookId: one })).code, name).toBe("not_found");
    }
  });

  it("is one of fifty at most, however many are made at once", async () => {
    const call = testCall();
    for (let i = 0; i < MAX_WEBHOOKS - 2; i++) await make(call);
    const answers = await Promise.allSettled(Array.from({ length: 5 }, () => make(call)));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    expect((await refusal(call, "create_webhook", { url: URL_, events: ["*"] })).code).toBe("not_allowed");
    const ids = (await allItems(webhookTools, call, "list_webhooks", { limit: 7 })).map(({ id }) =>
      String(id),
    );
    expect(ids).toEqual(ids.toSorted());
    expect(new Set(ids).size).toBe(MAX_WEBHOOKS);
    expect((await refusal(call, "list_webhooks", { cursor: "x" })).code).toBe("invalid_cursor");
  });

  it("is disabled by Parley with an event, and set active again by a person", async () => {
    const call = testCall();
    const { tenant } = call;
    const { webhook } = await make(call);
    const disabled = await disableWebhook(tenant, webhook.id, "Nothing got through for five days.");
    expect(disabled).toMatchObject({
      status: "disabled",
      disabledReason: "Nothing got through for five days.",
    });
    expect(await run(call, "get_webhook", { webhookId: webhook.id })).toMatchObject({
      webhook: { delivering: false, reason: expect.stringContaining("Nothing got through for five days.") },
    });
    await disableWebhook(tenant, webhook.id, "Again");
    const recorded = await tenant.db.select().from(events).where(tenant.of(events));
    expect(recorded).toMatchObject([{ type: "webhook.disabled", subjectId: webhook.id, inboxId: null }]);
    expect(await run(call, "update_webhook", { webhookId: webhook.id, status: "active" })).toMatchObject({
      webhook: { status: "active", disabledReason: null },
    });
    await run(call, "update_webhook", { webhookId: webhook.id, status: "paused" });
    expect((await disableWebhook(tenant, webhook.id, "No")).status).toBe("paused");
  });

  it("is another workspace's in no tool", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    const deliveryId = await logRow(call, webhook.id);
    const stranger = testCall();
    const webhookId = webhook.id;
    for (const [name, args] of everyTool(webhookId, deliveryId)) {
      expect((await refusal(stranger, name, args)).code, name).toBe("not_found");
    }
    expect((await run(stranger, "list_webhooks")).items).toEqual([]);
    expect(await run(call, "get_webhook", { webhookId })).toEqual({ webhook });
  });
});

describe("a caller limited to inboxes", () => {
  it("makes webhooks of its inboxes, and sees none that get more", async () => {
    const workspaceId = newId("workspace");
    const whole = testCall({ workspaceId });
    const both = testCall({ workspaceId, inboxes: ["ib_1", "ib_2"] });
    const one = testCall({ workspaceId, inboxes: ["ib_1"] });
    const all = (await make(whole)).webhook.id;
    const ofBoth = (await make(both)).webhook;
    const ofOne = (await make(one)).webhook;
    expect(ofBoth.inboxIds).toEqual(["ib_1", "ib_2"]);
    expect(ofOne.inboxIds).toEqual(["ib_1"]);
    const seen = async (call: typeof whole) =>
      (await allItems(webhookTools, call, "list_webhooks", { limit: 1 })).map(({ id }) => id);
    expect(await seen(whole)).toEqual([all, ofBoth.id, ofOne.id].toSorted());
    expect(await seen(both)).toEqual([ofBoth.id, ofOne.id].toSorted());
    expect(await seen(one)).toEqual([ofOne.id]);
    const deliveryId = await logRow(whole, ofBoth.id);
    for (const webhookId of [all, ofBoth.id]) {
      for (const [name, args] of everyTool(webhookId, deliveryId)) {
        expect((await refusal(one, name, args)).code, name).toBe("not_found");
      }
    }
    // Whoever changes it, its inboxes stay.
    await updateWebhook(whole.tenant, whole.env, ofOne.id, { events: ["*"], url: "https://new.example.com" });
    expect(await run(one, "get_webhook", { webhookId: ofOne.id })).toMatchObject({
      webhook: { inboxIds: ["ib_1"], events: ["*"] },
    });
  });
});

/** Every tool that names a webhook, with arguments that would do something. */
function everyTool(webhookId: string, deliveryId: string): [string, object][] {
  return [
    ["get_webhook", { webhookId }],
    ["get_webhook_delivery_logs", { webhookId }],
    ["update_webhook", { webhookId, description: "mine" }],
    ["regenerate_webhook_secret", { webhookId }],
    ["test_webhook", { webhookId }],
    ["redeliver_webhook", { webhookId, deliveryId }],
    ["redeliver_webhook", { webhookId, since: "2020-01-01" }],
    ["delete_webhook", { webhookId }],
  ];
}

/** An attempt in the log, without making one. */
async function logRow({ tenant }: ReturnType<typeof testCall>, webhookId: string): Promise<string> {
  const id = newId("delivery");
  await tenant.db.insert(webhookDeliveries).values(
    tenant.row({
      id,
      webhookId,
      messageId: id,
      eventSeq: 1,
      eventType: "contact.created",
      attempt: 1,
      trigger: "auto" as const,
      state: "failed" as const,
      requestBody: "{}",
      latest: true,
      createdAt: Date.now(),
    }),
  );
  return id;
}
