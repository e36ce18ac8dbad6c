import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { snippetOf } from "../../src/conversations/search.ts";
import { assignConversation, setStatus } from "../../src/conversations/status.ts";
import { testCall } from "../call.ts";
import { callIn, failure, makeInbox, run, shapes, write } from "./setting.ts";

async function search(call: Call, query: string, args: object = {}) {
  return run(call, "search_conversations", { query, ...args }, shapes.page);
}

async function found(call: Call, query: string, args: object = {}): Promise<string[]> {
  return (await search(call, query, args)).items.map(({ id }) => id);
}

describe("search_conversations", () => {
  it("finds all words in any case, newest match first, with snippets", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const anna = await write(call, inbox, "My REFUND for the Café order is late", { from: "anna" });
    const ben = await write(call, inbox, "I want a refund", { from: "ben" });
    expect(await found(call, "refund")).toEqual([ben.conversationId, anna.conversationId]);
    expect(await found(call, "order refund")).toEqual([anna.conversationId]);
    expect(await found(call, "cafe")).toEqual([anna.conversationId]);
    expect(await found(call, "nothing")).toEqual([]);
    const { conversationId } = anna;
    await run(
      call,
      "reply_to_conversation",
      { conversationId, text: "The refund is on its way" },
      shapes.sent,
    );
    const { items } = await search(call, "refund");
    expect(items.map(({ id }) => id)).toEqual([anna.conversationId, ben.conversationId]);
    expect(items[0]).toMatchObject({
      status: "open",
      contact: { name: "Anna" },
      matches: [
        { kind: "message", senderKind: "api_key", snippet: "The refund is on its way" },
        { kind: "message", senderKind: "contact", snippet: "My REFUND for the Café order is late" },
      ],
    });
  });

  it("finds words of scripts that are written without spaces", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const chinese = await write(call, inbox, "我的订单在哪里？", { from: "li" });
    const japanese = await write(call, inbox, "注文を返品したいです", { from: "ken" });
    expect(await found(call, "订单")).toEqual([chinese.conversationId]);
    expect(await found(call, "返品")).toEqual([japanese.conversationId]);
    expect(await found(call, "单订")).toEqual([]);
    expect(await found(call, "订")).toEqual([chinese.conversationId]);
    expect(await found(call, "返品 注文")).toEqual([japanese.conversationId]);
    expect(await found(call, "たいて")).toEqual([]);
  });

  it("tells words apart as people do: not by case, accents or forms of a letter, but by every letter", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const long = "x".repeat(50);
    const { conversationId } = await write(call, inbox, `ΟΔΟΣ.ΑΒΓ Straße ﬁne がく ${long}y "quoted"`);
    for (const query of [
      "οδος",
      "οδοσ",
      "οδο",
      "strasse",
      "strass",
      "FINE",
      "がく",
      `${long}y`,
      long,
      "quoted",
      "αβγ οδος",
    ]) {
      expect(await found(call, query), query).toEqual([conversationId]);
    }
    for (const query of ["かく", `${long}z`, "trasse", "αβγδ"])
      expect(await found(call, query), query).toEqual([]);
  });

  it("finds every word of the longest message, in any script", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const letters = String.fromCodePoint(...Array.from({ length: 10_000 }, (_, i) => 0x4e00 + i));
    const words = Array.from({ length: 2_000 }, (_, i) => `w${i}`).join(" ");
    const [han, latin] = [
      await write(call, inbox, letters, { from: "li" }),
      await write(call, inbox, words, { from: "ann" }),
    ];
    expect(await found(call, letters.slice(-200))).toEqual([han.conversationId]);
    expect(await found(call, "w0 w1999")).toEqual([latin.conversationId]);
  });

  it.each([
    '" OR 1=1 --',
    'workspace_id : "x" OR body : *',
    "NEAR(a b) AND NOT c*",
    "body:",
    '"unclosed',
    "a\u0000b",
    "\ud800 x",
    "-refund",
    "refund*",
    "inbox_id : note",
  ])("takes %j for words", async (query) => {
    const call = testCall();
    const inbox = await makeInbox(call);
    await write(call, inbox, "quite ordinary");
    expect(await found(call, query).catch((error) => [error.code])).toEqual([]);
  });

  it("finds what begins as a word does, whoever said it, or one side alone", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const said = [
      "I returned my tent",
      "What is your returns policy?",
      "Can I return the boots",
      "It did turn out well",
    ];
    const ids: string[] = [];
    for (const [i, text] of said.entries()) {
      ids.unshift((await write(call, inbox, text, { from: `v${i}` })).conversationId);
    }
    const [other = "", ...returned] = ids;
    for (const query of ["return", "RETURN", "return*", "retu", "ret"]) {
      expect(await found(call, query), query).toEqual(returned);
    }
    expect(await found(call, "returned")).toEqual([returned.at(-1)]);
    expect(await found(call, "re")).toEqual([]);
    await run(
      call,
      "reply_to_conversation",
      { conversationId: other, text: "Print the return label" },
      shapes.sent,
    );
    expect(await found(call, "return")).toEqual([other, ...returned]);
    expect(await found(call, "return", { from: "customer" })).toEqual(returned);
    expect(await found(call, "return", { from: "team" })).toEqual([other]);
    expect(await found(call, "return", { from: "bot" })).toEqual([]);
    await run(call, "add_private_note", { conversationId: other, text: "A returner" }, shapes.note);
    expect((await search(call, "returner", { from: "team" })).items).toMatchObject([
      { id: other, matches: [{ kind: "note", snippet: "A returner" }] },
    ]);
    expect(await found(call, "returner", { from: "customer" })).toEqual([]);
  });

  it("finds either of what stands on both sides of OR, and takes or for a word", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const refund = await write(call, inbox, "A refund, please", { from: "a" });
    const swap = await write(call, inbox, "Can I exchange the late parcel, or not", { from: "b" });
    const both = [swap.conversationId, refund.conversationId];
    expect(await found(call, "refund OR exchange")).toEqual(both);
    expect(await found(call, "refund OR late parcel")).toEqual(both);
    expect(await found(call, "refund OR late nothing")).toEqual(both.slice(1));
    expect(await found(call, "OR refund")).toEqual([]);
    expect(await found(call, "refund OR")).toEqual([]);
    expect(await found(call, "exchange or")).toEqual(both.slice(0, 1));
    const { items } = await search(call, "nowhere OR parcel");
    expect(items[0]?.matches).toMatchObject([{ snippet: "Can I exchange the late parcel, or not" }]);
  });

  it("refuses a query without words", async () => {
    const call = testCall();
    for (const query of ["^*()-+", " ", "\u0000", "\u202e"]) {
      expect((await failure(call, "search_conversations", { query })).code).toBe("invalid_input");
    }
    expect((await failure(call, "search_conversations", { query: "x".repeat(201) })).code).toBe(
      "invalid_input",
    );
  });

  it("applies the list's filters", async () => {
    const call = testCall();
    const [shop, api] = [
      await makeInbox(call, { chatbotId: "cb_1" }),
      await makeInbox(call, { channel: "api" }),
    ];
    const old = Date.parse("2026-03-01T12:00:00Z");
    const anna = await write(call, shop, "refund", { from: "anna", at: old });
    const ben = await write(call, api, "refund", { from: "ben" });
    await setStatus(call.tenant, anna.conversationId, { status: "resolved", snoozedUntil: null });
    await assignConversation(call.tenant, ben.conversationId, "mb_1");
    for (const filter of [
      { status: "resolved" },
      { inboxId: shop.id },
      { chatbotId: "cb_1" },
      { channel: "web" },
      { contactId: anna.contactId },
      { assignee: "none" },
      { endDate: "2026-03-01" },
    ]) {
      expect(await found(call, "refund", filter)).toEqual([anna.conversationId]);
    }
    for (const filter of [{ assignee: "mb_1" }, { startDate: "2026-03-02" }, { status: "open" }]) {
      expect(await found(call, "refund", filter)).toEqual([ben.conversationId]);
    }
    expect(await found(call, "refund", { channel: "web", status: "open" })).toEqual([]);
  });

  it("finds private notes for callers with notes:read only", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const { conversationId } = await write(call, inbox, "Hello");
    await run(call, "add_private_note", { conversationId, text: "A fraudster, confidential" }, shapes.note);
    const { items } = await search(call, "confidential");
    expect(items).toMatchObject([{ id: conversationId, matches: [{ kind: "note" }] }]);
    const reader = callIn(call, { scopes: ["conversations:read"] });
    for (const query of ["confidential", "note", "fraudster confidential"]) {
      expect(await search(reader, query)).toMatchObject({ items: [], hasMore: false });
    }
    expect(await found(reader, "hello")).toEqual([conversationId]);
  });

  it("stays inside the workspace and the caller's inboxes", async () => {
    const call = testCall();
    const [shop, help] = [await makeInbox(call), await makeInbox(call)];
    const anna = await write(call, shop, "refund", { from: "anna" });
    await write(call, help, "refund", { from: "ben" });
    const limited = callIn(call, { inboxes: [shop.id] });
    expect(await found(limited, "refund")).toEqual([anna.conversationId]);
    expect((await failure(limited, "search_conversations", { query: "refund", inboxId: help.id })).code).toBe(
      "not_found",
    );
    expect(await found(callIn(call, { inboxes: [] }), "refund")).toEqual([]);
    const other = testCall();
    await makeInbox(other);
    expect(await found(other, "refund")).toEqual([]);
  });

  it("goes through all matches with a cursor, also where few conversations pass the filter", async () => {
    const call = testCall();
    const inbox = await makeInbox(call);
    const ids: string[] = [];
    for (let i = 0; i < 9; i++) {
      const { conversationId } = await write(call, inbox, `refund ${i}`, { from: `v${i}` });
      for (let j = 0; j < 3; j++) await write(call, inbox, `refund again ${j}`, { from: `v${i}` });
      ids.unshift(conversationId);
    }
    await assignConversation(call.tenant, ids[8] ?? "", "mb_1");
    for (const [args, expected] of [
      [{}, ids],
      [{ assignee: "mb_1" }, ids.slice(8)],
    ] as const) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof search>> = await search(call, "refund", {
          ...args,
          limit: 2,
          ...(cursor === null ? {} : { cursor }),
        });
        seen.push(...page.items.map(({ id }) => id));
        expect(page.items.every(({ matches }) => Array.isArray(matches) && matches.length <= 3)).toBe(true);
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect(seen).toEqual(expected);
    }
    const { nextCursor: cursor } = await search(call, "refund", { limit: 2 });
    expect((await failure(call, "search_conversations", { query: "again", cursor })).code).toBe(
      "invalid_cursor",
    );
  });
});

describe("snippets", () => {
  it("show the surroundings of the first match, and say where text is left out", () => {
    const text = `${"before ".repeat(40)}ÄRGER about it ${"after ".repeat(60)}`;
    const snippet = snippetOf(text, "arger");
    expect(snippet).toMatch(/^….*ÄRGER about it.*…$/);
    expect(snippet.length).toBeLessThan(280);
    expect(snippetOf("short text", "nowhere")).toBe("short text");
    expect(snippetOf("𝒜 ﬁne line", "fine")).toBe("𝒜 ﬁne line");
    expect(snippetOf(`${"😀".repeat(100)}x`, "x").isWellFormed()).toBe(true);
    const said = `${"aufschneiden ".repeat(20)}schöne Straße${" danach".repeat(40)}`;
    for (const query of ["strasse", "STRASS*", "nie OR strasse", "schon"]) {
      expect(snippetOf(said, query), query).toContain("Straße");
    }
  });
});
