import { z } from "zod";
import { emailKey, MAX_EMAIL, readEmail } from "../tenant/typed-addresses.ts";
import { typedText } from "../tenant/typed-text.ts";
import { phoneKey } from "./phones.ts";
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

export const nameInput = typedText(200);
/**
 * An email address as an argument: see {@link readEmail}. Without `format` in the JSON Schema: checkers of it refuse
 * addresses in other scripts.
 */
export const emailInput = z
  .string()
  .overwrite((text) => readEmail(text) ?? text)
  .max(MAX_EMAIL)
  .refine((text) => readEmail(text) !== null, { error: "must be an email address" });
export const externalIdInput = typedText(200);

/** Characters of a name that its order goes by: a compatibility form can be many times as long as what was typed. */
const MAX_SORT_KEY = 200;

/** What name order compares: contacts without a name stand where their email or phone would. */
export function sortKey(fields: Pick<ContactFields, "name" | "email" | "phone">): string {
  const text = (fields.name ?? fields.email ?? fields.phone ?? "").normalize("NFKC").toLowerCase();
  return text.slice(0, MAX_SORT_KEY).toWellFormed().trimEnd();
}

/**
 * The columns after `changes` (undefined leaves a field as it is, null clears it). Keys are made anew only for
 * fields that change: an email that a visitor merely claimed has none, and keeps none.
 * @param country the workspace's, see {@link phoneKey}
 */
export function changedColumns(
  before: FieldColumns,
  changes: Partial<ContactFields>,
  country: string | null,
): FieldColumns {
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
  if (after.phone !== before.phone) {
    after.phoneKey = after.phone === null ? null : phoneKey(after.phone, country);
  }
  after.sortKey = sortKey(after);
  return after;
}

/** The columns of a new contact. */
export function newColumns(fields: Partial<ContactFields>, country: string | null): FieldColumns {
  const empty = { name: null, email: null, phone: null, externalId: null };
  return changedColumns({ ...empty, emailKey: null, phoneKey: null, sortKey: "" }, fields, country);
}

/** The fields whose stored form differs. */
export function changedFields(before: ContactFields, after: ContactFields): FieldName[] {
  return FIELD_NAMES.filter((name) => before[name] !== after[name]);
}
