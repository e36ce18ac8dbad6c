import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createInbox } from "../../src/inboxes/store.ts";
import { EVENT_TYPES } from "../../src/tenant/events.ts";
import { newId } from "../../src/tenant/ids.ts";
import { deliverEvent } from "../../src/webhooks/deliver.ts";
import {
  renderEvent,
  type StoredEvent,
  type Subscription,
  sampleMessage,
} from "../../src/webhooks/render.ts";
import { webhookIdOf } from "../../src/webhooks/signing.ts";
import { getWebhook } from "../../src/webhooks/store.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { happen, make, receive } from "./setting.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const all: Subscription = { events: ["*"], chatbotId: null, inboxIds: null };
const event: StoredEvent = {
  seq: 12,
  type: "message.created",
  subjectId: "ms_1",
  inboxId: "ib_1",
  actorKind: "contact",
  actorId: "ct_1",
  data: { conversationId: "cv_1" },
  createdAt: Date.UTC(2026, 10, 21, 7),
};
const gets = (
  subscription: Partial<Subscription>,
  of: Partial<StoredEvent> = {},
  chatbot: string | null = null,
) => renderEvent({ ...all, ...subscription }, { ...event, ...of }, chatbot) !== null;

describe("an event's message", () => {
  it("has the form of the events feed, within the standard's", () => {
    expect(JSON.parse(renderEvent(all, event, null)?.body ?? "")).toEqual({
      type: "message.created",
      timestamp: "2026-11-21T07:00:00.000Z",
      data: {
        seq: 12,
        subjectId: "ms_1",
        inboxId: "ib_1",
        actor: { kind: "contact", id: "ct_1" },
        data: { conversationId: "cv_1" },
      },
    });
    expect(renderEvent(all, event, null)).toMatchObject({ eventType: "message.created", eventSeq: 12 });
  });

  it("tells a webhook of some inboxes no numbers", () => {
    const message = renderEvent({ ...all, inboxIds: ["ib_1"] }, event, null);
    expect(JSON.parse(message?.body ?? "")).toMatchObject({ data: { seq: null } });
  });
});

describe("a webhook gets", () => {
  it("the types that it named, or all", () => {
    for (const type of EVENT_TYPES) {
      expect(gets({}, { type })).toBe(true);
      expect(gets({ events: ["message.created", "lead.captured"] }, { type })).toBe(
        type === "message.created" || type === "lead.captured",
      );
    }
  });

  it("events of its inboxes, and then none that belong to no inbox", () => {
    expect(gets({ inboxIds: ["ib_2", "ib_1"] })).toBe(true);
    expect(gets({ inboxIds: ["ib_2"] })).toBe(false);
    expect(gets({ inboxIds: [] })).toBe(false);
    expect(gets({ inboxIds: ["ib_1"] }, { inboxId: null })).toBe(false);
    expect(gets({}, { inboxId: null })).toBe(true);
  });

  it("events of its chatbot: as they say, as they are about, or as their inbox has one", () => {
    const own = { chatbotId: "cb_1" };
    expect(gets(own)).toBe(false);
    expect(gets(own, {}, "cb_1")).toBe(true);
    expect(gets(own, {}, "cb_2")).toBe(false);
    expect(gets(own, { data: { chatbotId: "cb_1" } }, "cb_2")).toBe(true);
    expect(gets(own, { data: { chatbotId: "cb_2" } }, "cb_1")).toBe(false);
    expect(gets(own, { data: { chatbotId: null } }, "cb_1")).toBe(true);
    expect(gets(own, { type: "chatbot.updated", subjectId: "cb_1", inboxId: null })).toBe(true);
    expect(gets(own, { type: "chatbot.updated", subjectId: "cb_2", inboxId: null })).toBe(false);
  });

  it("what its filters let through, made by a limited caller with a chatbot", async () => {
    const workspaceId = newId("workspace");
    const whole = testCall({ workspaceId });
    const chatbotId = await makeChatbot(whole);
    const [one, two] = await Promise.all(
      ["One", "Two"].map((name) => createInbox(whole.tenant, { channel: "web", name, chatbotId })),
    );
    const limited = testCall({ workspaceId, inboxes: [one?.id ?? ""] });
    const { webhook } = await make(limited, { events: ["*"], chatbotId });
    const received = receive(() => new Response("ok"));
    const stored = await getWebhook(limited.tenant, webhook.id);
    for (const inboxId of [one?.id ?? null, two?.id ?? null, null]) {
      const happened = await happen(whole, { type: "message.created", inboxId });
      await deliverEvent(whole.tenant, env, stored, happened, {
        inboxChatbotId: chatbotId,
        afterFailure: "exhausted",
      });
    }
    expect(received.map(({ body }) => JSON.parse(body).data.inboxId)).toEqual([one?.id]);
  });
});

describe("a sample", () => {
  it("has the form of the real thing, and is about nothing", () => {
    const subscription = { ...all, inboxIds: ["ib_1"], events: ["ticket.created"] };
    const message = sampleMessage(subscription, { kind: "member", id: "mb_1" });
    const real = renderEvent(subscription, { ...event, type: "ticket.created" }, null);
    const [sample, actual] = [JSON.parse(message.body), JSON.parse(real?.body ?? "")];
    expect(Object.keys(sample)).toEqual(Object.keys(actual));
    expect(Object.keys(sample.data)).toEqual(["test", ...Object.keys(actual.data)]);
    expect(sample).toMatchObject({ type: "ticket.created", data: { test: true, subjectId: "test" } });
    expect(message.eventSeq).toBeNull();
  });
});

describe("the webhook-id", () => {
  it("is the event's and the webhook's, and tells no number", async () => {
    const owner = { deploymentSecret: "a secret", workspaceId: "ws_1", webhookId: "wh_1" };
    const ids = await Promise.all([
      webhookIdOf(owner, 1),
      webhookIdOf(owner, 2),
      webhookIdOf({ ...owner, webhookId: "wh_2" }, 1),
      webhookIdOf({ ...owner, workspaceId: "ws_2" }, 1),
      webhookIdOf({ ...owner, deploymentSecret: "another" }, 1),
    ]);
    expect(new Set(ids).size).toBe(5);
    // The standard keeps the dot for itself.
    for (const id of ids) expect(id).toMatch(/^msg_[0-9a-f]{32}$/);
    expect(await webhookIdOf(owner, 1)).toBe(ids[0]);
  });
});
