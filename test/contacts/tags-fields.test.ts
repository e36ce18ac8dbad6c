import { describe, expect, it } from "vitest";
import { testCall } from "../call.ts";
import { eventsOf, failure, list, make, names, run } from "./run.ts";

describe("tags", () => {
  it("are made once, whatever their case, and listed by name", async () => {
    const call = testCall();
    const vip = await run(call, "create_tag", { name: " VIP ", color: "#AA00ff" });
    expect(vip).toMatchObject({ name: "VIP", color: "#AA00ff" });
    expect(await failure(call, "create_tag", { name: "vip" })).toMatchObject({
      code: "duplicate",
      detail: { candidates: [{ id: vip.id, name: vip.name }] },
    });
    for (const args of [{ name: "" }, { name: "x".repeat(61) }, { name: "a", color: "red" }, {}]) {
      expect((await failure(call, "create_tag", args)).code).toBe("invalid_input");
    }
    for (const name of ["b", "A", "c"]) await run(call, "create_tag", { name });
    const first = await list(call, { limit: 3 }, "list_tags");
    expect(first.items.map((tag) => tag.name)).toEqual(["A", "b", "c"]);
    const rest = await list(call, { limit: 3, cursor: first.nextCursor }, "list_tags");
    expect(rest).toMatchObject({ items: [vip], nextCursor: null, hasMore: false });
    expect((await list(testCall(), {}, "list_tags")).items).toEqual([]);
  });

  it("go on and off a contact by id and name; what changes nothing is no event", async () => {
    const call = testCall();
    const { id: vip } = await run(call, "create_tag", { name: "VIP" });
    const contactId = await make(call, { name: "Anna", email: "anna@example.com" });
    const tagsNow = async (tool: string, args: object) => {
      const { tags } = await run(call, tool, { contactId: "email:anna@example.com", ...args });
      return Array.isArray(tags) ? tags.map((tag: { name: string }) => tag.name) : tags;
    };
    expect(await tagsNow("add_contact_tags", { tagId: vip })).toEqual(["VIP"]);
    expect(await tagsNow("add_contact_tags", { tagIds: [vip], tags: ["new", "NEW", "vip"] })).toEqual([
      "new",
      "VIP",
    ]);
    const before = await run(call, "get_contact", { contactId });
    expect(await tagsNow("add_contact_tags", { tagId: vip, tags: ["New"] })).toEqual(["new", "VIP"]);
    expect(await run(call, "get_contact", { contactId })).toEqual(before);
    expect(await tagsNow("remove_contact_tags", { tags: ["NEW"] })).toEqual(["VIP"]);
    expect(await tagsNow("remove_contact_tags", { tags: ["new"] })).toEqual(["VIP"]);
    expect(await tagsNow("remove_contact_tags", { tagIds: [vip] })).toEqual([]);
    expect((await eventsOf(call)).slice(1)).toEqual(
      Array.from({ length: 4 }, () => ({
        type: "contact.updated",
        subjectId: contactId,
        inboxId: null,
        data: { changed: ["tags"] },
      })),
    );
  });

  it("refuse unknown ids and names, and a call without any", async () => {
    const call = testCall();
    const contactId = await make(call, { name: "Anna", tags: ["premium"] });
    const { id: foreign } = await run(testCall(), "create_tag", { name: "foreign" });
    for (const tool of ["add_contact_tags", "remove_contact_tags"]) {
      expect((await failure(call, tool, { contactId, tagId: foreign })).code).toBe("not_found");
      expect((await failure(call, tool, { contactId })).code).toBe("invalid_input");
      expect((await failure(call, tool, { contactId, tags: [] })).code).toBe("invalid_input");
      expect((await failure(call, tool, { contactId: "ct_x", tags: ["premium"] })).code).toBe("not_found");
    }
    expect(await failure(call, "remove_contact_tags", { contactId, tags: ["premum"] })).toMatchObject({
      code: "not_found",
      detail: { candidates: [{ name: "premium" }] },
    });
    expect((await list(call, {}, "list_tags")).items).toHaveLength(1);
    const many = (from: number) => Array.from({ length: 50 }, (_, i) => `t${from + i}`);
    await run(call, "add_contact_tags", { contactId, tags: many(0) });
    expect((await failure(call, "add_contact_tags", { contactId, tags: many(50) })).message).toContain("100");
    expect((await failure(call, "add_contact_tags", { contactId, tags: [...many(0), "x"] })).code).toBe(
      "invalid_input",
    );
  });

  it("of the same name, added at the same time, are one", async () => {
    const call = testCall();
    const contacts = await Promise.all(["A", "B", "C", "D"].map((name) => make(call, { name })));
    await Promise.all(
      contacts.map((contactId) => run(call, "add_contact_tags", { contactId, tags: ["same"] })),
    );
    expect((await list(call, {}, "list_tags")).items).toHaveLength(1);
    expect(await names(call, { tag: "same", sort: "name" })).toEqual(["A", "B", "C", "D"]);
  });
});

describe("names of tags", () => {
  it("are the same where people take them for the same", async () => {
    const call = testCall();
    const { id } = await run(call, "create_tag", { name: "Größe Łódź" });
    expect((await failure(call, "create_tag", { name: "GROSSE  Lodz" })).code).toBe("duplicate");
    for (const name of ["GRÖSSE ŁÓDŹ", "grosse lodz", "Gro\u0308ße Łódź", "Ｇröße\u200b Łódź"]) {
      const { code, detail } = await failure(call, "create_tag", { name });
      expect({ name, code, detail }).toMatchObject({ code: "duplicate", detail: { candidates: [{ id }] } });
    }
    const contactId = await make(call, { name: "Anna", tags: ["grosse lodz"] });
    expect(await run(call, "get_contact", { contactId })).toMatchObject({
      tags: [{ id, name: "Größe Łódź" }],
    });
    expect(await names(call, { tag: "grösse lodz" })).toEqual(["Anna"]);
  });
});

describe("custom fields", () => {
  it("are defined once, with options for select alone", async () => {
    const call = testCall();
    const plan = await run(call, "create_custom_field", {
      key: "plan",
      label: "Plan",
      type: "select",
      options: ["Free", "Pro"],
    });
    expect(
      await failure(call, "create_custom_field", { key: "plan", label: "P", type: "text" }),
    ).toMatchObject({ code: "duplicate", detail: { candidates: [{ id: plan.id }] } });
    for (const args of [
      { key: "Plan", label: "P", type: "text" },
      { key: "1a", label: "P", type: "text" },
      { key: "a-b", label: "P", type: "text" },
      { key: "x".repeat(41), label: "P", type: "text" },
      { key: "cf_01kajq3v7e8m2n4p6r8t0v", label: "P", type: "text" },
      { key: "a", label: "", type: "text" },
      { key: "a", label: "A", type: "colour" },
      { key: "a", label: "A", type: "select" },
      { key: "a", label: "A", type: "text", options: ["x"] },
      { key: "a", label: "A", type: "select", options: ["x", "X"] },
    ]) {
      expect((await failure(call, "create_custom_field", args)).code).toBe("invalid_input");
    }
    await run(call, "create_custom_field", { key: "age", label: "Age", type: "number" });
    const { items } = await list(call, {}, "list_custom_fields");
    expect(items).toMatchObject([{ key: "age", options: null }, plan]);
  });

  it("take at most a hundred in a workspace", async () => {
    const call = testCall();
    for (let i = 0; i < 100; i++) {
      await run(call, "create_custom_field", { key: `f${i}`, label: "F", type: "text" });
    }
    const refused = await failure(call, "create_custom_field", { key: "f100", label: "F", type: "text" });
    expect(refused.code).toBe("not_allowed");
    expect((await list(call, { limit: 100 }, "list_custom_fields")).hasMore).toBe(false);
  });

  const types: [string, object, unknown, unknown][] = [
    ["text", {}, " some text ", "some text"],
    ["text", {}, 12, "12"],
    ["number", {}, 4.5, 4.5],
    ["number", {}, "-12.50", -12.5],
    ["number", {}, -0, 0],
    ["number", {}, "42,5", 42.5],
    ["number", {}, "1.234,5", 1234.5],
    ["number", {}, "٤٢", 42],
    ["number", {}, "1e3", 1000],
    ["date", {}, "2028-02-29", "2028-02-29"],
    ["date", {}, "31.01.2026", "2026-01-31"],
    ["datetime", {}, "2026-01-31 10:30+0100", "2026-01-31T09:30:00.000Z"],
    ["datetime", {}, "2026-01-31T10:30:00+01:00", "2026-01-31T09:30:00.000Z"],
    ["boolean", {}, true, true],
    ["boolean", {}, "False", false],
    ["select", { options: ["Free", "Pro"] }, "pro", "Pro"],
  ];
  it.each(types)("of type %s %j take %j and answer %j", async (type, more, value, shown) => {
    const call = testCall();
    const field = await run(call, "create_custom_field", { key: "f", label: "F", type, ...more });
    const contactId = await make(call, { name: "Anna" });
    expect(await run(call, "set_contact_custom_field", { contactId, field: "f", value })).toEqual({
      contactId,
      id: field.id,
      key: "f",
      label: "F",
      type,
      value: shown,
    });
    const { items } = await list(call, { contactId }, "list_contact_custom_fields");
    expect(items).toEqual([{ id: field.id, key: "f", label: "F", type, value: shown }]);
    expect((await run(call, "get_contact", { contactId })).customFields).toEqual({ f: shown });
    expect(await names(call, { customField: { key: "f", value: shown } })).toEqual(["Anna"]);
    // The same once more changes nothing; null clears, by id as well.
    await run(call, "set_contact_custom_field", { contactId, field: "f", value: shown });
    expect(await eventsOf(call)).toHaveLength(2);
    const cleared = await run(call, "set_contact_custom_field", { contactId, field: field.id, value: null });
    expect(cleared.value).toBeNull();
    expect((await list(call, { contactId }, "list_contact_custom_fields")).items).toEqual([]);
    expect((await eventsOf(call)).at(-1)?.data).toEqual({ changed: ["customFields.f"] });
  });

  const wrong: [string, object, unknown][] = [
    ["text", {}, " "],
    ["text", {}, "\u200b\u2800"],
    ["number", {}, "1.000"],
    ["number", {}, "1,000"],
    ["date", {}, "01/02/2026"],
    ["number", {}, "twelve"],
    ["number", {}, "0x10"],
    ["number", {}, "1e999"],
    ["number", {}, true],
    ["number", {}, ""],
    ["date", {}, "2026-02-29"],
    ["datetime", {}, "2026-01-31"],
    ["datetime", {}, "2026-01-31T10:30:00"],
    ["boolean", {}, "yes"],
    ["boolean", {}, 1],
    ["select", { options: ["Free", "Pro"] }, "Prro"],
  ];
  it.each(wrong)("of type %s %j refuse %j", async (type, more, value) => {
    const call = testCall();
    await run(call, "create_custom_field", { key: "f", label: "F", type, ...more });
    const contactId = await make(call, { name: "Anna" });
    for (const refused of [
      await failure(call, "set_contact_custom_field", { contactId, field: "f", value }),
      await failure(call, "update_contact", { contactId, name: "Berta", customFields: { f: value } }),
      await failure(call, "list_contacts", { customField: { key: "f", value } }),
    ]) {
      expect(refused).toMatchObject({
        code: "invalid_input",
        message: expect.stringContaining("The custom field f takes"),
      });
      if (type === "select") expect(refused.detail.candidates).toEqual(["Pro"]);
      if (type === "boolean") expect(refused.detail.candidates).toEqual(["true", "false"]);
    }
    expect(await names(call)).toEqual(["Anna"]);
    expect(await eventsOf(call)).toHaveLength(1);
  });

  it("are set and cleared together with a contact", async () => {
    const call = testCall();
    for (const key of ["a", "b", "c"])
      await run(call, "create_custom_field", { key, label: key, type: "text" });
    const contactId = await make(call, { name: "Anna", customFields: { a: "1", b: "2", c: null } });
    const changed = await run(call, "update_contact", {
      contactId,
      customFields: { a: null, b: "3", c: "4" },
    });
    expect(changed.customFields).toEqual({ b: "3", c: "4" });
    expect((await eventsOf(call)).at(-1)?.data).toEqual({
      changed: ["customFields.a", "customFields.b", "customFields.c"],
    });
    const pages = await list(call, { contactId, limit: 1 }, "list_contact_custom_fields");
    expect(pages.items.map((item) => item.key)).toEqual(["b"]);
    const rest = await list(
      call,
      { contactId, limit: 1, cursor: pages.nextCursor },
      "list_contact_custom_fields",
    );
    expect(rest).toMatchObject({ items: [{ key: "c" }], hasMore: false });
    const typo = await failure(call, "update_contact", { contactId, customFields: { bb: "1" } });
    expect(typo.code).toBe("not_found");
    expect(typo.detail.candidates).toContainEqual(expect.objectContaining({ name: "b" }));
  });
});
