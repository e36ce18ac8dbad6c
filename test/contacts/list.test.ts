import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { mergeBranches } from "../../src/contacts/sources.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { failure, list, make, names, run } from "./run.ts";

/** Ten contacts, A to J in the order they were made, with tags, a custom field and channels. */
async function ten(call: Call): Promise<string[]> {
  await run(call, "create_custom_field", {
    key: "plan",
    label: "Plan",
    type: "select",
    options: ["Free", "Pro"],
  });
  const ids: string[] = [];
  for (const [i, name] of [..."ABCDEFGHIJ"].entries()) {
    ids.push(
      await make(call, {
        name,
        email: `${name}@example.com`,
        tags: i % 2 === 0 ? ["even", "Any"] : ["any"],
        customFields: { plan: i % 3 === 0 ? "Pro" : "free" },
      }),
    );
  }
  return ids;
}

describe("list_contacts", () => {
  it("sorts by creation, name and last activity, page after page", async () => {
    const call = testCall();
    for (const name of ["berta", "Anna", "ÄRGER", "carl", "Anna"]) await make(call, { name });
    await make(call, { email: "bob@example.com" });
    await make(call, { externalId: "1" });
    for (const limit of [1, 2, 3, 100]) {
      expect(await names(call, { limit })).toEqual([null, null, "Anna", "carl", "ÄRGER", "Anna", "berta"]);
      expect(await names(call, { limit, sort: "oldest" })).toEqual([
        "berta",
        "Anna",
        "ÄRGER",
        "carl",
        "Anna",
        null,
        null,
      ]);
      expect(await names(call, { limit, sort: "name" })).toEqual([
        null,
        "Anna",
        "Anna",
        // As all text is compared: without its accents.
        "ÄRGER",
        "berta",
        null,
        "carl",
      ]);
      expect(await names(call, { limit, sort: "last_activity" })).toHaveLength(7);
    }
  });

  it("puts the last active first", async () => {
    const call = testCall();
    await ten(call);
    const rows = await call.env.TENANT_1.prepare(
      "UPDATE contacts SET last_activity_at = last_activity_at + 3600000 WHERE workspace_id = ? AND name = 'C'",
    )
      .bind(call.principal.workspaceId)
      .run();
    expect(rows.meta.changes).toBeGreaterThan(0);
    expect((await list(call, { sort: "last_activity" })).items[0]?.name).toBe("C");
    expect((await list(call, { sort: "last_activity", tag: "any" })).items[0]?.name).toBe("C");
  });

  it("filters by tag, custom field and email, alone and together, in every order", async () => {
    const call = testCall();
    await ten(call);
    const cases: [object, string][] = [
      [{ tag: "even" }, "IGECA"],
      [{ tag: "ANY" }, "JIHGFEDCBA"],
      [{ customField: { key: "plan", value: "pro" } }, "JGDA"],
      [{ tag: "even", customField: { key: "plan", value: "Pro" } }, "GA"],
      [{ tag: "even", query: "c example" }, "C"],
      [{ email: "g@example.com", tag: "even" }, "G"],
      [{ email: "b@example.com", tag: "even" }, ""],
      [{ query: "example", customField: { key: "plan", value: "Free" } }, "IHFECB"],
    ];
    for (const [filters, expected] of cases) {
      const newest = [...expected];
      for (const limit of [1, 3, 100]) {
        expect(await names(call, { ...filters, limit })).toEqual(newest);
        expect(await names(call, { ...filters, limit, sort: "oldest" })).toEqual([...newest].reverse());
        expect(await names(call, { ...filters, limit, sort: "name" })).toEqual([...newest].sort());
        expect((await names(call, { ...filters, limit, sort: "last_activity" })).sort()).toEqual(
          [...newest].sort(),
        );
      }
    }
  });

  it("filters by channel", async () => {
    const call = testCall();
    await make(call, { name: "Nowhere" });
    const [web, whatsapp] = [newId("inbox"), newId("inbox")];
    for (const [inboxId, channel, sourceId, name] of [
      [web, "web", "v1", "Anna"],
      [whatsapp, "whatsapp", "491", "Ben"],
      [web, "web", "v2", "Carl"],
    ] as const) {
      await findOrCreateVisitorContact(call.tenant, { inboxId, channel, sourceId, name });
    }
    for (const limit of [1, 25]) {
      expect(await names(call, { channel: "web", limit })).toEqual(["Carl", "Anna"]);
      expect(await names(call, { channel: "web", sort: "name", limit })).toEqual(["Anna", "Carl"]);
      expect(await names(call, { channel: "web", query: "anna", limit })).toEqual(["Anna"]);
      expect(await names(call, { channel: "whatsapp", limit })).toEqual(["Ben"]);
      expect(await names(call, { channel: "telegram", limit })).toEqual([]);
    }
    expect((await failure(call, "list_contacts", { channel: "fax" })).detail.candidates).toContain("web");
  });

  it("shows at most ten tags of each, by name", async () => {
    const call = testCall();
    const contactId = await make(call, { name: "Anna", tags: Array.from({ length: 12 }, (_, i) => `t${i}`) });
    const [row] = (await list(call)).items;
    expect(row).toMatchObject({ id: contactId, name: "Anna", email: null, phone: null });
    expect(row?.tags).toHaveLength(10);
  });

  it("says which tag, field or value does not exist, and what is near", async () => {
    const call = testCall();
    await ten(call);
    expect(await failure(call, "list_contacts", { tag: "evne" })).toMatchObject({
      code: "not_found",
      detail: { candidates: [{ name: "even" }] },
    });
    expect(await failure(call, "list_contacts", { customField: { key: "plam", value: "x" } })).toMatchObject({
      code: "not_found",
      detail: { candidates: [{ name: "plan" }] },
    });
    expect(
      await failure(call, "list_contacts", { customField: { key: "plan", value: "Por" } }),
    ).toMatchObject({
      code: "invalid_input",
      detail: { candidates: ["Pro"] },
    });
  });

  it("takes a cursor only where it was made", async () => {
    const call = testCall();
    await ten(call);
    const { nextCursor } = await list(call, { limit: 3, sort: "name" });
    const cursor = String(nextCursor);
    expect((await list(call, { limit: 3, sort: "name", cursor })).items.map((item) => item.name)).toEqual([
      "D",
      "E",
      "F",
    ]);
    for (const args of [
      { cursor },
      { cursor, sort: "name", tag: "even" },
      { cursor: `${cursor}x`, sort: "name" },
    ]) {
      expect((await failure(call, "list_contacts", args)).code).toBe("invalid_cursor");
    }
    const elsewhere = testCall();
    expect((await failure(elsewhere, "list_contacts", { cursor, sort: "name" })).code).toBe("invalid_cursor");
    // In one length, however long the name is that it points behind.
    await run(elsewhere, "create_contact", { name: "A" });
    await run(elsewhere, "create_contact", { name: `B ${"long ".repeat(12)}` });
    await run(elsewhere, "create_contact", { name: "C" });
    const short = (await list(elsewhere, { limit: 1, sort: "name" })).nextCursor;
    const long = (await list(elsewhere, { limit: 2, sort: "name" })).nextCursor;
    expect(short).not.toBe(long);
    expect(short).toHaveLength(String(long).length);
  });
});

describe("mergeBranches", () => {
  it("answers only what no branch can still come before", () => {
    expect(
      mergeBranches(
        [
          [9, 7, 5],
          [8, 2],
        ],
        3,
        true,
      ),
    ).toEqual({ numbers: [9, 8, 7, 5], looked: 4, behind: 5 });
    expect(
      mergeBranches(
        [
          [9, 7, 5],
          [8, 7, 6],
        ],
        3,
        true,
      ),
    ).toEqual({ numbers: [9, 8, 7, 6], looked: 4, behind: 6 });
    expect(mergeBranches([[1, 3], [2], []], 3, false)).toEqual({
      numbers: [1, 2, 3],
      looked: 3,
      behind: null,
    });
    expect(mergeBranches([[], []], 3, true)).toEqual({ numbers: [], looked: 0, behind: null });
  });
});
