import { and, eq, isNotNull, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Alternative } from "../search/beginnings.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { emailKey } from "../tenant/typed-addresses.ts";
import { whoIs } from "./aliases.ts";
import { resolveField } from "./custom-fields.ts";
import { type CustomValue, storedValue } from "./field-values.ts";
import { numberAlternatives, phoneKey, queryAlternatives } from "./phones.ts";
import { contactFieldValues, contactIdentities, contacts, contactTags, contactViewers } from "./schema.ts";
import { type ContactSource, type Direction, indexSource, querySource } from "./sources.ts";
import { resolveTag } from "./tags.ts";
import { viewersOf, visibleContact } from "./visibility.ts";

/** What narrows a list of contacts; all of them together. */
export interface ContactFilters {
  /** Words of the name or email, or part of a phone number in any notation. */
  query?: string;
  /** The whole address; of those that are confirmed. */
  email?: string;
  /** The whole number, in any notation; of those that are confirmed. */
  phone?: string;
  /** A tag's id or name. */
  tag?: string;
  /** Contacts that have been on this channel. */
  channel?: string;
  customField?: { key: string; value: CustomValue };
}

/** "An index row of this contact exists": by the column with its id, and what else must hold of the row. */
function hasRow(
  tenant: Tenant,
  table: typeof contactTags | typeof contactFieldValues | typeof contactIdentities,
  ...conditions: Parameters<Tenant["of"]>[1][]
) {
  const contactId: SQLiteColumn = table.contactId;
  return sql`EXISTS (SELECT 1 FROM ${table} WHERE ${tenant.of(table, sql`${contactId} = ${contacts.id}`, ...conditions)})`;
}

/** Inboxes looked at for those on a channel. */
const MAX_INBOXES = 500;

/**
 * The inboxes on this channel that the caller may see and in which somebody wrote. Reads about two rows for each inbox:
 * it jumps from one to the next in the index of identities, and all identities of an inbox are on one channel.
 */
async function inboxesOn(tenant: Tenant, channel: string): Promise<string[]> {
  const { inboxId } = contactIdentities;
  const next = (after: ReturnType<typeof sql>) =>
    sql`(SELECT min(${inboxId}) FROM ${contactIdentities} WHERE ${tenant.of(contactIdentities, sql`${inboxId} > ${after}`)})`;
  const rows = await tenant.db.all<{ id: string }>(sql`
    WITH RECURSIVE inbox(id) AS (
      SELECT ${next(sql`''`)} UNION ALL SELECT ${next(sql`inbox.id`)} FROM inbox WHERE inbox.id IS NOT NULL
      LIMIT ${MAX_INBOXES})
    SELECT id FROM inbox WHERE (
      SELECT ${contactIdentities.channel} FROM ${contactIdentities} INDEXED BY contact_identities_by_source
      WHERE ${tenant.of(contactIdentities, sql`${inboxId} = inbox.id`)} LIMIT 1) = ${channel}`);
  return rows.map(({ id }) => id).filter((id) => tenant.sees(id));
}

/**
 * Contacts with an identity on the channel: for limited callers, only identities in their inboxes count. Goes by the
 * inboxes' viewer rows, among which a contact may be that has no identity there.
 */
async function channelSource(tenant: Tenant, direction: Direction, channel: string): Promise<ContactSource> {
  return indexSource(tenant, direction, {
    table: contactViewers,
    branch: contactViewers.viewer,
    values: await inboxesOn(tenant, channel),
    number: contactViewers.contactN,
    holds: hasRow(
      tenant,
      contactIdentities,
      eq(contactIdentities.channel, channel),
      tenant.visible(contactIdentities.inboxId),
    ),
    inexact: true,
  });
}

/** One contact, or nobody. */
function oneSource(tenant: Tenant, direction: Direction, id: string | null): ContactSource {
  return indexSource(tenant, direction, {
    table: contacts,
    branch: contacts.id,
    values: id === null ? [] : [id],
    number: contacts.n,
    holds: eq(contacts.id, id ?? ""),
  });
}

/** The contact that holds the address, else the one that it was merged into. */
async function emailSource(tenant: Tenant, direction: Direction, email: string): Promise<ContactSource> {
  const { holder, merged } = await whoIs(tenant, "email", emailKey(email));
  return oneSource(tenant, direction, holder ?? merged);
}

/**
 * The index knows claims as well: numbers that the contacts themselves said, which name nobody. A number that nobody
 * holds any more is that of the contact that it was merged into.
 */
async function phoneSource(
  tenant: Tenant,
  direction: Direction,
  phone: string,
  numbers: readonly Alternative[],
): Promise<ContactSource> {
  const { holder, merged } = await whoIs(tenant, "phone", phoneKey(phone, tenant.phoneCountry) ?? "");
  if (holder === null && merged !== null) return oneSource(tenant, direction, merged);
  const source = await querySource(tenant, direction, numbers);
  return { ...source, holds: isNotNull(contacts.phoneKey), inexact: true };
}

async function fieldSource(
  tenant: Tenant,
  direction: Direction,
  { key, value }: { key: string; value: CustomValue },
): Promise<ContactSource> {
  const field = await resolveField(tenant, key);
  const { textValue } = storedValue(field, value);
  const ofField = eq(contactFieldValues.fieldId, field.id);
  return indexSource(tenant, direction, {
    table: contactFieldValues,
    branch: contactFieldValues.textValue,
    values: [textValue],
    number: contactFieldValues.contactN,
    fixed: ofField,
    // The plus keeps SQLite from going through everybody with this value, to find this contact's own.
    holds: hasRow(tenant, contactFieldValues, ofField, sql`+${contactFieldValues.textValue} = ${textValue}`),
  });
}

async function tagSource(tenant: Tenant, direction: Direction, tag: string): Promise<ContactSource> {
  const tagId = await resolveTag(tenant, tag);
  return indexSource(tenant, direction, {
    table: contactTags,
    branch: contactTags.tagId,
    values: [tagId],
    number: contactTags.contactN,
    holds: hasRow(tenant, contactTags, and(eq(contactTags.tagId, tagId))),
  });
}

/** What a limited caller may see; undefined for one that sees all. */
function visibleSource(tenant: Tenant, direction: Direction): ContactSource | undefined {
  const viewers = viewersOf(tenant);
  const visible = visibleContact(tenant, contacts.id);
  if (!viewers || !visible) return undefined;
  return indexSource(tenant, direction, {
    table: contactViewers,
    branch: contactViewers.viewer,
    values: viewers,
    number: contactViewers.contactN,
    holds: visible,
  });
}

/**
 * The sources of a filtered list, those that usually find fewest first; what a limited caller may see is one of
 * them. None: every contact. Null: the filters can match nobody (a query of punctuation alone, say).
 * @throws Failure `not_found` for a tag or custom field that does not exist, `invalid_input` for a value that the
 *   field cannot have
 */
export async function filterSources(
  tenant: Tenant,
  direction: Direction,
  filters: ContactFilters,
): Promise<ContactSource[] | null> {
  const { email, phone, query, customField, tag, channel } = filters;
  const numbers = phone === undefined ? null : numberAlternatives(phone, tenant.phoneCountry);
  const words = query === undefined ? null : queryAlternatives(query, tenant.phoneCountry);
  if (numbers?.length === 0 || words?.length === 0) return null;
  const sources = await Promise.all([
    email === undefined ? undefined : emailSource(tenant, direction, email),
    phone !== undefined && numbers ? phoneSource(tenant, direction, phone, numbers) : undefined,
    words && querySource(tenant, direction, words),
    customField && fieldSource(tenant, direction, customField),
    tag === undefined ? undefined : tagSource(tenant, direction, tag),
    channel === undefined ? undefined : channelSource(tenant, direction, channel),
    visibleSource(tenant, direction),
  ]);
  return sources.filter((source) => source !== undefined && source !== null);
}
