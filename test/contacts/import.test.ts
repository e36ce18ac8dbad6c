import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { importContacts } from "../../src/contacts/import.ts";
import { createContact, updateContact } from "../../src/contacts/store.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { newId } from "../../src/tenant/ids.ts";
import { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { failureOf } from "../run.ts";
import { eventsOf, list, names, run } from "./run.ts";

/** A workspace whose contacts come from imports. */
function workspace(database: D1Database = env.TENANT_1) {
  const call = testCall({ database });
  return { call, tenant: call.tenant };
}

const CLEAN = { updated: 0, unchanged: 0, errors: [] };

describe("importing contacts", () => {
  it("makes them as the store does: search row, tags, values, events, count", async () => {
    const { call, tenant } = workspace();
    await run(call, "create_custom_field", { key: "size", label: "Size", type: "number" });
    const rows = [
      {
        name: "Ada Lovelace",
        email: "Ada@example.com",
        phone: "+44 20 7946 0001",
        externalId: "1",
        tags: ["VIP", "early"],
        customFields: { size: "42" },
      },
      { name: "Zoë Müller", email: "zoe@example.com", tags: ["vip"] },
    ];
    expect(await importContacts(tenant, rows)).toEqual({ created: 2, ...CLEAN });

    const ada = await run(call, "get_contact", { contactId: "email:ada@example.com" });
    expect(ada).toMatchObject({ name: "Ada Lovelace", externalId: "1", customFields: { size: 42 } });
    // The same as one by one, but for what says when and by whom.
    const alone = workspace();
    await run(alone.call, "create_custom_field", { key: "size", label: "Size", type: "number" });
    for (const row of rows) await run(alone.call, "create_contact", row);
    const other = await run(alone.call, "get_contact", { contactId: "phone:+442079460001" });
    const shape = ({
      tags,
      customFields,
      name,
      email,
      phone,
      externalId,
      identities,
    }: Record<string, unknown>) => ({
      tags: Array.isArray(tags) ? tags.map((tag) => tag.name) : tags,
      customFields,
      name,
      email,
      phone,
      externalId,
      identities,
    });
    expect(shape(ada)).toEqual(shape(other));

    for (const [query, found] of Object.entries({
      lovelace: "Ada Lovelace",
      "7946 0001": "Ada Lovelace",
      müller: "Zoë Müller",
      "zoe@example": "Zoë Müller",
    })) {
      expect(await names(call, { query })).toEqual([found]);
      expect(await names(alone.call, { query })).toEqual([found]);
    }
    expect(await names(call, { tag: "VIP" })).toEqual(["Zoë Müller", "Ada Lovelace"]);
    expect(await names(call, { customField: { key: "size", value: 42 } })).toEqual(["Ada Lovelace"]);
    expect(await names(call, { sort: "oldest" })).toEqual(["Ada Lovelace", "Zoë Müller"]);
    expect(await readTotal(tenant, "contacts")).toBe(2);
    expect((await eventsOf(call)).map(({ type }) => type)).toEqual(["contact.created", "contact.created"]);
  });

  it("changes what a row names and nothing else, and repeated it changes nothing", async () => {
    const { call, tenant } = workspace();
    await run(call, "create_custom_field", { key: "size", label: "Size", type: "number" });
    const first = [
      { externalId: "1", name: "Ada", email: "ada@example.com", tags: ["a"], customFields: { size: 1 } },
      { email: "bob@example.com", name: "Bob", phone: "030 1234567" },
      { phone: "+49 171 5550000", name: "Cleo" },
    ];
    await importContacts(tenant, first);
    const second = [
      { externalId: "1", name: "Ada L.", tags: ["A", "b"] },
      { email: "BOB@example.com", customFields: { size: 2 } },
      { phone: "0049 171 5550000", name: "Cleo" },
    ];
    expect(await importContacts(tenant, second)).toEqual({
      created: 0,
      updated: 3,
      unchanged: 0,
      errors: [],
    });
    expect(await importContacts(tenant, second)).toEqual({
      created: 0,
      updated: 0,
      unchanged: 3,
      errors: [],
    });
    expect(await run(call, "get_contact", { contactId: "email:ada@example.com" })).toMatchObject({
      name: "Ada L.",
      customFields: { size: 1 },
      tags: [{ name: "a" }, { name: "b" }],
    });
    expect(await run(call, "get_contact", { contactId: "email:bob@example.com" })).toMatchObject({
      name: "Bob",
      email: "BOB@example.com",
      phone: "030 1234567",
      customFields: { size: 2 },
    });
    expect(await names(call, { query: "ada" })).toEqual(["Ada L."]);
    expect(await readTotal(tenant, "contacts")).toBe(3);
    const changes = (await eventsOf(call)).filter(({ type }) => type === "contact.updated");
    expect(changes.map(({ data }) => data)).toEqual([
      { changed: ["name", "tags"] },
      { changed: ["email", "customFields.size"] },
      { changed: ["phone"] },
    ]);
  });

  it("reports rows that do not fit, by place, and keeps the others", async () => {
    const { call, tenant } = workspace();
    await run(call, "create_custom_field", { key: "size", label: "Size", type: "number" });
    const good = { email: "good@example.com" };
    const result = await importContacts(tenant, [
      { name: "No key" },
      good,
      { email: "not an address" },
      { email: "a@example.com", customFields: { size: "big" } },
      { email: "a@example.com", customFields: { colour: "red" } },
      { email: "a@example.com", phone: "12" },
      { email: "a@example.com", surname: "Smith" },
      "nothing",
      { externalId: "2", email: "second@example.com" },
    ]);
    expect(result).toMatchObject({ created: 2, updated: 0, unchanged: 0 });
    expect(result.errors.map(({ index }) => index)).toEqual([0, 2, 3, 4, 5, 6, 7]);
    expect(result.errors.map(({ message }) => message)).toEqual([
      expect.stringContaining("no externalId, email or phone"),
      expect.stringContaining("email: must be an email address"),
      expect.stringContaining("size takes a number"),
      expect.stringContaining('no custom field "colour"'),
      expect.stringContaining("phone: must be a phone number"),
      expect.stringContaining("surname"),
      expect.stringContaining("row: "),
    ]);
    expect(await names(call)).toHaveLength(2);
  });

  it("takes rows in their order: later ones change what earlier ones made", async () => {
    const { call, tenant } = workspace();
    const result = await importContacts(tenant, [
      { externalId: "1", phone: "030 111111", name: "One" },
      { externalId: "1", phone: "030 222222" },
      { phone: "030 222222", tags: ["t"] },
      { phone: "030 222222", tags: ["T"] },
      { externalId: "2", phone: "030 111111", name: "Two" },
    ]);
    expect(result).toEqual({ created: 2, updated: 2, unchanged: 1, errors: [] });
    expect(await names(call, { sort: "oldest" })).toEqual(["One", "Two"]);
    expect(await run(call, "get_contact", { contactId: "phone:030 222222" })).toMatchObject({
      externalId: "1",
      tags: [{ name: "t" }],
    });
  });

  it("does not take one contact for another", async () => {
    const { call, tenant } = workspace();
    await importContacts(tenant, [
      { externalId: "1", email: "one@example.com", phone: "030 111111" },
      { externalId: "2", email: "two@example.com", phone: "030 222222" },
    ]);
    const { errors, ...counts } = await importContacts(tenant, [
      { externalId: "1", email: "two@example.com" },
      { externalId: "3", email: "one@example.com" },
      { email: "child@example.com", phone: "030 111111" },
      { externalId: "2", phone: "030 222223" },
    ]);
    expect(counts).toEqual({ created: 0, updated: 1, unchanged: 0 });
    expect(errors).toEqual([
      { index: 0, message: "another contact has the same email" },
      { index: 1, message: "a contact with another externalId has the same email" },
      { index: 2, message: "a contact with another email has the same phone" },
    ]);
    expect(await names(call)).toHaveLength(2);
  });

  it("lets contacts pass a phone on in one import, whatever order the database writes in", async () => {
    const { call, tenant } = workspace();
    const ids = ["1", "2", "3", "4", "5"];
    await importContacts(
      tenant,
      ids.map((id) => ({ externalId: id, phone: `030 11111${id}` })),
    );
    // Each gives its own up before the one behind takes it.
    const passed = ids.map((id) => ({ externalId: id, phone: `030 11111${Number(id) - 1}` }));
    expect(await importContacts(tenant, passed)).toMatchObject({ updated: 5, errors: [] });
    expect(await run(call, "get_contact", { contactId: "phone:030 111114" })).toMatchObject({
      externalId: "5",
    });
    expect(await importContacts(tenant, [...passed].reverse())).toMatchObject({ unchanged: 5, errors: [] });
  });

  it("does not make two people one who share an external id in two systems", async () => {
    const { call, tenant } = workspace();
    const anna = { externalId: "1", name: "Anna", email: "anna@a.example" };
    const cy = { externalId: "2", name: "Cy", phone: "030 111111" };
    await importContacts(tenant, [anna, cy]);
    const strangers = [
      { externalId: "1", name: "Bob", email: "bob@b.example" },
      { externalId: "1", name: "Anna", email: "anna@b.example" },
      { externalId: "2", name: "Dee", phone: "030 222222" },
    ];
    const { errors, ...counts } = await importContacts(tenant, strangers);
    expect(counts).toEqual({ created: 0, updated: 0, unchanged: 0 });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining("another email"),
      expect.stringContaining("another email"),
      expect.stringContaining("another phone and name"),
    ]);
    // In one import as over two, and not where the same person writes differently.
    const fresh = workspace();
    expect((await importContacts(fresh.tenant, [anna, ...strangers.slice(0, 1)])).errors).toHaveLength(1);
    const same = [
      { externalId: "1", name: "Anna Smith", email: " ANNA@a.example", phone: "030 333333" },
      { externalId: "2", name: "Cý", phone: "030 444444" },
      { externalId: "2", email: "cy@a.example" },
    ];
    expect(await importContacts(tenant, same)).toMatchObject({ updated: 3, errors: [] });
    expect(await names(call, { sort: "oldest" })).toEqual(["Anna Smith", "Cý"]);
  });

  it("says in a dry run what would become of rows, and writes nothing", async () => {
    const { call, tenant } = workspace();
    await importContacts(tenant, [{ email: "a@example.com", name: "A" }]);
    const rows = [{ email: "a@example.com", name: "B" }, { email: "c@example.com" }, { name: "nobody" }];
    const told = await importContacts(tenant, rows, { dryRun: true });
    expect(told).toMatchObject({ created: 1, updated: 1, unchanged: 0, errors: [{ index: 2 }] });
    expect(await names(call, {})).toEqual(["A"]);
    expect(await importContacts(tenant, rows)).toEqual(told);
  });

  it("does not undo what others do at the same time", async () => {
    const { call, tenant } = workspace();
    const rows = Array.from({ length: 40 }, (_, i) => ({ externalId: `${i}`, email: `p${i}@example.com` }));
    const [a, b] = await Promise.all([importContacts(tenant, rows), importContacts(tenant, rows)]);
    expect(a.created + b.created).toBe(40);
    expect(a.unchanged + b.unchanged).toBe(40);
    expect([...a.errors, ...b.errors]).toEqual([]);
    expect(await names(call, { limit: 100 })).toHaveLength(40);
    expect(await readTotal(tenant, "contacts")).toBe(40);
    const sequence = await tenant.db.all<{ seq: number }>(
      sql`SELECT seq FROM events WHERE workspace_id = ${tenant.workspaceId} ORDER BY seq`,
    );
    expect(sequence.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1));
  });

  it("gives an email that a visitor merely claimed to the contact that is imported with it", async () => {
    const { tenant } = workspace();
    const made = await createContact(tenant, { name: "Claims nothing" });
    await importContacts(tenant, [{ email: "mine@example.com" }]);
    const failure = await failureOf(updateContact(tenant, made.id, { email: "mine@example.com" }));
    expect(failure.code).toBe("duplicate");
  });

  it("keeps text as the store keeps it, whatever it holds", async () => {
    const { call, tenant } = workspace();
    const odd = [
      "a\u0000b",
      'quote " and \\ back',
      "😀 \ud800 half",
      "'; DROP",
      "$.name",
      "123",
      "null",
      "tab\there",
    ];
    const rows = odd.map((name, i) => ({ name, externalId: `${i}`, phone: `+49 30 ${100000 + i}` }));
    await importContacts(tenant, rows);
    const alone = workspace();
    for (const row of rows) await run(alone.call, "create_contact", row);
    expect(await names(call, { sort: "oldest" })).toEqual(await names(alone.call, { sort: "oldest" }));
    await importContacts(
      tenant,
      rows.map((row) => ({ ...row, name: `${row.name}!` })),
    );
    expect(await names(call, { sort: "oldest" })).toEqual(
      (await names(alone.call, { sort: "oldest" })).map((name) => `${name}!`),
    );
  });

  it("is for callers that see every contact", async () => {
    const { tenant } = testCall({ inboxes: ["ib_1"] });
    expect(await importContacts(tenant, []).catch((error: unknown) => error)).toBeInstanceOf(Failure);
  });

  it("costs a handful of round trips, and no more the more contacts there are", async () => {
    const meter = metered(env.TENANT_1);
    const credentialId = newId("token");
    const tenant = new Tenant(meter.database, {
      workspaceId: newId("workspace"),
      inboxes: null,
      actor: { kind: "system", id: "operator", name: "Operator", credentialId: null },
      timeZone: "UTC",
    });
    const call = { ...testCall({ actor: { credentialId } }), tenant };
    await run(call, "create_custom_field", { key: "size", label: "Size", type: "number" });
    const batch = (from: number, name = "Person") =>
      Array.from({ length: 200 }, (_, i) => ({
        name: `${name} ${from + i}`,
        email: `p${from + i}@example.com`,
        phone: `+49 30 ${1_000_000 + from + i}`,
        externalId: `${from + i}`,
        tags: ["all"],
        customFields: { size: i },
      }));
    const cost = async (rows: object[]) => {
      meter.reset();
      await importContacts(tenant, rows);
      return { read: meter.rowsRead, trips: meter.roundTrips };
    };
    await importContacts(tenant, batch(0));
    const made = await cost(batch(200));
    const changed = await cost(batch(0, "Human"));
    for (let from = 400; from < 3000; from += 200) await importContacts(tenant, batch(from));
    const madeAmongMany = await cost(batch(3000));
    const changedAmongMany = await cost(batch(0, "Person"));
    for (const { trips } of [made, changed, madeAmongMany, changedAmongMany]) expect(trips).toBeLessThan(7);
    expect(madeAmongMany.read).toBeLessThan(made.read + 200);
    expect(changedAmongMany.read).toBeLessThan(changed.read + 200);
    expect(await list(call, { query: "human" })).toMatchObject({ items: [] });
    expect(await readTotal(tenant, "contacts")).toBe(3200);
  });
});
