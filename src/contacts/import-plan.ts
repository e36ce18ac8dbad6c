import { type SQL, sql } from "drizzle-orm";
import { Failure } from "../tenant/failure.ts";
import { fold } from "../tenant/fold.ts";
import { newId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { emailKey } from "../tenant/typed-addresses.ts";
import { KEY_KINDS, type KeyKind, mergedAmong } from "./aliases.ts";
import { type FieldValue, realChanges, type ValueChange, valuesOfContacts } from "./custom-fields.ts";
import { shownFieldValue } from "./field-values.ts";
import {
  type Contact,
  type ContactFields,
  changedColumns,
  changedFields,
  type FieldColumns,
  newColumns,
} from "./fields.ts";
import { bareKey } from "./keys.ts";
import { phoneKey } from "./phones.ts";
import { contacts } from "./schema.ts";
import { missingTags, type Tag, tagsOfContacts } from "./tags.ts";

/** A row of an import, checked. */
export interface ImportedRow {
  /** Its place in what was given, from 0. */
  index: number;
  fields: Partial<ContactFields>;
  /** Names. */
  tags: readonly string[];
  values: readonly ValueChange[];
}

/** A contact as it stands after the rows applied so far. */
export interface PlannedContact {
  id: string;
  /** As it was read; null for one that the import makes. */
  stored: Contact | null;
  columns: FieldColumns;
  tags: Tag[];
  values: FieldValue[];
  /** Names of the tags that it did not carry. */
  addedTags: string[];
  /** By the field's id. */
  written: Map<string, ValueChange>;
  /** What changed, as `contact.updated` says it. */
  changes: Set<string>;
}

type Keys = Record<KeyKind, string | null>;

function keysOf({ externalId, emailKey: email, phoneKey: phone }: FieldColumns): Keys {
  return { externalId, email, phone };
}

/** The contacts that rows are about, in memory: what each row does is decided here, in the order of the rows. */
export class ImportPlan {
  readonly #holders: Record<keyof Keys, Map<string, PlannedContact>> = {
    externalId: new Map(),
    email: new Map(),
    phone: new Map(),
  };
  /** By what was merged into them and is not their own. */
  readonly #merged: Record<keyof Keys, Map<string, PlannedContact>> = {
    externalId: new Map(),
    email: new Map(),
    phone: new Map(),
  };
  readonly #contacts: PlannedContact[] = [];
  /** The workspace's, for phone numbers. */
  readonly #country: string | null;

  private constructor(country: string | null) {
    this.#country = country;
  }

  /** Reads the contacts that hold a key of these rows, by index, in three round trips. */
  static async of(tenant: Tenant, rows: readonly ImportedRow[]): Promise<ImportPlan> {
    const wanted = rows.map(({ fields }) => keysOf(newColumns(fields, tenant.phoneCountry)));
    const { stored, merged } = await contactsNamed(tenant, wanted);
    const ids = stored.map(({ id }) => id);
    const [tags, values] = await Promise.all([tagsOfContacts(tenant, ids), valuesOfContacts(tenant, ids)]);
    const plan = new ImportPlan(tenant.phoneCountry);
    for (const contact of stored) {
      plan.#add({
        id: contact.id,
        stored: contact,
        columns: contact,
        tags: tags.get(contact.id) ?? [],
        values: values.get(contact.id) ?? [],
      });
    }
    for (const { kind, key, id } of merged) {
      const contact = plan.#contacts.find((one) => one.id === id);
      if (contact) plan.#merged[kind].set(key, contact);
    }
    return plan;
  }

  #add(known: Pick<PlannedContact, "id" | "stored" | "columns" | "tags" | "values">): PlannedContact {
    const contact = { ...known, addedTags: [], written: new Map(), changes: new Set<string>() };
    this.#contacts.push(contact);
    this.#hold(contact);
    return contact;
  }

  #hold(contact: PlannedContact): void {
    const keys = keysOf(contact.columns);
    for (const kind of KEY_KINDS) if (keys[kind] !== null) this.#holders[kind].set(keys[kind], contact);
  }

  #release(contact: PlannedContact): void {
    const keys = keysOf(contact.columns);
    for (const kind of KEY_KINDS) if (keys[kind] !== null) this.#holders[kind].delete(keys[kind]);
  }

  /**
   * Applies a row.
   * @returns what became of its contact
   * @throws Failure `duplicate` when the row's keys belong to several contacts, or name a contact that says otherwise
   */
  apply(row: ImportedRow): "created" | "updated" | "unchanged" {
    const { contact, fields: given } = this.#match(row);
    const columns = contact
      ? changedColumns(contact.columns, given, this.#country)
      : newColumns(given, this.#country);
    const tags = missingTags(contact?.tags ?? [], row.tags);
    const values = realChanges(contact?.values ?? [], row.values);
    const fields = contact ? changedFields(contact.columns, columns) : [];
    const changes = [
      ...fields,
      ...(tags.length > 0 ? ["tags"] : []),
      ...values.map(({ field }) => `customFields.${field.key}`),
    ];
    if (contact && changes.length === 0) return "unchanged";
    if (contact) {
      this.#release(contact);
      contact.columns = columns;
      this.#hold(contact);
    }
    const target =
      contact ?? this.#add({ id: newId("contact"), stored: null, columns, tags: [], values: [] });
    target.addedTags.push(...tags);
    target.tags = [...target.tags, ...tags.map((name) => ({ id: "", name, color: null }))];
    for (const change of values) target.written.set(change.field.id, change);
    target.values = afterChanges(target.values, values);
    for (const change of changes) target.changes.add(change);
    return contact ? "updated" : "created";
  }

  /**
   * The contact that a row is about: by external id, or else by email, or else by phone. Undefined: none yet. With what
   * the row says of it: what a merge left behind finds the contact, and does not take the place of its own.
   */
  #match({ fields }: ImportedRow): { contact: PlannedContact | undefined; fields: Partial<ContactFields> } {
    const keys: Keys = {
      externalId: fields.externalId ?? null,
      email: fields.email == null ? null : emailKey(fields.email),
      phone: fields.phone == null ? null : phoneKey(fields.phone, this.#country),
    };
    const named = KEY_KINDS.filter((kind) => keys[kind] !== null);
    const holders = named.map((kind) => {
      const key = keys[kind] ?? "";
      const holder = this.#holders[kind].get(key);
      return { kind, contact: holder ?? this.#merged[kind].get(key), byMerge: holder === undefined };
    });
    const by = holders.find(({ contact }) => contact !== undefined);
    if (by?.contact === undefined) return { contact: undefined, fields };
    const others = holders.filter(({ contact }) => contact !== undefined && contact !== by.contact);
    if (others.length > 0) {
      throw new Failure(
        "duplicate",
        `another contact has the same ${others.map(({ kind }) => kind).join(" and ")}`,
      );
    }
    // People share phones, and shops give one person two numbers: what names them better must not be overwritten.
    const own = keysOf(by.contact.columns);
    const left = holders.filter(({ contact, byMerge }) => byMerge && contact === by.contact);
    const without = Object.fromEntries(left.map(({ kind }) => [kind, undefined]));
    for (const better of KEY_KINDS.slice(0, KEY_KINDS.indexOf(by.kind))) {
      if (keys[better] !== null && own[better] !== null) {
        throw new Failure("duplicate", `a contact with another ${better} has the same ${by.kind}`);
      }
    }
    if (by.kind === "externalId") {
      const otherwise = Object.fromEntries(left.map(({ kind }) => [kind, null]));
      assertSamePerson(fields, { ...keys, ...otherwise }, by.contact.columns);
    }
    return { contact: by.contact, fields: { ...fields, ...without } };
  }

  /** The contacts that are not as they were. */
  changed(): PlannedContact[] {
    return this.#contacts.filter(({ stored, changes }) => stored === null || changes.size > 0);
  }
}

/**
 * Two systems that each count from 1 call two people the same: one external id with another email, or with another
 * phone and another name, is another person.
 * @throws Failure `duplicate`
 */
function assertSamePerson(given: Partial<ContactFields>, keys: Keys, own: FieldColumns): void {
  const differ = (a: string | null | undefined, b: string | null) => a != null && b !== null && a !== b;
  const otherPhone = differ(keys.phone, bareKey(own.phoneKey)) && keys.email === null;
  const otherName = given.name != null && own.name !== null && fold(given.name) !== fold(own.name);
  const other = differ(keys.email, bareKey(own.emailKey))
    ? "another email"
    : otherPhone && otherName
      ? "another phone and name"
      : null;
  if (other === null) return;
  throw new Failure(
    "duplicate",
    `a contact with the same externalId has ${other}: change it there if it is the same person`,
  );
}

function afterChanges(values: readonly FieldValue[], changes: readonly ValueChange[]): FieldValue[] {
  const changed = new Set(changes.map(({ field }) => field.id));
  const kept = values.filter(({ id }) => !changed.has(id));
  const set = changes.flatMap(({ field: { id, key, label, type }, stored }) =>
    stored === null ? [] : [{ id, key, label, type, value: shownFieldValue(type, stored) }],
  );
  return [...kept, ...set];
}

/** The contacts that hold any of these keys, each once, and those that have any merged in. */
async function contactsNamed(
  tenant: Tenant,
  wanted: readonly Keys[],
): Promise<{ stored: Contact[]; merged: { kind: KeyKind; key: string; id: string }[] }> {
  const by = (column: SQL, values: readonly (string | null)[]) => {
    const given = JSON.stringify(values.filter((value) => value !== null));
    return tenant.db
      .select()
      .from(contacts)
      .where(tenant.of(contacts, sql`${column} IN (SELECT value FROM json_each(${given}))`));
  };
  const [byExternalId, byEmail, byPhone, merged] = await tenant.db.batch([
    by(
      sql`${contacts.externalId}`,
      wanted.map(({ externalId }) => externalId),
    ),
    by(
      sql`${contacts.emailKey}`,
      wanted.map(({ email }) => email),
    ),
    by(
      sql`${contacts.phoneKey}`,
      wanted.map(({ phone }) => phone),
    ),
    mergedAmong(tenant, wanted),
  ]);
  const found = [...byExternalId, ...byEmail, ...byPhone, ...merged.map(({ contact }) => contact)];
  const rows = found.map(({ workspaceId: _, ...contact }) => contact);
  return {
    stored: [...new Map(rows.map((contact) => [contact.id, contact])).values()],
    merged: merged.map(({ kind, key, contact }) => ({ kind, key, id: contact.id })),
  };
}
