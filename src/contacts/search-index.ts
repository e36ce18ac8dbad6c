import { eq, sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { indexedText, queryTerms, workspaceTerm } from "../search/full-text.ts";
import { bareId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { type ContactFields, dialledDigits, phoneKey } from "./fields.ts";
import { contacts } from "./schema.ts";

/**
 * Finding contacts by name, email and phone. The index holds the phone's digits twice: from the front, and from
 * the back without the zeros that only national notation has. So a number is found by its beginning, and by its
 * end in whichever of both notations it is written or stored.
 */

/** From this many digits on, part of a query is looked for in phone numbers as well. */
const MIN_QUERY_DIGITS = 4;
/** From this many digits on, a number without country code is taken for the whole number. */
const MIN_WHOLE_DIGITS = 7;
/** Country codes have 1 to 3 digits (ITU-T E.164). */
const COUNTRY_CODE_DIGITS = [1, 2, 3];

function reversed(digits: string): string {
  return [...digits].reverse().join("");
}

/** The number as its end is compared: without the zeros in front, which only national notation has. */
function reversedEnd(digits: string): string {
  return reversed(digits.replace(/^0+/, ""));
}

/** The full-text table as drizzle writes it. Not in schema.ts: drizzle-kit cannot make virtual tables. */
const contactsSearch = sqliteTable("contacts_search", {
  rowid: integer().primaryKey(),
  workspaceId: text().notNull(),
  name: text().notNull(),
  email: text().notNull(),
  phone: text().notNull(),
  phoneReversed: text().notNull(),
});

/**
 * The statements that write the contact's search row. Put them into the batch of each change of name, email or
 * phone, behind the change; the contact must exist by then.
 */
export function replaceSearchRow(
  tenant: Tenant,
  contactId: string,
  fields: Pick<ContactFields, "name" | "email" | "phone">,
): Statement[] {
  const digits = fields.phone === null ? "" : (phoneKey(fields.phone) ?? "");
  return [
    deleteSearchRow(tenant, contactId),
    tenant.db.insert(contactsSearch).select(sql`
      SELECT ${contacts.n}, ${bareId(tenant.workspaceId)}, ${indexedText(fields.name ?? "")},
        ${indexedText(fields.email ?? "")}, ${digits}, ${reversedEnd(digits)}
      FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contactId))}`),
  ];
}

/** {@link replaceSearchRow} for many contacts, in two statements however many they are. */
export function replaceSearchRows(
  tenant: Tenant,
  changed: readonly ({ id: string } & Pick<ContactFields, "name" | "email" | "phone">)[],
): Statement[] {
  const given = changed.map(({ id, name, email, phone }) => {
    const digits = phone === null ? "" : (phoneKey(phone) ?? "");
    return {
      id,
      name: indexedText(name ?? ""),
      email: indexedText(email ?? ""),
      digits,
      reversed: reversedEnd(digits),
    };
  });
  // A cross join is made in this order: SQLite would else walk the workspace's contacts.
  const found = sql`FROM json_each(${JSON.stringify(given)}) AS given CROSS JOIN ${contacts}
    WHERE ${tenant.of(contacts, sql`${contacts.id} = given.value ->> 'id'`)}`;
  return [
    tenant.db.delete(contactsSearch).where(sql`rowid IN (SELECT ${contacts.n} ${found})`),
    tenant.db.insert(contactsSearch).select(sql`
      SELECT ${contacts.n}, ${bareId(tenant.workspaceId)}, given.value ->> 'name', given.value ->> 'email',
        given.value ->> 'digits', given.value ->> 'reversed' ${found}`),
  ];
}

/** Removes the contact's search row; in the batch of its removal, before the contact itself goes. */
export function deleteSearchRow(tenant: Tenant, contactId: string): Statement {
  return tenant.db.delete(contactsSearch).where(sql`rowid = (
    SELECT ${contacts.n} FROM ${contacts} WHERE ${tenant.of(contacts, eq(contacts.id, contactId))})`);
}

/** Ends of the number as a contact may be stored that was given without its country code. */
function withoutCountryCode(digits: string): string[] {
  return COUNTRY_CODE_DIGITS.map((cut) => reversedEnd(digits.slice(cut)))
    .filter((end) => end.length >= MIN_WHOLE_DIGITS)
    .map((end) => `phone_reversed : "${end}"`);
}

/** The MATCH alternatives for part of a number; none when it has too few digits. */
function partOfNumber(text: string): string[] {
  const { digits, international } = dialledDigits(text);
  if (digits.length < MIN_QUERY_DIGITS) return [];
  const end = reversedEnd(digits);
  return [
    `phone : "${digits}"*`,
    ...(end.length >= MIN_QUERY_DIGITS ? [`phone_reversed : "${end}"*`] : []),
    ...(international ? withoutCountryCode(digits) : []),
  ];
}

function inNames(text: string): string | null {
  const terms = queryTerms(text);
  return terms.length === 0 ? null : `{name email} : (${terms.join(" AND ")})`;
}

/**
 * The MATCH expression for a query: every word in name or email (the last one as a beginning), or the number that
 * stands in it as part of the phone, in any notation, with the remaining words in name or email.
 * Null when there is nothing to look for (only punctuation).
 */
export function queryMatch(workspaceId: string, query: string): string | null {
  const alternatives: string[] = [];
  const words = inNames(query);
  if (words) alternatives.push(words);
  const normal = query.normalize("NFKC");
  const number = normal.match(/\(?\+?\d[\d\s().\-/]*/)?.[0];
  const parts = number === undefined ? [] : partOfNumber(number);
  if (number !== undefined && parts.length > 0) {
    const rest = inNames(normal.replace(number, " "));
    alternatives.push(`(${parts.join(" OR ")})${rest ? ` AND ${rest}` : ""}`);
  }
  if (alternatives.length === 0) return null;
  return `${workspaceTerm(workspaceId)} AND (${alternatives.map((one) => `(${one})`).join(" OR ")})`;
}

/**
 * The MATCH expression for a whole number: the same digits, or the same number with and without its country code.
 * Null when it is no phone number.
 */
export function numberMatch(workspaceId: string, phone: string): string | null {
  const key = phoneKey(phone);
  if (key === null) return null;
  const { international } = dialledDigits(phone);
  const end = reversedEnd(key);
  const alternatives = [`phone : "${key}"`];
  if (international) alternatives.push(...withoutCountryCode(key));
  else if (end.length >= MIN_WHOLE_DIGITS) alternatives.push(`phone_reversed : "${end}"*`);
  return `${workspaceTerm(workspaceId)} AND (${alternatives.join(" OR ")})`;
}
