import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { mergeContacts } from "../../src/contacts/merge.ts";
import { createContact } from "../../src/contacts/store.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { createToken } from "../../src/gate/tokens.ts";
import { addMember, createWorkspace } from "../../src/gate/workspaces.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import { ticketContactMover } from "../../src/tickets/store.ts";
import { ticketTools } from "../../src/tickets/tools.ts";
import { testCall } from "../call.ts";
import { countsOf } from "../counts.ts";
import { metered } from "../meter.ts";
import { allItems, failureOf, runTool } from "../run.ts";
import { visitorConversation } from "./visitor.ts";

const run = (call: Call, name: string, args: object = {}) => runTool(ticketTools, call, name, args);
const refused = async (call: Call, name: string, args: object = {}) =>
  (await failureOf(run(call, name, args))).code;
const list = (call: Call, args: object = {}) => allItems(ticketTools, call, "list_tickets", args);
const numbers = async (call: Call, args: object = {}) => (await list(call, args)).map((row) => row.number);

/** The same as a caller limited to inboxes gets them, who is told no numbers: they would tell of other inboxes' tickets. */
async function numbersFor(limited: Call, all: Call, args: object = {}) {
  const rows = await list(limited, args);
  expect(rows.map(({ number }) => number)).toEqual(rows.map(() => null));
  const known = await list(all);
  return rows.map(({ id }) => known.find((row) => row.id === id)?.number);
}

const ticketAnswer = z.object({ ticket: z.looseObject({ id: z.string(), number: z.int().nullable() }) });
async function make(call: Call, args: object): Promise<string> {
  return ticketAnswer.parse(await run(call, "create_ticket", { subject: "Broken", ...args })).ticket.id;
}

async function eventsOf({ tenant }: Call, prefix = "ticket.") {
  const rows = await tenant.db.select().from(events).where(tenant.of(events)).orderBy(events.seq);
  return rows
    .filter(({ type }) => type.startsWith(prefix))
    .map(({ type, subjectId, inboxId, data }) => ({ type, subjectId, inboxId, data }));
}

const countOf = async ({ tenant }: Call, metric: string) => (await countsOf(tenant))[metric] ?? 0;

describe("create_ticket", () => {
  it("takes contact, inbox and chatbot from the conversation, and records everything once", async () => {
    const call = testCall();
    const { conversationId, contactId, inboxId, chatbotId } = await visitorConversation(call);
    const { ticket } = ticketAnswer.parse(
      await run(call, "create_ticket", {
        conversationId,
        subject: "Lost parcel",
        text: "Please look for it.",
      }),
    );
    expect(ticket).toMatchObject({
      number: 1,
      subject: "Lost parcel",
      status: "new",
      priority: "normal",
      assignee: null,
      contact: { id: contactId, name: "Vera Visitor" },
      conversationId,
      inboxId,
      chatbotId,
      resolvedAt: null,
    });
    expect(await eventsOf(call)).toEqual([
      {
        type: "ticket.created",
        subjectId: ticket.id,
        inboxId,
        data: { status: "new", conversationId, contactId },
      },
    ]);
    expect(await readTotal(call.tenant, "tickets_open")).toBe(1);
    expect(await countOf(call, "tickets_created")).toBe(1);
    expect(await run(call, "get_ticket", { ticketId: ticket.id })).toMatchObject({
      ticket,
      contact: { id: contactId },
      conversation: { id: conversationId, inboxId, status: "open", messageCount: 1 },
      thread: [{ seq: 1, kind: "text", text: "Please look for it.", by: { kind: "api_key" } }],
      statusHistory: [],
      historyCut: false,
      untrustedFields: expect.arrayContaining(["subject", "name", "text"]),
    });
  });

  it("works about a contact alone, named in any way, and about nothing", async () => {
    const call = testCall();
    const contact = await createContact(call.tenant, { name: "Anna", email: "anna@example.com" });
    await make(call, { contactId: "email:Anna@example.com" });
    await make(call, {});
    expect(await list(call)).toMatchObject([
      { number: 2, contact: null, inboxId: null },
      { number: 1, contact: { id: contact.id, name: "Anna" } },
    ]);
  });

  it("refuses what is not there, and a contact that the conversation is not with", async () => {
    const call = testCall();
    const { conversationId } = await visitorConversation(call);
    const other = await createContact(call.tenant, { name: "Other" });
    const create = (args: object) => refused(call, "create_ticket", { subject: "x", ...args });
    expect(await create({ conversationId: newId("conversation") })).toBe("not_found");
    expect(await create({ contactId: "phone:+49 1" })).toBe("not_found");
    expect(await create({ conversationId, contactId: other.id })).toBe("invalid_input");
    expect(await create({ subject: "   " })).toBe("invalid_input");
    expect(await list(call)).toEqual([]);
  });

  it("numbers tickets that are made at the same time 1, 2, 3 …", async () => {
    const call = testCall();
    await Promise.all(Array.from({ length: 12 }, () => make(call, {})));
    expect(await numbers(call)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await numbers(testCall())).toEqual([]);
  });
});

describe("update_ticket", () => {
  it("records each change with who made it, and nothing for what is so already", async () => {
    const workspace = await createWorkspace(env, { name: "Acme", plan: "pro" });
    const call = testCall({ workspaceId: workspace.id });
    const member = await addMember(env, workspace.id, {
      userId: newId("user"),
      name: "Mia",
      email: "mia@example.com",
      role: "agent",
    });
    const bot = await createToken(env, workspace.id, {
      kind: "bot",
      name: "Helper",
      scopes: ["contacts:read"],
    });
    const ticketId = await make(call, {});
    const change = (args: object) => run(call, "update_ticket", { ticketId, ...args });
    expect(
      await change({ status: "in-progress", assignee: member.id, priority: "urgent", note: "On it" }),
    ).toMatchObject({ ticket: { status: "in_progress", assignee: member.id, priority: "urgent" } });
    await change({ status: "in_progress", assignee: member.id, priority: "urgent" });
    await change({});
    await change({ assignee: bot.id });
    await change({ assignee: "none", status: "resolved" });
    const seen = await run(call, "get_ticket", { ticketId });
    expect(seen.statusHistory).toMatchObject([
      { from: "new", to: "in_progress", by: { id: call.principal.credentialId } },
      { from: "in_progress", to: "resolved" },
    ]);
    expect(seen.thread).toMatchObject([
      { kind: "assignee", from: null, to: member.id },
      { kind: "priority", from: "normal", to: "urgent" },
      { kind: "note", text: "On it" },
      { kind: "assignee", from: member.id, to: bot.id },
      { kind: "assignee", from: bot.id, to: null },
    ]);
    expect(seen.assigneeName).toBeNull();
    expect(await eventsOf(call)).toMatchObject([
      { type: "ticket.created" },
      { type: "ticket.status_changed", data: { from: "new", to: "in_progress" } },
      { type: "ticket.status_changed", data: { from: "in_progress", to: "resolved" } },
    ]);
    await change({ assignee: member.id });
    expect(await run(call, "get_ticket", { ticketId })).toMatchObject({ assigneeName: "Mia" });
    expect(await refused(call, "update_ticket", { ticketId, assignee: newId("member") })).toBe(
      "invalid_input",
    );
  });

  it("counts a ticket as open until it is resolved or closed, and again when it is reopened", async () => {
    const call = testCall();
    const ticketId = await make(call, {});
    const path = ["pending", "resolved", "closed", "in_progress", "closed"];
    const open = [];
    for (const status of path) {
      await run(call, "update_ticket", { ticketId, status });
      open.push(await readTotal(call.tenant, "tickets_open"));
    }
    expect(open).toEqual([1, 0, 0, 1, 0]);
    expect(await countOf(call, "tickets_resolved")).toBe(2);
    const { ticket } = await run(call, "get_ticket", { ticketId });
    expect(ticket).toMatchObject({ resolvedAt: expect.any(String) });
  });

  it("makes all of several changes at the same time", async () => {
    const call = testCall();
    const ticketId = await make(call, {});
    await Promise.all([
      run(call, "update_ticket", { ticketId, status: "pending" }),
      run(call, "update_ticket", { ticketId, priority: "high" }),
      run(call, "update_ticket", { ticketId, note: "One" }),
    ]);
    const { ticket, thread } = await run(call, "get_ticket", { ticketId });
    expect(ticket).toMatchObject({ status: "pending", priority: "high" });
    expect(thread).toHaveLength(2);
    expect(await refused(call, "update_ticket", { ticketId: newId("ticket"), note: "x" })).toBe("not_found");
  });
});

describe("list_tickets", () => {
  it("filters by one status or several, open, priority and chatbot, in pages", async () => {
    const call = testCall();
    const { conversationId, chatbotId } = await visitorConversation(call);
    const statuses = ["new", "in_progress", "pending", "resolved", "closed"];
    for (const [i, status] of statuses.entries()) {
      const ticketId = await make(call, i % 2 ? { conversationId } : {});
      await run(call, "update_ticket", { ticketId, status, priority: i < 2 ? "high" : "low" });
    }
    expect(await numbers(call)).toEqual([5, 4, 3, 2, 1]);
    expect(await numbers(call, { status: "in-progress" })).toEqual([2]);
    expect(await numbers(call, { status: ["closed", "new"] })).toEqual([5, 1]);
    expect(await numbers(call, { status: "open" })).toEqual([3, 2, 1]);
    expect(await numbers(call, { status: ["open", "closed"], limit: 1 })).toEqual([5, 3, 2, 1]);
    expect(await numbers(call, { priority: "high" })).toEqual([2, 1]);
    expect(await numbers(call, { priority: "low", status: "open" })).toEqual([3]);
    expect(await numbers(call, { chatbotId })).toEqual([4, 2]);
    expect(await numbers(call, { chatbotId, priority: "low", limit: 1 })).toEqual([4]);
    expect(await numbers(call, { chatbotId: newId("chatbot") })).toEqual([]);
    expect(await numbers(call, { limit: 2 })).toEqual([5, 4, 3, 2, 1]);
    expect(await run(call, "list_tickets", { page: 2, limit: 2 })).toMatchObject({
      items: [{ number: 3 }, { number: 2 }],
      hasMore: true,
    });
    for (const wrong of [{ status: "done" }, { status: ["done"] }, { limit: 51 }]) {
      expect(await refused(call, "list_tickets", wrong)).toBe("invalid_input");
    }
    const { nextCursor } = await run(call, "list_tickets", { limit: 2 });
    expect(await refused(call, "list_tickets", { cursor: nextCursor, status: "open" })).toBe(
      "invalid_cursor",
    );
    expect(await refused(testCall(), "list_tickets", { cursor: nextCursor })).toBe("invalid_cursor");
  });

  it("costs the same whatever the workspace holds", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const { inboxId, chatbotId } = await visitorConversation(call);
    const limited = testCall({
      database: meter.database,
      workspaceId: call.principal.workspaceId,
      inboxes: [inboxId],
    });
    const fill = (from: number, to: number) =>
      env.TENANT_1.prepare(
        `WITH RECURSIVE i(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM i WHERE n < ?)
         INSERT INTO tickets (workspace_id, id, number, subject, status, priority, inbox_id, chatbot_id, created_at, updated_at)
         SELECT ?, 'tk_' || n, n, 'Ticket', CASE n % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'pending' ELSE 'closed' END,
           CASE n % 2 WHEN 0 THEN 'high' ELSE 'low' END, ?, ?, n, n FROM i`,
      )
        .bind(from, to, call.principal.workspaceId, inboxId, chatbotId)
        .run();
    const cost = async () => {
      const costs = [];
      for (const args of [
        {},
        { status: "open" },
        { priority: "high" },
        { chatbotId },
        { chatbotId, status: "new" },
      ]) {
        for (const caller of [call, limited]) {
          meter.reset();
          await run(caller, "list_tickets", { limit: 20, ...args });
          costs.push(meter.rowsRead);
        }
      }
      return costs;
    };
    await fill(1, 500);
    const few = await cost();
    await fill(501, 20_000);
    const many = await cost();
    for (const [i, rows] of many.entries()) expect(Math.abs(rows - (few[i] ?? 0))).toBeLessThan(10);
    expect(Math.max(...many)).toBeLessThan(500);
  });
});

describe("callers limited to inboxes", () => {
  it("see tickets of their inboxes, their own, and those about contacts that they see", async () => {
    const call = testCall();
    const mine = await visitorConversation(call, "Mine");
    const theirs = await visitorConversation(call, "Theirs");
    const { workspaceId } = call.principal;
    const limited = testCall({ workspaceId, inboxes: [mine.inboxId] });
    const inMine = await make(call, { conversationId: mine.conversationId });
    const inTheirs = await make(call, { conversationId: theirs.conversationId });
    const aboutMine = await make(call, { contactId: mine.contactId });
    const aboutTheirs = await make(call, { contactId: theirs.contactId });
    const aboutNothing = await make(call, {});
    const own = await make(limited, {});
    expect(await numbersFor(limited, call)).toEqual([6, 3, 1]);
    expect(await numbersFor(limited, call, { status: "open", limit: 1 })).toEqual([6, 3, 1]);
    expect(await numbersFor(limited, call, { chatbotId: mine.chatbotId })).toEqual([1]);
    expect(await numbersFor(limited, call, { chatbotId: theirs.chatbotId })).toEqual([]);
    for (const ticketId of [inMine, aboutMine, own]) {
      expect(await run(limited, "get_ticket", { ticketId })).toMatchObject({ ticket: { id: ticketId } });
    }
    const before = await list(call);
    for (const ticketId of [inTheirs, aboutTheirs, aboutNothing]) {
      expect(await refused(limited, "get_ticket", { ticketId })).toBe("not_found");
      expect(await refused(limited, "update_ticket", { ticketId, status: "closed", note: "x" })).toBe(
        "not_found",
      );
    }
    for (const args of [{ conversationId: theirs.conversationId }, { contactId: theirs.contactId }]) {
      expect(await refused(limited, "create_ticket", { subject: "x", ...args })).toBe("not_found");
    }
    expect(await list(call)).toEqual(before);
    expect(await readTotal(limited.tenant, "tickets_open")).toBe(1);
    expect(await numbers(testCall({ workspaceId, inboxes: [] }))).toEqual([]);
    expect(await refused(testCall(), "get_ticket", { ticketId: inMine })).toBe("not_found");
  });

  it("find theirs among more inboxes than are walked one by one", async () => {
    const call = testCall();
    const mine = await visitorConversation(call);
    const theirs = await visitorConversation(call);
    await make(call, { conversationId: mine.conversationId });
    await make(call, { conversationId: theirs.conversationId });
    const inboxes = [mine.inboxId, ...Array.from({ length: 60 }, () => newId("inbox"))];
    const limited = testCall({ workspaceId: call.principal.workspaceId, inboxes });
    expect(await numbersFor(limited, call)).toEqual([1]);
    expect(await numbersFor(limited, call, { chatbotId: mine.chatbotId, status: "new" })).toEqual([1]);
  });
});

describe("a merge of contacts", () => {
  it("takes the tickets along", async () => {
    const call = testCall();
    const kept = await createContact(call.tenant, { name: "Kept" });
    const gone = await createContact(call.tenant, { name: "Gone" });
    const ticketId = await make(call, { contactId: gone.id });
    await mergeContacts(call.tenant, kept.id, gone.id, [ticketContactMover]);
    expect(await run(call, "get_ticket", { ticketId })).toMatchObject({
      contact: { id: kept.id, name: "Kept" },
    });
  });
});
