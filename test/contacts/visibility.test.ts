import { describe, expect, it } from "vitest";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { resolveContact } from "../../src/contacts/lookup.ts";
import { contactResources } from "../../src/contacts/resources.ts";
import { contactViewerStatements, countContacts, seesContact } from "../../src/contacts/visibility.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { eventsOf, failure, list, make, names, run } from "./run.ts";

/** A workspace with a visitor in each of two inboxes, and one contact made by a key that sees everything. */
async function office() {
  const all = testCall();
  const { workspaceId } = all.principal;
  const [mine, theirs] = [newId("inbox"), newId("inbox")];
  const limited = testCall({ workspaceId, inboxes: [mine] });
  const other = testCall({ workspaceId, inboxes: [mine, theirs] });
  const visitor = async (inboxId: string, name: string, phone: string) => {
    const source = { inboxId, channel: "web", sourceId: `v-${name}` };
    const { contactId } = await findOrCreateVisitorContact(all.tenant, { ...source, name });
    await run(all, "update_contact", { contactId, email: `${name}@example.com`, phone });
    return contactId;
  };
  const seen = await visitor(mine, "Seen", "+49301111111");
  const hidden = await visitor(theirs, "Hidden", "+49302222222");
  const loose = await make(all, { name: "Loose", externalId: "loose", tags: ["t"] });
  await run(all, "add_contact_tags", { contactId: seen, tags: ["t"] });
  await run(all, "add_contact_tags", { contactId: hidden, tags: ["t"] });
  await run(all, "create_custom_field", { key: "k", label: "K", type: "text" });
  for (const contactId of [seen, hidden, loose]) {
    await run(all, "set_contact_custom_field", { contactId, field: "k", value: "v" });
  }
  return { all, limited, other, mine, theirs, seen, hidden, loose };
}

describe("a caller with an inbox list", () => {
  it("lists and finds only contacts of its inboxes and its own", async () => {
    const { all, limited, other } = await office();
    const own = await make(limited, { name: "Own", tags: ["t"], customFields: { k: "v" } });
    for (const sort of ["newest", "name"]) {
      for (const limit of [1, 25]) {
        for (const filter of [{}, { tag: "t" }, { customField: { key: "k", value: "v" } }]) {
          const args = { ...filter, sort, limit };
          expect((await names(limited, args)).sort()).toEqual(["Own", "Seen"]);
          expect((await names(other, args)).sort()).toEqual(["Hidden", "Seen"]);
          expect(await names(all, args)).toHaveLength(4);
        }
        expect(await names(limited, { channel: "web", sort, limit })).toEqual(["Seen"]);
        expect(await names(limited, { query: "hidden", sort, limit })).toEqual([]);
        expect(await names(limited, { query: "222", sort, limit })).toEqual([]);
      }
    }
    expect(await names(limited, { query: "example" })).toEqual(["Seen"]);
    expect(await names(limited, { email: "hidden@example.com" })).toEqual([]);
    expect(await names(limited, { phone: "030 2222222" })).toEqual([]);
    expect(await countContacts(limited.tenant)).toEqual({ count: 2, exact: true });
    expect(await countContacts(limited.tenant, 1)).toEqual({ count: 1, exact: false });
    expect(await countContacts(all.tenant)).toEqual({ count: 4, exact: true });
    expect(await seesContact(limited.tenant, own)).toBe(true);
    expect(await seesContact(all.tenant, own)).toBe(true);
  });

  it("gets not found for every tool that names a hidden contact, and changes nothing", async () => {
    const { all, limited, seen, hidden, loose } = await office();
    const before = await run(all, "get_contact", { contactId: hidden });
    const count = (await eventsOf(all)).length;
    for (const contactId of [
      hidden,
      loose,
      "email:hidden@example.com",
      "phone:+49302222222",
      "phone:030 2222222",
    ]) {
      const calls: [string, object][] = [
        ["get_contact", { contactId }],
        ["update_contact", { contactId, name: "X" }],
        ["add_contact_tags", { contactId, tags: ["x"] }],
        ["remove_contact_tags", { contactId, tags: ["t"] }],
        ["list_contact_custom_fields", { contactId }],
        ["set_contact_custom_field", { contactId, field: "k", value: "x" }],
        ["merge_contacts", { contactId, duplicateId: seen }],
        ["merge_contacts", { contactId: seen, duplicateId: contactId }],
      ];
      for (const [tool, args] of calls) {
        const refused = await failure(limited, tool, args);
        expect(refused.code).toBe("not_found");
        expect(JSON.stringify(refused)).not.toContain("Hidden");
      }
      await expect(resolveContact(limited.tenant, contactId)).rejects.toMatchObject({ code: "not_found" });
      await expect(contactResources[0]?.read(limited, { contactId })).rejects.toMatchObject({
        code: "not_found",
      });
    }
    const complete = (typed: string) => contactResources[0]?.complete?.(limited, "contactId", typed);
    expect(await complete("")).toEqual([{ value: seen, label: "Seen" }]);
    expect(await complete("hidden")).toEqual([]);
    expect(await complete(hidden)).toEqual([]);
    expect(await complete("ct_")).toEqual([{ value: seen, label: "Seen" }]);
    expect(await run(all, "get_contact", { contactId: hidden })).toEqual(before);
    expect(await eventsOf(all)).toHaveLength(count);
  });

  it("gets an email or phone that a hidden contact has, as if nobody had it", async () => {
    const { all, limited, seen, hidden } = await office();
    await run(all, "update_contact", { contactId: hidden, phone: "+49302222222" });
    const changed = await run(limited, "update_contact", { contactId: seen, email: "Hidden@example.com" });
    expect(changed).toMatchObject({ id: seen, email: "Hidden@example.com", unconfirmed: [] });
    // Found by it, told apart by it, and not written again.
    expect(await run(limited, "get_contact", { contactId: "email:hidden@example.com" })).toEqual(changed);
    expect(await list(limited, { email: "hidden@example.com" })).toMatchObject({ items: [{ id: seen }] });
    expect(await failure(limited, "create_contact", { email: "hidden@example.com" })).toMatchObject({
      code: "duplicate",
      detail: { candidates: [{ id: seen }] },
    });
    expect(
      await run(limited, "upsert_contact", { matchBy: "email", email: "hidden@example.com" }),
    ).toMatchObject({ id: seen, created: false });
    const count = (await eventsOf(all)).length;
    await run(limited, "update_contact", { contactId: seen, email: "hidden@example.com" });
    expect(await eventsOf(all)).toHaveLength(count);

    const made = await run(limited, "upsert_contact", { matchBy: "phone", phone: "0049 30 2222222" });
    expect(made).toMatchObject({ created: true, unconfirmed: [] });
    expect(
      await run(limited, "upsert_contact", { matchBy: "phone", phone: "+49302222222", name: "Phone" }),
    ).toMatchObject({ id: made.id, created: false });
    expect(await list(limited, { phone: "+49302222222" })).toMatchObject({ items: [{ id: made.id }] });

    // Whoever sees all is led to the one that had it first, and brings them together.
    expect(await run(all, "get_contact", { contactId: "email:hidden@example.com" })).toMatchObject({
      id: hidden,
    });
    await run(all, "merge_contacts", { contactId: seen, duplicateId: hidden });
    for (const call of [all, limited]) {
      expect(await run(call, "get_contact", { contactId: "email:hidden@example.com" })).toMatchObject({
        id: seen,
      });
    }
    expect(await failure(all, "create_contact", { email: "hidden@example.com" })).toMatchObject({
      code: "duplicate",
      detail: { candidates: [{ id: seen }] },
    });
  });

  it("makes one contact of an email that a hidden one has, also by many calls at once", async () => {
    const { limited } = await office();
    const email = "hidden@example.com";
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        run(limited, "upsert_contact", { matchBy: "email", email, name: `N${i}` }),
      ),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const made = await Promise.allSettled(
      Array.from({ length: 5 }, () => run(limited, "create_contact", { phone: "+49302222222" })),
    );
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("finds whom an address led to, whoever hidden has it by now", async () => {
    const { all, limited, seen, hidden } = await office();
    const old = await make(limited, { name: "Old", email: "old@example.com" });
    await run(all, "merge_contacts", { contactId: seen, duplicateId: old });
    await run(all, "update_contact", { contactId: hidden, email: "old@example.com" });
    expect(await run(limited, "get_contact", { contactId: "email:old@example.com" })).toMatchObject({
      id: seen,
    });
    expect(await list(limited, { email: "old@example.com" })).toMatchObject({ items: [{ id: seen }] });
    expect(
      await run(limited, "upsert_contact", { matchBy: "email", email: "old@example.com" }),
    ).toMatchObject({ id: seen, created: false });
  });

  it("gives nobody an external id, taken or not", async () => {
    const { all, limited, seen } = await office();
    await run(all, "update_contact", { contactId: seen, externalId: "seen" });
    const refusals = [];
    for (const externalId of ["loose", "nobody's"]) {
      refusals.push([
        await failure(limited, "create_contact", { name: "N", externalId }),
        await failure(limited, "update_contact", { contactId: seen, externalId }),
        await failure(limited, "upsert_contact", { matchBy: "externalId", externalId, name: "N" }),
      ]);
    }
    expect(refusals[0]).toEqual(refusals[1]);
    expect(new Set(refusals.flat().map(({ code }) => code))).toEqual(new Set(["not_allowed"]));
    expect(
      await run(limited, "upsert_contact", { matchBy: "externalId", externalId: "seen", name: "Known" }),
    ).toMatchObject({ id: seen, created: false, name: "Known" });
    expect(await names(limited)).toEqual(["Known"]);
  });

  it("sees only identities of its inboxes, and a contact from the moment that one of them knows it", async () => {
    const { all, limited, mine, seen, hidden, theirs } = await office();
    await all.tenant.batch(contactViewerStatements(all.tenant, { id: hidden }, mine));
    const shown = await run(limited, "get_contact", { contactId: hidden });
    expect(shown).toMatchObject({ name: "Hidden", identities: [] });
    expect(await run(all, "get_contact", { contactId: hidden })).toMatchObject({
      identities: [{ inboxId: theirs, channel: "web", sourceId: "v-Hidden", lastInboundAt: null }],
    });
    expect(await names(limited, { sort: "name" })).toEqual(["Hidden", "Seen"]);
    expect(await names(limited, { channel: "web" })).toEqual(["Seen"]);
    expect(await run(limited, "get_contact", { contactId: seen })).toMatchObject({
      identities: [{ inboxId: mine }],
    });
  });

  it("does not see what another limited credential made", async () => {
    const { limited, other } = await office();
    const own = await make(limited, { name: "Own", email: "own@example.com" });
    expect((await failure(other, "get_contact", { contactId: own })).code).toBe("not_found");
    const theirs = await make(other, { email: "own@example.com" });
    expect(theirs).not.toBe(own);
    expect((await failure(other, "get_contact", { contactId: own })).code).toBe("not_found");
    expect((await list(limited, { query: "own" })).items).toHaveLength(1);
  });
});
