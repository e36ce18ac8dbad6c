import { beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { mergeContacts } from "../../src/contacts/merge.ts";
import { conversationContactMover } from "../../src/conversations/mover.ts";
import { assignConversation, setStatus } from "../../src/conversations/status.ts";
import type { Inbox } from "../../src/inboxes/store.ts";
import { testCall } from "../call.ts";
import { callIn, failure, makeInbox, run, shapes, write } from "./setting.ts";

const DAY = 86_400_000;
const START = Date.parse("2026-03-01T12:00:00Z");

/**
 * Twelve conversations, named by visitor: v0 on 1 March to v11 on 12 March, by turns in the shop (chatbot cb_1),
 * the help inbox (cb_2) and the api inbox (none). Every fourth is resolved; v1, v5 and v9 are assigned to mb_1.
 */
let call: Call;
let inboxes: { shop: Inbox; help: Inbox; api: Inbox };
const ids = new Map<string, string>();
const contacts = new Map<string, string>();

beforeAll(async () => {
  call = testCall();
  inboxes = {
    shop: await makeInbox(call, { chatbotId: "cb_1" }),
    help: await makeInbox(call, { chatbotId: "cb_2" }),
    api: await makeInbox(call, { channel: "api" }),
  };
  const turns = [inboxes.shop, inboxes.help, inboxes.api];
  for (let i = 0; i < 12; i++) {
    const inbox = turns[i % 3];
    if (!inbox) throw new Error("unreachable");
    const from = `v${i}`;
    const received = await write(call, inbox, `Message of ${from}`, {
      from,
      name: from,
      at: START + i * DAY,
    });
    ids.set(received.conversationId, from);
    contacts.set(from, received.contactId);
    if (i % 4 === 0) {
      await setStatus(call.tenant, received.conversationId, { status: "resolved", snoozedUntil: null });
    }
    if (i % 4 === 1) await assignConversation(call.tenant, received.conversationId, "mb_1");
  }
});

/** The visitors whose conversations the list answers, page after page. */
async function listed(args: object, by = call): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 30; pages++) {
    const page: Awaited<ReturnType<typeof run<typeof shapes.page>>> = await run(
      by,
      "list_conversations",
      { ...args, ...(cursor === null ? {} : { cursor }) },
      shapes.page,
    );
    found.push(...page.items.map(({ id }) => ids.get(id) ?? id));
    expect(page.hasMore).toBe(page.nextCursor !== null);
    if (page.nextCursor === null) return found;
    cursor = page.nextCursor;
  }
  throw new Error("The list never ends.");
}

const every = (keep: (i: number) => boolean) =>
  Array.from({ length: 12 }, (_, i) => 11 - i)
    .filter(keep)
    .map((i) => `v${i}`);

describe("list_conversations", () => {
  const cases: [string, () => object, (i: number) => boolean][] = [
    ["everything", () => ({}), () => true],
    ["status", () => ({ status: "resolved" }), (i) => i % 4 === 0],
    ["a status that none has", () => ({ status: "snoozed" }), () => false],
    ["an inbox", () => ({ inboxId: inboxes.help.id }), (i) => i % 3 === 1],
    [
      "an inbox and status",
      () => ({ inboxId: inboxes.shop.id, status: "open" }),
      (i) => i % 3 === 0 && i % 4 > 0,
    ],
    ["a chatbot", () => ({ chatbotId: "cb_1" }), (i) => i % 3 === 0],
    ["an unknown chatbot", () => ({ chatbotId: "cb_9" }), () => false],
    ["a channel of two inboxes", () => ({ channel: "web" }), (i) => i % 3 < 2],
    [
      "channel and inbox that exclude each other",
      () => ({ channel: "api", inboxId: inboxes.shop.id }),
      () => false,
    ],
    ["an assignee", () => ({ assignee: "mb_1" }), (i) => i % 4 === 1],
    ["nobody", () => ({ assignee: "none" }), (i) => i % 4 !== 1],
    ["nobody and status", () => ({ assignee: "none", status: "open" }), (i) => i % 4 > 1],
    [
      "nobody in an inbox",
      () => ({ assignee: "none", inboxId: inboxes.api.id }),
      (i) => i % 3 === 2 && i % 4 !== 1,
    ],
    ["a contact", () => ({ contactId: contacts.get("v3") }), (i) => i === 3],
    [
      "a contact in another inbox",
      () => ({ contactId: contacts.get("v3"), inboxId: inboxes.help.id }),
      () => false,
    ],
    ["from a day", () => ({ startDate: "2026-03-10" }), (i) => i >= 9],
    ["to a day, whole", () => ({ endDate: "2026-03-03" }), (i) => i <= 2],
    [
      "between moments",
      () => ({ startDate: "2026-03-02T12:00:00Z", endDate: "2026-03-04T13:00:00+01:00" }),
      (i) => i >= 1 && i <= 3,
    ],
    [
      "days in one inbox",
      () => ({ channel: "web", startDate: "2026-03-04", endDate: "2026-03-08" }),
      (i) => i % 3 < 2 && i >= 3 && i <= 7,
    ],
  ];

  it.each(cases)("filters by %s, in pages of any size", async (_, args, keep) => {
    for (const limit of [2, 5, 50]) expect(await listed({ ...args(), limit })).toEqual(every(keep));
  });

  it.each(cases)("by creation under %s, in pages of any size", async (_, args, keep) => {
    for (const limit of [2, 5, 50]) {
      expect(await listed({ ...args(), sort: "newest", limit })).toEqual(every(keep));
      expect(await listed({ ...args(), sort: "oldest", limit })).toEqual(every(keep).reverse());
    }
  });

  it("by creation is gone through without a gap while conversations are written in and resolved", async () => {
    const own = testCall();
    const inbox = await makeInbox(own);
    const names = Array.from({ length: 18 }, (_, i) => `p${i}`);
    const made = new Map<string, string>();
    for (const [i, from] of names.entries()) {
      made.set((await write(own, inbox, "Hello", { from, at: START + i * DAY })).conversationId, from);
    }
    const all = [...made.keys()];
    for (const sort of ["newest", "oldest"]) {
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof run<typeof shapes.page>>> = await run(
          own,
          "list_conversations",
          { sort, limit: 5, ...(cursor === undefined ? {} : { cursor }) },
          shapes.page,
        );
        seen.push(...page.items.map(({ id }) => made.get(id) ?? id));
        cursor = page.nextCursor;
        // Of what is seen and of what is not, something happens in every third.
        for (const conversationId of all.filter((_, i) => i % 3 === seen.length % 3)) {
          await run(own, "reply_to_conversation", { conversationId, text: "Yes" }, shapes.sent);
          await assignConversation(own.tenant, conversationId, `mb_${seen.length}`);
        }
      }
      expect(seen).toEqual(sort === "newest" ? names.toReversed() : names);
    }
  });

  it("by creation lists all of a contact that was merged, in whichever inbox it wrote", async () => {
    const own = testCall();
    const places = [await makeInbox(own), await makeInbox(own), await makeInbox(own)];
    const wrote = [];
    for (const [i, inbox] of places.entries()) {
      wrote.push(await write(own, inbox, "Hello", { from: `m${i}`, at: START + i * DAY }));
    }
    const [first, ...others] = wrote;
    const contactId = String(first?.contactId);
    for (const { contactId: duplicateId } of others) {
      await mergeContacts(own.tenant, contactId, duplicateId, [conversationContactMover]);
    }
    const idsBy = async (by: Call, args: object) =>
      (await run(by, "list_conversations", { contactId, ...args }, shapes.page)).items.map(({ id }) => id);
    const made = wrote.map(({ conversationId }) => conversationId);
    expect(await idsBy(own, { sort: "oldest" })).toEqual(made);
    expect(await idsBy(own, { sort: "newest" })).toEqual(made.toReversed());
    const limited = callIn(own, { inboxes: places.slice(0, 2).map(({ id }) => id) });
    expect(await idsBy(limited, { sort: "oldest" })).toEqual(made.slice(0, 2));
  });

  it("shows what a triage needs", async () => {
    const { items } = await run(call, "list_conversations", { limit: 1 }, shapes.page);
    expect(items[0]).toEqual({
      id: expect.stringMatching(/^cv_/),
      inboxId: inboxes.api.id,
      inboxName: inboxes.api.name,
      chatbotId: null,
      chatbotName: null,
      channel: "api",
      subject: null,
      status: "open",
      snoozedUntil: null,
      assignee: null,
      assigneeName: null,
      priority: "normal",
      tags: [],
      contact: { id: contacts.get("v11"), name: "v11" },
      messageCount: 1,
      waitingSince: "2026-03-12T12:00:00.000Z",
      lastMessage: { text: "Message of v11", senderKind: "contact" },
      lastActivityAt: "2026-03-12T12:00:00.000Z",
      createdAt: "2026-03-12T12:00:00.000Z",
    });
  });

  it("turns pages by number, to the thousandth row", async () => {
    const page = async (number: number, args: object = {}) =>
      (await run(call, "list_conversations", { limit: 5, page: number, ...args }, shapes.page)).items.map(
        ({ id }) => ids.get(id),
      );
    expect(await page(2)).toEqual(["v6", "v5", "v4", "v3", "v2"]);
    expect(await page(3)).toEqual(["v1", "v0"]);
    expect(await page(2, { channel: "web" })).toEqual(["v3", "v1", "v0"]);
    expect(await page(4)).toEqual([]);
    expect((await failure(call, "list_conversations", { limit: 50, page: 21 })).detail.hint).toContain(
      "nextCursor",
    );
    const { nextCursor: cursor } = await run(call, "list_conversations", { limit: 1 }, shapes.page);
    expect((await failure(call, "list_conversations", { cursor, page: 2 })).code).toBe("invalid_input");
    expect((await failure(call, "list_conversations", { limit: 51 })).code).toBe("invalid_input");
  });

  it("refuses a cursor of another filter, caller or workspace, and a tampered one", async () => {
    const { nextCursor: cursor } = await run(call, "list_conversations", { limit: 1 }, shapes.page);
    for (const [by, args] of [
      [call, { status: "open" }],
      [callIn(call, { inboxes: [inboxes.shop.id] }), {}],
      [testCall(), {}],
      [call, { sort: "newest" }],
    ] as const) {
      expect((await failure(by, "list_conversations", { cursor, ...args })).code).toBe("invalid_cursor");
    }
    expect((await failure(call, "list_conversations", { cursor: `${cursor}x` })).code).toBe("invalid_cursor");
  });

  it("names an inbox or contact that is not there, and dates in the wrong order", async () => {
    const unknown = { inboxId: "ib_00000000000000000000000" };
    expect((await failure(call, "list_conversations", unknown)).code).toBe("not_found");
    expect((await failure(call, "list_conversations", { contactId: "phone:+491" })).code).toBe("not_found");
    const wrong = { startDate: "2026-03-04", endDate: "2026-03-03" };
    expect((await failure(call, "list_conversations", wrong)).code).toBe("invalid_input");
    expect((await failure(call, "list_conversations", { startDate: "yesterday" })).code).toBe(
      "invalid_input",
    );
  });

  it("shows a limited caller its inboxes alone, whatever the filter", async () => {
    const limited = callIn(call, { inboxes: [inboxes.shop.id, inboxes.api.id] });
    const mine = (i: number) => i % 3 !== 1;
    for (const [, args, keep] of cases) {
      const given = args();
      if ("inboxId" in given && given.inboxId === inboxes.help.id) {
        expect((await failure(limited, "list_conversations", given)).code).toBe("not_found");
      } else {
        for (const sort of ["last_activity", "newest"]) {
          const found = await listed({ ...given, sort, limit: 3 }, limited);
          expect(found).toEqual(every((i) => keep(i) && mine(i)));
        }
      }
    }
    const hidden = { contactId: contacts.get("v1") };
    expect((await failure(limited, "list_conversations", hidden)).code).toBe("not_found");
    expect(await listed({}, callIn(call, { inboxes: [] }))).toEqual([]);
  });

  it("moves a conversation to the top when something is written, but not for a private note", async () => {
    const own = testCall();
    const inbox = await makeInbox(own);
    const old = await write(own, inbox, "Old", { from: "a", at: START });
    const recent = await write(own, inbox, "New", { from: "b", at: START + DAY });
    const first = async () => (await run(own, "list_conversations", { limit: 1 }, shapes.page)).items[0];
    await run(own, "add_private_note", { conversationId: old.conversationId, text: "Note" }, shapes.note);
    expect(await first()).toMatchObject({ id: recent.conversationId });
    await run(own, "reply_to_conversation", { conversationId: old.conversationId, text: "Hi" }, shapes.sent);
    expect(await first()).toMatchObject({
      id: old.conversationId,
      messageCount: 2,
      lastMessage: { text: "Hi", senderKind: "api_key" },
    });
  });
});
