import { and, ne, type SQL, sql } from "drizzle-orm";
import type { Tenant } from "../tenant/tenant.ts";
import { emailKey } from "../tenant/typed-addresses.ts";
import { type Contact, sortKey } from "./fields.ts";
import { isKey } from "./keys.ts";
import { phoneKey } from "./phones.ts";
import { contacts } from "./schema.ts";
import { visibleContact } from "./visibility.ts";

/** Why two contacts may be one person. */
export type Likeness = "email" | "phone" | "name";

/** Suggestions, and rows of each likeness that are looked at for them. */
const MOST = 5;

export interface LikelyDuplicate {
  contact: Pick<Contact, "id" | "name" | "email" | "phone">;
  /** What they have in common, the strongest first. */
  by: Likeness[];
}

/**
 * Contacts that may be the same person, the likeliest first, five at most: those known by an email or phone that this one
 * has or says it has, and those of the same whole name. Only contacts that the caller may see. Three reads by index.
 */
export async function likelyDuplicates(
  tenant: Tenant,
  { id, name, email, phone }: Pick<Contact, "id" | "name" | "email" | "phone">,
): Promise<LikelyDuplicate[]> {
  const keys = {
    email: email === null ? null : emailKey(email),
    phone: phone === null ? null : phoneKey(phone, tenant.phoneCountry),
    // A first name alone is shared by too many.
    name: name !== null && /\S\s+\S/.test(name) ? sortKey({ name, email: null, phone: null }) : null,
  };
  const find = (condition: SQL) =>
    tenant.db
      .select({ id: contacts.id, name: contacts.name, email: contacts.email, phone: contacts.phone })
      .from(contacts)
      .where(and(tenant.of(contacts, condition, visibleContact(tenant, contacts.id)), ne(contacts.id, id)))
      .limit(MOST);
  const [byEmail, byPhone, byName] = await tenant.db.batch([
    find(keys.email === null ? sql`0` : isKey(sql`${contacts.emailKey}`, keys.email)),
    find(keys.phone === null ? sql`0` : isKey(sql`${contacts.phoneKey}`, keys.phone)),
    find(keys.name === null ? sql`0` : sql`${contacts.sortKey} = ${keys.name}`),
  ]);
  const found = new Map<string, LikelyDuplicate>();
  for (const [by, rows] of [
    ["email", byEmail] as const,
    ["phone", byPhone] as const,
    ["name", byName] as const,
  ]) {
    for (const contact of rows) {
      const one = found.get(contact.id) ?? { contact, by: [] };
      one.by.push(by);
      found.set(contact.id, one);
    }
  }
  return [...found.values()].toSorted((a, b) => b.by.length - a.by.length).slice(0, MOST);
}
