import { eq, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Tenant } from "../tenant/tenant.ts";
import { resolveField } from "./custom-fields.ts";
import { type CustomValue, storedValue } from "./field-values.ts";
import { emailKey } from "./fields.ts";
import { contactFieldValues, contactIdentities, contacts, contactTags, contactViewers } from "./schema.ts";
import { numberMatch, queryMatch } from "./search-index.ts";
import { type Direction, indexSource, matchSource, type Source } from "./sources.ts";
import { resolveTag } from "./tags.ts";
import { viewersOf, visibleContact } from "./visibility.ts";

/** What narrows a list of contacts; all of them together. */
export interface ContactFilters {
  /** Words of the name or email, or part of a phone number in any notation. */
  query?: string;
  email?: string;
  /** The whole number, in any notation. */
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

/** Contacts with an identity on the channel: for limited callers, only identities in their inboxes count. */
function channelSource(tenant: Tenant, direction: Direction, channel: string): Source {
  const visible = tenant.visible(contactIdentities.inboxId);
  const index = {
    table: contactIdentities,
    number: contactIdentities.contactN,
    // The plus keeps SQLite from going through everybody on the channel, to find this contact's few identities.
    holds: hasRow(tenant, contactIdentities, sql`+${contactIdentities.channel} = ${channel}`, visible),
  };
  if (tenant.inboxes === null) {
    return indexSource(tenant, direction, {
      ...index,
      branch: contactIdentities.channel,
      values: [channel],
    });
  }
  return indexSource(tenant, direction, {
    ...index,
    branch: contactIdentities.inboxId,
    values: tenant.inboxes,
    fixed: eq(contactIdentities.channel, channel),
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
): Promise<Source[] | null> {
  const sources: Source[] = [];
  if (filters.email !== undefined) {
    const key = emailKey(filters.email);
    sources.push(
      indexSource(tenant, direction, {
        table: contacts,
        branch: contacts.emailKey,
        values: [key],
        number: contacts.n,
        holds: eq(contacts.emailKey, key),
      }),
    );
  }
  for (const match of [
    filters.phone === undefined ? undefined : numberMatch(tenant.workspaceId, filters.phone),
    filters.query === undefined ? undefined : queryMatch(tenant.workspaceId, filters.query),
  ]) {
    if (match === null) return null;
    if (match !== undefined) sources.push(matchSource(tenant, direction, match));
  }
  if (filters.customField) {
    const field = await resolveField(tenant, filters.customField.key);
    const { textValue } = storedValue(field, filters.customField.value);
    const ofField = eq(contactFieldValues.fieldId, field.id);
    sources.push(
      indexSource(tenant, direction, {
        table: contactFieldValues,
        branch: contactFieldValues.textValue,
        values: [textValue],
        number: contactFieldValues.contactN,
        fixed: ofField,
        holds: hasRow(
          tenant,
          contactFieldValues,
          ofField,
          sql`+${contactFieldValues.textValue} = ${textValue}`,
        ),
      }),
    );
  }
  if (filters.tag !== undefined) {
    const tagId = await resolveTag(tenant, filters.tag);
    sources.push(
      indexSource(tenant, direction, {
        table: contactTags,
        branch: contactTags.tagId,
        values: [tagId],
        number: contactTags.contactN,
        holds: hasRow(tenant, contactTags, eq(contactTags.tagId, tagId)),
      }),
    );
  }
  if (filters.channel !== undefined) sources.push(channelSource(tenant, direction, filters.channel));
  const viewers = viewersOf(tenant);
  const visible = visibleContact(tenant, contacts.id);
  if (viewers && visible) {
    sources.push(
      indexSource(tenant, direction, {
        table: contactViewers,
        branch: contactViewers.viewer,
        values: viewers,
        number: contactViewers.contactN,
        holds: visible,
      }),
    );
  }
  return sources;
}
