import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Call, RawResource } from "../../src/calls/define.ts";
import { mergeContacts } from "../../src/contacts/merge.ts";
import { updateContact } from "../../src/contacts/store.ts";
import { APART } from "../../src/conversations/append.ts";
import { ACROSS } from "../../src/conversations/contact-messages.ts";
import { conversationContactMover } from "../../src/conversations/mover.ts";
import { newConversation } from "../../src/conversations/open.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { conversationResources } from "../../src/conversations/resources.ts";
import { conversations, messages } from "../../src/conversations/schema.ts";
import { ConversationTurn } from "../../src/conversations/turn.ts";
import { messagesAfter } from "../../src/conversations/visitor-view.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { bodies, callIn, failing, failure, makeInbox, run, shapes, write } from "./setting.ts";

async function conversationWithNote(call: Call) {
  const inbox = await makeInbox(call, { chatbotId: "cb_1" });
  const visitor = { page: "https://shop.example/cart", device: "mobile" };
  const received = await write(call, inbox, "Hello", { visitor });
  const { conversationId } = received;
  await run(call, "add_private_note", { conversationId, text: "A difficult one" }, shapes.note);
  await run(call, "reply_to_conversation", { conversationId, text: "Hi" }, shapes.sent);
  return { ...received, inbox };
}

const shownPage = shapes.messages.extend({ incomplete: z.boolean() });

const texts = ({ messages }: { messages: { kind: string; text: string }[] }) =>
  messages.map(({ kind, text }) => `${kind}: ${text}`);

describe("get_conversation", () => {
  it("answers state, contact, page and messages in order", async () => {
    const call = testCall();
    const { conversationId, contactId, inbox } = await conversationWithNote(call);
    const thread = await run(call, "get_conversation", { conversationId }, shapes.thread);
    expect(thread).toMatchObject({
      conversation: {
        id: conversationId,
        chatbotId: "cb_1",
        inboxId: inbox.id,
        channel: "web",
        messageCount: 2,
        reopenedCount: 0,
      },
      contact: { id: contactId, name: "Anna", email: null, phone: null },
      visitor: { page: "https://shop.example/cart", device: "mobile" },
      hasMore: false,
      nextCursor: null,
    });
    expect(texts(thread)).toEqual(["message: Hello", "note: A difficult one", "message: Hi"]);
    expect(thread.messages.map(({ seq }) => seq)).toEqual([APART, APART + 1, 2 * APART]);
  });

  it("tells a visitor nothing of private notes, wherever they are written", async () => {
    const seenWith = async (notes: boolean) => {
      const call = testCall();
      const inbox = await makeInbox(call);
      const { conversationId } = await write(call, inbox, "Hello", { from: "v" });
      const note = (text: string) =>
        notes ? run(call, "add_private_note", { conversationId, text }, shapes.note) : undefined;
      await note("First");
      await note("Second");
      await run(call, "reply_to_conversation", { conversationId, text: "Yes" }, shapes.sent);
      await note("Third");
      // A turn of messages and notes, as a flow that hands over writes.
      const conversation = await getConversation(call.tenant, conversationId);
      const team = { kind: "member", id: "mb_1", name: "Maria" } as const;
      const turn = new ConversationTurn(call.tenant, { inbox, conversation, isNew: false }, Date.now());
      for (const text of ["One", "Two", "Three"]) {
        if (notes) turn.note({ id: newId("message"), text: `Before ${text}` }, team);
        turn.send({ id: newId("message"), text }, team);
      }
      if (notes) turn.note({ id: newId("message"), text: "Behind" }, team);
      await call.tenant.batch(turn.statements());
      await write(call, inbox, "Thanks", { from: "v" });
      return { call, conversationId, seen: await messagesAfter(call.tenant, conversationId, 0, 50) };
    };
    const [without, with_] = [await seenWith(false), await seenWith(true)];
    expect(with_.seen.map(({ seq, text }) => [seq, text])).toEqual(
      without.seen.map(({ seq, text }) => [seq, text]),
    );
    // The team reads all of it in the order in which it was written.
    expect((await bodies(with_.call, with_.conversationId)).map(([, body]) => body)).toEqual([
      ...["Hello", "First", "Second", "Yes", "Third"],
      ...["Before One", "One", "Before Two", "Two", "Before Three", "Three", "Behind", "Thanks"],
    ]);
  });

  it("shows private notes to callers with notes:read only", async () => {
    const call = testCall();
    const { conversationId } = await conversationWithNote(call);
    const reader = callIn(call, { scopes: ["conversations:read", "notes:write"] });
    const thread = await run(reader, "get_conversation", { conversationId }, shapes.thread);
    expect(texts(thread)).toEqual(["message: Hello", "message: Hi"]);
    expect(JSON.stringify(thread)).not.toContain("difficult");
    const { nextCursor: cursor } = await run(
      call,
      "get_conversation",
      { conversationId, limit: 1 },
      shapes.thread,
    );
    expect((await failure(reader, "get_conversation", { conversationId, cursor })).code).toBe(
      "invalid_cursor",
    );
  });

  it("goes on with a cursor", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const conversationId = (await write(call, inbox, "0")).conversationId;
    for (let i = 1; i < 7; i++) await write(call, inbox, `${i}`);
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page: Awaited<ReturnType<typeof run<typeof shapes.thread>>> = await run(
        call,
        "get_conversation",
        { conversationId, limit: 3, ...(cursor === undefined ? {} : { cursor }) },
        shapes.thread,
      );
      found.push(...page.messages.map(({ text }) => text));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(found).toEqual(["0", "1", "2", "3", "4", "5", "6"]);
  });

  it("is not found under another chatbot, workspace or inbox list", async () => {
    const call = testCall();
    const { conversationId } = await conversationWithNote(call);
    await run(call, "get_conversation", { conversationId, chatbotId: "cb_1" }, shapes.thread);
    const other = await makeInbox(call);
    for (const [by, args] of [
      [call, { chatbotId: "cb_2" }],
      [testCall(), {}],
      [callIn(call, { inboxes: [other.id] }), {}],
      [testCall({ workspaceId: call.tenant.workspaceId, database: env.TENANT_2 }), {}],
    ] as const) {
      const refused = await failure(by, "get_conversation", { conversationId, ...args });
      expect(refused).toMatchObject({
        code: "not_found",
        message: `No conversation "${conversationId}" in this workspace.`,
      });
    }
  });
});

describe("list_contact_messages", () => {
  it.each([ACROSS - 10, ACROSS + 40])(
    "lists all of %i conversations that overlap, or says that it does not",
    async (count) => {
      const call = testCall();
      const { tenant } = call;
      const inbox = await makeInbox(call);
      const { contactId, identityId } = await write(call, inbox, "Hello", { at: 1_000_000 });
      const said = { inboxId: inbox.id, kind: "message", direction: "out", senderKind: "member" } as const;
      const by = { senderId: "mb_1", senderName: "Maria", body: "On", status: "sent" } as const;
      for (let i = 0; i < count; i++) {
        const id = newId("conversation", 1_000_100 + i);
        const opened = newConversation(
          tenant,
          inbox,
          { id, contactId, identityId, visitor: {} },
          1_000_100 + i,
        );
        const last = 2_000_000 + i;
        await tenant.batch([
          tenant.db.insert(conversations).values(tenant.row({ ...opened, lastSeq: 2, lastActivityAt: last })),
          ...[opened.createdAt, last].map((createdAt, seq) =>
            tenant.db
              .insert(messages)
              .values(
                tenant.row({ ...said, ...by, id: newId("message"), conversationId: id, seq, createdAt }),
              ),
          ),
        ]);
      }
      let [found, cursor]: [number, string | null | undefined] = [0, undefined];
      let incomplete = false;
      while (cursor !== null) {
        const page: z.output<typeof shownPage> = await run(
          call,
          "list_contact_messages",
          { contactId, limit: 100, ...(cursor === undefined ? {} : { cursor }) },
          shownPage,
        );
        found += page.items.length;
        cursor = page.nextCursor;
        incomplete ||= page.incomplete;
      }
      expect(incomplete || found === 2 * count + 1, String(found)).toBe(true);
      expect(incomplete).toBe(count > ACROSS);
    },
  );

  it("goes over all conversations of the contact, newest first", async () => {
    const call = testCall();
    const first = await conversationWithNote(call);
    const { contactId } = first;
    const blog = await makeInbox(call, { name: "Blog" });
    await updateContact(call.tenant, contactId, { externalId: "user-9" });
    await run(
      call,
      "start_conversation",
      { contactId, inboxId: blog.id, text: "x".repeat(3000) },
      shapes.started,
    );
    const list = (by: Call, args: object = {}) =>
      run(by, "list_contact_messages", { contactId, ...args }, shapes.messages);
    const all = await list(call);
    expect(all.items.map(({ text }) => text.slice(0, 20))).toEqual([
      "x".repeat(20),
      "Hi",
      "A difficult one",
      "Hello",
    ]);
    expect(all.items[0]).toMatchObject({ cut: true, text: expect.stringMatching(/^x{1999}…$/) });

    const paged: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof list>> = await list(call, {
        limit: 1,
        ...(cursor === null ? {} : { cursor }),
      });
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(all.items.map(({ id }) => id));

    const limited = callIn(call, { inboxes: [first.inbox.id], scopes: ["conversations:read"] });
    expect((await list(limited)).items.map(({ text }) => text)).toEqual(["Hi", "Hello"]);
    const elsewhere = callIn(call, { inboxes: [(await makeInbox(call)).id] });
    expect((await failure(elsewhere, "list_contact_messages", { contactId })).code).toBe("not_found");
  });

  it("has the messages of both after a merge, and the conversation goes on", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const [anna, ann] = [
      await write(call, inbox, "From Anna", { from: "anna" }),
      await write(call, inbox, "From Ann", { from: "ann", name: "Ann" }),
    ];
    await mergeContacts(call.tenant, anna.contactId, ann.contactId, [conversationContactMover]);
    const { items } = await run(
      call,
      "list_contact_messages",
      { contactId: anna.contactId },
      shapes.messages,
    );
    expect(items.map(({ text, sender }) => [text, sender.id])).toEqual([
      ["From Ann", anna.contactId],
      ["From Anna", anna.contactId],
    ]);
    const both = await run(call, "list_conversations", { contactId: anna.contactId }, shapes.page);
    expect(both.items).toHaveLength(2);
    const next = await write(call, inbox, "Ann again", { from: "ann", name: "Ann" });
    expect(next).toMatchObject({
      conversationId: ann.conversationId,
      contactId: anna.contactId,
      seq: 2 * APART,
    });
  });
});

describe("parley://conversation/{conversationId}", () => {
  const [resource] = conversationResources;
  if (!resource?.complete) throw new Error("The resource completes.");
  const { complete } = resource;
  const read = async (call: Call, conversationId: string) => {
    const content = await resource.read(call, { conversationId });
    if (content instanceof RawResource) throw new Error("It is JSON.");
    return shapes.thread.omit({ hasMore: true, nextCursor: true }).parse(content);
  };

  it("carries the latest messages, and notes for those who may read them", async () => {
    const call = testCall();
    const { conversationId, inbox } = await conversationWithNote(call);
    expect(texts(await read(call, conversationId))).toHaveLength(3);
    const reader = callIn(call, { scopes: ["conversations:read"] });
    expect(texts(await read(reader, conversationId))).toEqual(["message: Hello", "message: Hi"]);
    for (let i = 0; i < 25; i++) await write(call, inbox, `${i}`);
    const latest = await read(call, conversationId);
    expect(latest.messages.map(({ text }) => text)).toEqual(Array.from({ length: 20 }, (_, i) => `${i + 5}`));
    expect(latest).toMatchObject({ earlierMessages: true });
    const elsewhere = callIn(call, { inboxes: [(await makeInbox(call)).id] });
    expect((await failing(read(elsewhere, conversationId))).code).toBe("not_found");
  });

  it("completes by id and by the contact's name, within what the caller sees", async () => {
    const call = testCall();
    const [shop, help] = [await makeInbox(call), await makeInbox(call)];
    const [anna, ben] = [
      await write(call, shop, "Hello", { from: "anna", name: "Anna Smith" }),
      await write(call, help, "Hello", { from: "ben", name: "Ben Smith" }),
    ];
    const offered = async (by: Call, typed: string) =>
      (await complete(by, "conversationId", typed)).map(({ value }) => value);
    expect(await offered(call, "")).toEqual([ben.conversationId, anna.conversationId]);
    expect(await offered(call, "anna")).toEqual([anna.conversationId]);
    expect((await offered(call, "smith")).sort()).toEqual([anna.conversationId, ben.conversationId].sort());
    expect(await offered(call, ben.conversationId.slice(0, -3))).toEqual([ben.conversationId]);
    expect(await complete(call, "conversationId", "anna")).toEqual([
      { value: anna.conversationId, label: "Anna Smith" },
    ]);
    const limited = callIn(call, { inboxes: [shop.id] });
    for (const typed of ["", "smith", "cv_0"]) {
      expect(await offered(limited, typed)).toEqual([anna.conversationId]);
    }
    expect(await offered(limited, ben.conversationId)).toEqual([]);
    expect(await complete(call, "other", "")).toEqual([]);
  });
});
