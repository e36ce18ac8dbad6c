-- Full-text search, kept by the stores in the batch of each change (no triggers), rebuildable from the tables.
-- Contentless: the rowid is messages.n or contacts.n, so newest-first is rowid order and no text is stored twice.
-- workspace_id and inbox_id are indexed terms of each MATCH: one tenant database holds many workspaces.
CREATE VIRTUAL TABLE messages_search USING fts5(
  workspace_id, inbox_id, body,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
--> statement-breakpoint
-- Contacts and leads: every word and every beginning of a word is a term of its own, with the workspace or inbox in
-- front (see src/search/beginnings.ts), so that what a search costs depends on what it finds alone.
CREATE VIRTUAL TABLE contacts_search USING fts5(
  terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);
--> statement-breakpoint
CREATE VIRTUAL TABLE leads_search USING fts5(
  terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
);
--> statement-breakpoint
-- Hybrid search: a table of words, ranked by bm25, and one of trigrams, which finds in spite of typos. scope is the
-- chatbot that a row belongs to, or all of the workspace.
CREATE VIRTUAL TABLE products_search USING fts5(
  workspace_id, scope, title, external_id, attributes, description,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
--> statement-breakpoint
CREATE VIRTUAL TABLE products_trigrams USING fts5(
  workspace_id, scope, body,
  content = '', contentless_delete = 1, tokenize = 'trigram'
);
--> statement-breakpoint
-- The knowledge base's passages: words ranked by bm25, and trigrams, which find in spite of typos. scope is the chatbot.
CREATE VIRTUAL TABLE kb_passages_search USING fts5(
  workspace_id, scope, title, heading, keywords, body,
  content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2'
);
--> statement-breakpoint
CREATE VIRTUAL TABLE kb_passages_trigrams USING fts5(
  workspace_id, scope, body,
  content = '', contentless_delete = 1, tokenize = 'trigram'
);
