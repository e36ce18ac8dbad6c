import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { Failure } from "../../tenant/failure.ts";
import { cursorInput, limitInput, pageOutput } from "../../tenant/page.ts";
import { typedText } from "../../tenant/typed-text.ts";
import {
  contactReference,
  customFieldOutput,
  customValueOrNull,
  fieldValueOutput,
  tagNames,
  tagOutput,
} from "../answers.ts";
import {
  createCustomField,
  KEY_PATTERN,
  listContactValues,
  listCustomFields,
  resolveField,
} from "../custom-fields.ts";
import { resolveContact } from "../lookup.ts";
import { CUSTOM_FIELD_TYPES } from "../schema.ts";
import { addContactTags, type NamedTags, removeContactTags, updateContact } from "../store.ts";
import { createTag, listTags, tagNameInput } from "../tags.ts";

const tagId = reference("tag");

const namedTags = {
  contactId: contactReference,
  tagId: tagId.optional(),
  tagIds: z.array(tagId).max(50).optional(),
  tags: tagNames.optional().describe("Names"),
};

/** @throws Failure `invalid_input` when no tag is named */
function tagsNamed(input: { tagId?: string; tagIds?: string[]; tags?: string[] }): NamedTags {
  const ids = [...(input.tagId === undefined ? [] : [input.tagId]), ...(input.tagIds ?? [])];
  const names = input.tags ?? [];
  if (ids.length + names.length === 0) {
    throw new Failure("invalid_input", "Name at least one tag, by tagId, tagIds or tags.");
  }
  return { ids, names };
}

const tagsNow = z.object({ contactId: z.string(), tags: z.array(tagOutput) });

export const tagTools: readonly Tool[] = [
  defineTool({
    name: "list_tags",
    title: "List tags",
    description: "Lists the workspace's tags by name.",
    phrases:
      "which labels do we use, all segments, available labels, what tags exist, labels overview, how do we " +
      "label customers",
    toolset: "contacts",
    scope: "contacts:read",
    hints: HINTS.R,
    untrusted: ["name"],
    example: {},
    input: () => z.strictObject({ cursor: cursorInput, limit: limitInput() }),
    output: () => pageOutput(tagOutput),
    run: (call, input) => listTags(call.tenant, input),
  }),
  defineTool({
    name: "create_tag",
    title: "Create tag",
    description: "Makes a tag. Names are unique, whatever their case.",
    phrases:
      "new label, new segment, colored label, new tag called, add a label to the workspace, introduce a " +
      "label, we need a new tag for something, define a label",
    toolset: "contacts",
    scope: "settings:write",
    hints: HINTS.W,
    untrusted: [],
    example: { name: "VIP", color: "#1d4ed8" },
    input: () =>
      z.strictObject({
        name: tagNameInput,
        color: z
          .string()
          .regex(/^#[0-9a-fA-F]{6}$/, { error: "must be a colour such as #336699" })
          .optional(),
      }),
    output: () => tagOutput,
    run: (call, input) => createTag(call.tenant, input),
  }),
  defineTool({
    name: "add_contact_tags",
    title: "Add tags to contact",
    description: "Puts tags on a contact and answers all that it has then. A name that is new makes the tag.",
    phrases:
      "mark a customer as reseller, label as vip, put into a segment, flag a person, classify a customer " +
      "as, label this client, assign tags to a contact, attach a label, mark someone as vip, give the " +
      "customer the tag, flag as important customer",
    toolset: "contacts",
    scope: "contacts:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: ["tags"],
    example: { contactId: "email:anna@example.com", tags: ["VIP"] },
    input: () => z.strictObject(namedTags),
    output: () => tagsNow,
    run: (call, { contactId, ...named }) => addContactTags(call.tenant, contactId, tagsNamed(named)),
  }),
  defineTool({
    name: "remove_contact_tags",
    title: "Remove tags from contact",
    description: "Takes tags off a contact and answers those it has then.",
    phrases:
      "no longer a vip, drop the tag, untag, out of the segment, remove label from customer, delete tag " +
      "from this person, take tag away, untag client, he should not have this label any more, detach a " +
      "tag, was tagged by mistake, wrong label on a contact",
    toolset: "contacts",
    scope: "contacts:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: ["tags"],
    example: { contactId: "email:anna@example.com", tagId: "tg_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject(namedTags),
    output: () => tagsNow,
    run: (call, { contactId, ...named }) => removeContactTags(call.tenant, contactId, tagsNamed(named)),
  }),
];

export const fieldTools: readonly Tool[] = [
  defineTool({
    name: "list_custom_fields",
    title: "List custom fields",
    description: "Lists the custom fields that contacts can have: key, type and options.",
    phrases:
      "what own properties are defined, schema of contacts, custom field definitions, what extra " +
      "information can we store about customers, additional contact fields, list of attributes, which " +
      "options does a field have, what data do we collect about people",
    toolset: "contacts",
    scope: "contacts:read",
    hints: HINTS.R,
    untrusted: [],
    example: {},
    input: () => z.strictObject({ cursor: cursorInput, limit: limitInput() }),
    output: () => pageOutput(customFieldOutput),
    run: (call, input) => listCustomFields(call.tenant, input),
  }),
  defineTool({
    name: "create_custom_field",
    title: "Create custom field",
    description: "Defines a custom field for contacts. Its key and type cannot be changed later.",
    phrases:
      "keep track of birthdays, new attribute for each customer, record the shirt size, dropdown for " +
      "industry, track something about customers, define a date or number or dropdown field, add an " +
      "additional field to the contact form, store a new kind of information",
    toolset: "contacts",
    scope: "settings:write",
    hints: HINTS.W,
    untrusted: [],
    example: { key: "plan", label: "Plan", type: "select", options: ["free", "pro"] },
    input: () =>
      z.strictObject({
        key: z.string().regex(KEY_PATTERN, {
          error: "must begin with a small letter and have at most 40 of a-z, 0-9 and _",
        }),
        label: typedText(100),
        type: z.enum(CUSTOM_FIELD_TYPES),
        options: z.array(typedText(100)).min(1).max(100).optional().describe("For select"),
      }),
    output: () => customFieldOutput,
    run: (call, input) => createCustomField(call.tenant, input),
  }),
  defineTool({
    name: "list_contact_custom_fields",
    title: "List a contact's custom fields",
    description: "Lists the custom field values of a contact, with their types.",
    phrases:
      "what size does this customer wear, attributes of this customer according to our records, custom " +
      "values of one customer, what is filled in for this person, extra data on a client, which additional " +
      "information do we have on her",
    toolset: "contacts",
    scope: "contacts:read",
    hints: HINTS.R,
    untrusted: ["value"],
    example: { contactId: "email:anna@example.com" },
    input: () => z.strictObject({ contactId: contactReference, cursor: cursorInput, limit: limitInput() }),
    output: () => pageOutput(fieldValueOutput),
    async run({ tenant }, { contactId, ...options }) {
      const { id } = await resolveContact(tenant, contactId);
      return listContactValues(tenant, id, options);
    },
  }),
  defineTool({
    name: "set_contact_custom_field",
    title: "Set a contact's custom field",
    description: "Sets one custom field of a contact, checked against its type; null clears it.",
    phrases:
      "store the contract end date, fill in an attribute, save the loyalty level of a customer, enter a " +
      "value into a customer's field, empty a field of a contact, change someone's size, record a " +
      "customer's birthday, set the tier of this client, his contract number is",
    toolset: "contacts",
    scope: "contacts:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: ["value"],
    example: { contactId: "email:anna@example.com", field: "plan", value: "pro" },
    input: () =>
      z.strictObject({
        contactId: contactReference,
        field: reference("customField").describe("Key, label or id"),
        value: customValueOrNull.describe("date: YYYY-MM-DD; datetime: ISO 8601"),
      }),
    output: () =>
      fieldValueOutput.extend({
        contactId: z.string(),
        value: fieldValueOutput.shape.value.nullable(),
      }),
    async run({ tenant }, input) {
      const { id, key, label, type } = await resolveField(tenant, input.field);
      const contact = await updateContact(tenant, input.contactId, { customFields: { [key]: input.value } });
      const set = contact.customFields.find((one) => one.id === id);
      return { contactId: contact.id, id, key, label, type, value: set ? set.value : null };
    },
  }),
];
