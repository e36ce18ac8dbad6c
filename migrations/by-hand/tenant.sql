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
-- Hybrid search: an index of terms that begin with letters of their workspace, made in src/search/terms.ts. It knows
-- which rows have a term and nothing else. The prefixes are the first 3 to 8 letters of a word, behind 8 letters of the
-- workspace and a mark.
CREATE VIRTUAL TABLE products_search USING fts5(
  terms,
  content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '12 13 14 15 16 17'
);
--> statement-breakpoint
CREATE VIRTUAL TABLE kb_passages_search USING fts5(
  terms,
  content = '', contentless_delete = 1, detail = none, tokenize = 'ascii', prefix = '12 13 14 15 16 17'
);
