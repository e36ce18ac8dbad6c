import { asc, eq, type SQL, sql } from "drizzle-orm";
import { Failure, notFound } from "../tenant/failure.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { emailKey } from "../tenant/typed-addresses.ts";
import { type FieldValue, valuesOfContact } from "./custom-fields.ts";
import { type Contact, type FieldColumns, OWN_COLUMNS } from "./fields.ts";
import { phoneKey } from "./phones.ts";
import { contactIdentities, contacts } from "./schema.ts";
import { type Tag, tagsOfContact } from "./tags.ts";
import { visibleContact } from "./visibility.ts";

/** Most identities that a contact is shown with; only merging brings one anywhere near. */
const MAX_IDENTITIES = 100;

function withoutWorkspace({ workspaceId: _, ...contact }: typeof contacts.$inferSelect): Contact {
  return contact;
}

async function firstContact(tenant: Tenant, condition: SQL): Promise<Contact | null> {
  const [row] = await tenant.db
    .select()
    .from(contacts)
    .where(tenant.of(contacts, condition, visibleContact(tenant, contacts.id)));
  return row ? withoutWorkspace(row) : null;
}

/** What `reference` compares: an id, `email:…` or `phone:…`. Null when it cannot name anybody. */
function namedBy(reference: string, country: string | null): SQL | null {
  const [, kind, value] = reference.match(/^\s*(email|phone):(.*)$/is) ?? [];
  if (kind === undefined || value === undefined) return eq(contacts.id, reference.trim());
  if (kind.toLowerCase() === "email") return eq(contacts.emailKey, emailKey(value));
  const key = phoneKey(value, country);
  return key === null ? null : eq(contacts.phoneKey, key);
}

/**
 * The contact that the caller names: by id, `email:anna@example.com` or `phone:+49 30 1234567` (in any
 * notation; without a country code it is of the workspace's country). Reads one contact by index.
 * @throws Failure `not_found`, also when the caller may not see it
 */
export async function resolveContact(tenant: Tenant, reference: string): Promise<Contact> {
  const condition = namedBy(reference, tenant.phoneCountry);
  const contact = condition && (await firstContact(tenant, condition));
  if (!contact) throw notFound("contact", reference);
  return contact;
}

/** A channel identity: who the contact is in an inbox. Times are milliseconds, UTC. */
export interface Identity {
  id: string;
  inboxId: string;
  channel: string;
  sourceId: string;
  lastInboundAt: number | null;
  createdAt: number;
}

/** Everything about a contact, as the caller may see it. */
export interface ContactDetails extends Contact {
  tags: Tag[];
  customFields: FieldValue[];
  /** Only those in inboxes that the caller may see. */
  identities: Identity[];
}

/** Reads a handful of rows for each tag, custom value and identity of this contact. */
export async function contactDetails(tenant: Tenant, contact: Contact): Promise<ContactDetails> {
  return { ...contact, ...(await belongingsOf(tenant, contact.id)) };
}

/** {@link contactDetails} of a contact's id, all of it read at once. @throws Failure `not_found` */
export async function contactWithDetails(tenant: Tenant, id: string): Promise<ContactDetails> {
  const [contact, belongings] = await Promise.all([resolveContact(tenant, id), belongingsOf(tenant, id)]);
  return { ...contact, ...belongings };
}

async function belongingsOf(
  tenant: Tenant,
  contactId: string,
): Promise<Pick<ContactDetails, "tags" | "customFields" | "identities">> {
  const [tags, customFields, identities] = await Promise.all([
    tagsOfContact(tenant, contactId),
    valuesOfContact(tenant, contactId),
    tenant.db
      .select({
        id: contactIdentities.id,
        inboxId: contactIdentities.inboxId,
        channel: contactIdentities.channel,
        sourceId: contactIdentities.sourceId,
        lastInboundAt: contactIdentities.lastInboundAt,
        createdAt: contactIdentities.createdAt,
      })
      .from(contactIdentities)
      .where(
        tenant.of(
          contactIdentities,
          eq(contactIdentities.contactId, contactId),
          tenant.visible(contactIdentities.inboxId),
        ),
      )
      .orderBy(asc(contactIdentities.id))
      .limit(MAX_IDENTITIES),
  ]);
  return { tags, customFields, identities };
}

/** Who somebody is, in a line: what other nouns show of a contact. */
export type ContactBrief = Pick<Contact, "id" | "name" | "email" | "phone">;

/**
 * Names for the contacts of a page of other things, by id; ids that do not exist are left out. The caller has
 * already been found to see them: a conversation that is visible makes its contact visible.
 */
export async function contactBriefs(
  tenant: Tenant,
  ids: readonly string[],
): Promise<Map<string, ContactBrief>> {
  if (ids.length === 0) return new Map();
  const rows = await tenant.db
    .select({ id: contacts.id, name: contacts.name, email: contacts.email, phone: contacts.phone })
    .from(contacts)
    .where(tenant.of(contacts, sql`${contacts.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The name of a contact as a column of another noun's query. @param id as SQL of that query */
export function contactNameOf({ workspaceId }: Tenant, id: SQL): SQL<string | null> {
  return sql<string | null>`(SELECT named.name FROM contacts named
    WHERE named.workspace_id = ${workspaceId} AND named.id = ${id})`;
}

/** The contact whose email, phone or external id is this one, visible or not; for stores, never to be shown. */
export async function holderOf(
  tenant: Tenant,
  column: "emailKey" | "phoneKey" | "externalId",
  value: string,
): Promise<string | null> {
  const [row] = await tenant.db
    .select({ id: contacts.id })
    .from(contacts)
    .where(tenant.of(contacts, eq(contacts[column], value)));
  return row?.id ?? null;
}

/**
 * Explains a unique index's refusal: which fields another contact holds already, and its id if the caller may see
 * it. A hidden one is not named.
 * @param ownId the contact that is being changed, which is no clash with itself
 * @returns Failure `duplicate`, or `conflict` when the other contact has let go of it meanwhile
 */
export async function duplicateFailure(
  tenant: Tenant,
  columns: FieldColumns,
  ownId: string | null,
): Promise<Failure> {
  const keys = [
    { field: "email", column: "emailKey", value: columns.emailKey },
    { field: "phone", column: "phoneKey", value: columns.phoneKey },
    { field: "externalId", column: "externalId", value: columns.externalId },
  ] as const;
  const fields: string[] = [];
  const holders = new Set<string>();
  for (const { field, column, value } of keys) {
    const id = value === null ? null : await holderOf(tenant, column, value);
    if (id === null || id === ownId) continue;
    fields.push(field);
    if (await firstContact(tenant, eq(contacts.id, id))) holders.add(id);
  }
  if (fields.length === 0) {
    return new Failure("conflict", "The data changed meanwhile.", { hint: "Repeat the call." });
  }
  return new Failure(
    "duplicate",
    `Another contact has the same ${fields.join(" and ")}.`,
    holders.size > 0
      ? { hint: "Update or merge that contact instead.", candidates: [...holders] }
      : { hint: "Leave it out, or ask somebody who sees all contacts." },
  );
}

/** Fails its batch with `conflict` unless the contact still exists: for writes that hang something on a contact. */
export function assertContact(tenant: Tenant, contactId: string): Statement {
  return tenant.assertThat(
    sql`EXISTS (SELECT 1 FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contactId))})`,
  );
}

/** Fails its batch with `conflict` unless the contact's own fields are still those that were read. */
export function assertUnchanged(tenant: Tenant, contact: Contact): Statement {
  const same = OWN_COLUMNS.map((name) => sql`${contacts[name]} IS ${contact[name]}`);
  return tenant.assertThat(
    sql`EXISTS (SELECT 1 FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contact.id), ...same)})`,
  );
}
