import { contactTerms } from "../../src/contacts/search-index.ts";
import { leadTerms } from "../../src/leads/record.ts";
import { bareId } from "../../src/tenant/ids.ts";

interface Indexed {
  n: number;
  inboxId: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
}

/** Writes the search rows of a workspace's contacts or leads. */
async function index(
  database: D1Database,
  table: "contacts" | "leads",
  workspaceId: string,
  termsOf: (workspaceId: string, row: Indexed, country: null) => string,
) {
  const inbox = table === "leads" ? "inbox_id" : "NULL";
  for (let after = 0; ; ) {
    const { results } = await database
      .prepare(
        `SELECT n, ${inbox} AS inboxId, name, email, phone FROM ${table} WHERE workspace_id = ? AND n > ? ORDER BY n LIMIT 1000`,
      )
      .bind(workspaceId, after)
      .all<Indexed>();
    const last = results.at(-1);
    if (!last) return;
    after = last.n;
    const rows = results.map((row) => ({ n: row.n, terms: termsOf(workspaceId, row, null) }));
    await database
      .prepare(
        `INSERT INTO ${table}_search (rowid, terms) SELECT value ->> 'n', value ->> 'terms' FROM json_each(?)`,
      )
      .bind(JSON.stringify(rows))
      .run();
  }
}

/**
 * Fills a workspace with `messages` messages, two to a conversation, one conversation to a contact, straight in SQL
 * since a hundred thousand through the stores would take minutes. Answers ids for parameters of these names.
 */
export async function seedWorkspace(database: D1Database, workspaceId: string, messages: number) {
  const bare = bareId(workspaceId);
  // Few messages each, so that the small workspace fills a page of every list as well.
  const conversations = messages / 2;
  const now = Date.now();
  /** Rows 1 … count, as `i`. */
  const numbers = (count: number) =>
    `WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${count})`;
  /** Ids that sort by their number, in the form of real ones. */
  const id = (prefix: string, n = "i") => `'${prefix}_' || '${bare.slice(-6)}' || printf('%016d', ${n})`;
  const inbox = `CASE (i % 2) WHEN 0 THEN ${id("ib", "2")} ELSE ${id("ib", "1")} END`;
  const messageInbox = `CASE (((i - 1) / 2 + 1) % 2) WHEN 0 THEN ${id("ib", "2")} ELSE ${id("ib", "1")} END`;
  const run = (sql: string) => database.prepare(sql.replaceAll(":w", "?1")).bind(workspaceId).run();

  await run(`${numbers(2)} INSERT INTO inboxes (workspace_id, id, channel, name, state, chatbot_id, public_key, allowed_domains, settings, created_at, updated_at)
    SELECT :w, ${id("ib")}, 'web', 'Inbox ' || i, 'active', ${id("cb")}, 'pub_${bare}_' || i, '[]', '{}', ${now}, ${now} FROM k`);
  await run(`${numbers(conversations)} INSERT INTO contacts (workspace_id, id, name, email, email_key, phone, phone_key, external_id, sort_key, created_by, last_activity_at, created_at, updated_at)
    SELECT :w, ${id("ct")}, 'Person ' || i, 'person' || i || '@example.com', 'person' || i || '@example.com', '+49' || (1000000 + i), '49' || (1000000 + i), 'ext' || i, 'person ' || printf('%08d', i), NULL, ${now} + i, ${now} + i, ${now} + i FROM k`);
  await index(database, "contacts", workspaceId, contactTerms);
  await run(`INSERT INTO contact_identities (workspace_id, id, inbox_id, channel, source_id, contact_id, last_inbound_at, created_at)
    SELECT :w, 'ci' || substr(id, 3), CASE (substr(id, -1) % 2) WHEN 0 THEN ${id("ib", "2")} ELSE ${id("ib", "1")} END, 'web', id, id, ${now}, ${now} FROM contacts WHERE workspace_id = :w`);
  await run(`INSERT INTO contact_viewers (workspace_id, viewer, contact_id, contact_n)
    SELECT :w, i.inbox_id, c.id, c.n FROM contact_identities i JOIN contacts c ON c.workspace_id = :w AND c.id = i.contact_id WHERE i.workspace_id = :w`);
  await run(`${numbers(5)} INSERT INTO tags (workspace_id, id, name, name_key, color, created_at)
    SELECT :w, ${id("tg")}, 'Tag ' || i, 'tag ' || i, NULL, ${now} FROM k`);
  await run(`INSERT INTO contact_tags (workspace_id, contact_id, tag_id, contact_n)
    SELECT :w, id, ${id("tg", "1 + n % 5")}, n FROM contacts WHERE workspace_id = :w`);
  await run(`INSERT INTO custom_fields (workspace_id, id, key, label, type, options, created_at)
    VALUES (:w, ${id("cf", "1")}, 'size', 'Size', 'text', NULL, ${now})`);
  await run(`INSERT INTO contact_field_values (workspace_id, contact_id, field_id, contact_n, text_value, number_value, updated_at)
    SELECT :w, id, ${id("cf", "1")}, n, 'size' || (n % 3), NULL, ${now} FROM contacts WHERE workspace_id = :w`);
  await run(`${numbers(conversations)} INSERT INTO conversations (workspace_id, id, inbox_id, contact_id, identity_id, status, snoozed_until, assignee, visitor, message_count, last_seq, first_inbound_at, first_reply_at, first_bot_reply_at, waiting_since, resolved_at, opened_at, reopened_count, last_activity_at, created_at)
    SELECT :w, ${id("cv")}, ${inbox}, ${id("ct")}, ${id("ci")}, CASE (i / 2) % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'pending' WHEN 2 THEN 'snoozed' ELSE 'resolved' END, NULL, CASE (i / 3) % 2 WHEN 0 THEN 'mb_one' END, '{}', 2, 2, ${now}, NULL, NULL, NULL, NULL, ${now}, 0, ${now} + i, ${now} + i FROM k`);
  await run(`${numbers(messages)} INSERT INTO messages (workspace_id, id, conversation_id, inbox_id, seq, kind, direction, sender_kind, sender_id, sender_name, body, content, status, source_id, created_at)
    SELECT :w, ${id("ms")}, ${id("cv", "(i - 1) / 2 + 1")}, ${messageInbox}, (i - 1) % 2 + 1, 'message', CASE i % 2 WHEN 0 THEN 'out' ELSE 'in' END, CASE i % 2 WHEN 0 THEN 'api_key' ELSE 'contact' END, 'x', 'X', 'order number ' || i || CASE i % 15 WHEN 0 THEN ' rare' ELSE '' END, NULL, 'sent', NULL, ${now} + i FROM k`);
  await run(`INSERT INTO messages_search (rowid, workspace_id, inbox_id, body)
    SELECT n, '${bare}', substr(inbox_id, 4), body FROM messages WHERE workspace_id = :w`);
  await run(`${numbers(conversations)} INSERT INTO drafts (workspace_id, id, conversation_id, inbox_id, text, status, author_kind, author_id, author_name, reviewer, sent_message_id, created_at, updated_at)
    SELECT :w, ${id("dr")}, ${id("cv")}, ${inbox}, 'Draft ' || i, CASE i % 2 WHEN 0 THEN 'pending' ELSE 'sent' END, 'bot', 'x', 'X', NULL, NULL, ${now}, ${now} FROM k`);
  await run(`${numbers(messages)} INSERT INTO events (workspace_id, seq, type, subject_id, inbox_id, actor_kind, actor_id, data, created_at)
    SELECT :w, i, CASE i % 20 WHEN 0 THEN 'conversation.created' ELSE 'message.created' END, ${id("ms")}, ${messageInbox}, 'system', 'x', '{}', ${now} + i FROM k`);

  await run(`INSERT INTO chatbots (workspace_id, id, name, name_key, description, disabled, is_primary, language, model, temperature, strictness, widget_enabled, revision, created_at, updated_at, ai, widget_texts, widget, instructions)
    VALUES (:w, ${id("cb", "1")}, 'Chatbot', 'chatbot', '', 0, 1, 'auto', 'model', 0.3, 50, 1, 1, ${now}, ${now}, '{}', '{}', '{}', '')`);
  await run(`${numbers(conversations)} INSERT INTO tickets (workspace_id, id, number, subject, status, priority, conversation_id, contact_id, inbox_id, chatbot_id, assignee, created_by, resolved_at, created_at, updated_at)
    SELECT :w, ${id("tk")}, i, 'Ticket ' || i, CASE i % 3 WHEN 0 THEN 'new' WHEN 1 THEN 'pending' ELSE 'closed' END, CASE i % 2 WHEN 0 THEN 'high' ELSE 'normal' END, ${id("cv")}, ${id("ct")}, ${inbox}, ${id("cb", "1")}, NULL, 'x', NULL, ${now} + i, ${now} + i FROM k`);
  await run(`${numbers(conversations)} INSERT INTO leads (workspace_id, id, contact_id, conversation_id, inbox_id, chatbot_id, name, email, phone, source, capture_key, captured_at)
    SELECT :w, ${id("ld")}, ${id("ct")}, ${id("cv")}, ${inbox}, ${id("cb", "1")}, 'Person ' || i || ' Order', 'person' || i || '@example.com', NULL, '{}', 'k' || i, ${now} + i FROM k`);
  await index(database, "leads", workspaceId, leadTerms);
  await run(`${numbers(conversations)} INSERT INTO responses (workspace_id, id, flow_id, version_id, chatbot_id, inbox_id, conversation_id, status, day, started_at, ended_at, answer_count, step_count, nodes, answers, path)
    SELECT :w, ${id("rs")}, ${id("fl", "1")}, ${id("fv", "1")}, ${id("cb", "1")}, ${inbox}, ${id("cv")}, 'completed', '2026-01-31', ${now} + i, ${now} + i, 1, 2, '{}', '[{"flowId":"x","nodeId":"name","variable":"name","question":"What is your name?","value":"Ada","at":1}]', '[]' FROM k`);
  await run(`${numbers(conversations / 10)} INSERT INTO kb_articles (workspace_id, id, chatbot_id, category_id, external_id, slug, title, description, seo_keywords, meta_description, status, views, helpful, not_helpful, revision, digest, sync_token, published_at, created_at, updated_at, content)
    SELECT :w, ${id("kb")}, ${id("cb", "1")}, NULL, NULL, 'article-' || i, 'Article ' || i, '', '[]', NULL, 'published', 0, 0, 0, 1, '', NULL, ${now}, ${now} + i, ${now} + i, 'About' FROM k`);
  await run(`${numbers(conversations)} INSERT INTO kb_gaps (workspace_id, chatbot_id, inbox_id, day, question_key, count, question, conversation_id, hits, last_at)
    SELECT :w, ${id("cb", "1")}, ${inbox}, date(${now} / 1000 - (i % 300) * 86400, 'unixepoch'), 'question ' || i, 1, 'Question ' || i, ${id("cv")}, 0, ${now} - (i % 300) * 86400000 FROM k`);
  await run(`INSERT INTO kb_gap_days (workspace_id, chatbot_id, inbox_id, day, questions, asked)
    SELECT :w, chatbot_id, inbox_id, day, count(*), count(*) FROM kb_gaps WHERE workspace_id = :w GROUP BY chatbot_id, inbox_id, day`);
  await run(`INSERT INTO webhooks (workspace_id, id, chatbot_id, inbox_ids, url, description, events, status, disabled_reason, secret, old_secret, old_secret_until, revision, created_at, updated_at)
    VALUES (:w, ${id("wh", "1")}, NULL, json_array(${id("ib", "1")}), 'https://hooks.example.com', '', '["*"]', 'active', NULL, '', NULL, NULL, 1, ${now}, ${now})`);
  await run(`${numbers(messages)} INSERT INTO webhook_deliveries (workspace_id, id, webhook_id, message_id, event_seq, event_type, attempt, trigger, state, status_code, error_kind, duration_ms, request_body, response_excerpt, next_attempt_at, latest, created_at)
    SELECT :w, ${id("wd")}, ${id("wh", "1")}, 'm' || i, i, 'message.created', 1, 'auto', CASE i % 4 WHEN 0 THEN 'failed' ELSE 'succeeded' END, 200, NULL, 5, '{}', '', NULL, 1, ${now} + i FROM k`);

  const real = (prefix: string, n: number) => `${prefix}_${bare.slice(-6)}${String(n).padStart(16, "0")}`;
  return {
    // Odd ones are in the first inbox, which limited callers see.
    contactId: real("ct", 251),
    conversationId: real("cv", 251),
    inboxId: real("ib", 1),
    channelId: real("ib", 1),
    chatbotId: real("cb", 1),
    webhookId: real("wh", 1),
    tag: "Tag 1",
    assignee: "mb_one",
  };
}
