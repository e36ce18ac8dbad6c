-- The counts of before, one row for each metric, become one row with all of a day's.
INSERT INTO `day_counts` (`workspace_id`, `day`, `inbox_id`, `chatbot_id`, `counts`)
SELECT `workspace_id`, `day`, `inbox_id`, `chatbot_id`, json_group_object(`metric`, `value`)
FROM `daily_counts` WHERE true
GROUP BY `workspace_id`, `day`, `inbox_id`, `chatbot_id`
ON CONFLICT DO NOTHING;
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
