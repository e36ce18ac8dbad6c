import { eq, sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { type Findable, findable, indexedTerms } from "../search/beginnings.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import type { ContactFields } from "./fields.ts";
import { phoneKey } from "./phones.ts";
import { contacts } from "./schema.ts";

/** What a contact is found by. */
type FoundBy = Pick<ContactFields, "name" | "email" | "phone">;

/** The full-text table as drizzle writes it. Not in schema.ts: drizzle-kit cannot make virtual tables. */
const contactsSearch = sqliteTable("contacts_search", {
  rowid: integer().primaryKey(),
  terms: text().notNull(),
});

/** The contact as a query is held against it. @param country the workspace's, see {@link phoneKey} */
export function findableContact({ name, email, phone }: FoundBy, country: string | null): Findable {
  return findable([name, email], phone === null ? "" : (phoneKey(phone, country) ?? ""));
}

/** What goes into the index of a contact; empty when no words can find it. */
export function contactTerms(workspaceId: string, fields: FoundBy, country: string | null): string {
  return indexedTerms([workspaceId], findableContact(fields, country));
}

/** The statement that writes a new contact's search row, behind the contact's own; none when it has no words. */
export function insertContactRow(tenant: Tenant, contactId: string, fields: FoundBy): Statement[] {
  const terms = contactTerms(tenant.workspaceId, fields, tenant.phoneCountry);
  if (terms === "") return [];
  return [
    tenant.db
      .insert(contactsSearch)
      .select(
        sql`SELECT ${contacts.n}, ${terms} FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contactId))}`,
      ),
  ];
}

/**
 * The statements that write the contact's search row anew. Put them into the batch of each change of name, email or
 * phone, behind the change.
 */
export function replaceSearchRow(tenant: Tenant, contactId: string, fields: FoundBy): Statement[] {
  return [deleteSearchRow(tenant, contactId), ...insertContactRow(tenant, contactId, fields)];
}

/** {@link replaceSearchRow} for many contacts, in two statements however many they are. */
export function replaceSearchRows(
  tenant: Tenant,
  changed: readonly ({ id: string } & FoundBy)[],
): Statement[] {
  const given = changed.map(({ id, ...fields }) => ({
    id,
    terms: contactTerms(tenant.workspaceId, fields, tenant.phoneCountry),
  }));
  // A cross join is made in this order: SQLite would else read all of the workspace's contacts.
  const found = sql`FROM json_each(${JSON.stringify(given)}) AS given CROSS JOIN ${contacts}
    WHERE ${tenant.of(contacts, sql`${contacts.id} = given.value ->> 'id'`)}`;
  return [
    tenant.db.delete(contactsSearch).where(sql`rowid IN (SELECT ${contacts.n} ${found})`),
    tenant.db
      .insert(contactsSearch)
      .select(sql`SELECT ${contacts.n}, given.value ->> 'terms' ${found} AND given.value ->> 'terms' <> ''`),
  ];
}

/** Removes the contact's search row; in the batch of its removal, before the contact itself goes. */
export function deleteSearchRow(tenant: Tenant, contactId: string): Statement {
  return tenant.db.delete(contactsSearch).where(sql`rowid = (
    SELECT ${contacts.n} FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contactId))})`);
}
