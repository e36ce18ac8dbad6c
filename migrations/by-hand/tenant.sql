-- Full-text search, kept by the stores in the batch of each change (no triggers), rebuildable from the tables.
-- Contentless: the rowid is messages.n or contacts.n, so newest-first is rowid order and no text is stored twice.
-- Messages: every word is a term of its own, with the workspace and again with the inbox in front (see
-- src/conversations/search-index.ts), so that a word's rows are the workspace's or the inbox's own.
CREATE VIRTUAL TABLE messages_search USING fts5(
  terms, content = '', contentless_delete = 1, detail = 'none', tokenize = 'ascii'
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
