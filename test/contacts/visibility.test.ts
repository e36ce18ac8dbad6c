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

  it("is told of a clash with a hidden contact, but not which", async () => {
    const { limited, seen, hidden, loose } = await office();
    const clashes: [string, object][] = [
      ["create_contact", { name: "N", email: "hidden@example.com" }],
      ["create_contact", { name: "N", phone: "0049 30 2222222" }],
      ["create_contact", { name: "N", externalId: "loose" }],
      ["update_contact", { contactId: seen, email: "hidden@example.com" }],
      ["upsert_contact", { matchBy: "email", email: "hidden@example.com", name: "N" }],
      ["upsert_contact", { matchBy: "externalId", externalId: "loose", name: "N" }],
    ];
    for (const [tool, args] of clashes) {
      const refused = await failure(limited, tool, args);
      expect(refused.code).toBe("duplicate");
      expect(refused.detail.candidates).toBeUndefined();
      const text = JSON.stringify(refused);
      for (const secret of [hidden, loose, "Hidden", "Loose"]) expect(text).not.toContain(secret);
    }
    const both = await failure(limited, "create_contact", {
      email: "seen@example.com",
      phone: "+49302222222",
    });
    expect(both.detail.candidates).toMatchObject([{ id: seen }]);
    expect(await names(limited)).toEqual(["Seen"]);
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
    expect((await failure(other, "create_contact", { email: "own@example.com" })).detail.candidates).toBe(
      undefined,
    );
    expect((await list(limited, { query: "own" })).items).toHaveLength(1);
  });
});
