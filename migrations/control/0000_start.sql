CREATE TABLE `grants` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`user_id` text NOT NULL,
	`client_id` text NOT NULL,
	`client_name` text NOT NULL,
	`resource` text NOT NULL,
	`scopes` text NOT NULL,
	`read_only` integer NOT NULL,
	`inboxes` text,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE INDEX `grants_by_workspace` ON `grants` (`workspace_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `grants_by_user` ON `grants` (`user_id`,`workspace_id`);--> statement-breakpoint
CREATE TABLE `inbox_keys` (
	`public_key` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`inbox_id` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `members` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`created_at` integer NOT NULL,
	`removed_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `members_by_user` ON `members` (`workspace_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `members_of_user` ON `members` (`user_id`);--> statement-breakpoint
CREATE TABLE `plans` (
	`name` text PRIMARY KEY NOT NULL,
	`per_minute` integer NOT NULL,
	`per_day` integer,
	`per_month` integer,
	`mcp` integer NOT NULL,
	`bot_tokens` integer NOT NULL,
	`max_inboxes` integer,
	`trial_days` integer,
	`falls_to` text
);
--> statement-breakpoint
CREATE TABLE `rollouts` (
	`feature` text PRIMARY KEY NOT NULL,
	`rings` text NOT NULL,
	`percent` integer NOT NULL,
	`allow` text NOT NULL,
	`deny` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`revision` integer NOT NULL,
	`purge_cursor` text
);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`read_only` integer NOT NULL,
	`inboxes` text,
	`allow_url` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_by_hash` ON `tokens` (`hash`);--> statement-breakpoint
CREATE INDEX `tokens_by_workspace` ON `tokens` (`workspace_id`,`created_at`);--> statement-breakpoint
CREATE TABLE `workspaces` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`plan` text NOT NULL,
	`ring` text NOT NULL,
	`shard` text NOT NULL,
	`time_zone` text NOT NULL,
	`phone_country` text,
	`mcp_enabled` integer NOT NULL,
	`confirm_sends` integer NOT NULL,
	`suspended_at` integer,
	`trial_ends_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider_id` text NOT NULL,
	`account_id` text NOT NULL,
	`access_token` text,
	`refresh_token` text,
	`id_token` text,
	`access_token_expires_at` integer,
	`refresh_token_expires_at` integer,
	`scope` text,
	`password` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_by_provider` ON `accounts` (`provider_id`,`account_id`);--> statement-breakpoint
CREATE INDEX `accounts_by_user` ON `accounts` (`user_id`);--> statement-breakpoint
CREATE TABLE `invitations` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`token_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`accepted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `invitations_by_token` ON `invitations` (`token_hash`);--> statement-breakpoint
CREATE INDEX `invitations_by_workspace` ON `invitations` (`workspace_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `invitations_by_expiry` ON `invitations` (`expires_at`);--> statement-breakpoint
CREATE TABLE `sign_in_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`token` text NOT NULL,
	`expires_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sign_in_sessions_by_token` ON `sign_in_sessions` (`token`);--> statement-breakpoint
CREATE INDEX `sign_in_sessions_by_user` ON `sign_in_sessions` (`user_id`);--> statement-breakpoint
CREATE INDEX `sign_in_sessions_by_expiry` ON `sign_in_sessions` (`expires_at`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`email_verified` integer NOT NULL,
	`image` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_by_email` ON `users` (`email`);--> statement-breakpoint
CREATE TABLE `verifications` (
	`id` text PRIMARY KEY NOT NULL,
	`identifier` text NOT NULL,
	`value` text NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `verifications_by_identifier` ON `verifications` (`identifier`);--> statement-breakpoint
CREATE INDEX `verifications_by_expiry` ON `verifications` (`expires_at`);
--> statement-breakpoint
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
