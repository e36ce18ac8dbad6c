import { eq, type SQL, sql } from "drizzle-orm";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import type { Contact, FieldColumns } from "./fields.ts";
import { isKey } from "./keys.ts";
import { contactAliases, contacts } from "./schema.ts";
import { visibleContact } from "./visibility.ts";

/**
 * What duplicates held and the contacts that they were merged into have another value of: whoever looks for one of these
 * finds the contact that the person is now. A contact that holds the value itself comes before it, so that an old address
 * is free for somebody else.
 */

/** The fields by which one contact is told from others, with the columns that are compared. */
export const KEY_COLUMNS = { email: "emailKey", phone: "phoneKey", externalId: "externalId" } as const;
export type KeyKind = keyof typeof KEY_COLUMNS;
export const KEY_KINDS = ["externalId", "email", "phone"] as const satisfies readonly KeyKind[];

/**
 * The id of the contact that an email, phone or external id names, as SQL: of its holder, else of who had it merged in.
 * Contacts that the caller may not see have no part in it.
 */
export function namedContact(tenant: Tenant, kind: KeyKind, key: string): SQL<string | null> {
  return sql<string | null>`coalesce(${holderId(tenant, kind, key)}, ${aliasId(tenant, kind, key)})`;
}

function holderId(tenant: Tenant, kind: KeyKind, key: string, except?: string): SQL<string | null> {
  const column = sql.raw(
    `held.${{ email: "email_key", phone: "phone_key", externalId: "external_id" }[kind]}`,
  );
  const another = except === undefined ? sql`` : sql` AND held.id <> ${except}`;
  return sql<string | null>`(SELECT held.id FROM contacts held
    WHERE held.workspace_id = ${tenant.workspaceId} AND ${hasKey(kind, column, key)}${another}${seen(tenant, sql`held.id`)}
    ORDER BY ${column} LIMIT 1)`;
}

function aliasId(tenant: Tenant, kind: KeyKind, key: string): SQL<string | null> {
  const column = sql`had.key`;
  return sql<string | null>`(SELECT had.contact_id FROM contact_aliases had
    WHERE had.workspace_id = ${tenant.workspaceId} AND had.kind = ${kind}
      AND ${hasKey(kind, column, key)}${seen(tenant, sql`had.contact_id`)}
    ORDER BY ${column} LIMIT 1)`;
}

/** External ids are any text, and nothing stands beside one. */
function hasKey(kind: KeyKind, column: SQL, key: string): SQL {
  return kind === "externalId" ? sql`${column} = ${key}` : isKey(column, key);
}

function seen(tenant: Tenant, contactId: SQL): SQL {
  const visible = visibleContact(tenant, contactId);
  return visible === undefined ? sql`` : sql` AND ${visible}`;
}

/**
 * Who has this email, phone or external id, and who had it merged in, of those whom the caller may see. Reads two rows,
 * and one more for each hidden contact that has it as well.
 */
export async function whoIs(
  tenant: Tenant,
  kind: KeyKind,
  key: string,
): Promise<{ holder: string | null; merged: string | null }> {
  const [row] = await tenant.db.all<{ holder: string | null; merged: string | null }>(
    sql`SELECT ${holderId(tenant, kind, key)} AS holder, ${aliasId(tenant, kind, key)} AS merged`,
  );
  return row ?? { holder: null, merged: null };
}

/** Another contact than this that has an email or phone, of those whom the caller may see, as SQL. */
export function otherHolder(
  tenant: Tenant,
  contactId: string,
  kind: "email" | "phone",
  key: string,
): SQL<string | null> {
  return holderId(tenant, kind, key, contactId);
}

/** The query for those of these keys that were merged into a contact, with the contact, for a batch. */
export function mergedAmong(tenant: Tenant, wanted: readonly Record<KeyKind, string | null>[]) {
  const given = wanted.flatMap((keys) =>
    KEY_KINDS.flatMap((kind) => (keys[kind] === null ? [] : [[kind, keys[kind]]])),
  );
  return tenant.db
    .select({ kind: contactAliases.kind, key: contactAliases.key, contact: contacts })
    .from(sql`json_each(${JSON.stringify(given)}) AS given`)
    .crossJoin(contactAliases)
    .crossJoin(contacts)
    .where(
      tenant.of(
        contactAliases,
        sql`${contactAliases.kind} = given.value ->> 0 AND ${contactAliases.key} = given.value ->> 1
          AND ${tenant.of(contacts, eq(contacts.id, contactAliases.contactId))}`,
      ),
    );
}

/**
 * The statements that let the contact be found by what its duplicate held, and by what was merged into that before.
 * @param kept the contact's columns after the merge
 */
export function aliasStatements(tenant: Tenant, from: Contact, to: Contact, kept: FieldColumns): Statement[] {
  const lost = KEY_KINDS.flatMap((kind) => {
    const key = from[KEY_COLUMNS[kind]];
    return key === null || key === kept[KEY_COLUMNS[kind]] ? [] : [{ kind, key }];
  });
  return [
    tenant.db
      .update(contactAliases)
      .set({ contactId: to.id })
      .where(tenant.of(contactAliases, eq(contactAliases.contactId, from.id))),
    ...lost.map((alias) =>
      tenant.db
        .insert(contactAliases)
        .values(tenant.row({ ...alias, contactId: to.id }))
        .onConflictDoUpdate({
          target: [contactAliases.workspaceId, contactAliases.kind, contactAliases.key],
          set: { contactId: to.id },
        }),
    ),
  ];
}
