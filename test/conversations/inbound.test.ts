import { describe, expect, it } from "vitest";
import { APART } from "../../src/conversations/append.ts";
import { receiveMessage } from "../../src/conversations/inbound.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { openDueSnoozes, setStatus, workspacesWithDueSnoozes } from "../../src/conversations/status.ts";
import { latestConversationOf, messagesAfter } from "../../src/conversations/visitor-view.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { testCall } from "../call.ts";
import {
  callIn,
  countsOf,
  eventsOf,
  eventTypes,
  failing,
  makeInbox,
  run,
  shapes,
  visitorOf,
  write,
} from "./setting.ts";

/** What a conversation that a customer began counts besides its messages. */
const BEGUN = { conversations_created: 1, status_open: 1, sessions: 1 };

describe("a customer's message", () => {
  it("begins a conversation, with event, counts and what the page said", async () => {
    const call = testCall();
    const inbox = await makeInbox(call, { chatbotId: "cb_1" });
    const page = `https://shop.example/${"x".repeat(3000)}`;
    const received = await write(call, inbox, "Where is my order?", { visitor: { page, country: "DE" } });
    expect(received).toMatchObject({
      seq: APART,
      conversationCreated: true,
      reopened: false,
      duplicate: false,
    });

    const conversation = await getConversation(call.tenant, received.conversationId);
    expect(conversation).toMatchObject({
      status: "open",
      messageCount: 1,
      lastSeq: APART,
      firstInboundAt: received.createdAt,
      waitingSince: received.createdAt,
      lastActivityAt: received.createdAt,
      visitor: { page: page.slice(0, 500), country: "DE" },
    });
    expect(await eventTypes(call)).toEqual(["contact.created", "conversation.created", "message.created"]);
    expect(JSON.stringify(await eventsOf(call))).not.toContain("order");
    expect(await countsOf(call)).toEqual({ ...BEGUN, messages_in: 1 });
    expect(await readTotal(call.tenant, "conversations_open")).toBe(1);
  });

  it("goes on in the same conversation and keeps since when the customer waits", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const first = await write(call, inbox, "One", { visitor: { page: "/a", locale: "de" } });
    const second = await write(call, inbox, "Two", { visitor: { page: "/b" } });
    expect(second).toMatchObject({
      conversationId: first.conversationId,
      seq: 2 * APART,
      conversationCreated: false,
    });
    const conversation = await getConversation(call.tenant, first.conversationId);
    expect(conversation).toMatchObject({ messageCount: 2, waitingSince: first.createdAt });
    expect(conversation.visitor).toEqual({ page: "/b", locale: "de" });
  });

  it("makes one conversation with unbroken numbers out of 20 first messages at once", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const received = await Promise.all(
      Array.from({ length: 20 }, (_, i) => write(call, inbox, `Message ${i}`)),
    );
    expect(new Set(received.map(({ conversationId }) => conversationId)).size).toBe(1);
    expect(received.map(({ seq }) => seq).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => (i + 1) * APART),
    );
    expect(received.filter(({ conversationCreated }) => conversationCreated)).toHaveLength(1);
    expect(await countsOf(call)).toEqual({ ...BEGUN, messages_in: 20 });
    expect((await eventTypes(call)).filter((type) => type === "conversation.created")).toHaveLength(1);
  });

  it("is taken in once when it comes again, also at the same time", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const received = await Promise.all(
      Array.from({ length: 10 }, () => write(call, inbox, "Hello", { sourceId: "provider-1" })),
    );
    expect(new Set(received.map(({ messageId }) => messageId)).size).toBe(1);
    expect(received.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(new Set(received.map(({ seq }) => seq))).toEqual(new Set([APART]));

    const again = await write(call, inbox, "Hello", { sourceId: "provider-1" });
    expect(again).toMatchObject({ duplicate: true, seq: APART, messageId: received[0]?.messageId });
    expect(await countsOf(call)).toEqual({ ...BEGUN, messages_in: 1 });
    expect((await eventTypes(call)).filter((type) => type === "message.created")).toHaveLength(1);
  });

  it("does not answer with somebody else's message under the same source id", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const first = await write(call, inbox, "Mine", { from: "anna", sourceId: "1" });
    const refused = await failing(write(call, inbox, "Yours", { from: "ben", sourceId: "1" }));
    expect(refused.code).toBe("duplicate");
    expect(JSON.stringify(refused)).not.toContain(first.messageId);
    const other = await makeInbox(call);
    expect(await write(call, other, "Elsewhere", { sourceId: "1" })).toMatchObject({ duplicate: false });
  });

  it.each(["resolved", "snoozed"] as const)("opens a %s conversation again, once", async (status) => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "One");
    const snoozedUntil = status === "snoozed" ? Date.now() + 60_000 : null;
    await setStatus(call.tenant, conversationId, { status, snoozedUntil });
    expect(await readTotal(call.tenant, "conversations_open")).toBe(0);

    const received = await Promise.all([write(call, inbox, "Two"), write(call, inbox, "Three")]);
    expect(received.map(({ reopened }) => reopened).sort()).toEqual([false, true]);
    expect(received.map((one) => one.conversationId)).toEqual([conversationId, conversationId]);
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({
      status: "open",
      snoozedUntil: null,
      resolvedAt: null,
      reopenedCount: 1,
    });
    expect(await readTotal(call.tenant, "conversations_open")).toBe(1);
    expect((await countsOf(call)).conversations_reopened).toBe(1);
    const changes = (await eventsOf(call)).filter(({ type }) => type === "conversation.status_changed");
    expect(changes.map(({ data }) => [data.from, data.to])).toEqual([
      ["open", status],
      [status, "open"],
    ]);
  });

  it("leaves a pending conversation to the chatbot that answers, and opens it where none does", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "One");
    await setStatus(call.tenant, conversationId, { status: "pending", snoozedUntil: null });
    const answered = await write(call, inbox, "Two", { botAnswers: true });
    expect(answered).toMatchObject({ reopened: false, conversationId });
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({ status: "pending" });
    expect(await write(call, inbox, "Three")).toMatchObject({ reopened: false, conversationId });
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({ status: "open" });
  });

  it("of an identity that is not the contact's is refused, and writes nothing", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { identityId } = await write(call, inbox, "One");
    const before = await eventTypes(call);
    const identity = { contactId: "ct_00000000000000000000000", identityId, contactName: null };
    const refused = await failing(
      receiveMessage(visitorOf(call, inbox), { inbox, identity, text: "Mallory" }),
    );
    expect(refused.code).toBe("conflict");
    expect(await eventTypes(call)).toEqual(before);
  });
});

describe("what a visitor reads", () => {
  it("holds public messages alone, with no name of an API key", async () => {
    const call = testCall({ actor: { kind: "api_key", name: "internal-key" } });
    const bot = callIn(call, {
      actor: { kind: "bot", id: "tok_bot", name: "Robin", credentialId: "tok_bot" },
    });
    const inbox = await makeInbox(call);
    const { conversationId, identityId } = await write(call, inbox, "Hello");
    await run(call, "add_private_note", { conversationId, text: "secret note" }, shapes.note);
    await run(call, "create_draft_reply", { conversationId, text: "secret draft" }, shapes.draft);
    await run(call, "reply_to_conversation", { conversationId, text: "Hi" }, shapes.sent);
    await run(bot, "reply_to_conversation", { conversationId, text: "Anything else?" }, shapes.sent);
    const visitor = visitorOf(call, inbox);
    for (const thread of [conversationId, identityId]) {
      const read = await messagesAfter(visitor, thread, 0, 50);
      expect(read.map(({ from, name, text }) => [from, name, text])).toEqual([
        ["visitor", null, "Hello"],
        ["team", null, "Hi"],
        ["team", "Robin", "Anything else?"],
      ]);
      expect(JSON.stringify(read)).not.toMatch(/secret|internal-key|tok_/);
      expect((await messagesAfter(visitor, thread, APART, 1)).map(({ text }) => text)).toEqual(["Hi"]);
      expect(await messagesAfter(visitor, thread, read.at(-1)?.seq ?? 0, 50)).toEqual([]);
    }
    const elsewhere = visitorOf(call, await makeInbox(call));
    expect(await messagesAfter(elsewhere, conversationId, 0, 50)).toEqual([]);
    expect(await messagesAfter(elsewhere, identityId, 0, 50)).toEqual([]);
    expect(await latestConversationOf(elsewhere, identityId)).toBeNull();
  });

  it("goes on with one number over all conversations of the identity", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const first = await write(call, inbox, "One");
    const target = { contactId: first.contactId, inboxId: inbox.id };
    await new Promise((resolve) => setTimeout(resolve, 2));
    const { conversation } = await run(
      call,
      "start_conversation",
      { ...target, text: "Two" },
      shapes.started,
    );
    expect(conversation.id).not.toBe(first.conversationId);
    await run(
      call,
      "reply_to_conversation",
      { conversationId: first.conversationId, text: "Three" },
      shapes.sent,
    );
    const visitor = visitorOf(call, inbox);
    const read = await messagesAfter(visitor, first.identityId, 0, 50);
    expect(read.map(({ seq, text }) => [seq, text])).toEqual([
      [APART, "One"],
      [2 * APART, "Two"],
      [3 * APART, "Three"],
    ]);
    expect((await messagesAfter(visitor, first.identityId, 2 * APART, 50)).map(({ text }) => text)).toEqual([
      "Three",
    ]);
    expect((await latestConversationOf(visitor, first.identityId))?.id).toBe(conversation.id);
    expect((await write(call, inbox, "Four")).conversationId).toBe(conversation.id);
  });
});

describe("snoozes that are due", () => {
  it("are found over all workspaces and opened once, without counting as reopened", async () => {
    const call = testCall({ actor: { kind: "system", id: "parley", name: "Parley" } });
    const inbox = await makeInbox(call);
    const now = Date.now();
    const [due, later] = [
      await write(call, inbox, "One", { from: "anna" }),
      await write(call, inbox, "Two", { from: "ben" }),
    ];
    await setStatus(call.tenant, due.conversationId, { status: "snoozed", snoozedUntil: now + 1000 });
    await setStatus(call.tenant, later.conversationId, { status: "snoozed", snoozedUntil: now + 9_000_000 });
    expect(await workspacesWithDueSnoozes(call.env.TENANT_1, now)).not.toContain(call.tenant.workspaceId);
    expect(await workspacesWithDueSnoozes(call.env.TENANT_1, now + 2000)).toContain(call.tenant.workspaceId);

    const opened = await Promise.all([
      openDueSnoozes(call.tenant, now + 2000),
      openDueSnoozes(call.tenant, now + 2000),
    ]);
    expect(opened[0] + opened[1]).toBe(1);
    expect(await getConversation(call.tenant, due.conversationId)).toMatchObject({
      status: "open",
      snoozedUntil: null,
      reopenedCount: 0,
    });
    expect((await getConversation(call.tenant, later.conversationId)).status).toBe("snoozed");
    expect(await readTotal(call.tenant, "conversations_open")).toBe(1);
  });
});
