import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { mustSeeAllInboxes } from "../inboxes/shared.ts";
import { Failure, type NamedThing } from "../tenant/failure.ts";
import { isId, newId } from "../tenant/ids.ts";
import { inSteps, STEP } from "../tenant/in-steps.ts";
import { excluded } from "../tenant/json-rows.ts";
import { nearestThings } from "../tenant/nearest-names.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { insertFrom } from "../tenant/writes.ts";
import { type CustomValue, type StoredValue, shownFieldValue, storedValue } from "./field-values.ts";
import { type CustomFieldType, contactFieldValues, contacts, customFields } from "./schema.ts";

/** The definition of a custom field. `options` is set for select fields only. */
export type CustomField = Pick<typeof customFields.$inferSelect, "id" | "key" | "label" | "type" | "options">;

/** A custom field with the value that one contact has in it. */
export interface FieldValue {
  id: string;
  key: string;
  label: string;
  type: CustomFieldType;
  value: CustomValue;
}

/** Most custom fields of a workspace: what keeps a contact's own page bounded. */
export const MAX_CUSTOM_FIELDS = 100;
export const KEY_PATTERN = /^[a-z][a-z0-9_]{0,39}$/;

const columns = {
  id: customFields.id,
  key: customFields.key,
  label: customFields.label,
  type: customFields.type,
  options: customFields.options,
};

/** @throws Failure `invalid_input`, `not_allowed` from the 101st on, `duplicate` naming the field with this key */
export async function createCustomField(
  tenant: Tenant,
  input: { key: string; label: string; type: CustomFieldType; options?: string[] },
): Promise<CustomField> {
  if (isId("customField", input.key)) {
    throw new Failure("invalid_input", "key: must not look like the id of a custom field.");
  }
  if ((input.type === "select") !== (input.options !== undefined)) {
    throw new Failure(
      "invalid_input",
      input.type === "select" ? "A select field needs options." : "Only select fields have options.",
    );
  }
  const options = input.options ?? null;
  if (options && new Set(options.map((option) => option.toLowerCase())).size < options.length) {
    throw new Failure("invalid_input", "options: each may be there only once, whatever its case.");
  }
  const known = await allFields(tenant);
  const same = known.find((field) => field.key === input.key);
  const duplicate = (other: CustomField | undefined) =>
    new Failure("duplicate", `The custom field ${input.key} exists already.`, {
      ...(other ? { candidates: [{ id: other.id, name: other.key }] } : {}),
    });
  if (same) throw duplicate(same);
  if (known.length >= MAX_CUSTOM_FIELDS) {
    throw new Failure("not_allowed", `A workspace has at most ${MAX_CUSTOM_FIELDS} custom fields.`);
  }
  const { key, label, type } = input;
  const field: CustomField = { id: newId("customField", tenant.now()), key, label, type, options };
  try {
    await tenant.db.insert(customFields).values(tenant.row({ ...field, createdAt: tenant.now() }));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw duplicate((await allFields(tenant)).find((other) => other.key === key));
  }
  return field;
}

/** All custom fields: at most {@link MAX_CUSTOM_FIELDS}. */
export async function allFields(tenant: Tenant): Promise<CustomField[]> {
  return tenant.db
    .select(columns)
    .from(customFields)
    .where(tenant.of(customFields))
    .orderBy(asc(customFields.key))
    .limit(MAX_CUSTOM_FIELDS);
}

/** The definitions in the order of their keys. */
export async function listCustomFields(
  tenant: Tenant,
  options: { cursor?: string; limit: number },
): Promise<Page<CustomField>> {
  const scope: CursorScope = { list: "custom_fields", tenant };
  const after = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const rows = await tenant.db
    .select(columns)
    .from(customFields)
    .where(tenant.of(customFields, after ? gt(customFields.key, after) : undefined))
    .orderBy(asc(customFields.key))
    .limit(options.limit + 1);
  return pageOf(scope, rows, options.limit, (row) => [row.key]);
}

/**
 * The definition with this key or id.
 * @throws Failure `not_found` with the nearest keys
 */
export async function resolveField(tenant: Tenant, keyOrId: string): Promise<CustomField> {
  const [field] = await tenant.db
    .select(columns)
    .from(customFields)
    .where(
      tenant.of(
        customFields,
        isId("customField", keyOrId) ? eq(customFields.id, keyOrId) : eq(customFields.key, keyOrId),
      ),
    );
  if (field) return field;
  const known = await allFields(tenant);
  const near = nearestThings(
    keyOrId,
    known.map(({ id, key }) => ({ id, name: key })),
  );
  throw new Failure(
    "not_found",
    `No custom field ${JSON.stringify(keyOrId.slice(0, 80))} in this workspace.`,
    {
      hint: "list_custom_fields shows all fields.",
      ...(near.length > 0 ? { candidates: near } : {}),
    },
  );
}

/**
 * Deletes a custom field, with however many contacts' values.
 * @returns of how many contacts, and whether it is gone: false when there are more than one call does
 * @throws Failure `not_found`; `not_allowed` as {@link mustSeeAllInboxes}
 */
export async function deleteCustomField(
  tenant: Tenant,
  keyOrId: string,
): Promise<CustomField & { contacts: number; deleted: boolean }> {
  mustSeeAllInboxes(tenant, "A custom field");
  const field = await resolveField(tenant, keyOrId);
  const values = sql`FROM contact_field_values INDEXED BY contact_field_values_by_value
    WHERE workspace_id = ${tenant.workspaceId} AND field_id = ${field.id}`;
  const { rows, ended } = await inSteps(
    tenant,
    STEP,
    () =>
      tenant.db
        .delete(contactFieldValues)
        .where(
          tenant.of(
            contactFieldValues,
            eq(contactFieldValues.fieldId, field.id),
            sql`${contactFieldValues.contactId} IN (SELECT contact_id ${values} LIMIT ${STEP})`,
          ),
        ),
    () =>
      tenant.db
        .delete(customFields)
        .where(tenant.of(customFields, eq(customFields.id, field.id), sql`NOT EXISTS (SELECT 1 ${values})`)),
  );
  return { ...field, contacts: rows, deleted: ended };
}

/** All custom fields by what people call them; a workspace has {@link MAX_CUSTOM_FIELDS} at most. */
export async function fieldsByLabel(tenant: Tenant): Promise<NamedThing[]> {
  return (await allFields(tenant)).map(({ id, label }) => ({ id, name: label }));
}

/** A checked change of one custom value; null clears it. */
export interface ValueChange {
  field: CustomField;
  stored: StoredValue | null;
}

/**
 * Checks values given by key against the types of their fields.
 * @throws Failure `not_found` for an unknown key, `invalid_input` for a value that does not fit
 */
export async function checkedValues(
  tenant: Tenant,
  given: Record<string, CustomValue | null>,
): Promise<ValueChange[]> {
  const entries = Object.entries(given);
  if (entries.length === 0) return [];
  const known = await allFields(tenant);
  return Promise.all(
    entries.map(async ([key, value]) => {
      const field = known.find((one) => one.key === key) ?? (await resolveField(tenant, key));
      return { field, stored: value === null ? null : storedValue(field, value) };
    }),
  );
}

const valueColumns = {
  id: customFields.id,
  key: customFields.key,
  label: customFields.label,
  type: customFields.type,
  textValue: contactFieldValues.textValue,
  numberValue: contactFieldValues.numberValue,
};

const fieldOfValue = and(
  eq(customFields.workspaceId, contactFieldValues.workspaceId),
  eq(customFields.id, contactFieldValues.fieldId),
);

/** A custom value as it is shown, from its row. */
export function shownValue(row: Omit<FieldValue, "value"> & StoredValue): FieldValue {
  const { textValue, numberValue, ...field } = row;
  return { ...field, value: shownFieldValue(field.type, { textValue, numberValue }) };
}

/**
 * The query for the custom values that a contact has, in the order in which their fields were made; {@link shownValue}
 * reads its rows.
 */
export function valuesOfContact(tenant: Tenant, contactId: SQL | string) {
  return tenant.db
    .select(valueColumns)
    .from(contactFieldValues)
    .innerJoin(customFields, fieldOfValue)
    .where(tenant.of(contactFieldValues, eq(contactFieldValues.contactId, contactId)))
    .orderBy(asc(contactFieldValues.fieldId))
    .limit(MAX_CUSTOM_FIELDS);
}

/** The same as a list in pages. The caller has already been found to see the contact. */
export async function listContactValues(
  tenant: Tenant,
  contactId: string,
  options: { cursor?: string; limit: number },
): Promise<Page<FieldValue>> {
  const scope = { list: "contact_custom_fields", tenant, filters: contactId };
  const after = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const rows = await tenant.db
    .select(valueColumns)
    .from(contactFieldValues)
    .innerJoin(customFields, fieldOfValue)
    .where(
      tenant.of(
        contactFieldValues,
        eq(contactFieldValues.contactId, contactId),
        after ? gt(contactFieldValues.fieldId, after) : undefined,
      ),
    )
    .orderBy(asc(contactFieldValues.fieldId))
    .limit(options.limit + 1);
  return pageOf(scope, rows.map(shownValue), options.limit, (row) => [row.id]);
}

/** The custom values of many contacts, by contact id; contacts without any are left out. */
export async function valuesOfContacts(
  tenant: Tenant,
  contactIds: readonly string[],
): Promise<Map<string, FieldValue[]>> {
  const rows = await tenant.db
    .select({ contactId: contactFieldValues.contactId, ...valueColumns })
    .from(contactFieldValues)
    .innerJoin(customFields, fieldOfValue)
    .where(
      tenant.of(
        contactFieldValues,
        sql`${contactFieldValues.contactId} IN (SELECT value FROM json_each(${JSON.stringify(contactIds)}))`,
      ),
    );
  const byContact = Map.groupBy(rows, ({ contactId }) => contactId);
  return new Map(
    [...byContact].map(([id, values]) => [id, values.map(({ contactId: _, ...row }) => shownValue(row))]),
  );
}

/** Those of the changes that differ from what the contact has. */
export function realChanges(current: readonly FieldValue[], changes: readonly ValueChange[]): ValueChange[] {
  return changes.filter(({ field, stored }) => {
    const value = current.find((one) => one.id === field.id)?.value;
    return (stored === null ? undefined : shownFieldValue(field.type, stored)) !== value;
  });
}

/** The statement that sets custom values of contacts. @param from what names `contacts` and the values */
export function insertValues(
  tenant: Tenant,
  values: Record<"fieldId" | "textValue" | "numberValue", SQL>,
  from: SQL,
  at: number,
): Statement {
  const { workspaceId, contactId, fieldId } = contactFieldValues;
  return insertFrom(
    tenant,
    contactFieldValues,
    { contactId: sql`${contacts.id}`, contactN: sql`${contacts.n}`, ...values, updatedAt: at },
    from,
  ).onConflictDoUpdate({
    target: [workspaceId, contactId, fieldId],
    set: excluded({ textValue: 1, numberValue: 1, updatedAt: 1 }),
  });
}

/** The statements that write checked changes of a contact's custom values; the contact must exist by then. */
export function writeValues(
  tenant: Tenant,
  contactId: string,
  changes: readonly ValueChange[],
  at = tenant.now(),
): Statement[] {
  const written = changes.flatMap(({ field, stored }) => (stored ? [{ id: field.id, ...stored }] : []));
  const cleared = changes.filter(({ stored }) => stored === null).map(({ field }) => field.id);
  const statements: Statement[] = [];
  if (written.length > 0) {
    statements.push(
      insertValues(
        tenant,
        {
          fieldId: sql`value ->> 'id'`,
          textValue: sql`value ->> 'textValue'`,
          numberValue: sql`value ->> 'numberValue'`,
        },
        sql`FROM ${contacts}, json_each(${JSON.stringify(written)})
          WHERE ${tenant.of(contacts, eq(contacts.id, contactId))}`,
        at,
      ),
    );
  }
  if (cleared.length > 0) {
    statements.push(
      tenant.db
        .delete(contactFieldValues)
        .where(
          tenant.of(
            contactFieldValues,
            eq(contactFieldValues.contactId, contactId),
            sql`${contactFieldValues.fieldId} IN (SELECT value FROM json_each(${JSON.stringify(cleared)}))`,
          ),
        ),
    );
  }
  return statements;
}
