import { messageTerms } from "../../src/conversations/search-index.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { type Meter, metered } from "../meter.ts";

export interface Crowd {
  database: D1Database;
  meter: Meter;
  workspaceId: string;
  /** Three web inboxes, the first answered by the chatbot cb_1. */
  inboxes: string[];
  /** Has every second conversation. */
  contactId: string;
  conversationId: string;
}

const MINUTE = 60_000;
const START = 1_700_000_000_000;

/**
 * A workspace of `count` messages, written as the stores would: five to a conversation, every message with the word
 * "order", each fifth a private note with "secret"; conversations by turns in three inboxes, every fourth resolved,
 * every fifth assigned to mb_1, each with a draft. All of them were active, one a minute, up to the same moment.
 */
export async function crowd(database: D1Database, count: number): Promise<Crowd> {
  const meter = metered(database);
  const call = testCall({ database });
  const { workspaceId } = call.tenant;
  const inboxes: string[] = [];
  for (const chatbotId of ["cb_1", null, null]) {
    inboxes.push((await createInbox(call.tenant, { channel: "web", name: "Inbox", chatbotId })).id);
  }
  const contactId = newId("contact", START);
  const rows = Array.from({ length: count / 5 }, (_, i) => {
    const at = START + (i - count / 5) * MINUTE;
    const contact = i % 2 ? contactId : newId("contact", at);
    return {
      id: newId("conversation", at),
      contact,
      inbox: inboxes[i % 3],
      identity: newId("identity", at),
      status: i % 4 === 0 ? "resolved" : "open",
      assignee: i % 5 === 0 ? "mb_1" : null,
      draft: newId("draft", at),
      at,
      messages: Array.from({ length: 5 }, (_, j) => {
        const text = j === 4 ? "order secret" : `order of message ${j}`;
        const kind = j === 4 ? "note" : "message";
        const terms = messageTerms(workspaceId, {
          inboxId: inboxes[i % 3] ?? "",
          kind,
          senderKind: "contact",
          body: text,
        });
        return { id: newId("message", at + j), kind, text, terms };
      }),
    };
  });
  const write = (sql: string, ...more: unknown[]) =>
    database.prepare(sql).bind(workspaceId, JSON.stringify(rows), ...more);
  const each = "FROM json_each(?2) AS c ORDER BY c.key";
  const messages = "FROM json_each(?2) AS c, json_each(c.value, '$.messages') AS m ORDER BY c.key, m.key";
  await database.batch([
    write(`INSERT INTO contacts
        (workspace_id, id, name, sort_key, last_activity_at, created_at, updated_at)
      SELECT DISTINCT ?1, c.value ->> 'contact', 'Anna', 'anna', 0, 0, 0 FROM json_each(?2) AS c`),
    write(`INSERT OR IGNORE INTO contact_viewers
      SELECT ?1, c.value ->> 'inbox', x.id, x.n FROM json_each(?2) AS c
        CROSS JOIN contacts x ON x.workspace_id = ?1 AND x.id = c.value ->> 'contact'`),
    write(`INSERT INTO conversations
        (workspace_id, id, inbox_id, contact_id, identity_id, status, assignee, visitor, message_count, last_seq,
        opened_at, reopened_count, last_activity_at, created_at)
      SELECT ?1, c.value ->> 'id', c.value ->> 'inbox', c.value ->> 'contact', c.value ->> 'identity',
        c.value ->> 'status', c.value ->> 'assignee', '{}', 4, 5, 0, 0, c.value ->> 'at', c.value ->> 'at' ${each}`),
    write(`INSERT INTO messages
        (workspace_id, id, conversation_id, inbox_id, seq, kind, direction, sender_kind, sender_id,
        sender_name, body, status, created_at)
      SELECT ?1, m.value ->> 'id', c.value ->> 'id', c.value ->> 'inbox', m.key + 1,
        m.value ->> 'kind', 'in', 'contact', c.value ->> 'contact', 'Anna',
        m.value ->> 'text', 'sent', c.value ->> 'at' ${messages}`),
    write(`INSERT INTO messages_search (rowid, terms)
      SELECT x.n, m.value ->> 'terms' FROM json_each(?2) AS c, json_each(c.value, '$.messages') AS m
        CROSS JOIN messages x ON x.workspace_id = ?1 AND x.id = m.value ->> 'id'`),
    write(`INSERT INTO drafts
        (workspace_id, id, conversation_id, inbox_id, text, status, author_kind, author_id, author_name,
        created_at, updated_at)
      SELECT ?1, c.value ->> 'draft', c.value ->> 'id', c.value ->> 'inbox', 'Hi', 'pending', 'bot', 'tok_1',
        'Robin', 0, 0 ${each}`),
  ]);
  const last = rows.at(-1);
  if (!last) throw new Error("A crowd of nobody.");
  return { database: meter.database, meter, workspaceId, inboxes, contactId, conversationId: last.id };
}
