import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contactResources } from "../../src/contacts/resources.ts";
import { contactTools } from "../../src/contacts/tools.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { testCall } from "../call.ts";
import { eventsOf, failure, list, make, names, run } from "./run.ts";

describe("the contacts toolset", () => {
  it("has the catalogue's tools in its order, each with schemas that clients can read", () => {
    const tools = contactTools([]);
    expect(tools.map((tool) => tool.name)).toEqual([
      "list_contacts",
      "get_contact",
      "create_contact",
      "update_contact",
      "upsert_contact",
      "list_tags",
      "create_tag",
      "add_contact_tags",
      "remove_contact_tags",
      "list_custom_fields",
      "create_custom_field",
      "list_contact_custom_fields",
      "set_contact_custom_field",
      "block_contact",
      "unblock_contact",
      "delete_tag",
      "delete_custom_field",
      "merge_contacts",
      "export_contact",
      "delete_contact",
    ]);
    for (const tool of tools) {
      expect(z.toJSONSchema(tool.input, { io: "input" })).toMatchObject({ additionalProperties: false });
      expect(z.toJSONSchema(tool.output)).toMatchObject({ type: "object" });
    }
  });
});

describe("create_contact and get_contact", () => {
  it("store every field, tag and custom value, and answer the same", async () => {
    const call = testCall();
    await run(call, "create_custom_field", { key: "size", label: "Size", type: "number" });
    const made = await run(call, "create_contact", {
      name: "  Anna Schmidt ",
      email: "Anna@Example.com",
      phone: "+49 (0)30 123 45-67",
      externalId: "crm-1",
      tags: ["VIP", "vip", "new"],
      customFields: { size: 42 },
    });
    expect(made).toMatchObject({
      name: "Anna Schmidt",
      email: "Anna@Example.com",
      phone: "+49 (0)30 123 45-67",
      externalId: "crm-1",
      tags: [{ name: "new" }, { name: "VIP" }],
      customFields: { size: 42 },
      identities: [],
    });
    expect(made.createdAt).toBe(made.updatedAt);
    for (const contactId of [
      made.id,
      "email:anna@example.COM",
      "phone:0049 30 1234567",
      "phone:+49301234567",
    ]) {
      expect(await run(call, "get_contact", { contactId })).toEqual(made);
    }
    expect(await eventsOf(call)).toEqual([
      { type: "contact.created", subjectId: made.id, inboxId: null, data: {} },
    ]);
    expect(await readTotal(call.tenant, "contacts")).toBe(1);
  });

  it("refuse what is no contact, saying why", async () => {
    const call = testCall();
    const refused = async (args: object) => (await failure(call, "create_contact", args)).message;
    expect(await refused({})).toContain("needs a name, email, phone or externalId");
    expect(await refused({ tags: ["a"] })).toContain("needs a name");
    expect(await refused({ name: " " })).toContain("needs a name");
    expect(await refused({ name: "x".repeat(201) })).toContain("name:");
    expect(await refused({ email: "anna@" })).toContain("email: must be an email address");
    expect(await refused({ phone: "1234" })).toContain("at least 5 digits");
    expect(await refused({ phone: "call me: 12345" })).toContain("phone:");
    expect(await refused({ name: "A", tags: [""] })).toContain("tags.0");
    expect(await refused({ name: "A", nmae: "B" })).toContain("nmae");
    const unknown = await failure(call, "create_contact", { name: "A", customFields: { size: 1 } });
    expect(unknown.code).toBe("not_found");
    expect(await list(call)).toEqual({ items: [], nextCursor: null, hasMore: false });
    expect(await eventsOf(call)).toEqual([]);
  });

  it("name the contact that has the email, phone or external id already", async () => {
    const call = testCall();
    const anna = await make(call, { name: "Anna", email: "anna@example.com", externalId: "1" });
    const ben = await make(call, { name: "Ben", phone: "+49 30 1234567" });
    const clash = await failure(call, "create_contact", {
      email: "ANNA@example.com",
      phone: "0049 (30) 12345-67",
    });
    expect(clash.code).toBe("duplicate");
    expect(clash.message).toContain("email and phone");
    expect(clash.detail.candidates).toMatchObject([{ id: anna }, { id: ben }]);
    expect((await failure(call, "create_contact", { externalId: "1" })).detail.candidates).toMatchObject([
      { id: anna },
    ]);
    // Another workspace is another world.
    await make(testCall(), { email: "anna@example.com", phone: "+49 30 1234567", externalId: "1" });
  });

  it("make one contact out of many simultaneous calls", async () => {
    const call = testCall();
    const answers = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        run(call, "create_contact", { name: `N${i}`, email: "same@example.com", tags: ["T"] }),
      ),
    );
    expect(answers.filter((answer) => answer.status === "fulfilled")).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === "rejected") expect(answer.reason).toMatchObject({ code: "duplicate" });
    }
    expect((await list(call)).items).toHaveLength(1);
    expect(await names(call, { query: "N" })).toHaveLength(1);
    expect(await eventsOf(call)).toHaveLength(1);
    expect(await readTotal(call.tenant, "contacts")).toBe(1);
  });

  it("find nobody for an unknown, foreign or malformed reference", async () => {
    const call = testCall();
    const foreign = await make(testCall(), { name: "Foreign", email: "f@example.com", phone: "12345" });
    for (const contactId of [
      foreign,
      "email:f@example.com",
      "email:",
      "phone:12345",
      "phone:abc",
      "ct_1",
      "'; --",
    ]) {
      expect((await failure(call, "get_contact", { contactId })).code).toBe("not_found");
      expect((await failure(call, "update_contact", { contactId, name: "X" })).code).toBe("not_found");
    }
  });
});

describe("update_contact", () => {
  it("changes and clears fields, keeps the search in step, and records what changed", async () => {
    const call = testCall();
    const contactId = await make(call, { name: "Anna", email: "anna@example.com", phone: "+49301234567" });
    const changed = await run(call, "update_contact", {
      contactId: "email:anna@example.com",
      name: "Berta",
      email: null,
      externalId: "7",
      tags: ["lead"],
    });
    expect(changed).toMatchObject({ id: contactId, name: "Berta", email: null, externalId: "7" });
    expect(changed.tags).toMatchObject([{ name: "lead" }]);
    expect(await names(call, { query: "anna" })).toEqual([]);
    expect(await names(call, { query: "berta" })).toEqual(["Berta"]);
    expect(await names(call, { query: "301234567" })).toEqual(["Berta"]);
    expect((await eventsOf(call)).slice(1)).toEqual([
      {
        type: "contact.updated",
        subjectId: contactId,
        inboxId: null,
        data: { changed: ["name", "email", "externalId", "tags"] },
      },
    ]);
    await make(call, { email: "anna@example.com" });
  });

  it("of nothing changes nothing and writes no event", async () => {
    const call = testCall();
    const args = { name: "Anna", email: "anna@example.com", tags: ["A"] };
    const contactId = await make(call, args);
    const before = await run(call, "get_contact", { contactId });
    expect(await run(call, "update_contact", { contactId })).toEqual(before);
    expect(await run(call, "update_contact", { contactId, ...args, tags: ["a"] })).toEqual(before);
    expect(await eventsOf(call)).toHaveLength(1);
  });

  it("refuses another contact's email and changes nothing then", async () => {
    const call = testCall();
    const anna = await make(call, { name: "Anna", email: "anna@example.com" });
    const ben = await make(call, { name: "Ben", email: "ben@example.com" });
    const clash = await failure(call, "update_contact", {
      contactId: ben,
      name: "B",
      email: "anna@example.com",
      tags: ["T"],
    });
    expect(clash).toMatchObject({ code: "duplicate", detail: { candidates: [{ id: anna }] } });
    expect(await run(call, "get_contact", { contactId: ben })).toMatchObject({ name: "Ben", tags: [] });
    expect((await list(call, {}, "list_tags")).items).toEqual([]);
    expect(await eventsOf(call)).toHaveLength(2);
  });

  it("loses no change when several come at the same time", async () => {
    const call = testCall();
    const contactId = await make(call, { name: "Anna" });
    await Promise.all([
      run(call, "update_contact", { contactId, name: "Berta" }),
      run(call, "update_contact", { contactId, email: "b@example.com" }),
      run(call, "update_contact", { contactId, phone: "+49301234567" }),
    ]);
    expect(await run(call, "get_contact", { contactId })).toMatchObject({
      name: "Berta",
      email: "b@example.com",
      phone: "+49301234567",
    });
    for (const query of ["berta", "b@example.com", "030 1234567"]) {
      expect(await names(call, { query })).toEqual(["Berta"]);
    }
    expect(await eventsOf(call)).toHaveLength(4);
  });
});

describe("upsert_contact", () => {
  it("makes the contact once, then updates it", async () => {
    const call = testCall();
    const args = { matchBy: "phone", phone: "+49 30 1234567", name: "Anna" };
    const first = await run(call, "upsert_contact", args);
    expect(first).toMatchObject({ created: true, name: "Anna" });
    const second = await run(call, "upsert_contact", { ...args, name: "Berta", phone: "004930 1234567" });
    expect(second).toMatchObject({ created: false, id: first.id, name: "Berta", phone: "004930 1234567" });
    const byId = { matchBy: "externalId", externalId: "e1", name: "Carl" };
    expect(await run(call, "upsert_contact", byId)).toMatchObject({ created: true });
    expect(await run(call, "upsert_contact", byId)).toMatchObject({ created: false });
  });

  it("needs the field that it matches by", async () => {
    const call = testCall();
    for (const args of [
      { matchBy: "email", name: "Anna" },
      { matchBy: "email", email: null },
    ]) {
      expect(await failure(call, "upsert_contact", args)).toMatchObject({ code: "invalid_input" });
    }
  });

  it("makes one contact out of many simultaneous calls, and all succeed", async () => {
    const call = testCall();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        run(call, "upsert_contact", { matchBy: "email", email: "same@example.com", name: `N${i % 2}` }),
      ),
    );
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.created)).toHaveLength(1);
  });

  it("is a duplicate when another field belongs to somebody else", async () => {
    const call = testCall();
    const ben = await make(call, { name: "Ben", phone: "+49301234567" });
    const clash = await failure(call, "upsert_contact", {
      matchBy: "email",
      email: "new@example.com",
      phone: "+49301234567",
    });
    expect(clash).toMatchObject({ code: "duplicate", detail: { candidates: [{ id: ben }] } });
  });
});

describe("parley://contact/{contactId}", () => {
  const [resource] = contactResources;

  it("reads what get_contact answers and completes ids and names", async () => {
    const call = testCall();
    const anna = await make(call, { name: "Anna", email: "anna@example.com" });
    const ben = await make(call, { name: "Ben" });
    await make(testCall(), { name: "Anna elsewhere" });
    expect(await resource?.read(call, { contactId: anna })).toEqual(
      await run(call, "get_contact", { contactId: anna }),
    );
    expect(await resource?.complete?.(call, "contactId", "ann")).toEqual([{ value: anna, label: "Anna" }]);
    expect(await resource?.complete?.(call, "contactId", ben.slice(0, -1))).toEqual([
      { value: ben, label: "Ben" },
    ]);
    expect(await resource?.complete?.(call, "contactId", "")).toHaveLength(2);
    expect(await resource?.complete?.(call, "contactId", "ct_")).toHaveLength(2);
    expect(await resource?.complete?.(call, "other", "")).toEqual([]);
    await expect(resource?.read(testCall(), { contactId: anna })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
