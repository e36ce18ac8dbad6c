import { describe, expect, it } from "vitest";
import { findIdentity } from "../../src/contacts/identities.ts";
import { updateContact } from "../../src/contacts/store.ts";
import { APART } from "../../src/conversations/append.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { setStatus } from "../../src/conversations/status.ts";
import { messagesAfter } from "../../src/conversations/visitor-view.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import {
  bodies,
  callIn,
  contactWithout,
  countsOf,
  eventsOf,
  eventTypes,
  failure,
  makeInbox,
  run,
  shapes,
  visitorOf,
  write,
} from "./setting.ts";

describe("reply_to_conversation", () => {
  it("answers as the caller, ends the waiting and notes the first reply once", async () => {
    const bot = { kind: "bot", id: "tok_1", name: "Robin", credentialId: "tok_1" } as const;
    const call = testCall({ actor: bot });
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?", { at: Date.now() - 50_000 });
    const { message, repeated } = await run(
      call,
      "reply_to_conversation",
      { conversationId, text: "Hello!" },
      shapes.sent,
    );
    expect(repeated).toBe(false);
    expect(message).toMatchObject({
      conversationId,
      seq: 2 * APART,
      kind: "message",
      direction: "out",
      sender: { kind: "bot", id: "tok_1", name: "Robin" },
      text: "Hello!",
      cut: false,
      status: "sent",
    });
    const conversation = await getConversation(call.tenant, conversationId);
    expect(conversation).toMatchObject({
      status: "open",
      waitingSince: null,
      messageCount: 2,
      lastSeq: 2 * APART,
    });
    expect(conversation.firstReplyAt).toBe(conversation.lastActivityAt);

    await run(call, "reply_to_conversation", { conversationId, text: "Still there?" }, shapes.sent);
    expect((await getConversation(call.tenant, conversationId)).firstReplyAt).toBe(conversation.firstReplyAt);
    expect(await countsOf(call)).toEqual({
      conversations_created: 1,
      status_open: 1,
      sessions: 1,
      sessions_replied: 1,
      messages_in: 1,
      messages_out_bot: 2,
      waits: 1,
      waiting_ms: expect.any(Number),
      "first_reply_seconds<=60": 1,
    });
    const [, , , event] = await eventsOf(call);
    expect(event).toMatchObject({
      type: "message.created",
      inboxId: inbox.id,
      data: { conversationId, direction: "out", senderKind: "bot" },
    });
    expect(JSON.stringify(await eventsOf(call))).not.toContain("Hello");
  });

  it("keeps the AI's first reply apart from a person's, and a flow's message answers nothing", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const by = (kind: "ai" | "flow" | "member") =>
      run(
        callIn(call, { actor: { kind, id: `${kind}_1`, name: kind, credentialId: `${kind}_1` } }),
        "reply_to_conversation",
        { conversationId, text: kind },
        shapes.sent,
      );
    await by("flow");
    const afterFlow = await getConversation(call.tenant, conversationId);
    expect(afterFlow).toMatchObject({ firstReplyAt: null, waitingSince: afterFlow.firstInboundAt });
    expect(afterFlow.firstBotReplyAt).not.toBeNull();
    await by("ai");
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({
      firstReplyAt: null,
      firstBotReplyAt: afterFlow.firstBotReplyAt,
      waitingSince: null,
    });
    await by("member");
    expect((await getConversation(call.tenant, conversationId)).firstReplyAt).not.toBeNull();
    const counts = await countsOf(call);
    expect(counts).toMatchObject({ messages_out_flow: 1, messages_out_ai: 1, messages_out_member: 1 });
    expect(Object.keys(counts).filter((metric) => metric.startsWith("first_"))).toHaveLength(2);
  });

  it("numbers 20 replies and messages at the same time without a gap", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "0");
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        i % 2
          ? run(call, "reply_to_conversation", { conversationId, text: `${i}` }, shapes.sent)
          : write(call, inbox, `${i}`),
      ),
    );
    expect((await bodies(call, conversationId)).map(([seq]) => seq)).toEqual(
      Array.from({ length: 21 }, (_, i) => (i + 1) * APART),
    );
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({
      messageCount: 21,
      lastSeq: 21 * APART,
    });
  });

  it.each([
    [{ text: "a", template: { name: "t", language: "en" } }, "invalid_input"],
    [{}, "invalid_input"],
    [{ text: " \n " }, "invalid_input"],
    [{ text: "x".repeat(10_001) }, "invalid_input"],
    [{ template: { name: "t", language: "en" } }, "unsupported"],
  ])("refuses %j", async (content, code) => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const before = await eventTypes(call);
    const refused = await failure(call, "reply_to_conversation", { conversationId, ...content });
    expect(refused.code).toBe(code);
    expect(await eventTypes(call)).toEqual(before);
  });

  it("takes the longest text and hostile characters, and stores what it answers", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello?");
    const text = `a\u0000b\ud800c'; DROP TABLE messages; --${"x".repeat(9000)}`;
    const { message } = await run(call, "reply_to_conversation", { conversationId, text }, shapes.sent);
    expect(message.cut).toBe(true);
    expect(message.text).toHaveLength(2000);
    const thread = await run(call, "get_conversation", { conversationId }, shapes.thread);
    expect(thread.messages[1]?.text).toBe(`ab\ufffdc'; DROP TABLE messages; --${"x".repeat(9000)}`);
  });

  it("sends nothing from a disabled inbox, or on a channel that is not connected", async () => {
    const call = testCall();
    const [web, whatsapp, api] = [
      await makeInbox(call),
      await makeInbox(call, { channel: "whatsapp" }),
      await makeInbox(call, { channel: "api" }),
    ];
    const inWhatsapp = await write(call, whatsapp, "Hello?");
    const unconnected = await failure(call, "reply_to_conversation", {
      conversationId: inWhatsapp.conversationId,
      text: "Hi",
    });
    expect(unconnected).toMatchObject({ code: "unsupported" });
    expect(unconnected.message).toContain("not connected");
    expect(unconnected.detail.hint).toContain("--channel whatsapp");
    const template = { name: "t", language: "en", variables: { one: "1" } };
    expect(
      (await failure(call, "reply_to_conversation", { conversationId: inWhatsapp.conversationId, template }))
        .code,
    ).toBe("unsupported");

    // The api channel has no way in or out yet.
    const inApi = await write(call, api, "Hello?");
    const unread = { conversationId: inApi.conversationId, text: "Hi" };
    expect((await failure(call, "reply_to_conversation", unread)).code).toBe("unsupported");

    const inWeb = await write(call, web, "Hello?");
    await updateInbox(call.tenant, web.id, { state: "disabled" });
    const disabled = await failure(call, "reply_to_conversation", {
      conversationId: inWeb.conversationId,
      text: "Hi",
    });
    expect(disabled.code).toBe("not_allowed");
    expect(await bodies(call, inWeb.conversationId)).toHaveLength(1);
    expect(await bodies(call, inWhatsapp.conversationId)).toHaveLength(1);
  });
});

describe("start_conversation", () => {
  it("gives a contact without an identity one that its signed-in user finds", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const contact = await contactWithout(call, { name: "Cleo", externalId: "user-7" });
    const { conversation, message } = await run(
      call,
      "start_conversation",
      { contactId: contact.id, inboxId: inbox.id, text: "Your order is ready" },
      shapes.started,
    );
    expect(conversation).toMatchObject({
      inboxId: inbox.id,
      channel: "web",
      status: "open",
      contact: { id: contact.id, name: "Cleo" },
      messageCount: 1,
      waitingSince: null,
      firstReplyAt: null,
    });
    expect(message).toMatchObject({ seq: APART, text: "Your order is ready" });
    expect(await readTotal(call.tenant, "conversations_open")).toBe(1);

    const visitor = visitorOf(call, inbox);
    const identity = await findIdentity(visitor, { inboxId: inbox.id, sourceId: "u_user-7" });
    expect(identity?.contactId).toBe(contact.id);
    const read = await messagesAfter(visitor, identity?.identityId ?? "", 0, 10);
    expect(read.map(({ text }) => text)).toEqual(["Your order is ready"]);
    const limited = callIn(call, { inboxes: [inbox.id] });
    const found = await run(limited, "list_conversations", { contactId: contact.id }, shapes.page);
    expect(found.items.map(({ id }) => id)).toEqual([conversation.id]);
    expect(await countsOf(call)).toEqual({
      conversations_created: 1,
      status_open: 1,
      messages_out_api_key: 1,
    });
  });

  it("uses the identity that is there, and opens a further conversation", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { contactId, conversationId } = await write(call, inbox, "Hello?");
    const started = await run(
      call,
      "start_conversation",
      { contactId, inboxId: inbox.id, text: "About something else" },
      shapes.started,
    );
    expect(started.conversation.id).not.toBe(conversationId);
    const visitor = visitorOf(call, inbox);
    const identity = await findIdentity(visitor, { inboxId: inbox.id, sourceId: "v_anna" });
    expect(await messagesAfter(visitor, identity?.identityId ?? "", APART, 10)).toMatchObject([
      { text: "About something else" },
    ]);
  });

  it("names what is missing", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const contact = await contactWithout(call);
    const unknown = { contactId: "email:nobody@example.com", inboxId: inbox.id, text: "Hi" };
    expect((await failure(call, "start_conversation", unknown)).code).toBe("not_found");
    const nowhere = { contactId: contact.id, inboxId: "ib_00000000000000000000000", text: "Hi" };
    expect((await failure(call, "start_conversation", nowhere)).code).toBe("not_found");
    expect(await countsOf(call)).toEqual({});
  });
});

describe("send_message", () => {
  it("goes to the latest conversation, in the inbox or channel that is named", async () => {
    const call = testCall();
    const [shop, blog] = [await makeInbox(call), await makeInbox(call, { name: "Blog" })];
    const unconnected = await makeInbox(call, { channel: "api" });
    const inShop = await write(call, shop, "Hello?", { at: Date.now() - 5000 });
    await updateContact(call.tenant, inShop.contactId, { externalId: "user-9" });
    const { conversation: inBlog } = await run(
      call,
      "start_conversation",
      { contactId: inShop.contactId, inboxId: blog.id, text: "Hi" },
      shapes.started,
    );
    const to = async (args: object) =>
      (await run(call, "send_message", { contactId: inShop.contactId, text: "x", ...args }, shapes.sent))
        .message.conversationId;
    expect(await to({})).toBe(inBlog.id);
    expect(await to({ inboxId: shop.id })).toBe(inShop.conversationId);
    expect(await to({ channel: "web", inboxId: blog.id })).toBe(inBlog.id);
    const elsewhere = { contactId: inShop.contactId, text: "x", inboxId: unconnected.id };
    expect((await failure(call, "send_message", elsewhere)).code).toBe("unsupported");
    await setStatus(call.tenant, inShop.conversationId, { status: "resolved", snoozedUntil: null });
    expect(await to({ inboxId: shop.id })).toBe(inShop.conversationId);
    expect((await getConversation(call.tenant, inShop.conversationId)).status).toBe("resolved");
  });

  it("opens one where there is none, for callers that may", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const contact = await contactWithout(call, { name: "Cleo", email: "cleo@example.com" });
    const reader = callIn(call, { scopes: ["conversations:reply"] });
    const args = { contactId: "email:cleo@example.com", text: "Hi" };
    const refused = await failure(reader, "send_message", args);
    expect(refused).toMatchObject({ code: "missing_scope", detail: { candidates: ["conversations:start"] } });
    expect(await countsOf(call)).toEqual({});

    const sent = await Promise.all(
      Array.from({ length: 5 }, () => run(call, "send_message", args, shapes.sent)),
    );
    const [conversationId, ...others] = new Set(sent.map(({ message }) => message.conversationId));
    expect(others).toEqual([]);
    expect(await getConversation(call.tenant, conversationId ?? "")).toMatchObject({
      contactId: contact.id,
      inboxId: inbox.id,
      messageCount: 5,
    });
    expect(await run(reader, "send_message", args, shapes.sent)).toMatchObject({
      message: { conversationId, seq: 6 * APART },
    });
  });

  it("asks in which inbox when several would do", async () => {
    const call = testCall();
    const inboxes = [await makeInbox(call), await makeInbox(call)];
    await makeInbox(call, { channel: "telegram" });
    const contact = await contactWithout(call);
    const unclear = await failure(call, "send_message", { contactId: contact.id, text: "Hi" });
    expect(unclear.code).toBe("invalid_input");
    expect(unclear.detail.candidates).toEqual(inboxes.map(({ id, name }) => ({ id, name })));
    const telegram = { contactId: contact.id, text: "Hi", channel: "telegram" };
    expect((await failure(call, "send_message", telegram)).code).toBe("unsupported");
    const messenger = { ...telegram, channel: "messenger" };
    expect((await failure(call, "send_message", messenger)).code).toBe("invalid_input");
  });
});
