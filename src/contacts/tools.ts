import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { CHANNELS } from "../inboxes/store.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import {
  CONTACT_UNTRUSTED,
  changedContactInput,
  contactOutput,
  contactReference,
  customValue,
  listedContactOutput,
  newContactInput,
  showContact,
} from "./answers.ts";
import type { Belonging } from "./belongings.ts";
import type { TagCarrier } from "./delete-tag.ts";
import { FIELD_NAMES } from "./fields.ts";
import { listContacts, SORTS } from "./list.ts";
import { contactDetails, resolveContact } from "./lookup.ts";
import { type ContactMover, mergeContacts } from "./merge.ts";
import { createContact, updateContact, upsertContact } from "./store.ts";
import { blockingTools } from "./tools/blocking.ts";
import { fieldTools, tagTools } from "./tools/definitions.ts";
import { personTools } from "./tools/person.ts";
import { contactRemovalTools } from "./tools/removal.ts";

const readTools: readonly Tool[] = [
  defineTool({
    name: "list_contacts",
    title: "List contacts",
    description:
      "Lists or searches contacts, newest first unless sorted otherwise; use it to find a contactId.",
    phrases:
      "is there already someone with this phone number or email, people with a tag, find a person by name, " +
      "entry in the system, do we know her, look up a customer by email, customers whose custom field has " +
      "a value, is somebody in our database, clients who, contact id of",
    toolset: "contacts",
    scope: "contacts:read",
    hints: HINTS.R,
    untrusted: ["name", "email", "phone", "tags"],
    example: { tag: "vip", sort: "last_activity", limit: 20 },
    input: () =>
      z.strictObject({
        query: z
          .string()
          .max(200)
          .optional()
          .describe("Name, email, or phone in any notation, whole or in part, confirmed or not"),
        email: z.string().max(254).optional().describe("Exact address, confirmed"),
        phone: z.string().max(40).optional().describe("Whole number, any notation, confirmed"),
        tag: reference("tag").optional().describe("Tag id or name"),
        channel: z.enum(CHANNELS).optional().describe("Has been on this channel"),
        customField: z
          .strictObject({ key: z.string().min(1).max(40), value: customValue })
          .optional()
          .describe("Has exactly this value"),
        sort: z
          .enum(SORTS)
          .default("newest")
          .describe("Under name and last_activity contacts move as they change"),
        cursor: cursorInput,
        limit: limitInput(),
      }),
    output: () => pageOutput(listedContactOutput),
    run: ({ tenant }, input) => listContacts(tenant, input),
  }),
  defineTool({
    name: "get_contact",
    title: "Get contact",
    description: "Answers one contact: fields, tags, custom fields and who it is in each inbox.",
    phrases:
      "pull up a person's data, customer card, what do we know about them, record of jane doe, show one " +
      "customer, information about this person, open the card, full profile, what is her phone number, " +
      "where does this customer come from, details of a client by id",
    toolset: "contacts",
    scope: "contacts:read",
    hints: HINTS.R,
    untrusted: CONTACT_UNTRUSTED,
    example: { contactId: "email:anna@example.com" },
    input: () => z.strictObject({ contactId: contactReference }),
    output: () => contactOutput,
    async run({ tenant }, { contactId }) {
      return showContact(await contactDetails(tenant, await resolveContact(tenant, contactId)));
    },
  }),
];

const writeTools: readonly Tool[] = [
  defineTool({
    name: "create_contact",
    title: "Create contact",
    description:
      "Makes a contact from a name, email, phone or externalId. If one of the latter three belongs to a contact already, it fails and names that one.",
    phrases:
      "new customer, save a person met at a fair, put somebody into the system, add to the address book, " +
      "add a person, register a client, save this number as a new customer, insert a new contact, a new " +
      "lead gave me his details, make a customer record, store a new subscriber",
    toolset: "contacts",
    scope: "contacts:write",
    hints: HINTS.W,
    untrusted: CONTACT_UNTRUSTED,
    example: { name: "Anna Li", email: "anna@example.com", tags: ["newsletter"] },
    input: () => z.strictObject(newContactInput),
    output: () => contactOutput,
    async run({ tenant }, input) {
      return showContact(await createContact(tenant, input));
    },
  }),
  defineTool({
    name: "update_contact",
    title: "Update contact",
    description:
      "Changes the given fields of a contact and answers it; null clears a field. " +
      "Tags are added: remove_contact_tags takes them off.",
    phrases:
      "new phone number, changed surname, got married, moved, wrong email address, fix a name, correct " +
      "customer data, edit a person, rename the customer, different last name, update client details, " +
      "outdated contact data, replace the phone number, modify a contact record",
    toolset: "contacts",
    scope: "contacts:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: CONTACT_UNTRUSTED,
    example: { contactId: "email:anna@example.com", name: "Anna Li", phone: "+44 20 7946 0000" },
    input: () => z.strictObject({ contactId: contactReference, ...changedContactInput }),
    output: () => contactOutput,
    async run({ tenant }, { contactId, ...input }) {
      return showContact(await updateContact(tenant, contactId, input));
    },
  }),
  defineTool({
    name: "upsert_contact",
    title: "Create or update contact",
    description:
      "Updates the contact that has the email, phone or externalId named by matchBy, or makes it. Use it when you do not know whether the contact exists.",
    phrases:
      "keep in step with the crm, make if missing, import customers without duplicates, save the customer " +
      "whether or not known, sync from crm by external id, add unless already there, push customer data " +
      "from another system, insert or refresh a person matched by email",
    toolset: "contacts",
    scope: "contacts:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: CONTACT_UNTRUSTED,
    example: { matchBy: "email", email: "anna@example.com", name: "Anna Li", tags: ["newsletter"] },
    input: () =>
      z.strictObject({ matchBy: z.enum(["email", "phone", "externalId"]), ...changedContactInput }),
    output: () => contactOutput.extend({ created: z.boolean() }),
    async run({ tenant }, { matchBy, ...input }) {
      const { contact, created } = await upsertContact(tenant, matchBy, input);
      return { ...showContact(contact), created };
    },
  }),
];

function mergeTool(movers: readonly ContactMover[]): Tool {
  return defineTool({
    name: "merge_contacts",
    title: "Merge contacts",
    description:
      "Merges a duplicate into a contact and answers the merged one; the duplicate is gone for good. Conversations, identities and tags move; values move where the contact has none. It is found by the duplicate's email and phone too.",
    phrases:
      "same person twice, clean up double records, join two customer records, combine profiles, " +
      "deduplicate, customer exists twice, unify entries, appears double in the list",
    toolset: "contacts",
    scope: "contacts:delete",
    hints: HINTS.D,
    untrusted: CONTACT_UNTRUSTED,
    example: { contactId: "email:anna@example.com", duplicateId: "ct_01kajq3v7e8m2n4p6r8t0v" },
    input: () =>
      z.strictObject({
        contactId: contactReference.describe("The contact that stays: id, email or phone"),
        duplicateId: contactReference.describe("The contact that goes: id, email or phone"),
      }),
    output: () =>
      contactOutput.extend({
        discarded: z
          .array(z.object({ field: z.enum(FIELD_NAMES), value: z.string() }))
          .describe(
            "Of the duplicate, where the contact had another value; it is still found by a confirmed one",
          ),
      }),
    async run({ tenant }, { contactId, duplicateId }) {
      const { contact, discarded } = await mergeContacts(tenant, contactId, duplicateId, movers);
      return { ...showContact(contact), discarded };
    },
  });
}

/**
 * The contacts toolset in the catalogue's order.
 * @param movers what other nouns do when contacts are merged
 * @param tagCarriers what else carries tags, and loses one that is deleted
 * @param belongings what other nouns hold of a contact
 */
export function contactTools(
  movers: readonly ContactMover[],
  tagCarriers: readonly TagCarrier[] = [],
  belongings: readonly Belonging[] = [],
): readonly Tool[] {
  return [
    ...readTools,
    ...writeTools,
    ...tagTools,
    ...fieldTools,
    ...blockingTools,
    ...contactRemovalTools(tagCarriers),
    mergeTool(movers),
    ...personTools(belongings),
  ];
}
