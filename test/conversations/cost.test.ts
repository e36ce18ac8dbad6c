import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { APART } from "../../src/conversations/append.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { type Crowd, crowd } from "./crowd.ts";
import { callIn, makeInbox, run, shapes, write } from "./setting.ts";

/** What a list reads must not depend on how many messages the workspace holds. */
const TOLERANCE = 10;
const SMALL = 500;
const LARGE = 5000;

let small: Crowd;
let large: Crowd;

beforeAll(async () => {
  small = await crowd(env.TENANT_1, SMALL);
  large = await crowd(env.TENANT_1, LARGE);
});

const callers = {
  "a caller that sees all": () => null,
  "a caller limited to one inbox": (of: Crowd) => of.inboxes.slice(0, 1),
  "a caller limited to two inboxes": (of: Crowd) => of.inboxes.slice(0, 2),
};

const lists: [string, string, (of: Crowd) => object][] = [
  ["no filter", "list_conversations", () => ({})],
  ["a page number", "list_conversations", () => ({ page: 2 })],
  ["status", "list_conversations", () => ({ status: "resolved" })],
  ["an inbox", "list_conversations", (of) => ({ inboxId: of.inboxes[0] })],
  ["an inbox and status", "list_conversations", (of) => ({ inboxId: of.inboxes[0], status: "open" })],
  ["a chatbot", "list_conversations", () => ({ chatbotId: "cb_1" })],
  ["a channel", "list_conversations", () => ({ channel: "web" })],
  ["a contact", "list_conversations", (of) => ({ contactId: of.contactId })],
  [
    "days",
    "list_conversations",
    () => ({ startDate: "2023-11-14T20:00:00Z", endDate: "2023-11-14T22:00:00Z" }),
  ],
  ["a contact's messages", "list_contact_messages", (of) => ({ contactId: of.contactId })],
  ["a word that all have", "search_conversations", () => ({ query: "order" })],
  ["a word that notes have", "search_conversations", () => ({ query: "secret" })],
  ["a word and status", "search_conversations", () => ({ query: "order", status: "open" })],
  ["a word in an inbox", "search_conversations", (of) => ({ query: "order", inboxId: of.inboxes[0] })],
  ["drafts", "list_draft_replies", () => ({})],
  ["pending drafts", "list_draft_replies", () => ({ status: "pending" })],
  ["a conversation", "get_conversation", (of) => ({ conversationId: of.conversationId, limit: 2 })],
];

/** By an index that does not know inboxes: flat for callers that see all, bounded for the others. */
const byAssignee: typeof lists = [
  ["an assignee", "list_conversations", () => ({ assignee: "mb_1" })],
  ["an assignee and status", "list_conversations", () => ({ assignee: "mb_1", status: "open" })],
  ["nobody", "list_conversations", () => ({ assignee: "none" })],
  ["nobody and status", "list_conversations", () => ({ assignee: "none", status: "resolved" })],
];

/** Rows read by the first page and by the one after it. */
async function rowsRead(of: Crowd, call: Call, tool: string, args: object): Promise<number[]> {
  const read: number[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < 2; pages++) {
    of.meter.reset();
    const answer: { items?: unknown[]; nextCursor: string | null } = await run(
      call,
      tool,
      { limit: 4, ...args, ...(cursor === null ? {} : { cursor }) },
      tool === "get_conversation" ? shapes.thread : shapes.page,
    );
    read.push(of.meter.rowsRead);
    if (answer.items) expect(answer.items.length).toBeGreaterThan(0);
    cursor = "page" in args ? null : answer.nextCursor;
    if (cursor === null) break;
  }
  return read;
}

async function expectFlat(
  tool: string,
  argsOf: (of: Crowd) => object,
  inboxesOf: (of: Crowd) => string[] | null,
) {
  const costs: number[][] = [];
  for (const of of [small, large]) {
    const { database, workspaceId } = of;
    costs.push(
      await rowsRead(of, testCall({ database, workspaceId, inboxes: inboxesOf(of) }), tool, argsOf(of)),
    );
  }
  const [few = [], many = []] = costs;
  expect(few.length).toBe(many.length);
  for (const [page, rows] of few.entries()) {
    expect(Math.abs((many[page] ?? 0) - rows)).toBeLessThan(TOLERANCE);
    expect(rows).toBeLessThan(300);
  }
}

describe.each(Object.entries(callers))("for %s", (_, inboxesOf) => {
  it.each(lists)("%s (%s) costs the same in a large workspace", (_, tool, argsOf) =>
    expectFlat(tool, argsOf, inboxesOf),
  );
});

describe("by assignee", () => {
  it.each(byAssignee)("%s (%s) costs the same in a large workspace", (_, tool, argsOf) =>
    expectFlat(tool, argsOf, callers["a caller that sees all"]),
  );

  it.each(byAssignee)("%s (%s) is bounded for a limited caller", async (_, tool, argsOf) => {
    const { database, workspaceId, inboxes } = large;
    const limited = testCall({ database, workspaceId, inboxes: inboxes.slice(1, 2) });
    for (const rows of await rowsRead(large, limited, tool, argsOf(large))) expect(rows).toBeLessThan(250);
  });
});

describe("writing", () => {
  it("costs the same in a large workspace, for messages in and out", async () => {
    const costs: [number, number, number][] = [];
    for (const of of [small, large]) {
      const meter = metered(env.TENANT_1);
      const call = testCall({ database: meter.database, workspaceId: of.workspaceId });
      const inbox = await makeInbox(call);
      const options = { database: meter.database };
      const { conversationId } = await write(call, inbox, "Hello?", options);
      meter.reset();
      await write(call, inbox, "Still there?", options);
      const inbound = [meter.rowsRead, meter.rowsWritten, meter.roundTrips] as const;
      await run(call, "reply_to_conversation", { conversationId, text: "Yes" }, shapes.sent);
      costs.push([...inbound]);
      expect(meter.rowsRead).toBeLessThan(100);
      expect(meter.roundTrips).toBeLessThan(12);
    }
    expect(Math.abs((costs[0]?.[0] ?? 0) - (costs[1]?.[0] ?? 0))).toBeLessThan(TOLERANCE);
    // The bill: what a message writes, its search row and counters included.
    expect(costs[1]?.[1]).toBeLessThan(26);
  });
});

describe("a filter that few rows pass", () => {
  it("answers short pages that end, each within its bound", async () => {
    const call = testCall({ database: large.database, workspaceId: large.workspaceId });
    const rare = callIn(call, { database: large.database, inboxes: [large.inboxes[2] ?? ""] });
    let pages = 0;
    let rows = 0;
    let cursor: string | null = null;
    do {
      large.meter.reset();
      const page: Awaited<ReturnType<typeof run<typeof shapes.page>>> = await run(
        rare,
        "list_contact_messages",
        { contactId: large.contactId, limit: 100, ...(cursor === null ? {} : { cursor }) },
        shapes.page,
      );
      expect(large.meter.rowsRead).toBeLessThan(1100);
      rows += page.items.length;
      pages += 1;
      cursor = page.nextCursor;
    } while (cursor !== null && pages < 50);
    // Every sixth conversation is this contact's and in this inbox, of five messages each.
    expect(rows).toBe(Math.floor(LARGE / 5 / 6) * 5);
    expect(pages).toBeLessThan(20);
  });
});

describe("far down in one long conversation", () => {
  it("a contact's messages cost what they cost at the top, each listed once", async () => {
    const call = testCall({ database: large.database });
    const { conversationId, contactId } = await write(call, await makeInbox(call), "The first");
    const { workspaceId } = call.tenant;
    const COUNT = 2000;
    await env.TENANT_1.batch([
      env.TENANT_1.prepare(
        `WITH RECURSIVE number(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM number WHERE i < ?2)
         INSERT INTO messages (workspace_id, id, conversation_id, inbox_id, seq, kind, direction, sender_kind,
           sender_id, sender_name, body, status, created_at)
         SELECT m.workspace_id, m.id || i, conversation_id, inbox_id, m.seq * i, kind, 'out', 'member', 'mb_1', 'Maria', 'On',
           status, created_at + i / 3
         FROM messages AS m, number WHERE workspace_id = ?1 AND conversation_id = ?3`,
      ).bind(workspaceId, COUNT, conversationId),
      env.TENANT_1.prepare(
        "UPDATE conversations SET last_activity_at = last_activity_at + ?2 WHERE workspace_id = ?1",
      ).bind(workspaceId, Math.floor(COUNT / 3)),
    ]);
    const seqs: number[] = [];
    const costs: number[] = [];
    let cursor: string | null = null;
    do {
      large.meter.reset();
      const page: Awaited<ReturnType<typeof run<typeof shapes.messages>>> = await run(
        call,
        "list_contact_messages",
        { contactId, limit: 100, ...(cursor === null ? {} : { cursor }) },
        shapes.messages,
      );
      costs.push(large.meter.rowsRead);
      seqs.push(...page.items.map(({ seq }) => seq));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seqs).toEqual(Array.from({ length: COUNT }, (_, i) => (COUNT - i) * APART));
    expect(Math.max(...costs)).toBeLessThan((costs[0] ?? 0) + TOLERANCE);
  });
});
