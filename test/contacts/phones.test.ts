import { describe, expect, it } from "vitest";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { importContacts } from "../../src/contacts/import.ts";
import { phoneInput, phoneKey, readPhone } from "../../src/contacts/phones.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { failure, list, make, names, run } from "./run.ts";

describe("what is compared of a phone number", () => {
  it.each([
    ["030 1234567", "DE", "49301234567"],
    ["(030) 123-4567", "DE", "49301234567"],
    ["+49 (0)30 1234567", "DE", "49301234567"],
    ["0049 30 1234567", null, "49301234567"],
    ["+49 30 1234567", "US", "49301234567"],
    ["(415) 555-0123", "US", "14155550123"],
    ["06 1234 5678", "IT", "390612345678"],
    ["８０ー３４", null, null],
    ["030 1234567", null, "0301234567"],
    ["030 1234567", "XX", "0301234567"],
    // No number of that country: as it was typed.
    ["12345", "DE", "4912345"],
    ["+999 12345678", null, "99912345678"],
  ])("of %s in %s it is %s", (typed, country, key) => {
    expect(phoneKey(typed, country)).toBe(key);
  });
});

describe("in a workspace with a country, national and international form are one contact", () => {
  const german = () => testCall({ phoneCountry: "DE" });

  it("for create, get, update and upsert", async () => {
    const call = german();
    const anna = await make(call, { name: "Anna", phone: "030 1234567" });
    const clash = await failure(call, "create_contact", { name: "A", phone: "+49 30 1234567" });
    expect(clash).toMatchObject({ code: "duplicate", detail: { candidates: [{ id: anna }] } });
    for (const contactId of ["phone:+49301234567", "phone:030/1234567", "phone:0049 30 1234567"]) {
      expect(await run(call, "get_contact", { contactId })).toMatchObject({ id: anna, phone: "030 1234567" });
    }
    const upserted = await run(call, "upsert_contact", {
      matchBy: "phone",
      phone: "+49 30 1234567",
      name: "Anna L.",
    });
    expect(upserted).toMatchObject({ id: anna, created: false, phone: "+49 30 1234567" });
    const ben = await make(call, { name: "Ben" });
    const taken = await failure(call, "update_contact", { contactId: ben, phone: "030 123 45 67" });
    expect(taken).toMatchObject({ code: "duplicate", detail: { candidates: [{ id: anna }] } });
  });

  it("for imports and visitors", async () => {
    const call = german();
    const anna = await make(call, { name: "Anna", phone: "+49 30 1234567" });
    const rows = [
      { phone: "030 1234567", name: "Anna L." },
      { phone: "0171 5550000" },
      { phone: "+491715550000" },
    ];
    expect(await importContacts(call.tenant, rows)).toMatchObject({ created: 1, updated: 2, errors: [] });
    expect(await run(call, "get_contact", { contactId: anna })).toMatchObject({ name: "Anna L." });
    const visitor = { inboxId: newId("inbox"), channel: "web", sourceId: "v", phone: "030 1234567" };
    const { contactId } = await findOrCreateVisitorContact(call.tenant, visitor);
    expect(contactId).not.toBe(anna);
    expect(await run(call, "get_contact", { contactId: "phone:030 1234567" })).toMatchObject({ id: anna });
  });

  it("for searches, whole and in part", async () => {
    const call = german();
    await make(call, { name: "National", phone: "030 1234567" });
    await make(call, { name: "International", phone: "+49 40 7654321" });
    for (const [phone, name] of [
      ["+49 30 1234567", "National"],
      ["030 1234567", "National"],
      ["040 7654321", "International"],
    ]) {
      expect(await names(call, { phone })).toEqual([name]);
      expect(await names(call, { query: phone })).toEqual([name]);
    }
    expect(await names(call, { query: "+49 30" })).toEqual(["National"]);
    expect(await names(call, { query: "4321" })).toEqual(["International"]);
    expect((await list(call, { phone: "0301234568" })).items).toEqual([]);
  });
});

describe("a phone number as it is typed", () => {
  it.each([
    ["+1-800-FLOWERS", "+1-800-3569377", "18003569377"],
    ["1-800-FLOWERS", "1-800-3569377", "18003569377"],
    ["٠٣٠ ١٢٣٤٥٦٧", "030 1234567", "0301234567"],
    ["＋４９ ３０ １２３４５６７", "+49 30 1234567", "49301234567"],
    ["tel:+49-30-1234567", "+49-30-1234567", "49301234567"],
    ["+49 30\u00a01234567", "+49 30 1234567", "49301234567"],
  ])("%s is read", (typed, read, key) => {
    expect(readPhone(typed)).toBe(read);
    expect(phoneKey(typed, null)).toBe(key);
    expect(phoneInput.parse(typed)).toBe(read);
  });

  it.each([
    "123 Main Street",
    "Flowers",
    "+1-800-FLOWERS-AND-MORE",
    "+49 30 1234567 ext. 5",
    "n/a",
    "1234",
    "5²55555",
  ])("%s is none", (typed) => {
    expect(readPhone(typed)).toBeNull();
  });

  it("is found by what was typed", async () => {
    const call = testCall();
    const id = await make(call, { name: "Flowers", phone: "+1-800-FLOWERS" });
    for (const phone of ["+1-800-FLOWERS", "+18003569377", "+١ ٨٠٠ ٣٥٦٩٣٧٧"]) {
      expect(await names(call, { phone })).toEqual(["Flowers"]);
      expect(await run(call, "get_contact", { contactId: `phone:${phone}` })).toMatchObject({ id });
    }
  });
});
