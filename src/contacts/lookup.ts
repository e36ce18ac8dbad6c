import { asc, eq, type SQL, sql } from "drizzle-orm";
import { type NamedThing, notFound } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { emailKey, readEmail } from "../tenant/typed-addresses.ts";
import { namedContact } from "./aliases.ts";
import { type FieldValue, shownValue, valuesOfContact } from "./custom-fields.ts";
import { type Contact, OWN_COLUMNS, sortKey } from "./fields.ts";
import { phoneKey, readPhone } from "./phones.ts";
import { contactIdentities, contacts } from "./schema.ts";
import { type Tag, tagsOfContact } from "./tags.ts";
import { visibleContact } from "./visibility.ts";

/** Most identities that a contact is shown with; only merging brings one anywhere near. */
const MAX_IDENTITIES = 100;

function withoutWorkspace({ workspaceId: _, ...contact }: typeof contacts.$inferSelect): Contact {
  return contact;
}

function contactWhere(tenant: Tenant, condition: SQL) {
  return tenant.db
    .select()
    .from(contacts)
    .where(tenant.of(contacts, condition, visibleContact(tenant, contacts.id)));
}

/** Whether `reference` says by itself whom it names: an id, an email, a phone. */
export function namesContact(reference: string): boolean {
  const text = reference.trim();
  return isId("contact", text) || /^(email|phone):/i.test(text) || bareAddress(text) !== null;
}

/** An email or a phone number without a word before it. */
function bareAddress(text: string): { kind: string; value: string } | null {
  if (readEmail(text) !== null) return { kind: "email", value: text };
  return readPhone(text) === null ? null : { kind: "phone", value: text };
}

/** What `reference` compares: an id, an email or a phone. Null when it cannot name anybody. */
function namedBy(tenant: Tenant, reference: string): SQL | null {
  const text = reference.trim();
  const [, word, rest] = text.match(/^(email|phone):(.*)$/is) ?? [];
  const named = word === undefined || rest === undefined ? bareAddress(text) : { kind: word, value: rest };
  if (named === null) return eq(contacts.id, text);
  const kind = named.kind.toLowerCase() === "email" ? "email" : "phone";
  const key = kind === "email" ? emailKey(named.value) : phoneKey(named.value, tenant.phoneCountry);
  return key === null ? null : eq(contacts.id, namedContact(tenant, kind, key));
}

/** Contacts of one name that are looked at for those that the caller may see. */
const SAME_NAME = 200;

/**
 * Contacts that the caller may see whose name is, or begins with, this one, by name; ten at most. Looks at 200 rows.
 */
export async function contactsCalled(
  tenant: Tenant,
  name: string,
  how: "exactly" | "beginning",
): Promise<NamedThing[]> {
  const key = sortKey({ name, email: null, phone: null });
  const end = how === "exactly" ? key : `${key}\u{10ffff}`;
  const looked = sql`(SELECT id FROM contacts INDEXED BY contacts_by_name
    WHERE workspace_id = ${tenant.workspaceId} AND sort_key >= ${key} AND sort_key <= ${end}
    ORDER BY sort_key, n LIMIT ${SAME_NAME})`;
  const rows = await tenant.db
    .select()
    .from(contacts)
    .where(tenant.of(contacts, sql`${contacts.id} IN ${looked}`, visibleContact(tenant, contacts.id)))
    .orderBy(asc(contacts.sortKey), asc(contacts.n))
    .limit(10);
  return rows.map(thingOf);
}

/** A contact as a candidate. */
export function thingOf({
  id,
  name,
  email,
  phone,
}: Pick<Contact, "id" | "name" | "email" | "phone">): NamedThing {
  return { id, name: name ?? email ?? phone ?? "" };
}

/**
 * The contact that the caller names: by id, by email or by phone, with or without `email:` and `phone:` before it (a
 * phone in any notation; without a country code it is of the workspace's country). An address that a merge left behind
 * names the contact that it was merged into. Reads one contact by index.
 * @throws Failure `not_found`, also when the caller may not see it
 */
export async function resolveContact(tenant: Tenant, reference: string): Promise<Contact> {
  const condition = namedBy(tenant, reference);
  const [contact] = condition ? await contactWhere(tenant, condition) : [];
  if (!contact) throw notFound("contact", reference);
  return withoutWorkspace(contact);
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
  const [tags, values, identities] = await tenant.db.batch(belongingQueries(tenant, contact.id));
  return { ...contact, tags, customFields: values.map(shownValue), identities };
}

/** {@link contactDetails} of a contact's id, all of it read at once. @throws Failure `not_found` */
export async function contactWithDetails(tenant: Tenant, id: string): Promise<ContactDetails> {
  const contact = contactOfRows(...(await tenant.db.batch(contactQueries(tenant, id))));
  if (!contact) throw notFound("contact", id);
  return contact;
}

/** The queries of {@link contactWithDetails}, for a batch of several. @param id of the contact, or SQL for it */
export function contactQueries(tenant: Tenant, id: SQL | string) {
  return [contactWhere(tenant, sql`${contacts.id} = ${id}`), ...belongingQueries(tenant, id)] as const;
}

type RowsOf<Queries extends readonly PromiseLike<unknown>[]> = { [K in keyof Queries]: Awaited<Queries[K]> };

/** The contact of what {@link contactQueries} answered; null where there is none that the caller may see. */
export function contactOfRows(
  ...[[contact], tags, values, identities]: RowsOf<ReturnType<typeof contactQueries>>
): ContactDetails | null {
  return contact
    ? { ...withoutWorkspace(contact), tags, customFields: values.map(shownValue), identities }
    : null;
}

function belongingQueries(tenant: Tenant, contactId: SQL | string) {
  return [
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
  ] as const;
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

/** Fails its batch with `conflict` unless the contact still exists: for writes that hang something on a contact. */
export function assertContact(tenant: Tenant, contactId: string): Statement {
  return tenant.assertThat(
    sql`EXISTS (SELECT 1 FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contactId))})`,
  );
}

/** Fails its batch with `conflict` unless the contact's own fields are still those that were read. */
export function assertContactUnchanged(tenant: Tenant, contact: Contact): Statement {
  const same = OWN_COLUMNS.map((name) => sql`${contacts[name]} IS ${contact[name]}`);
  return tenant.assertThat(
    sql`EXISTS (SELECT 1 FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contact.id), ...same)})`,
  );
}
