import { sql } from "drizzle-orm";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom } from "../tenant/writes.ts";
import { insertValues, type ValueChange } from "./custom-fields.ts";
import { type Contact, OWN_COLUMNS } from "./fields.ts";
import { contactFieldValues, contacts } from "./schema.ts";

/**
 * The statements of an import: each writes any number of rows, which travel as one JSON parameter. Joins are cross
 * joins, which SQLite makes in the order in which they stand: it would else read all of the workspace's contacts.
 */

type NewContact = Omit<Contact, "n" | "createdBy" | "blockedAt" | "droppedMessages">;

/** Contacts by their ids, given as JSON. */
function givenContacts(tenant: Tenant, json: string) {
  return sql`json_each(${json}) AS given CROSS JOIN ${contacts}
    WHERE ${tenant.of(contacts, sql`${contacts.id} = given.value ->> 'id'`)}`;
}

/** Fails its batch with `conflict` unless the contacts' own fields are still those that were read. */
export function assertAllUnchanged(tenant: Tenant, read: readonly Contact[]): Statement {
  const given = JSON.stringify(
    read.map((contact) => ({
      id: contact.id,
      ...Object.fromEntries(OWN_COLUMNS.map((name) => [name, contact[name]])),
    })),
  );
  const same = OWN_COLUMNS.map((name) => sql`${contacts[name]} IS given.value ->> ${sql.raw(`'${name}'`)}`);
  return tenant.assertThat(
    sql`(SELECT count(*) FROM ${givenContacts(tenant, given)} AND ${sql.join(same, sql` AND `)}) = ${read.length}`,
  );
}

/** Makes contacts. Fails its batch on a unique index when another one has the same email, phone or external id. */
export function insertContacts(tenant: Tenant, made: readonly NewContact[]): Statement {
  const given = (name: keyof NewContact) => sql.raw(`given.value ->> '${name}'`);
  return insertFrom(
    tenant,
    contacts,
    {
      n: sql`NULL`,
      id: given("id"),
      name: given("name"),
      email: given("email"),
      emailKey: given("emailKey"),
      phone: given("phone"),
      phoneKey: given("phoneKey"),
      externalId: given("externalId"),
      sortKey: given("sortKey"),
      createdBy: tenant.actor.credentialId,
      blockedAt: null,
      droppedMessages: 0,
      lastActivityAt: given("lastActivityAt"),
      createdAt: given("createdAt"),
      updatedAt: given("updatedAt"),
    },
    sql`FROM json_each(${JSON.stringify(made)}) AS given ORDER BY given.key`,
  );
}

/** Gives contacts other fields. Fails its batch on a unique index, as {@link insertContacts}. */
export function updateContacts(tenant: Tenant, changed: readonly NewContact[]): Statement {
  const ids = JSON.stringify(changed.map(({ id }) => id));
  const byId = JSON.stringify(Object.fromEntries(changed.map((contact) => [contact.id, contact])));
  const after = (name: keyof NewContact) =>
    sql`(SELECT one ->> ${sql.raw(`'${name}'`)} FROM (SELECT ${byId} -> ('$.' || ${contacts.id}) AS one))`;
  return tenant.db
    .update(contacts)
    .set({
      name: after("name"),
      email: after("email"),
      emailKey: after("emailKey"),
      phone: after("phone"),
      phoneKey: after("phoneKey"),
      externalId: after("externalId"),
      sortKey: after("sortKey"),
      updatedAt: after("updatedAt"),
    })
    .where(tenant.of(contacts, sql`${contacts.id} IN (SELECT value FROM json_each(${ids}))`));
}

/** Writes and clears custom values; the contacts must exist by then. */
export function writeManyValues(
  tenant: Tenant,
  changes: readonly { contactId: string; values: readonly ValueChange[] }[],
  at: number,
): Statement[] {
  const all = changes.flatMap(({ contactId, values }) =>
    values.map(({ field, stored }) => ({ id: contactId, fieldId: field.id, stored })),
  );
  const written = all.filter(({ stored }) => stored !== null);
  const cleared = all.filter(({ stored }) => stored === null);
  const statements: Statement[] = [];
  if (written.length > 0) {
    statements.push(
      insertValues(
        tenant,
        {
          fieldId: sql`given.value ->> 'fieldId'`,
          textValue: sql`given.value ->> '$.stored.textValue'`,
          numberValue: sql`given.value ->> '$.stored.numberValue'`,
        },
        sql`FROM ${givenContacts(tenant, JSON.stringify(written))}`,
        at,
      ),
    );
  }
  if (cleared.length > 0) {
    statements.push(
      tenant.db.delete(contactFieldValues).where(
        tenant.of(
          contactFieldValues,
          sql`(${contactFieldValues.contactId}, ${contactFieldValues.fieldId}) IN (
              SELECT value ->> 'id', value ->> 'fieldId' FROM json_each(${JSON.stringify(cleared)}))`,
        ),
      ),
    );
  }
  return statements;
}
