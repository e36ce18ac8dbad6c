import { expect } from "vitest";
import { column, list, type Rig, type Row } from "./row.ts";

const read = { toolset: "contacts", kind: "R", scope: "contacts:read" } as const;
const write = { toolset: "contacts", kind: "W", scope: "contacts:write" } as const;
const define = { ...write, scope: "settings:write" } as const;

const fields = "name?, email?, phone?, externalId?, tags?, customFields?";

const tagNames = async (rig: Rig, contactId: unknown) => {
  const held = await rig.rows("contact_tags", { contact_id: String(contactId) });
  const tags = await rig.rows("tags");
  return column(
    tags.filter((tag) => held.some((one) => one.tag_id === tag.id)),
    "name",
  );
};

const made = async (rig: Rig, name: string) => String((await rig.call("create_contact", { name })).id);

export const contactRows: Record<string, Row> = {
  list_contacts: {
    ...read,
    parameters: "query?, email?, phone?, tag?, channel?, customField?, sort?, cursor?, limit?",
    from: "X D",
    args: (rig) => ({ query: rig.world.open.canary, channel: "web" }),
    async holds(answer, rig) {
      const stored = await rig.row("contacts", { email: `${rig.world.open.canary}@example.com` });
      expect(list(answer)).toMatchObject([{ id: stored.id, email: stored.email }]);
    },
  },
  get_contact: {
    ...read,
    parameters: "contactId",
    from: "D",
    args: (rig) => ({ contactId: `email:${rig.world.open.canary}@example.com` }),
    async holds(answer, rig) {
      const stored = await rig.row("contacts", { id: rig.id("contactId") });
      expect(answer).toMatchObject({ id: stored.id, email: stored.email });
      const identities = await rig.rows("contact_identities", { contact_id: rig.id("contactId") });
      expect(column(list(answer, "identities"), "sourceId")).toEqual(column(identities, "source_id"));
    },
  },
  create_contact: {
    ...write,
    parameters: fields,
    from: "X D",
    args: () => ({ name: "Ada Row", email: "ada@rows.example", tags: ["rows"], customFields: { size: "M" } }),
    async holds(answer, rig) {
      const id = String(answer.id);
      expect(await rig.row("contacts", { id })).toMatchObject({ name: "Ada Row", email: "ada@rows.example" });
      expect(await tagNames(rig, id)).toEqual(["rows"]);
      expect(await rig.row("contact_field_values", { contact_id: id })).toMatchObject({ text_value: "M" });
    },
  },
  update_contact: {
    ...write,
    parameters: `contactId, ${fields}`,
    from: "D",
    args: async (rig) => ({ contactId: await made(rig, "Before"), name: "After", phone: "+49 30 1234567" }),
    async holds(answer, rig) {
      expect(answer.name).toBe("After");
      expect(await rig.row("contacts", { id: String(answer.id) })).toMatchObject({
        name: "After",
        phone: answer.phone,
      });
    },
  },
  upsert_contact: {
    ...write,
    parameters: `matchBy, ${fields}`,
    from: "X",
    async args(rig) {
      await rig.call("create_contact", { name: "Old", externalId: "crm-7" });
      return { matchBy: "externalId", externalId: "crm-7", name: "New" };
    },
    async holds(answer, rig) {
      expect(answer.created).toBe(false);
      expect(await rig.row("contacts", { external_id: "crm-7" })).toMatchObject({
        id: answer.id,
        name: "New",
      });
    },
  },
  list_tags: {
    ...read,
    parameters: "cursor?, limit?",
    from: "+",
    args: () => ({}),
    async holds(answer, rig) {
      expect(column(list(answer), "id")).toEqual(column(await rig.rows("tags"), "id"));
    },
  },
  create_tag: {
    ...define,
    parameters: "name, color?",
    from: "+",
    args: () => ({ name: "Priority row", color: "#112233" }),
    async holds(answer, rig) {
      expect(await rig.row("tags", { name: "Priority row" })).toMatchObject({
        id: answer.id,
        color: "#112233",
      });
    },
  },
  add_contact_tags: {
    ...write,
    parameters: "contactId, tagId?, tagIds?, tags?",
    from: "X",
    args: async (rig) => ({ contactId: await made(rig, "To tag"), tags: ["first row", "second row"] }),
    async holds(answer, rig) {
      expect(await tagNames(rig, answer.contactId)).toEqual(["first row", "second row"]);
      expect(column(list(answer, "tags"), "name")).toEqual(["first row", "second row"]);
    },
  },
  remove_contact_tags: {
    ...write,
    parameters: "contactId, tagId?, tagIds?, tags?",
    from: "X",
    async args(rig) {
      const { id } = await rig.call("create_contact", { name: "Tagged", tags: ["keep row", "drop row"] });
      return { contactId: id, tags: ["drop row"] };
    },
    async holds(answer, rig) {
      expect(await tagNames(rig, answer.contactId)).toEqual(["keep row"]);
      expect(column(list(answer, "tags"), "name")).toEqual(["keep row"]);
    },
  },
  delete_tag: {
    ...define,
    kind: "D",
    parameters: "tagId",
    from: "+",
    async args(rig) {
      await rig.call("create_contact", { name: "Carrier", tags: ["passing row"] });
      return { tagId: (await rig.row("tags", { name: "passing row" })).id };
    },
    async holds(answer, rig) {
      expect(answer).toMatchObject({ deleted: true, contacts: 1 });
      expect(await rig.rows("tags", { id: String(answer.id) })).toEqual([]);
      expect(await rig.rows("contact_tags", { tag_id: String(answer.id) })).toEqual([]);
    },
  },
  delete_custom_field: {
    ...define,
    kind: "D",
    parameters: "field",
    from: "+",
    async args(rig) {
      await rig.call("create_custom_field", { key: "passing", label: "Passing", type: "text" });
      await rig.call("create_contact", { name: "Holder", customFields: { passing: "x" } });
      return { field: "passing" };
    },
    async holds(answer, rig) {
      expect(answer).toMatchObject({ key: "passing", deleted: true, contacts: 1 });
      expect(await rig.rows("custom_fields", { key: "passing" })).toEqual([]);
      expect(await rig.rows("contact_field_values", { field_id: String(answer.id) })).toEqual([]);
    },
  },
  list_custom_fields: {
    ...read,
    parameters: "cursor?, limit?",
    from: "+",
    args: () => ({}),
    async holds(answer, rig) {
      expect(column(list(answer), "key")).toEqual(column(await rig.rows("custom_fields"), "key"));
    },
  },
  create_custom_field: {
    ...define,
    parameters: "key, label, type, options?",
    from: "+",
    args: () => ({ key: "tier", label: "Tier", type: "select", options: ["gold", "silver"] }),
    async holds(answer, rig) {
      const stored = await rig.row("custom_fields", { key: "tier" });
      expect(stored).toMatchObject({ id: answer.id, label: "Tier", type: "select" });
      expect(JSON.parse(String(stored.options))).toEqual(answer.options);
    },
  },
  list_contact_custom_fields: {
    ...read,
    parameters: "contactId, cursor?, limit?",
    from: "X",
    async args(rig) {
      const { id } = await rig.call("create_contact", { name: "Sized", customFields: { size: "XL" } });
      return { contactId: id };
    },
    async holds(answer, rig) {
      const [stored] = await rig.rows("contact_field_values", { text_value: "XL" });
      expect(list(answer)).toContainEqual(
        expect.objectContaining({ id: stored?.field_id, key: "size", value: stored?.text_value }),
      );
    },
  },
  set_contact_custom_field: {
    ...write,
    parameters: "contactId, field, value",
    from: "X",
    args: async (rig) => ({ contactId: await made(rig, "Measured"), field: "size", value: "S" }),
    async holds(answer, rig) {
      const stored = await rig.row("contact_field_values", { contact_id: String(answer.contactId) });
      expect(stored).toMatchObject({ field_id: answer.id, text_value: "S" });
    },
  },
  merge_contacts: {
    ...write,
    kind: "D",
    scope: "contacts:delete",
    parameters: "contactId, duplicateId",
    from: "+",
    async args(rig) {
      const kept = await rig.call("create_contact", { name: "Kept", email: "kept@rows.example" });
      const double = await rig.call("create_contact", { name: "Double", phone: "+49 30 7654321" });
      return { contactId: kept.id, duplicateId: double.id };
    },
    async holds(answer, rig) {
      expect(await rig.row("contacts", { email: "kept@rows.example" })).toMatchObject({
        id: answer.id,
        phone: answer.phone,
      });
      expect(await rig.rows("contacts", { name: "Double" })).toEqual([]);
    },
  },
};
