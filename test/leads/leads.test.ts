import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { mergeContacts } from "../../src/contacts/merge.ts";
import { createContact } from "../../src/contacts/store.ts";
import { type CapturedLead, leadContactMover, leadStatements, recordLead } from "../../src/leads/record.ts";
import { leadTools } from "../../src/leads/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import { testCall } from "../call.ts";
import { allDays } from "../counts.ts";
import { metered } from "../meter.ts";
import { allItems, failureOf, runTool } from "../run.ts";

const run = (call: Call, args: object = {}) => runTool(leadTools, call, "list_leads", args);
const names = async (call: Call, args: object = {}) =>
  (await allItems(leadTools, call, "list_leads", args)).map((row) => row.name);

async function capturer(call: Call) {
  const contact = await createContact(call.tenant, { name: "Ada" });
  const inboxId = newId("inbox");
  const chatbotId = newId("chatbot");
  const captured = (more: Partial<CapturedLead>): CapturedLead => ({
    contactId: contact.id,
    conversationId: null,
    inboxId,
    chatbotId,
    ...more,
  });
  return { contact, inboxId, chatbotId, captured };
}

async function eventsOf({ tenant }: Call) {
  const rows = await tenant.db.select().from(events).where(tenant.of(events)).orderBy(events.seq);
  return rows.filter(({ type }) => type === "lead.captured");
}

describe("recordLead", () => {
  it("records row, event and count, which list_leads shows", async () => {
    const call = testCall();
    const { contact, inboxId, chatbotId, captured } = await capturer(call);
    const lead = await recordLead(
      call.tenant,
      captured({ name: " Ada\0 ", email: "ada@example.com", source: { page: "https://shop.example/cart" } }),
    );
    expect(await run(call)).toEqual({
      items: [
        {
          id: lead.id,
          name: "Ada",
          email: "ada@example.com",
          phone: null,
          capturedAt: new Date(lead.capturedAt).toISOString(),
          chatbotId,
          chatbotName: null,
          inboxId,
          inboxName: null,
          contactId: contact.id,
          conversationId: null,
          source: { page: "https://shop.example/cart" },
          details: null,
        },
      ],
      nextCursor: null,
      hasMore: false,
      untrustedFields: ["name", "email", "phone", "source", "details"],
    });
    expect(await eventsOf(call)).toMatchObject([
      { subjectId: lead.id, inboxId, data: { contactId: contact.id, chatbotId } },
    ]);
    const counts = await allDays(call.tenant);
    expect(counts).toMatchObject([{ inboxId, chatbotId, counts: { leads_captured: 1 } }]);
  });

  it("is one lead under one capture key, also at the same time", async () => {
    const call = testCall();
    const { captured } = await capturer(call);
    const one = captured({ name: "Ada", captureKey: "session/node" });
    const made = await Promise.all(Array.from({ length: 5 }, () => recordLead(call.tenant, one)));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    await recordLead(call.tenant, captured({ name: "Ada", captureKey: "session/other" }));
    expect(await names(call)).toEqual(["Ada", "Ada"]);
    expect(await eventsOf(call)).toHaveLength(2);
  });

  it("refuses a lead without any contact data, and one of nobody", async () => {
    const { tenant } = testCall();
    const { captured } = await capturer(testCall());
    expect((await failureOf(recordLead(tenant, captured({ name: "  " })))).code).toBe("invalid_input");
    expect((await failureOf(recordLead(tenant, captured({ name: "Ada" })))).code).toBe("not_found");
  });

  it("can share the batch of what captured it", async () => {
    const call = testCall();
    const { captured } = await capturer(call);
    const { statements } = leadStatements(call.tenant, captured({ name: "Undone" }));
    await failureOf(call.tenant.batch([...statements, call.tenant.assertThat(sql`0`)]));
    expect(await names(call)).toEqual([]);
    expect(await names(call, { query: "undone" })).toEqual([]);
  });
});

describe("list_leads", () => {
  const day = (text: string) => Date.parse(`${text}T12:00:00Z`);

  it("filters by chatbot, days and words, newest first, in pages", async () => {
    const call = testCall();
    const { captured, chatbotId } = await capturer(call);
    const other = newId("chatbot");
    const people = [
      { name: "Ada Lovelace", email: "ada@example.com", at: day("2026-01-01") },
      { name: "Grace Hopper", email: "grace@navy.example", at: day("2026-01-02"), chatbotId: other },
      { name: "山田太郎", phone: "+81 90 1234", at: day("2026-01-03") },
      { name: "Ada Yonath", email: "yonath@example.org", at: day("2026-01-03") },
    ];
    for (const person of people) await recordLead(call.tenant, captured(person));
    const all = ["Ada Yonath", "山田太郎", "Grace Hopper", "Ada Lovelace"];
    expect(await names(call)).toEqual(all);
    expect(await names(call, { limit: 1 })).toEqual(all);
    expect(await names(call, { chatbotId: other })).toEqual(["Grace Hopper"]);
    expect(await names(call, { startDate: "2026-01-02" })).toEqual(all.slice(0, 3));
    expect(await names(call, { endDate: "2026-01-02", limit: 1 })).toEqual(all.slice(2));
    expect(await names(call, { startDate: "2026-01-02", endDate: "2026-01-02" })).toEqual(["Grace Hopper"]);
    expect(await names(call, { query: "ada", limit: 1 })).toEqual(["Ada Yonath", "Ada Lovelace"]);
    expect(await names(call, { query: "lovel" })).toEqual(["Ada Lovelace"]);
    expect(await names(call, { query: "太郎" })).toEqual(["山田太郎"]);
    expect(await names(call, { query: "grace@navy.example" })).toEqual(["Grace Hopper"]);
    expect(await names(call, { query: "example", chatbotId, startDate: "2026-01-03" })).toEqual([
      "Ada Yonath",
    ]);
    expect(await names(testCall(), { query: "ada" })).toEqual([]);
    for (const wrong of [
      { query: "!?" },
      { startDate: "2026-01-02", endDate: "2026-01-01" },
      { startDate: "yesterday" },
    ]) {
      expect((await failureOf(run(call, wrong))).code).toBe("invalid_input");
    }
    expect(await names(call, { query: '" OR name : *' })).toEqual([]);
  });

  it("hides other inboxes' leads from limited callers", async () => {
    const call = testCall();
    const { captured, inboxId } = await capturer(call);
    const { workspaceId } = call.principal;
    const limited = testCall({ workspaceId, inboxes: [inboxId] });
    const own = await createContact(limited.tenant, { name: "Own" });
    await recordLead(call.tenant, captured({ name: "Here" }));
    await recordLead(call.tenant, captured({ name: "There", inboxId: newId("inbox") }));
    await recordLead(call.tenant, captured({ name: "Nowhere", inboxId: null }));
    await recordLead(call.tenant, captured({ name: "Own nowhere", inboxId: null, contactId: own.id }));
    expect(await names(limited)).toEqual(["Own nowhere", "Here"]);
    expect(await names(limited, { query: "nowhere" })).toEqual(["Own nowhere"]);
    expect(await names(limited, { query: "there" })).toEqual([]);
    expect(await names(call, { query: "nowhere" })).toEqual(["Own nowhere", "Nowhere"]);
    expect(await names(testCall({ workspaceId, inboxes: [] }))).toEqual([]);
    const many = Array.from({ length: 60 }, () => newId("inbox"));
    expect(await names(testCall({ workspaceId, inboxes: [inboxId, ...many] }))).toEqual(["Here"]);
  });

  it("costs the same whatever the workspace holds", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const { contact, inboxId, chatbotId, captured } = await capturer(call);
    const { workspaceId } = call.principal;
    const limited = testCall({ database: meter.database, workspaceId, inboxes: [inboxId] });
    await recordLead(call.tenant, captured({ name: "Needle", at: 5 }));
    const fill = (from: number, to: number) =>
      env.TENANT_1.prepare(
        `WITH RECURSIVE i(n) AS (SELECT ? UNION ALL SELECT n + 1 FROM i WHERE n < ?)
         INSERT INTO leads (workspace_id, id, contact_id, inbox_id, chatbot_id, name, source, captured_at)
         SELECT ?, 'ld_' || n, ?, ?, ?, 'Lead', '{}', 1000000 + n FROM i`,
      )
        .bind(from, to, workspaceId, contact.id, inboxId, chatbotId)
        .run();
    const cost = async () => {
      const costs = [];
      for (const args of [{}, { chatbotId }, { startDate: "1970-01-01" }, { query: "needle" }]) {
        for (const caller of [call, limited]) {
          meter.reset();
          await run(caller, { limit: 20, ...args });
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
    expect(Math.max(...many)).toBeLessThan(200);
  });
});

describe("a merge of contacts", () => {
  it("takes the leads along", async () => {
    const call = testCall();
    const { contact, captured } = await capturer(call);
    const kept = await createContact(call.tenant, { name: "Kept" });
    await recordLead(call.tenant, captured({ name: "Ada" }));
    await mergeContacts(call.tenant, kept.id, contact.id, [leadContactMover]);
    expect(await run(call)).toMatchObject({ items: [{ contactId: kept.id, name: "Ada" }] });
  });
});
