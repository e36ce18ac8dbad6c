import { eq, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { readTotal } from "../figures/totals.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom } from "../tenant/writes.ts";
import { contacts, contactViewers } from "./schema.ts";

/**
 * A caller with an inbox list sees a contact that has an identity or a conversation in one of its inboxes, or that
 * it made itself. `contact_viewers` holds exactly that, so that lists and look-ups can go by index.
 */

/** The viewers that a limited caller looks through: its inboxes and its credential. Null: it sees every contact. */
export function viewersOf(tenant: Tenant): string[] | null {
  if (tenant.inboxes === null) return null;
  const credential = tenant.actor.credentialId;
  return credential === null ? [...tenant.inboxes] : [...tenant.inboxes, credential];
}

/** "The caller may see this contact" as a condition on a column with contact ids; undefined when it sees all. */
export function visibleContact(tenant: Tenant, contactId: SQLiteColumn | SQL): SQL | undefined {
  const viewers = viewersOf(tenant);
  if (viewers === null) return undefined;
  return sql`EXISTS (SELECT 1 FROM ${contactViewers} WHERE ${tenant.of(
    contactViewers,
    sql`${contactViewers.contactId} = ${contactId}`,
    sql`${contactViewers.viewer} IN (SELECT value FROM json_each(${JSON.stringify(viewers)}))`,
  )})`;
}

/** True when the contact exists and the caller may see it. Reads about two rows. */
export async function seesContact(tenant: Tenant, contactId: string): Promise<boolean> {
  const [row] = await tenant.db
    .select({ id: contacts.id })
    .from(contacts)
    .where(tenant.of(contacts, eq(contacts.id, contactId), visibleContact(tenant, contacts.id)));
  return row !== undefined;
}

/**
 * The statements that let callers limited to this inbox see the contact. Put them in the batch that makes an
 * identity or a conversation there; a viewer that is there already stays.
 * @param contact its id is enough; it must exist when the batch reaches the statement
 * @param viewer an inbox id, or the id of the credential that made the contact
 */
export function contactViewerStatements(
  tenant: Tenant,
  contact: { id: string },
  viewer: string,
): Statement[] {
  return [
    insertFrom(
      tenant,
      contactViewers,
      { viewer, contactId: sql`${contacts.id}`, contactN: sql`${contacts.n}` },
      sql`FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contact.id))}`,
    ).onConflictDoNothing(),
  ];
}

/**
 * How many contacts the caller may see. Exact for callers that see all; for limited ones it counts up to `atMost`
 * and says by `exact: false` that there may be more. Reads at most about `atMost` rows.
 */
export async function countContacts(
  tenant: Tenant,
  atMost = 1000,
): Promise<{ count: number; exact: boolean }> {
  const viewers = viewersOf(tenant);
  if (viewers === null) return { count: await readTotal(tenant, "contacts"), exact: true };
  const rows = await tenant.db
    .select({ id: contactViewers.contactId })
    .from(contactViewers)
    .where(
      tenant.of(
        contactViewers,
        sql`${contactViewers.viewer} IN (SELECT value FROM json_each(${JSON.stringify(viewers)}))`,
      ),
    )
    .limit(atMost + 1);
  return { count: new Set(rows.slice(0, atMost).map((row) => row.id)).size, exact: rows.length <= atMost };
}
