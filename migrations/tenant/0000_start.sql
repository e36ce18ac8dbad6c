CREATE TABLE `call_days` (
	`workspace_id` text NOT NULL,
	`day` text NOT NULL,
	`counts` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `calls` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`credential_id` text NOT NULL,
	`credential_name` text NOT NULL,
	`session_id` text,
	`entries` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `calls_by_session` ON `calls` (`workspace_id`,`session_id`,`id`) WHERE session_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `calls_by_credential` ON `calls` (`workspace_id`,`credential_id`,`id`);--> statement-breakpoint
CREATE TABLE `chatbots` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`description` text NOT NULL,
	`disabled` integer NOT NULL,
	`is_primary` integer NOT NULL,
	`language` text NOT NULL,
	`model` text NOT NULL,
	`temperature` real NOT NULL,
	`strictness` integer NOT NULL,
	`widget_enabled` integer NOT NULL,
	`revision` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`ai` text NOT NULL,
	`widget_texts` text NOT NULL,
	`widget` text NOT NULL,
	`instructions` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `chatbots_primary` ON `chatbots` (`workspace_id`) WHERE is_primary = 1;--> statement-breakpoint
CREATE INDEX `chatbots_by_name` ON `chatbots` (`workspace_id`,`name_key`,`id`);--> statement-breakpoint
CREATE TABLE `contact_field_values` (
	`workspace_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`field_id` text NOT NULL,
	`contact_n` integer NOT NULL,
	`text_value` text NOT NULL,
	`number_value` real,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `contact_id`, `field_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `contact_field_values_by_value` ON `contact_field_values` (`workspace_id`,`field_id`,`text_value`,`contact_n`);--> statement-breakpoint
CREATE TABLE `contact_identities` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`channel` text NOT NULL,
	`source_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`last_inbound_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `contact_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `contact_identities_by_source` ON `contact_identities` (`workspace_id`,`inbox_id`,`source_id`);--> statement-breakpoint
CREATE TABLE `contact_tags` (
	`workspace_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`tag_id` text NOT NULL,
	`contact_n` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `contact_id`, `tag_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `contact_tags_by_tag` ON `contact_tags` (`workspace_id`,`tag_id`,`contact_n`);--> statement-breakpoint
CREATE TABLE `contact_viewers` (
	`workspace_id` text NOT NULL,
	`viewer` text NOT NULL,
	`contact_id` text NOT NULL,
	`contact_n` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `contact_id`, `viewer`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `contact_viewers_by_creation` ON `contact_viewers` (`workspace_id`,`viewer`,`contact_n`);--> statement-breakpoint
CREATE TABLE `contacts` (
	`n` integer PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text,
	`email` text,
	`email_key` text,
	`phone` text,
	`phone_key` text,
	`external_id` text,
	`sort_key` text NOT NULL,
	`created_by` text,
	`blocked_at` integer,
	`last_activity_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_by_id` ON `contacts` (`workspace_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_by_email` ON `contacts` (`workspace_id`,`email_key`) WHERE email_key IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_by_phone` ON `contacts` (`workspace_id`,`phone_key`) WHERE phone_key IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `contacts_by_external_id` ON `contacts` (`workspace_id`,`external_id`) WHERE external_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `contacts_by_creation` ON `contacts` (`workspace_id`,`n`);--> statement-breakpoint
CREATE INDEX `contacts_by_activity` ON `contacts` (`workspace_id`,`last_activity_at`,`n`);--> statement-breakpoint
CREATE INDEX `contacts_by_name` ON `contacts` (`workspace_id`,`sort_key`,`n`);--> statement-breakpoint
CREATE TABLE `custom_fields` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`key` text NOT NULL,
	`label` text NOT NULL,
	`type` text NOT NULL,
	`options` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `custom_fields_by_key` ON `custom_fields` (`workspace_id`,`key`);--> statement-breakpoint
CREATE TABLE `tags` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`color` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `tags_by_name` ON `tags` (`workspace_id`,`name_key`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`identity_id` text NOT NULL,
	`status` text NOT NULL,
	`snoozed_until` integer,
	`assignee` text,
	`priority` text DEFAULT 'normal' NOT NULL,
	`tags` text DEFAULT '[]' NOT NULL,
	`visitor` text NOT NULL,
	`message_count` integer NOT NULL,
	`last_seq` integer NOT NULL,
	`first_inbound_at` integer,
	`last_inbound_at` integer,
	`first_reply_at` integer,
	`first_bot_reply_at` integer,
	`waiting_since` integer,
	`resolved_at` integer,
	`opened_at` integer NOT NULL,
	`reopened_count` integer NOT NULL,
	`last_activity_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`start_day` text,
	`start_chatbot_id` text,
	`first_resolved_at` integer,
	PRIMARY KEY(`workspace_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `conversations_by_activity` ON `conversations` (`workspace_id`,`inbox_id`,`status`,`assignee`,`last_activity_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_by_contact` ON `conversations` (`workspace_id`,`contact_id`,`last_activity_at`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_by_identity` ON `conversations` (`workspace_id`,`identity_id`,`id`);--> statement-breakpoint
CREATE INDEX `conversations_by_snooze` ON `conversations` (`workspace_id`,`snoozed_until`) WHERE snoozed_until IS NOT NULL;--> statement-breakpoint
CREATE TABLE `drafts` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`text` text NOT NULL,
	`status` text NOT NULL,
	`author_kind` text NOT NULL,
	`author_id` text NOT NULL,
	`author_name` text NOT NULL,
	`reviewer` text,
	`sent_message_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `drafts_by_conversation` ON `drafts` (`workspace_id`,`conversation_id`,`id`);--> statement-breakpoint
CREATE INDEX `drafts_by_status` ON `drafts` (`workspace_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `drafts_by_inbox` ON `drafts` (`workspace_id`,`inbox_id`,`status`,`id`);--> statement-breakpoint
CREATE TABLE `messages` (
	`n` integer PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`direction` text NOT NULL,
	`sender_kind` text NOT NULL,
	`sender_id` text NOT NULL,
	`sender_name` text NOT NULL,
	`body` text NOT NULL,
	`content` text,
	`status` text NOT NULL,
	`failure` text,
	`source_id` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_by_id` ON `messages` (`workspace_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_by_conversation` ON `messages` (`workspace_id`,`conversation_id`,`seq`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_by_source` ON `messages` (`workspace_id`,`inbox_id`,`source_id`) WHERE source_id IS NOT NULL;--> statement-breakpoint
CREATE TABLE `day_counts` (
	`workspace_id` text NOT NULL,
	`day` text NOT NULL,
	`inbox_id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`counts` text NOT NULL,
	`nodes` text DEFAULT '{}' NOT NULL,
	PRIMARY KEY(`workspace_id`, `inbox_id`, `day`, `chatbot_id`)
);
--> statement-breakpoint
CREATE INDEX `day_counts_by_chatbot` ON `day_counts` (`workspace_id`,`chatbot_id`,`day`) WHERE chatbot_id <> '';--> statement-breakpoint
CREATE TABLE `totals` (
	`workspace_id` text NOT NULL,
	`metric` text NOT NULL,
	`inbox_id` text NOT NULL,
	`value` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `metric`, `inbox_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `flow_changes` (
	`workspace_id` text NOT NULL,
	`flow_id` text NOT NULL,
	`revision` integer NOT NULL,
	`added` text NOT NULL,
	`removed` text NOT NULL,
	`changed` text NOT NULL,
	`edges` integer NOT NULL,
	`actor_name` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `flow_id`, `revision`)
);
--> statement-breakpoint
CREATE TABLE `flow_sessions` (
	`workspace_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`id` text NOT NULL,
	`flow_id` text NOT NULL,
	`version_id` text NOT NULL,
	`chatbot_id` text,
	`inbox_id` text,
	`status` text NOT NULL,
	`node_id` text,
	`wake_at` integer,
	`turn` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`state` text,
	PRIMARY KEY(`workspace_id`, `conversation_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `flow_sessions_live` ON `flow_sessions` (`workspace_id`,`flow_id`) WHERE status = 'waiting';--> statement-breakpoint
CREATE TABLE `flow_versions` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`flow_id` text NOT NULL,
	`number` integer NOT NULL,
	`name` text,
	`node_count` integer NOT NULL,
	`edge_count` integer NOT NULL,
	`created_by_kind` text NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`graph` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `flow_versions_by_number` ON `flow_versions` (`workspace_id`,`flow_id`,`number`);--> statement-breakpoint
CREATE TABLE `flows` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`chatbot_id` text,
	`published_version_id` text,
	`published_number` integer,
	`published_at` integer,
	`revision` integer NOT NULL,
	`last_number` integer NOT NULL,
	`draft_version_id` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`draft` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `flows_by_chatbot` ON `flows` (`workspace_id`,`chatbot_id`);--> statement-breakpoint
CREATE TABLE `inboxes` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`channel` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`state_reason` text,
	`credentials` text,
	`chatbot_id` text,
	`public_key` text NOT NULL,
	`allowed_domains` text NOT NULL,
	`settings` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `inboxes_by_chatbot` ON `inboxes` (`workspace_id`,`chatbot_id`,`id`);--> statement-breakpoint
CREATE TABLE `kb_articles` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`category_id` text,
	`external_id` text,
	`slug` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`seo_keywords` text NOT NULL,
	`meta_description` text,
	`status` text NOT NULL,
	`views` integer NOT NULL,
	`helpful` integer NOT NULL,
	`not_helpful` integer NOT NULL,
	`revision` integer NOT NULL,
	`digest` text,
	`sync_token` text,
	`published_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`content` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `kb_articles_by_chatbot` ON `kb_articles` (`workspace_id`,`chatbot_id`,`id`);--> statement-breakpoint
CREATE INDEX `kb_articles_by_category` ON `kb_articles` (`workspace_id`,`chatbot_id`,`category_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `kb_articles_by_slug` ON `kb_articles` (`workspace_id`,`chatbot_id`,`slug`);--> statement-breakpoint
CREATE UNIQUE INDEX `kb_articles_by_external_id` ON `kb_articles` (`workspace_id`,`chatbot_id`,`external_id`);--> statement-breakpoint
CREATE TABLE `kb_categories` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`name` text NOT NULL,
	`name_key` text NOT NULL,
	`description` text NOT NULL,
	`icon` text,
	`color` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `kb_categories_by_name` ON `kb_categories` (`workspace_id`,`chatbot_id`,`name_key`);--> statement-breakpoint
CREATE INDEX `kb_categories_by_chatbot` ON `kb_categories` (`workspace_id`,`chatbot_id`,`id`);--> statement-breakpoint
CREATE TABLE `kb_gap_days` (
	`workspace_id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`day` text NOT NULL,
	`questions` integer NOT NULL,
	`asked` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `chatbot_id`, `day`, `inbox_id`)
);
--> statement-breakpoint
CREATE INDEX `kb_gap_days_by_age` ON `kb_gap_days` (`workspace_id`,`day`);--> statement-breakpoint
CREATE TABLE `kb_gaps` (
	`workspace_id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`day` text NOT NULL,
	`question_key` text NOT NULL,
	`count` integer NOT NULL,
	`question` text NOT NULL,
	`conversation_id` text,
	`hits` integer NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `chatbot_id`, `inbox_id`, `day`, `question_key`)
);
--> statement-breakpoint
CREATE INDEX `kb_gaps_by_question` ON `kb_gaps` (`workspace_id`,`chatbot_id`,`question_key`,`day`);--> statement-breakpoint
CREATE INDEX `kb_gaps_by_age` ON `kb_gaps` (`workspace_id`,`day`);--> statement-breakpoint
CREATE TABLE `kb_passages` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`article_id` text NOT NULL,
	`position` integer NOT NULL,
	`heading` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `kb_passages_by_id` ON `kb_passages` (`workspace_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `kb_passages_by_article` ON `kb_passages` (`workspace_id`,`chatbot_id`,`article_id`,`position`);--> statement-breakpoint
CREATE TABLE `leads` (
	`n` integer PRIMARY KEY NOT NULL,
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`contact_id` text NOT NULL,
	`conversation_id` text,
	`inbox_id` text,
	`chatbot_id` text,
	`name` text,
	`email` text,
	`phone` text,
	`source` text NOT NULL,
	`capture_key` text,
	`captured_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `leads_by_id` ON `leads` (`workspace_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `leads_by_capture` ON `leads` (`workspace_id`,`capture_key`) WHERE capture_key IS NOT NULL;--> statement-breakpoint
CREATE INDEX `leads_by_time` ON `leads` (`workspace_id`,`captured_at`,`n`);--> statement-breakpoint
CREATE INDEX `leads_by_chatbot` ON `leads` (`workspace_id`,`chatbot_id`,`captured_at`,`n`);--> statement-breakpoint
CREATE INDEX `leads_by_inbox` ON `leads` (`workspace_id`,`inbox_id`,`captured_at`,`n`);--> statement-breakpoint
CREATE INDEX `leads_by_contact` ON `leads` (`workspace_id`,`contact_id`);--> statement-breakpoint
CREATE TABLE `products` (
	`n` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`external_id` text NOT NULL,
	`chatbot_id` text,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`price_minor` integer,
	`currency` text,
	`availability` text NOT NULL,
	`url` text,
	`image_url` text,
	`attributes` text NOT NULL,
	`digest` text NOT NULL,
	`sync_token` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `products_by_id` ON `products` (`workspace_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `products_by_external_id` ON `products` (`workspace_id`,`external_id`);--> statement-breakpoint
CREATE INDEX `products_by_number` ON `products` (`workspace_id`,`n`);--> statement-breakpoint
CREATE INDEX `products_by_availability` ON `products` (`workspace_id`,`availability`,`n`);--> statement-breakpoint
CREATE INDEX `products_by_chatbot` ON `products` (`workspace_id`,`chatbot_id`,`n`);--> statement-breakpoint
CREATE INDEX `products_by_chatbot_availability` ON `products` (`workspace_id`,`chatbot_id`,`availability`,`n`);--> statement-breakpoint
CREATE TABLE `responses` (
	`workspace_id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`id` text NOT NULL,
	`flow_id` text NOT NULL,
	`version_id` text NOT NULL,
	`inbox_id` text,
	`conversation_id` text NOT NULL,
	`status` text NOT NULL,
	`day` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`answer_count` integer NOT NULL,
	`step_count` integer NOT NULL,
	`nodes` text NOT NULL,
	`answers` text NOT NULL,
	`path` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `chatbot_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `sales_rules` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`name` text NOT NULL,
	`trigger` text NOT NULL,
	`message` text NOT NULL,
	`active` integer NOT NULL,
	`priority` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sales_rules_by_chatbot` ON `sales_rules` (`workspace_id`,`chatbot_id`,`priority`);--> statement-breakpoint
CREATE INDEX `sales_rules_by_active` ON `sales_rules` (`workspace_id`,`active`,`chatbot_id`,`priority`);--> statement-breakpoint
CREATE TABLE `index_jobs` (
	`workspace_id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`id` text NOT NULL,
	`state` text NOT NULL,
	`step` integer NOT NULL,
	`position` text,
	`done` integer NOT NULL,
	`total` integer,
	`attempts` integer NOT NULL,
	`error` text,
	`created_at` integer NOT NULL,
	`started_at` integer,
	`finished_at` integer,
	`built_at` integer,
	PRIMARY KEY(`workspace_id`, `chatbot_id`)
);
--> statement-breakpoint
CREATE INDEX `index_jobs_unfinished` ON `index_jobs` (`workspace_id`,`id`) WHERE finished_at IS NULL;--> statement-breakpoint
CREATE TABLE `events` (
	`workspace_id` text NOT NULL,
	`seq` integer NOT NULL,
	`type` text NOT NULL,
	`subject_id` text NOT NULL,
	`inbox_id` text,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `idempotency` (
	`workspace_id` text NOT NULL,
	`day` integer NOT NULL,
	`credential_id` text NOT NULL,
	`tool` text NOT NULL,
	`key` text NOT NULL,
	`digest` text NOT NULL,
	`result` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `day`, `credential_id`, `tool`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `ticket_entries` (
	`workspace_id` text NOT NULL,
	`ticket_id` text NOT NULL,
	`seq` integer NOT NULL,
	`kind` text NOT NULL,
	`text` text,
	`from_value` text,
	`to_value` text,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `ticket_id`, `seq`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `ticket_entries_by_kind` ON `ticket_entries` (`workspace_id`,`ticket_id`,`kind`,`seq`);--> statement-breakpoint
CREATE TABLE `tickets` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`number` integer NOT NULL,
	`subject` text NOT NULL,
	`status` text NOT NULL,
	`priority` text NOT NULL,
	`conversation_id` text,
	`contact_id` text,
	`inbox_id` text,
	`chatbot_id` text,
	`assignee` text,
	`created_by` text,
	`resolved_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `tickets_by_number` ON `tickets` (`workspace_id`,`number`);--> statement-breakpoint
CREATE INDEX `tickets_by_status` ON `tickets` (`workspace_id`,`status`,`number`);--> statement-breakpoint
CREATE INDEX `tickets_by_priority` ON `tickets` (`workspace_id`,`priority`,`status`,`number`);--> statement-breakpoint
CREATE INDEX `tickets_by_chatbot` ON `tickets` (`workspace_id`,`chatbot_id`,`status`,`number`);--> statement-breakpoint
CREATE INDEX `tickets_by_inbox` ON `tickets` (`workspace_id`,`inbox_id`,`number`);--> statement-breakpoint
CREATE INDEX `tickets_by_inbox_status` ON `tickets` (`workspace_id`,`inbox_id`,`status`,`number`);--> statement-breakpoint
CREATE INDEX `tickets_by_contact` ON `tickets` (`workspace_id`,`contact_id`);--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`message_id` text NOT NULL,
	`event_seq` integer,
	`event_type` text NOT NULL,
	`attempt` integer NOT NULL,
	`trigger` text NOT NULL,
	`state` text NOT NULL,
	`status_code` integer,
	`error_kind` text,
	`duration_ms` integer,
	`request_body` text NOT NULL,
	`response_excerpt` text,
	`next_attempt_at` integer,
	`latest` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_by_message` ON `webhook_deliveries` (`workspace_id`,`webhook_id`,`message_id`,`attempt`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_webhook` ON `webhook_deliveries` (`workspace_id`,`webhook_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_state` ON `webhook_deliveries` (`workspace_id`,`webhook_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_standing` ON `webhook_deliveries` (`workspace_id`,`webhook_id`,`state`,`id`) WHERE latest = 1 AND event_seq IS NOT NULL;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_due` ON `webhook_deliveries` (`workspace_id`,`webhook_id`,`next_attempt_at`) WHERE next_attempt_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_hand` ON `webhook_deliveries` (`workspace_id`,`id`) WHERE "trigger" <> 'auto';--> statement-breakpoint
CREATE TABLE `webhooks` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`chatbot_id` text,
	`inbox_ids` text,
	`url` text NOT NULL,
	`description` text NOT NULL,
	`events` text NOT NULL,
	`status` text NOT NULL,
	`disabled_reason` text,
	`secret` text NOT NULL,
	`old_secret` text,
	`old_secret_until` integer,
	`revision` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `webhooks_by_chatbot` ON `webhooks` (`workspace_id`,`chatbot_id`,`id`);
--> statement-breakpoint
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
