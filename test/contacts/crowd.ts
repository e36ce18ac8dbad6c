import { createCustomField } from "../../src/contacts/custom-fields.ts";
import { contactTerms } from "../../src/contacts/search-index.ts";
import { createTag } from "../../src/contacts/tags.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { type Meter, metered } from "../meter.ts";

/** Contacts written at once: their JSON is one parameter, of which D1 takes 2 MB. */
const PART = 500;

export interface Crowd {
  database: D1Database;
  meter: Meter;
  workspaceId: string;
  inboxes: string[];
  credentialId: string;
}

/**
 * A workspace of `count` contacts, written as the stores would: `Person 00001` and so on, each with an email, a
 * phone, an identity in one of two web inboxes, both of which are viewers by turns, the tag `all`, and size 1; every
 * 50th has the tag `some`, and the third one the tag `one` and the name Wilhelmina.
 */
export async function crowd(database: D1Database, count: number): Promise<Crowd> {
  const meter = metered(database);
  const call = testCall({ database });
  const workspaceId = call.principal.workspaceId;
  const inboxes = [newId("inbox"), newId("inbox")];
  const [all, some, one, size] = [
    (await createTag(call.tenant, { name: "all" })).id,
    (await createTag(call.tenant, { name: "some" })).id,
    (await createTag(call.tenant, { name: "one" })).id,
    (await createCustomField(call.tenant, { key: "size", label: "Size", type: "number" })).id,
  ];
  const people = Array.from({ length: count }, (_, i) => {
    const number = String(i + 1).padStart(5, "0");
    const found = {
      name: i === 2 ? "Wilhelmina" : `Person ${number}`,
      email: `p${number}@example.com`,
      phone: `4930${number}77`,
    };
    return {
      id: newId("contact", 1_700_000_000_000 + i),
      ...found,
      terms: contactTerms(workspaceId, found, null),
      inbox: inboxes[i % 2],
      identity: newId("identity"),
      at: 1_700_000_000_000 + ((i * 7919) % count),
      tags: [all, ...(i % 50 === 0 ? [some] : []), ...(i === 2 ? [one] : [])],
    };
  });
  const from =
    "FROM json_each(?2) AS p CROSS JOIN contacts c ON c.workspace_id = ?1 AND c.id = p.value ->> 'id'";
  for (let at = 0; at < people.length; at += PART) {
    const part = people.slice(at, at + PART);
    const write = (sql: string, ...more: unknown[]) =>
      database.prepare(sql).bind(workspaceId, JSON.stringify(part), ...more);
    await database.batch([
      write(`INSERT INTO contacts (workspace_id, id, name, email, email_key, phone, phone_key, sort_key,
          last_activity_at, created_at, updated_at)
        SELECT ?1, value ->> 'id', value ->> 'name', value ->> 'email', value ->> 'email', value ->> 'phone',
          value ->> 'phone', lower(value ->> 'name'), value ->> 'at', value ->> 'at', value ->> 'at'
        FROM json_each(?2) ORDER BY key`),
      write(`INSERT INTO contacts_search (rowid, terms) SELECT c.n, p.value ->> 'terms' ${from}`),
      write(`INSERT INTO contact_identities
        (workspace_id, id, inbox_id, channel, source_id, contact_id, created_at)
        SELECT ?1, p.value ->> 'identity', p.value ->> 'inbox', 'web', p.value ->> 'identity', c.id, 0 ${from}`),
      write(`INSERT INTO contact_viewers (workspace_id, viewer, contact_id, contact_n)
        SELECT ?1, p.value ->> 'inbox', c.id, c.n ${from}`),
      write(`INSERT INTO contact_tags (workspace_id, contact_id, tag_id, contact_n)
        SELECT ?1, c.id, t.value, c.n ${from}, json_each(p.value, '$.tags') AS t`),
      write(
        `INSERT INTO contact_field_values (workspace_id, contact_id, field_id, contact_n, text_value, updated_at)
        SELECT ?1, c.id, ?3, c.n, '1', 0 ${from}`,
        size,
      ),
    ]);
  }
  return { database: meter.database, meter, workspaceId, inboxes, credentialId: newId("token") };
}
