import { eq, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { adjustTotal } from "../figures/totals.ts";
import { inHiddenInbox, sharedWithHidden } from "../inboxes/shared.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { ID_PREFIXES } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant, TenantTable } from "../tenant/tenant.ts";
import { insertFrom } from "../tenant/writes.ts";
import { aliasStatements } from "./aliases.ts";
import {
  type Contact,
  changedFields,
  FIELD_NAMES,
  type FieldColumns,
  type FieldName,
  sortKey,
} from "./fields.ts";
import { bareKey } from "./keys.ts";
import { assertContactUnchanged, type ContactDetails, contactDetails, resolveContact } from "./lookup.ts";
import { contactFieldValues, contactIdentities, contacts, contactTags, contactViewers } from "./schema.ts";
import { deleteSearchRow, replaceSearchRow } from "./search-index.ts";

/**
 * What another noun does when contacts are merged: the statements that give everything it holds of one contact to
 * the other. They run in the batch of the merge, while both contacts' ids are still known from the arguments, but
 * the first contact's row may be gone already.
 */
export type ContactMover = (tenant: Tenant, fromContactId: string, toContactId: string) => Statement[];

/** How ids of inboxes begin: other viewers are credentials. */
const INBOX_PREFIX = `${ID_PREFIXES.inbox}_`;

export interface Merged {
  contact: ContactDetails;
  /**
   * What of the duplicate was not taken over, since the contact has another value there. It is found by such an email,
   * phone or external id all the same, unless nobody had confirmed it.
   */
  discarded: { field: FieldName; value: string }[];
}

/** The contact's columns after the merge: its own values first; a key that only the duplicate holds comes with it. */
function mergedColumns(contact: Contact, duplicate: Contact): FieldColumns {
  const fromEmail = contact.emailKey === null && duplicate.emailKey !== null ? duplicate : contact;
  const fromPhone = contact.phoneKey === null && duplicate.phoneKey !== null ? duplicate : contact;
  const fields = {
    name: contact.name ?? duplicate.name,
    email: fromEmail.email ?? duplicate.email,
    phone: fromPhone.phone ?? duplicate.phone,
    externalId: contact.externalId ?? duplicate.externalId,
  };
  return {
    ...fields,
    emailKey: mergedKey(fromEmail.emailKey, duplicate.emailKey),
    phoneKey: mergedKey(fromPhone.phoneKey, duplicate.phoneKey),
    sortKey: sortKey(fields),
  };
}

/** The key itself where one of the two stood beside it. */
function mergedKey(kept: string | null, duplicates: string | null): string | null {
  return kept !== null && duplicates === bareKey(kept) ? duplicates : kept;
}

/** Identities, tags, custom values and viewers; where both contacts have one (the same tag, say), the kept one's stays. */
function ownMoves(tenant: Tenant, from: Contact, to: Contact): Statement[] {
  const toContact = { contactId: to.id, contactN: to.n };
  const theirs = (table: TenantTable & { contactId: SQLiteColumn }) =>
    tenant.of(table, eq(table.contactId, from.id));
  return [
    tenant.db.update(contactIdentities).set({ contactId: to.id }).where(theirs(contactIdentities)),
    insertFrom(
      tenant,
      contactTags,
      { ...toContact, tagId: sql`${contactTags.tagId}` },
      sql`FROM ${contactTags} WHERE ${theirs(contactTags)}`,
    ).onConflictDoNothing(),
    tenant.db.delete(contactTags).where(theirs(contactTags)),
    insertFrom(
      tenant,
      contactFieldValues,
      {
        ...toContact,
        fieldId: sql`${contactFieldValues.fieldId}`,
        textValue: sql`${contactFieldValues.textValue}`,
        numberValue: sql`${contactFieldValues.numberValue}`,
        updatedAt: sql`${contactFieldValues.updatedAt}`,
      },
      sql`FROM ${contactFieldValues} WHERE ${theirs(contactFieldValues)}`,
    ).onConflictDoNothing(),
    tenant.db.delete(contactFieldValues).where(theirs(contactFieldValues)),
    insertFrom(
      tenant,
      contactViewers,
      { ...toContact, viewer: sql`${contactViewers.viewer}` },
      sql`FROM ${contactViewers} WHERE ${theirs(contactViewers)}`,
    ).onConflictDoNothing(),
    tenant.db.delete(contactViewers).where(theirs(contactViewers)),
  ];
}

/**
 * What is known in inboxes that the caller may not see is not the caller's to remove.
 * @param what as a sentence begins
 * @throws Failure `not_allowed`
 */
export async function mayBeRemoved(tenant: Tenant, { id }: Contact, what: string): Promise<void> {
  const hidden = inHiddenInbox(tenant, sql`${contactViewers.viewer}`);
  if (hidden === undefined) return;
  const inboxesAlone = sql`substr(${contactViewers.viewer}, 1, ${INBOX_PREFIX.length}) = ${INBOX_PREFIX}`;
  const [elsewhere] = await tenant.db
    .select({ viewer: contactViewers.viewer })
    .from(contactViewers)
    .where(tenant.of(contactViewers, eq(contactViewers.contactId, id), hidden, inboxesAlone))
    .limit(1);
  if (elsewhere) throw sharedWithHidden(what);
}

/**
 * Merges a duplicate into a contact, in one batch: its identities, tags, viewers, the fields and custom values that
 * the contact lacks, and all that `movers` hold go to the contact; the duplicate is gone then. By its email, phone and
 * external id the contact is found from then on, see aliases.ts.
 * @throws Failure `not_found` unless the caller sees both; `invalid_input` when they are the same; `not_allowed` for
 *   callers limited to inboxes when the duplicate is known in others as well
 */
export async function mergeContacts(
  tenant: Tenant,
  reference: string,
  duplicateReference: string,
  movers: readonly ContactMover[],
): Promise<Merged> {
  const [{ id }, { id: duplicateId }] = await Promise.all([
    resolveContact(tenant, reference),
    resolveContact(tenant, duplicateReference),
  ]);
  if (id === duplicateId)
    throw new Failure("invalid_input", "contactId and duplicateId are the same contact.");
  return retryOnConflict(async () => {
    const [contact, duplicate] = await Promise.all([
      resolveContact(tenant, id),
      resolveContact(tenant, duplicateId),
    ]);
    await mayBeRemoved(tenant, duplicate, "The duplicate");
    const columns = mergedColumns(contact, duplicate);
    const at = tenant.now();
    await tenant.batch([
      assertContactUnchanged(tenant, contact),
      assertContactUnchanged(tenant, duplicate),
      // First of all the duplicate goes: its email, phone and external id are then free for the contact.
      deleteSearchRow(tenant, duplicateId),
      tenant.db.delete(contacts).where(tenant.of(contacts, eq(contacts.id, duplicateId))),
      tenant.db
        .update(contacts)
        .set({
          ...columns,
          lastActivityAt: sql`max(${contacts.lastActivityAt}, ${duplicate.lastActivityAt})`,
          updatedAt: at,
        })
        .where(tenant.of(contacts, eq(contacts.id, id))),
      ...replaceSearchRow(tenant, id, columns),
      ...ownMoves(tenant, duplicate, contact),
      ...aliasStatements(tenant, duplicate, contact, columns),
      ...movers.flatMap((move) => move(tenant, duplicateId, id)),
      adjustTotal(tenant, { metric: "contacts", inboxId: null, by: -1 }),
      recordEvent(
        tenant,
        {
          type: "contact.merged",
          subjectId: id,
          inboxId: null,
          data: { duplicateId, changed: changedFields(contact, columns) },
        },
        { at },
      ),
    ]);
    return {
      contact: await contactDetails(tenant, await resolveContact(tenant, id)),
      discarded: FIELD_NAMES.flatMap((field) => {
        const value = duplicate[field];
        return value === null || value === columns[field] ? [] : [{ field, value }];
      }),
    };
  });
}
