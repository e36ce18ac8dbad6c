import { sql } from "drizzle-orm";
import { type Completion, defineResource, type Resource } from "../calls/define.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { CONTACT_UNTRUSTED, contactOutput, showContact } from "./answers.ts";
import { listContacts } from "./list.ts";
import { contactBriefs, contactDetails, resolveContact } from "./lookup.ts";
import { contacts, contactViewers } from "./schema.ts";
import { viewersOf } from "./visibility.ts";

/** Values offered for one argument. */
const OFFERED = 20;

/** Visible contacts whose id begins so. Reads about as many rows as are offered, also for limited callers. */
async function byIdPrefix(tenant: Tenant, prefix: string): Promise<Completion[]> {
  const viewers = viewersOf(tenant);
  const [table, column, viewed] =
    viewers === null
      ? [contacts, contacts.id, undefined]
      : [
          contactViewers,
          contactViewers.contactId,
          sql`${contactViewers.viewer} IN (SELECT value FROM json_each(${JSON.stringify(viewers)}))`,
        ];
  const rows = await tenant.db
    .selectDistinct({ id: column })
    .from(table)
    // Ids hold characters below "~" only.
    .where(tenant.of(table, viewed, sql`${column} >= ${prefix} AND ${column} < ${`${prefix}~`}`))
    .limit(OFFERED);
  const briefs = await contactBriefs(
    tenant,
    rows.map((row) => row.id),
  );
  return [...briefs.values()].map(completion);
}

/** Contacts whose id begins as typed, or who are found by what was typed; the newest when nothing was. */
async function completeContact(tenant: Tenant, typed: string): Promise<Completion[]> {
  const text = typed.slice(0, 200);
  if (/^ct_[0-9a-z]*$/.test(text)) return byIdPrefix(tenant, text);
  const query = text.trim() === "" ? {} : { query: text };
  const page = await listContacts(tenant, { ...query, sort: "newest", limit: OFFERED });
  return page.items.map(completion);
}

function completion(contact: { id: string; name: string | null; email: string | null }): Completion {
  const label = contact.name ?? contact.email;
  return { value: contact.id, ...(label === null ? {} : { label }) };
}

export const contactResources: readonly Resource[] = [
  defineResource({
    name: "contact",
    title: "Contact",
    description: "One contact with its tags, custom fields and who it is in each inbox.",
    uri: "parley://contact/{contactId}",
    toolset: "contacts",
    scope: "contacts:read",
    mimeType: "application/json",
    untrusted: CONTACT_UNTRUSTED,
    async read({ tenant }, { contactId = "" }) {
      const contact = await contactDetails(tenant, await resolveContact(tenant, contactId));
      return contactOutput.parse(showContact(contact));
    },
    async complete({ tenant }, variable, typed) {
      return variable === "contactId" ? completeContact(tenant, typed) : [];
    },
  }),
];
