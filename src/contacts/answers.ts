import { z } from "zod";
import { forExample } from "../calls/portable.ts";
import { reference } from "../calls/references.ts";
import { time } from "../tenant/time.ts";
import { MAX_TEXT_VALUE } from "./field-values.ts";
import { contactNameInput, emailInput, externalIdInput, unconfirmedFields } from "./fields.ts";
import type { ContactDetails } from "./lookup.ts";
import { phoneInput } from "./phones.ts";
import { CUSTOM_FIELD_TYPES } from "./schema.ts";
import { tagNameInput } from "./tags.ts";

/** What the contacts tools take and answer, shared between them. */

export const contactReference = reference("contact").describe("Id, email or phone");

/** Most tags and custom values in one call. */
const MAX_AT_ONCE = 50;

export const tagNames = z.array(tagNameInput).max(MAX_AT_ONCE);
export const customValue = z.union([z.string().max(MAX_TEXT_VALUE), z.number(), z.boolean()]);
/** The same, or null to clear; one flat union, which costs clients less to read. */
export const customValueOrNull = z.union([...customValue.options, z.null()]);

const added = {
  tags: tagNames.optional().describe("Names, added to those it has; made if new"),
  customFields: z
    .record(z.string().max(40), customValueOrNull)
    .refine((fields) => Object.keys(fields).length <= MAX_AT_ONCE, {
      error: `at most ${MAX_AT_ONCE} fields at once`,
    })
    .meta(forExample({ company: { type: "string" } }))
    .optional()
    .describe("Values by field key; null clears"),
};

export const newContactInput = {
  name: contactNameInput.optional(),
  email: emailInput.optional(),
  phone: phoneInput.optional(),
  externalId: externalIdInput.optional().describe("Your own system's id"),
  ...added,
};

/** The same fields, each of which null clears. */
export const changedContactInput = {
  name: contactNameInput.nullable().optional(),
  email: emailInput.nullable().optional(),
  phone: phoneInput.nullable().optional(),
  externalId: externalIdInput.nullable().optional(),
  ...added,
};

/** Customer-written fields of {@link contactOutput}. */
export const CONTACT_UNTRUSTED = [
  "name",
  "email",
  "phone",
  "externalId",
  "sourceId",
  "customFields",
  // Imports bring them, and flows may make them of what a visitor says.
  "tags",
] as const;

export const tagOutput = z.object({ id: z.string(), name: z.string(), color: z.string().nullable() });

const shownCustomValue = z.union([z.string(), z.number(), z.boolean()]);

const brief = {
  id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
};

const unconfirmed = z
  .array(z.enum(["email", "phone"]))
  .describe(
    "Said by the contact, confirmed by nobody: it is not found by it. update_contact with it confirms",
  );

export const listedContactOutput = z.object({
  ...brief,
  unconfirmed,
  tags: z.array(z.string()).describe("Names of at most ten; get_contact has all"),
  lastActivityAt: time,
  createdAt: time,
});

export const contactOutput = z.object({
  ...brief,
  externalId: z.string().nullable(),
  unconfirmed,
  tags: z.array(tagOutput),
  customFields: z.record(z.string(), shownCustomValue).describe("Values by field key"),
  identities: z
    .array(
      z.object({
        id: z.string(),
        inboxId: z.string(),
        channel: z.string(),
        sourceId: z.string().describe("Who the contact is on that channel"),
        lastInboundAt: time.nullable(),
        createdAt: time,
      }),
    )
    .describe("Who the contact is in each inbox"),
  blockedAt: time.nullable().describe("Since when what it writes is dropped"),
  droppedMessages: z.int().describe("So many since then"),
  lastActivityAt: time,
  createdAt: time,
  updatedAt: time,
});

export const customFieldOutput = z.object({
  id: z.string(),
  key: z.string(),
  label: z.string(),
  type: z.enum(CUSTOM_FIELD_TYPES),
  options: z.array(z.string()).nullable().describe("Of select fields"),
});

export const fieldValueOutput = customFieldOutput.omit({ options: true }).extend({ value: shownCustomValue });

/** A contact for {@link contactOutput}. */
export function showContact(contact: ContactDetails): z.input<typeof contactOutput> {
  const { id, name, email, phone, externalId, tags, identities, customFields } = contact;
  const { lastActivityAt, createdAt, updatedAt, blockedAt, droppedMessages } = contact;
  return {
    ...{ blockedAt, droppedMessages },
    ...{ id, name, email, phone, externalId, tags, identities, lastActivityAt, createdAt, updatedAt },
    unconfirmed: unconfirmedFields(contact),
    customFields: Object.fromEntries(customFields.map(({ key, value }) => [key, value])),
  };
}
