import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { calls } from "../../src/calls/schema.ts";
import { findIdentity, findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { importContacts } from "../../src/contacts/import.ts";
import { mergeContacts } from "../../src/contacts/merge.ts";
import { contactTools } from "../../src/contacts/tools.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { eventsOf, failure, list, make, names, run } from "./run.ts";

describe("merge_contacts", () => {
  it("moves everything that the contact lacks and removes the duplicate", async () => {
    const call = testCall();
    for (const key of ["a", "b"]) await run(call, "create_custom_field", { key, label: key, type: "text" });
    const inboxId = newId("inbox");
    const contactId = await make(call, {
      name: "Anna",
      phone: "+49301111111",
      tags: ["x", "y"],
      customFields: { a: "kept" },
    });
    const visitor = { inboxId, channel: "web", sourceId: "v1", name: "anna s", email: "anna@example.com" };
    const { contactId: duplicateId } = await findOrCreateVisitorContact(call.tenant, visitor);
    await run(call, "update_contact", {
      contactId: duplicateId,
      // What it said of itself: a person confirms it.
      email: "anna@example.com",
      phone: "+49302222222",
      externalId: "crm",
      tags: ["y", "z"],
      customFields: { a: "lost", b: "moved" },
    });
    const before = await eventsOf(call);
    const merged = await run(call, "merge_contacts", {
      contactId: "phone:+49301111111",
      duplicateId: "email:anna@example.com",
    });
    expect(merged).toMatchObject({
      id: contactId,
      name: "Anna",
      email: "anna@example.com",
      phone: "+49301111111",
      externalId: "crm",
      tags: [{ name: "x" }, { name: "y" }, { name: "z" }],
      customFields: { a: "kept", b: "moved" },
      identities: [{ inboxId, sourceId: "v1" }],
      discarded: [
        { field: "name", value: "anna s" },
        { field: "phone", value: "+49302222222" },
      ],
    });
    expect((await failure(call, "get_contact", { contactId: duplicateId })).code).toBe("not_found");
    expect(await run(call, "get_contact", { contactId: "email:anna@example.com" })).toMatchObject({
      id: contactId,
    });
    expect(await names(call)).toEqual(["Anna"]);
    expect(await names(call, { query: "anna" })).toEqual(["Anna"]);
    for (const filter of [
      { query: "2222222" },
      { query: "anna s example nothing" },
      { customField: { key: "a", value: "lost" } },
    ]) {
      expect(await names(call, filter)).toEqual([]);
    }
    for (const filter of [
      { tag: "z" },
      { channel: "web" },
      { customField: { key: "b", value: "moved" } },
      { query: "anna@example.com" },
      { sort: "name" },
    ]) {
      expect(await names(call, filter)).toEqual(["Anna"]);
    }
    expect(await names(testCall({ ...call.principal, inboxes: [inboxId] }))).toEqual(["Anna"]);
    expect(await findIdentity(call.tenant, visitor)).toMatchObject({ contactId, contactName: "Anna" });
    expect(await findOrCreateVisitorContact(call.tenant, visitor)).toMatchObject({
      contactId,
      created: false,
    });
    expect(await readTotal(call.tenant, "contacts")).toBe(1);
    expect((await eventsOf(call)).slice(before.length)).toEqual([
      {
        type: "contact.merged",
        subjectId: contactId,
        inboxId: null,
        data: { duplicateId, changed: ["email", "externalId"] },
      },
    ]);
    // What the duplicate held is free for another contact.
    await make(call, { name: "Later", phone: "+49302222222" });
  });

  /** The contact that each way of asking finds by this email, phone and external id. */
  async function foundBy(call: Call, { email, phone, externalId }: Record<string, string>) {
    const id = async (found: Promise<unknown>) => z.object({ id: z.string() }).parse(await found).id;
    const imported = await importContacts(call.tenant, [{ email }, { phone }, { externalId }]);
    expect(imported, "the import makes nobody").toMatchObject({ created: 0, updated: 0, unchanged: 3 });
    return [
      await id(run(call, "get_contact", { contactId: `email:${email}` })),
      await id(run(call, "get_contact", { contactId: email })),
      await id(run(call, "get_contact", { contactId: `phone:${phone}` })),
      ...(await list(call, { email })).items.map((one) => one.id),
      ...(await list(call, { phone })).items.map((one) => one.id),
      ...(await list(call, { email, phone, sort: "name" })).items.map((one) => one.id),
      await id(run(call, "upsert_contact", { matchBy: "email", email })),
      await id(run(call, "upsert_contact", { matchBy: "phone", phone })),
      await id(run(call, "upsert_contact", { matchBy: "externalId", externalId })),
    ];
  }

  it("lets the contact be found by all that its duplicates held, through further merges", async () => {
    const call = testCall();
    const people = ["a", "b", "c"].map((one, i) => ({
      email: `${one}@example.com`,
      phone: `+4930111111${i}`,
      externalId: `crm-${one}`,
    }));
    const [a = "", b = "", c = ""] = await Promise.all(people.map((one) => make(call, one)));
    const own = people[2] ?? {};
    await run(call, "merge_contacts", { contactId: b, duplicateId: a });
    await run(call, "merge_contacts", { contactId: c, duplicateId: b });
    for (const person of people) expect(new Set(await foundBy(call, person))).toEqual(new Set([c]));
    // Nothing of that took the place of what the contact has itself.
    expect(await run(call, "get_contact", { contactId: c })).toMatchObject(own);
    expect(await readTotal(call.tenant, "contacts")).toBe(1);
    // Another caller who may not see the contact does not find it by what was merged, and nor does another workspace.
    const limited = testCall({ ...call.principal, inboxes: [newId("inbox")] });
    for (const by of [limited, testCall()]) {
      const { code } = await failure(by, "get_contact", { contactId: "email:a@example.com" });
      expect(code).toBe("not_found");
      expect((await list(by, { email: "a@example.com" })).items).toEqual([]);
    }
    // An address that somebody else has now is theirs, and goes with them.
    const later = await make(call, { name: "Later", email: "a@example.com" });
    const by = { contactId: "email:a@example.com" };
    expect(await run(call, "get_contact", by)).toMatchObject({ id: later });
    await run(call, "update_contact", { contactId: later, email: "later@example.com" });
    expect(await run(call, "get_contact", by)).toMatchObject({ id: c });
    const third = await make(call, { name: "Third", email: "a@example.com" });
    await run(call, "merge_contacts", { contactId: later, duplicateId: third });
    expect(await run(call, "get_contact", by)).toMatchObject({ id: later });
  });

  it("does not make a key of what a duplicate only claimed", async () => {
    const call = testCall();
    const contactId = await make(call, { name: "Anna", email: "anna@example.com" });
    const claimed = { inboxId: newId("inbox"), channel: "web", sourceId: "v", email: "boss@example.com" };
    const { contactId: duplicateId } = await findOrCreateVisitorContact(call.tenant, claimed);
    const merged = await run(call, "merge_contacts", { contactId, duplicateId });
    expect(merged).toMatchObject({ discarded: [{ field: "email", value: "boss@example.com" }] });
    const { code } = await failure(call, "get_contact", { contactId: "email:boss@example.com" });
    expect(code).toBe("not_found");
  });

  it("gives the contact the key to an email that it had only claimed", async () => {
    const call = testCall();
    const owner = await make(call, { name: "Owner", email: "anna@example.com", phone: "+49301111111" });
    const { contactId } = await findOrCreateVisitorContact(call.tenant, {
      inboxId: newId("inbox"),
      channel: "web",
      sourceId: "v",
      email: "ANNA@example.com",
    });
    expect(contactId).not.toBe(owner);
    await run(call, "merge_contacts", { contactId, duplicateId: owner });
    expect(await run(call, "get_contact", { contactId: "email:anna@example.com" })).toMatchObject({
      id: contactId,
      name: "Owner",
      email: "anna@example.com",
      phone: "+49301111111",
    });
  });

  it("refuses a contact with itself and ones that do not exist", async () => {
    const call = testCall();
    const contactId = await make(call, { name: "Anna", email: "anna@example.com" });
    const foreign = await make(testCall(), { name: "Foreign" });
    expect(
      (await failure(call, "merge_contacts", { contactId, duplicateId: "email:anna@example.com" })).code,
    ).toBe("invalid_input");
    for (const [a, b] of [
      [contactId, foreign],
      [foreign, contactId],
    ]) {
      expect((await failure(call, "merge_contacts", { contactId: a, duplicateId: b })).code).toBe(
        "not_found",
      );
    }
    expect(await names(call)).toEqual(["Anna"]);
  });

  it("runs the movers of other nouns in the same batch, or changes nothing at all", async () => {
    const call = testCall();
    const { tenant } = call;
    const contactId = await make(call, { name: "Anna" });
    const duplicateId = await make(call, { name: "Ben", email: "ben@example.com" });
    const log = (id: string, name: string) =>
      tenant.db.insert(calls).values(
        tenant.row({
          id,
          credentialId: "c",
          credentialName: name,
          sessionId: null,
          entries: [],
        }),
      );
    await expect(
      mergeContacts(tenant, contactId, duplicateId, [
        (_, from, to) => [log("one", `${from}>${to}`), log("one", "twice")],
      ]),
    ).rejects.toThrow();
    expect(await names(call, { sort: "name" })).toEqual(["Anna", "Ben"]);
    expect(await names(call, { query: "ben" })).toEqual(["Ben"]);
    const tool = contactTools([(_, from, to) => [log("one", `${from}>${to}`)]]).find(
      (one) => one.name === "merge_contacts",
    );
    const prepared = tool?.prepare({ contactId, duplicateId });
    if (!prepared || "failure" in prepared) throw new Error("Not prepared.");
    await prepared.run(call);
    const moved = await tenant.db
      .select({ name: calls.credentialName })
      .from(calls)
      .where(tenant.of(calls, eq(calls.id, "one")));
    expect(moved).toEqual([{ name: `${duplicateId}>${contactId}` }]);
    expect(await names(call)).toEqual(["Anna"]);
  });

  it("happens once when asked for at the same time, in both directions", async () => {
    const call = testCall();
    const a = await make(call, { name: "A", email: "a@example.com" });
    const b = await make(call, { name: "B", phone: "+49301111111" });
    const answers = await Promise.allSettled([
      run(call, "merge_contacts", { contactId: a, duplicateId: b }),
      run(call, "merge_contacts", { contactId: b, duplicateId: a }),
      run(call, "update_contact", { contactId: a, externalId: "1" }),
    ]);
    expect(answers.slice(0, 2).filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "not_found" });
    }
    expect(await names(call)).toHaveLength(1);
    expect(await readTotal(call.tenant, "contacts")).toBe(1);
  });
});
