-- The plans that Parley starts with; rows that an operator edits or adds to. NULL means without limit.
INSERT INTO settings (id, revision) VALUES (1, 1);
--> statement-breakpoint
INSERT INTO plans (name, per_minute, per_day, per_month, mcp, bot_tokens, max_inboxes, trial_days, falls_to) VALUES
  ('free', 5, 5, NULL, 1, 0, 1, NULL, NULL),
  ('trial', 10, 100, NULL, 1, 1, NULL, 7, 'free'),
  ('paid', 30, 1000, NULL, 1, 0, 3, NULL, NULL),
  ('starter', 60, NULL, 10000, 1, 0, 3, NULL, NULL),
  ('pro', 60, NULL, 50000, 1, 1, 10, NULL, NULL),
  ('business', 60, NULL, 200000, 1, 1, 50, NULL, NULL),
  ('enterprise', 300, NULL, NULL, 1, 1, NULL, NULL, NULL);
