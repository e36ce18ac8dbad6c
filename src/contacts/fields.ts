import { z } from "zod";
import { foldedName } from "../tenant/fold.ts";
import { emailKey, MAX_EMAIL, readEmail } from "../tenant/typed-addresses.ts";
import { typedText } from "../tenant/typed-text.ts";
import { keptKey } from "./keys.ts";
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

export const contactNameInput = typedText(200);
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
  const text = foldedName(fields.name ?? fields.email ?? fields.phone ?? "");
  return text.slice(0, MAX_SORT_KEY).toWellFormed().trimEnd();
}

/**
 * The columns after `changes` by whom the workspace trusts (undefined leaves a field as it is, null clears it). A field
 * that is given gets its key, also one that says what stands there already: that confirms what a visitor only claimed.
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
  if (changes.email !== undefined) {
    after.emailKey = keptKey(before.emailKey, after.email === null ? null : emailKey(after.email));
  }
  if (changes.phone !== undefined) {
    after.phoneKey = keptKey(before.phoneKey, after.phone === null ? null : phoneKey(after.phone, country));
  }
  after.sortKey = sortKey(after);
  return after;
}

const NOTHING: FieldColumns = {
  ...{ name: null, email: null, phone: null, externalId: null },
  ...{ emailKey: null, phoneKey: null, sortKey: "" },
};

/** The columns of a new contact. */
export function newColumns(fields: Partial<ContactFields>, country: string | null): FieldColumns {
  return changedColumns(NOTHING, fields, country);
}

/** What somebody can say of themselves. */
export type Claims = Partial<Pick<ContactFields, "name" | "email" | "phone">>;

/**
 * The columns after what a contact said of itself, in a session or to a flow. It proves nothing, so it is shown and no
 * key: nobody is found by it, whoever else has it. An email or phone that is confirmed stays; see {@link confirmed}.
 */
export function claimedColumns(claims: Claims, before: FieldColumns = NOTHING): FieldColumns {
  const { name = before.name, email = before.email, phone = before.phone } = claims;
  const after = {
    ...before,
    name,
    email: before.emailKey === null ? email : before.email,
    phone: before.phoneKey === null ? phone : before.phone,
  };
  return { ...after, sortKey: sortKey(after) };
}

/** True when a person, an import or a program of the workspace said that this is the contact's own. */
export function confirmed(
  columns: Pick<FieldColumns, "emailKey" | "phoneKey">,
  field: keyof Claims,
): boolean {
  return { name: false, email: columns.emailKey !== null, phone: columns.phoneKey !== null }[field];
}

/** The fields that a contact claimed and nobody confirmed. */
export function unconfirmedFields(
  columns: Pick<FieldColumns, "email" | "phone" | "emailKey" | "phoneKey">,
): ("email" | "phone")[] {
  return (["email", "phone"] as const).filter(
    (field) => columns[field] !== null && !confirmed(columns, field),
  );
}

/** What tells whether a contact's own fields are as they were. */
export const OWN_COLUMNS = [...FIELD_NAMES, "emailKey", "phoneKey"] as const;

/** The fields that differ in what is stored, or in whether they are confirmed. */
export function changedFields(before: FieldColumns, after: FieldColumns): FieldName[] {
  const keys = { email: "emailKey", phone: "phoneKey", name: "name", externalId: "externalId" } as const;
  return FIELD_NAMES.filter(
    (name) => before[name] !== after[name] || before[keys[name]] !== after[keys[name]],
  );
}
