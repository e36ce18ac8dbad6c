import { describe, expect, it } from "vitest";
import { testCall } from "../call.ts";
import { list, make, names, run } from "./run.ts";

describe("list_contacts query", () => {
  it.each([
    ["+49 170 1234567", "0170 1234567"],
    ["+49 170 1234567", "0170/123 45-67"],
    ["+49 170 1234567", "0049 (0)170 1234567"],
    ["+49 (0)170 1234567", "+491701234567"],
    ["+49 170 1234567", "+49 170"],
    ["+49 170 1234567", "0049170123"],
    ["+49 170 1234567", "4567"],
    ["+49 170 1234567", "1234567"],
    ["0170 1234567", "+49 170 1234567"],
    ["0170 1234567", "0170123"],
    ["0170 1234567", "0049-170-1234567"],
    ["(415) 555-0123", "+1 415 555 0123"],
    ["+1 415-555-0123", "(415) 555-0123"],
    ["+351 912 345 678", "912 345 678"],
    ["912 345 678", "+351 912 345 678"],
    ["+49 170 1234567", "４９１７０１２３４５６７"],
  ])("finds %s by %s", async (phone, query) => {
    const call = testCall();
    await make(call, { name: "Right", phone });
    await make(call, { name: "Wrong", phone: "+49 171 7654321", email: "wrong@example.com" });
    await make(testCall(), { name: "Elsewhere", phone });
    expect(await names(call, { query })).toEqual(["Right"]);
  });

  it.each([
    ["0170 1234567", "+49 170 1234567"],
    ["+49 170 1234567", "0170 1234567"],
    ["+49 170 1234567", "0049 170 12345-67"],
    ["0170 1234567", "0170-1234567"],
  ])("phone finds %s by the whole number %s", async (stored, phone) => {
    const call = testCall();
    await make(call, { name: "Right", phone: stored });
    await make(call, { name: "Longer", phone: `${stored}8` });
    expect(await names(call, { phone })).toEqual(["Right"]);
    expect(await names(call, { phone: phone.slice(0, -1) })).toEqual([]);
    expect(await names(call, { phone: "no number" })).toEqual([]);
  });

  it.each([
    ["Anna Schmidt", "anna"],
    ["Anna Schmidt", "SCHM"],
    ["Anna Schmidt", "schmidt anna"],
    ["José Núñez", "jose nun"],
    ["Jose Nunez", "josé"],
    ["田中さくら", "田中"],
    ["田中さくら", "さくら"],
    ["株式会社 山田太郎", "山田"],
    ["สมชาย ใจดี", "ใจดี"],
    ["Вера Павлова", "павл"],
    ["محمد علي", "علي"],
    ["김민수", "김민"],
    ["O'Brien-Smith", "o'brien"],
    ["Agent 007", "agent 007"],
    ["ＡＢＣ Corp", "abc"],
  ])("finds the name %s by %s", async (name, query) => {
    const call = testCall();
    await make(call, { name });
    await make(call, { name: "Zoë Xu" });
    expect(await names(call, { query })).toEqual([name]);
    expect(await names(call, { query: `${query} nothing` })).toEqual([]);
  });

  it("finds emails whole, by part, and by domain", async () => {
    const call = testCall();
    await make(call, { name: "Anna", email: "anna.schmidt+shop@mail.example.com" });
    await make(call, { name: "Ben", email: "ben@other.example.org" });
    for (const query of ["anna.schmidt+shop@mail.example.com", "schmidt", "mail.example.com", "ANNA.SCHM"]) {
      expect(await names(call, { query })).toEqual(["Anna"]);
    }
    expect(await names(call, { query: "example" })).toEqual(["Ben", "Anna"]);
    expect(await names(call, { email: "Anna.Schmidt+Shop@mail.example.com" })).toEqual(["Anna"]);
    expect(await names(call, { email: "schmidt" })).toEqual([]);
  });

  it("finds a name and a number together", async () => {
    const call = testCall();
    await make(call, { name: "Anna", phone: "+49 170 1234567" });
    await make(call, { name: "Ben", phone: "+49 171 1234567" });
    expect(await names(call, { query: "anna 1234567" })).toEqual(["Anna"]);
    expect(await names(call, { query: "0171 1234567 ben" })).toEqual(["Ben"]);
  });

  it("shows all for no words: nothing typed is nothing asked", async () => {
    const call = testCall();
    await make(call, { name: "Anna" });
    for (const query of ["", " "]) expect(await names(call, { query })).toEqual(["Anna"]);
  });

  it.each(["'", '"', "%", "*", "-", "()", "…!?", "\0", "😀", "\u202e"])(
    "finds nobody by punctuation alone: %j",
    async (query) => {
      const call = testCall();
      await make(call, { name: "Anna" });
      expect(await list(call, { query })).toEqual({ items: [], nextCursor: null, hasMore: false });
    },
  );

  it.each([
    'anna" OR "x',
    "anna*",
    "name : anna",
    "{name} : anna",
    "NEAR(anna, 2)",
    "^anna",
    "anna AND anna",
    "anna NOT ben",
    "'; DROP TABLE contacts; --",
    "anna\0ben",
    "\ud800 anna",
    "(((((",
    "x".repeat(200),
    "+".repeat(200),
    "1".repeat(200),
    `${"a ".repeat(99)}`,
  ])("takes full-text syntax for words: %j", async (query) => {
    const call = testCall();
    await make(call, { name: "Anna" });
    const found = await names(call, { query });
    expect([[], ["Anna"]]).toContainEqual(found);
    for (const sort of ["oldest", "name", "last_activity"]) {
      expect(await names(call, { query, sort })).toEqual(found);
    }
  });

  it("never finds a contact by the workspace's own id", async () => {
    const call = testCall();
    await make(call, { name: "Anna" });
    const id = call.principal.workspaceId;
    for (const query of [id, id.slice(3), id.slice(3, 8), "0"])
      expect(await names(call, { query })).toEqual([]);
  });

  it("follows a contact through changes", async () => {
    const call = testCall();
    const contactId = await make(call, { name: "Anna", phone: "+49 170 1234567" });
    await run(call, "update_contact", { contactId, name: "Berta", phone: "+49 171 7654321" });
    await run(call, "update_contact", { contactId, name: null, email: "carla@example.com" });
    for (const gone of ["anna", "berta", "0170 1234567"])
      expect(await names(call, { query: gone })).toEqual([]);
    for (const now of ["carla", "0171 7654321"]) expect(await names(call, { query: now })).toEqual([null]);
  });
});
