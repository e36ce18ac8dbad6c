import { eq, sql } from "drizzle-orm";
import { Failure, type NamedThing } from "../tenant/failure.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { otherHolder } from "./aliases.ts";
import type { FieldColumns } from "./fields.ts";
import { keyBeside } from "./keys.ts";
import { thingOf } from "./lookup.ts";
import { contacts } from "./schema.ts";

/** Emails, phones and external ids belong to one contact each: what a write does about those that have a holder. */

const FIELDS = [
  { field: "email", column: "emailKey" },
  { field: "phone", column: "phoneKey" },
  { field: "externalId", column: "externalId" },
] as const;
const SHARED = [
  { field: "email", column: "emailKey" },
  { field: "phone", column: "phoneKey" },
] as const;

const sameIn = (fields: readonly string[]) => `Another contact has the same ${fields.join(" and ")}.`;
const CHANGED = { hint: "Repeat the call." };

/**
 * The columns as they can be stored, with what must hold in the batch that stores them. For a caller that sees all
 * contacts they are as they are, and the unique indexes decide. A caller limited to inboxes is told of a holder that it
 * sees; beside one that it does not see its contact gets the same key, and the caller learns nothing (see keys.ts).
 * @param before the columns as they are; null for a new contact
 * @throws Failure `duplicate` naming the holder; `not_allowed` for an external id that a limited caller gives: signed-in
 *   visitors are known by it, so it is a key to more than the caller's inboxes
 */
export async function keysFor(
  tenant: Tenant,
  id: string,
  columns: FieldColumns,
  before: FieldColumns | null,
): Promise<{ columns: FieldColumns; asserted: Statement[] }> {
  if (tenant.inboxes === null) return { columns, asserted: [] };
  if (columns.externalId !== null && columns.externalId !== (before?.externalId ?? null)) {
    throw new Failure("not_allowed", "A credential limited to inboxes cannot give a contact an externalId.", {
      hint: "Leave it out, or ask somebody who sees all contacts.",
    });
  }
  const stored = { ...columns };
  const asserted: Statement[] = [];
  const clashes: { field: string; id: string }[] = [];
  for (const { field, column } of SHARED) {
    const key = columns[column];
    if (key === null || key === (before?.[column] ?? null)) continue;
    const seen = otherHolder(tenant, id, field, key);
    const [row] = await tenant.db.all<{ seen: string | null; taken: number }>(
      sql`SELECT ${seen} AS seen, EXISTS (SELECT 1 FROM ${contacts}
        WHERE ${tenant.of(contacts, eq(contacts[column], key), sql`${contacts.id} <> ${id}`)}) AS taken`,
    );
    if (row?.seen) clashes.push({ field, id: row.seen });
    if (row?.taken) stored[column] = keyBeside(key, id);
    // Two at once: what the index decides for others.
    asserted.push(tenant.assertThat(sql`${seen} IS NULL`));
  }
  if (clashes.length > 0) throw await taken(tenant, clashes);
  return { columns: stored, asserted };
}

/**
 * Explains a unique index's refusal: which fields another contact holds already, and which one.
 * @param ownId the contact that is being changed, which is no clash with itself
 * @returns Failure `duplicate`, or `conflict` when the other contact has let go of it meanwhile, or the caller is limited:
 *   it is to look again (see {@link keysFor})
 */
export async function duplicateFailure(
  tenant: Tenant,
  columns: FieldColumns,
  ownId: string | null,
): Promise<Failure> {
  const clashes: { field: string; id: string }[] = [];
  for (const { field, column } of FIELDS) {
    const value = columns[column];
    const [row] =
      value === null || tenant.inboxes !== null
        ? []
        : await tenant.db
            .select({ id: contacts.id })
            .from(contacts)
            .where(tenant.of(contacts, eq(contacts[column], value)));
    if (row && row.id !== ownId) clashes.push({ field, id: row.id });
  }
  return clashes.length === 0
    ? new Failure("conflict", "The data changed meanwhile.", CHANGED)
    : taken(tenant, clashes);
}

/** @param clashes with contacts that the caller sees */
async function taken(tenant: Tenant, clashes: readonly { field: string; id: string }[]): Promise<Failure> {
  const ids = JSON.stringify(clashes.map(({ id }) => id));
  const holders = await tenant.db
    .select({ id: contacts.id, name: contacts.name, email: contacts.email, phone: contacts.phone })
    .from(contacts)
    .where(tenant.of(contacts, sql`${contacts.id} IN (SELECT value FROM json_each(${ids}))`));
  const candidates: NamedThing[] = holders.map(thingOf);
  return new Failure("duplicate", sameIn(clashes.map(({ field }) => field)), {
    hint: "Update or merge that contact instead.",
    candidates,
  });
}
