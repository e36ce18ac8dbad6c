import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { catalogue, contactBelongings } from "../../src/catalogue.ts";
import { eraseContact, goOnErasing, workspacesErasing } from "../../src/contacts/erase.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { ACROSS_WORKSPACES } from "../../src/tenant/tenant.ts";
import { readFeed } from "../../src/workspace/events.ts";
import { testCall } from "../call.ts";
import { callIn, makeInbox, write } from "../conversations/setting.ts";
import { callTool, contentsOf, make, makeWorld, type World, wholeTenant } from "../growing/world.ts";
import { metered } from "../meter.ts";
import { failureOf, runTool } from "../run.ts";

const run = (call: Call, name: string, args: object) => runTool(catalogue.tools, call, name, args);

/** What names things of the corner that are nobody's person: an inbox, a tag, a webhook's address. */
const NOT_A_PERSON = ["inboxes", "tags", "webhooks", "webhook_deliveries", "webhook_delivered"];

/** Search tables have no columns of a workspace: how many rows they hold in all. */
async function searchRows(tenant: string): Promise<Record<string, number>> {
  const database = tenant === "TENANT_2" ? env.TENANT_2 : env.TENANT_1;
  const names = ["contacts_search", "messages_search", "leads_search"];
  const rows = await database.batch<{ count: number }>(
    names.map((name) => database.prepare(`${ACROSS_WORKSPACES} SELECT count(*) AS count FROM ${name}`)),
  );
  return Object.fromEntries(names.map((name, i) => [name, rows[i]?.results[0]?.count ?? 0]));
}

const page = z.object({
  items: z.array(z.object({ kind: z.string(), data: z.unknown() })),
  nextCursor: z.string().nullable(),
});

/** All pages of an export. */
async function pages(read: (cursor?: string) => Promise<unknown>) {
  const found: z.output<typeof page>["items"] = [];
  for (let cursor: string | undefined; ; ) {
    const { items, nextCursor } = page.parse(await read(cursor));
    found.push(...items);
    if (nextCursor === null) return found;
    cursor = nextCursor;
  }
}

describe("a person in a workspace full of data", () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld("erased");
  });

  it("is exported whole, and after its erasure no table holds anything of it, and everything of others", async () => {
    const { client, open, other, workspace } = world;
    const { contactId, conversationId } = open.ids;
    await callTool(client, "update_conversation", { conversationId, priority: "urgent", addTags: ["VIP"] });
    const exported = await pages(async (cursor) => {
      const { data } = await callTool(client, "export_contact", { contactId, limit: 2, cursor });
      expect(data.leftOut).toEqual([]);
      return data;
    });
    const before = await contentsOf(workspace);
    const mine = (rows: Record<string, unknown[]>, corner = open) =>
      Object.entries(rows).flatMap(([table, all]) =>
        NOT_A_PERSON.includes(table)
          ? []
          : all
              .filter((row) => JSON.stringify(row).includes(corner.canary))
              .map((row) => `${table}: ${JSON.stringify(row)}`),
      );
    expect(mine(before).length).toBeGreaterThan(5);
    // Each thing that holds a word of the person is in the export, once.
    const kinds = Object.groupBy(exported, ({ kind }) => kind);
    const count = (kind: string) => kinds[kind]?.length ?? 0;
    const held = (table: string, id: string) =>
      (before[table] ?? []).filter((row) => Object.values(Object(row)).includes(id)).length;
    expect({
      conversation: count("conversation"),
      message: count("message") + count("note"),
      draft: count("draft"),
      ticket: count("ticket"),
      lead: count("lead"),
    }).toEqual({
      conversation: held("conversations", String(contactId)),
      message: held("messages", String(conversationId)),
      draft: held("drafts", String(conversationId)),
      ticket: held("tickets", String(contactId)),
      lead: held("leads", String(contactId)),
    });
    expect(count("response")).toBeGreaterThan(0);
    expect(JSON.stringify(exported)).toContain(open.canary);
    expect(JSON.stringify(exported)).not.toContain(other.canary);

    const searchBefore = await searchRows(workspace.shard);
    const theirs = mine(before, other);
    const { code, data, text } = await callTool(client, "delete_contact", { contactId });
    expect(code, text).toBeNull();
    expect(data).toMatchObject({ id: contactId, erased: true, erasedAt: expect.any(String) });

    const after = await contentsOf(workspace);
    expect(mine(after)).toEqual([]);
    expect(mine(after, other)).toEqual(theirs);
    // By its ids it is in the record of the erasure and in events alone, which hold no text.
    const left = Object.entries(after).flatMap(([table, rows]) =>
      rows.some((row) => JSON.stringify(row).includes(String(contactId))) ? [table] : [],
    );
    expect(left.toSorted()).toEqual(expect.arrayContaining(["contact_erasures"]));
    expect(
      left.filter(
        (table) => !["contact_erasures", "events", "webhook_deliveries", "webhook_delivered"].includes(table),
      ),
    ).toEqual([]);
    const searchAfter = await searchRows(workspace.shard);
    expect(searchAfter.contacts_search).toBe((searchBefore.contacts_search ?? 0) - 1);
    expect(searchAfter.messages_search).toBeLessThan(searchBefore.messages_search ?? 0);
    expect(searchAfter.leads_search).toBe((searchBefore.leads_search ?? 0) - 1);
    for (const gone of [contactId, `email:${open.canary}@example.com`]) {
      expect((await callTool(client, "get_contact", { contactId: gone })).code).toBe("not_found");
    }
    // Again it answers the record, and writes nothing.
    expect((await callTool(client, "delete_contact", { contactId })).data).toEqual(data);
    const { items } = await readFeed(wholeTenant(workspace), { limit: 100, types: ["contact.erased"] });
    expect(items.map(({ subjectId }) => subjectId)).toEqual([contactId]);
    // Who comes back is somebody new.
    const again = await make(client, "create_contact", { email: `${open.canary}@example.com` });
    expect(again).not.toBe(contactId);
  });
});

/** A contact who wrote in two inboxes. */
async function known() {
  const call = testCall();
  const [one, two] = [await makeInbox(call), await makeInbox(call)];
  const { contactId } = await write(call, one, "Hello");
  const elsewhere = await write(call, two, "Hello there");
  await run(call, "merge_contacts", { contactId, duplicateId: elsewhere.contactId });
  return { call, one, two, contactId };
}

it("keeps counts true, whatever state the person's conversations and tickets were in", async () => {
  const call = testCall();
  const inbox = await makeInbox(call);
  const stays = await write(call, inbox, "I stay", { from: "stays" });
  const { contactId, conversationId } = await write(call, inbox, "Hello");
  await run(call, "create_ticket", { conversationId, subject: "Help" });
  await run(call, "create_ticket", { conversationId: stays.conversationId, subject: "Help me" });
  const totals = async () => ({
    contacts: await readTotal(call.tenant, "contacts"),
    conversations: await readTotal(call.tenant, "conversations_open"),
    tickets: await readTotal(call.tenant, "tickets_open"),
  });
  expect(await totals()).toEqual({ contacts: 2, conversations: 2, tickets: 2 });
  await run(call, "delete_contact", { contactId });
  expect(await totals()).toEqual({ contacts: 1, conversations: 1, tickets: 1 });
  expect(await run(call, "get_conversation_summary", { days: 1 })).toMatchObject({
    conversations: 2,
    byStatus: { open: 1, pending: 0, snoozed: 0, resolved: 1 },
  });
});

it("is not for callers who do not see all of the person, and an export holds what the caller may read", async () => {
  const { call, one, contactId } = await known();
  const limited = callIn(call, { inboxes: [one.id] });
  expect(await failureOf(run(limited, "delete_contact", { contactId }))).toMatchObject({
    code: "not_allowed",
  });
  const stranger = callIn(call, { inboxes: [(await makeInbox(call)).id] });
  for (const name of ["delete_contact", "export_contact"]) {
    expect(await failureOf(run(stranger, name, { contactId }))).toMatchObject({ code: "not_found" });
    expect(await failureOf(run(testCall(), name, { contactId }))).toMatchObject({ code: "not_found" });
  }
  const texts = async (by: Call) => {
    const all = await pages((cursor) => run(by, "export_contact", { contactId, limit: 1, cursor }));
    return all
      .flatMap(({ data }) => z.looseObject({ body: z.string().optional() }).parse(data).body ?? [])
      .toSorted();
  };
  expect(await texts(call)).toEqual(["Hello", "Hello there"]);
  expect(await texts(limited)).toEqual(["Hello"]);
  const reader = callIn(call, { scopes: ["contacts:read"] });
  expect(await run(reader, "export_contact", { contactId })).toMatchObject({
    items: [{ kind: "contact" }],
    leftOut: ["ticket", "lead", "conversation", "message", "attachment", "note", "draft", "response"],
    hasMore: false,
  });
});

it("goes in bounded steps, says how far it is, and is ended by housekeeping where nobody calls again", async () => {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const inbox = await makeInbox(call);
  const { contactId, conversationId } = await write(call, inbox, "Hello");
  const many = 1700;
  await env.TENANT_1.prepare(
    `WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < ?4)
     INSERT INTO messages (n, workspace_id, id, conversation_id, inbox_id, seq, kind, direction, sender_kind, sender_id,
       sender_name, body, status, created_at)
     SELECT NULL, ?1, 'ms_' || ?2 || i, ?2, ?3, 100000000 + i, 'message', 'in', 'contact', 'x', 'X', 'Words', 'sent', i
     FROM numbers`,
  )
    .bind(call.tenant.workspaceId, conversationId, inbox.id, many)
    .run();
  meter.reset();
  const first = await eraseContact(call.tenant, contactId, contactBelongings, 2);
  expect(first).toMatchObject({ erased: false, erasedAt: null });
  // Nobody finds or sees who it was from the first step on.
  expect(await run(call, "get_contact", { contactId })).toMatchObject({ name: null, email: null });
  expect(Math.max(...meter.bill.map(({ written }) => written))).toBeLessThanOrEqual(4 * 500);
  expect(await workspacesErasing(env.TENANT_1)).toContain(call.tenant.workspaceId);
  const removed: number[] = [];
  for (let i = 0; i < 10; i++) {
    await goOnErasing(call.tenant, contactBelongings);
    const { erased, removed: sofar } = await eraseContact(call.tenant, contactId, contactBelongings, 1);
    removed.push(sofar.messages ?? 0);
    if (erased) break;
  }
  expect(removed).toEqual(removed.toSorted((a, b) => a - b));
  expect(removed.at(-1)).toBe(many + 1);
  expect(await workspacesErasing(env.TENANT_1)).not.toContain(call.tenant.workspaceId);
  const left = await contentsOf({ id: call.tenant.workspaceId, shard: "TENANT_1" } as World["workspace"]);
  expect(left.messages).toEqual([]);
});
