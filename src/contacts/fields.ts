import { z } from "zod";
import type { contacts } from "./schema.ts";

/** The four fields that a contact itself has; everything else hangs on it. Null: not known. */
export interface ContactFields {
  name: string | null;
  email: string | null;
  phone: string | null;
  externalId: string | null;
}

export const FIELD_NAMES = ["name", "email", "phone", "externalId"] as const;
export type FieldName = (typeof FIELD_NAMES)[number];

/** The columns that hold the fields, with the keys that follow from them. */
export type FieldColumns = Pick<
  typeof contacts.$inferSelect,
  FieldName | "emailKey" | "phoneKey" | "sortKey"
>;

/** A stored contact without its workspace. Times are milliseconds, UTC. */
export type Contact = Omit<typeof contacts.$inferSelect, "workspaceId">;

/** Digits of a phone number: fewer name nobody, and E.164 has at most 15 (some systems add an extension). */
const PHONE_DIGITS = { min: 5, max: 20 };

/** Trimmed text of 1 to `max` characters. Lone surrogates become U+FFFD, as the database would store them. */
export function boundedText(max: number) {
  return z
    .string()
    .overwrite((text) => text.toWellFormed().trim())
    .min(1)
    .max(max);
}

export const nameInput = boundedText(200);
/** Without zod's own pattern in the JSON Schema: it would cost each client a hundred characters a tool. */
export const emailInput = z
  .string()
  .max(254)
  .refine((text) => z.email().safeParse(text).success, { error: "must be an email address" })
  .meta({ format: "email" });
export const phoneInput = boundedText(40).refine(
  (text) => /^[+\d\s().\-/\u2010-\u2015]+$/.test(text.normalize("NFKC")) && phoneKey(text) !== null,
  { error: "must be a phone number: digits, with +, spaces, ( ) . - / between them, at least 5 digits" },
);
export const externalIdInput = boundedText(200);

/** What duplicates and look-ups compare of an email. */
export function emailKey(email: string): string {
  return email.trim().toLowerCase();
}

/**
 * The digits that a person dials, and whether they begin with a country code: + and 00 both say so and are left
 * out. "+49 (0)30 123" is the usual way to write both forms at once; the zero in brackets is not dialled then.
 */
export function dialledDigits(phone: string): { digits: string; international: boolean } {
  const text = phone.normalize("NFKC");
  const start = text.replace(/[^+\d]/g, "");
  const international = /^(\+|00)/.test(start);
  const dialled = international ? text.replace(/\(\s*0\s*\)/, "") : text;
  return { digits: dialled.replace(/\D/g, "").replace(/^00/, ""), international };
}

/** What duplicates and look-ups compare of a phone number; null when it has too few or too many digits. */
export function phoneKey(phone: string): string | null {
  const { digits } = dialledDigits(phone);
  return digits.length >= PHONE_DIGITS.min && digits.length <= PHONE_DIGITS.max ? digits : null;
}

/** What name order compares: contacts without a name stand where their email or phone would. */
export function sortKey(fields: Pick<ContactFields, "name" | "email" | "phone">): string {
  return (fields.name ?? fields.email ?? fields.phone ?? "").normalize("NFKC").toLowerCase();
}

/**
 * The columns after `changes` (undefined leaves a field as it is, null clears it). Keys are made anew only for
 * fields that change: an email that a visitor merely claimed has none, and keeps none.
 */
export function changedColumns(before: FieldColumns, changes: Partial<ContactFields>): FieldColumns {
  const after: FieldColumns = {
    name: changes.name === undefined ? before.name : changes.name,
    email: changes.email === undefined ? before.email : changes.email,
    phone: changes.phone === undefined ? before.phone : changes.phone,
    externalId: changes.externalId === undefined ? before.externalId : changes.externalId,
    emailKey: before.emailKey,
    phoneKey: before.phoneKey,
    sortKey: "",
  };
  if (after.email !== before.email) after.emailKey = after.email === null ? null : emailKey(after.email);
  if (after.phone !== before.phone) after.phoneKey = after.phone === null ? null : phoneKey(after.phone);
  after.sortKey = sortKey(after);
  return after;
}

/** The columns of a new contact. */
export function newColumns(fields: Partial<ContactFields>): FieldColumns {
  const empty = { name: null, email: null, phone: null, externalId: null };
  return changedColumns({ ...empty, emailKey: null, phoneKey: null, sortKey: "" }, fields);
}

/** The fields whose stored form differs. */
export function changedFields(before: ContactFields, after: ContactFields): FieldName[] {
  return FIELD_NAMES.filter((name) => before[name] !== after[name]);
}
