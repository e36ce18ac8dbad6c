import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { contacts } from "../../src/contacts/schema.ts";
import { conversations, messages } from "../../src/conversations/schema.ts";
import { messageTerms } from "../../src/conversations/search-index.ts";
import { bareId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { Bulk } from "../growing/bulk.ts";
import { metered } from "../meter.ts";
import { callIn, makeInbox, run, shapes, write } from "./setting.ts";

/** Messages of the two workspaces, on one shard. */
const [SMALL, LARGE] = [10_000, 50_000];

/** Messages that one page looks at: each is a row of the index, of messages and of conversations. */
const LOOKED_AT = 1000;
/** The newest of both words that are counted, the caller's inboxes, the contacts of the page. */
const BESIDES = 300;

const TOLERANCE = 10;

/** Database calls of a search itself. */
const ROUND_TRIPS = 3;

const meter = metered(env.TENANT_1);
/** Every MATCH that was bound. */
const matches: string[] = [];
const database = new Proxy(meter.database, {
  get(target, property) {
    if (property !== "prepare") return Reflect.get(target, property);
    return (query: string) => {
      const prepared = target.prepare(query);
      const bind = (...values: unknown[]) => {
        matches.push(
          ...values.filter((value) => typeof value === "string").filter((one) => /^"[mtbn]/.test(one)),
        );
        return prepared.bind(...values);
      };
      return new Proxy(prepared, { get: (of, name) => (name === "bind" ? bind : Reflect.get(of, name)) });
    };
  },
});

interface Archive {
  call: Call;
  /** Sees the inbox of "left" alone. */
  limited: Call;
  /** The workspace and its inboxes as they stand in the index. */
  ids: string[];
}

/**
 * A workspace of messages, five to a conversation; all say "order", those of every second conversation "left", of the
 * others "right", which have an inbox each; every fifth says "seldom", each its own number, every fifth is a note with
 * "secret". The oldest alone says both left and right.
 */
async function archive(size: number): Promise<Archive> {
  const call = testCall({ database });
  const { workspaceId } = call.tenant;
  const inboxes = [(await makeInbox(call)).id, (await makeInbox(call)).id];
  const bulk = new Bulk(env.TENANT_1, workspaceId);
  const either = (number: string, [one, other]: string[]) => `iif(${number} % 2, '${one}', '${other}')`;
  await bulk.rows(contacts, 1, { id: bulk.id("contact") });
  await bulk.rows(conversations, size / 5, {
    id: bulk.id("conversation"),
    inboxId: either("i", inboxes),
    contactId: bulk.id("contact", "1"),
    identityId: bulk.id("identity"),
    lastActivityAt: "i",
  });
  await bulk.rows(messages, size, {
    id: bulk.id("message"),
    conversationId: bulk.id("conversation", "(i + 4) / 5"),
    inboxId: either("(i + 4) / 5", inboxes),
    seq: "i",
    kind: "iif(i % 5, 'message', 'note')",
    body: `'order ' || ${either("(i + 4) / 5", ["left", "right"])} || CASE i % 5 WHEN 0 THEN ' secret'
      WHEN 2 THEN ' seldom' ELSE '' END || ' u' || i || 'x' || iif(i = 1, ' right', '')`,
    createdAt: "i",
  });
  await bulk.index("messages_search", messages, "message", size, (row) => ({
    terms: messageTerms(workspaceId, row),
  }));
  return {
    call,
    limited: callIn(call, { database, inboxes: inboxes.slice(0, 1) }),
    ids: [workspaceId, ...inboxes].map(bareId),
  };
}

const searches: Record<string, { query: string; who?: "limited"; status?: string; from?: string }> = {
  "two common words that never meet": { query: "left right" },
  "a common word": { query: "order" },
  "two common words that often meet": { query: "order left" },
  "a word that every fifth has": { query: "seldom" },
  "two words that never meet, of every fifth": { query: "seldom secret" },
  "a rare word": { query: "u77x" },
  "a rare word behind a common one": { query: "order u77x" },
  "a common word, and a status that none has": { query: "order", status: "snoozed" },
  "a common word, for a limited caller": { query: "order", who: "limited" },
  "a word that is common in others' inbox": { query: "right", who: "limited" },
  "two words of which one is in others' inbox": { query: "order right", who: "limited" },
  "a word that nothing has": { query: "order nothing" },
  "the beginning of common words": { query: "ord lef" },
  "two common words, either": { query: "left OR right" },
  "a common word, or two that never meet": { query: "seldom OR left right" },
  "a common word that nobody of the team says": { query: "order", from: "team" },
  "a common word of customers": { query: "order", from: "customer" },
};

/** What the first two pages cost, by what is looked for. */
async function costs({ call, limited, ids }: Archive): Promise<Record<string, number[]>> {
  const read: Record<string, number[]> = {};
  for (const [name, { who, ...args }] of Object.entries(searches)) {
    const rows: number[] = [];
    let cursor: string | null = null;
    do {
      meter.reset();
      matches.length = 0;
      const page: Awaited<ReturnType<typeof run<typeof shapes.page>>> = await run(
        who ? limited : call,
        "search_conversations",
        { ...args, ...(cursor === null ? {} : { cursor }) },
        shapes.page,
      );
      rows.push(meter.rowsRead);
      const asking = meter.bill.filter(({ sql }) => sql.includes("messages_search"));
      expect(asking.length, name).toBeLessThanOrEqual(ROUND_TRIPS);
      expect(meter.rowsRead, name).toBeLessThan(3 * LOOKED_AT + BESIDES);
      // What full-text work reads is in no count: it is as much as it gives where each list is gone down by itself, and
      // nobody else's where each term has the caller's own in front.
      expect(matches.length, name).toBeGreaterThan(0);
      const own = ids.slice(who ? 1 : 0, who ? 2 : 1).join("|");
      const lists = new RegExp(`^"[mtbn](${own})[^" ]+"( OR "[mtbn](${own})[^" ]+")*$`);
      for (const match of matches) expect(match, name).toMatch(lists);
      cursor = page.nextCursor;
    } while (cursor !== null && rows.length < 2);
    read[name] = rows;
  }
  return read;
}

describe("what a search costs", () => {
  let small: Archive;
  let large: Archive;
  let alone: Record<string, number[]>;

  beforeAll(async () => {
    small = await archive(SMALL);
    alone = await costs(small);
    large = await archive(LARGE);
  });

  /** A row more is read where a list ends in front of another workspace's. */
  const expectAlone = (read: Record<string, number[]>) => {
    for (const [name, rows] of Object.entries(alone)) {
      expect(read[name], name).toHaveLength(rows.length);
      for (const [page, count] of rows.entries()) {
        expect(Math.abs((read[name]?.[page] ?? 0) - count), name).toBeLessThan(TOLERANCE);
      }
    }
  };

  it("does not grow with the shard", async () => {
    expectAlone(await costs(small));
  });

  it("does not grow with the workspace", async () => {
    expectAlone(await costs(large));
  });

  it("is paid page by page, to the end, where words seldom meet", async () => {
    const seen: string[] = [];
    let pages = 0;
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof run<typeof shapes.page>>> = await run(
        small.call,
        "search_conversations",
        { query: "left right", ...(cursor === null ? {} : { cursor }) },
        shapes.page,
      );
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
      pages += 1;
    } while (cursor !== null && pages < 50);
    expect(seen).toHaveLength(1);
    expect(pages).toBeLessThanOrEqual(SMALL / 2 / LOOKED_AT + 1);
  });
});

describe("what a search answers", () => {
  it("is the same to the byte whatever other workspaces and forbidden inboxes hold", async () => {
    const [call, other] = [testCall(), testCall()];
    const [mine, forbidden, theirs] = [await makeInbox(call), await makeInbox(call), await makeInbox(other)];
    const limited = callIn(call, { inboxes: [mine.id], scopes: ["conversations:read"] });
    for (let i = 0; i < 30; i++) {
      await write(call, mine, `refund ${i % 2 ? "late" : "early"} parcel`, { from: `v${i % 9}` });
    }
    const answers = async () => {
      const pages = [];
      for (const query of ["refund", "late", "late early", "refund late", "parcel late refund"]) {
        let cursor: string | null = null;
        do {
          const page: Awaited<ReturnType<typeof run<typeof shapes.page>>> = await run(
            limited,
            "search_conversations",
            { query, limit: 2, ...(cursor === null ? {} : { cursor }) },
            shapes.page,
          );
          pages.push(page);
          cursor = page.nextCursor;
        } while (cursor !== null);
      }
      return JSON.stringify(pages);
    };
    const before = await answers();
    const { conversationId } = await write(call, mine, "Hello", { from: "noted" });
    for (let i = 0; i < 60; i++) {
      await write(other, theirs, "late early refund", { from: `v${i}` });
      await write(call, forbidden, "late early refund", { from: `w${i}` });
      await run(call, "add_private_note", { conversationId, text: "late late early refund" }, shapes.note);
    }
    expect(await answers()).toBe(before);
  });
});
