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
CREATE TABLE `response_answers` (
	`workspace_id` text NOT NULL,
	`response_id` text NOT NULL,
	`seq` integer NOT NULL,
	`flow_id` text NOT NULL,
	`node_id` text NOT NULL,
	`variable` text,
	`question` text NOT NULL,
	`value` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `response_id`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `response_node_counts` (
	`workspace_id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`day` text NOT NULL,
	`inbox_id` text NOT NULL,
	`reached` text NOT NULL,
	`answered` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `chatbot_id`, `day`, `inbox_id`)
);
--> statement-breakpoint
CREATE TABLE `response_steps` (
	`workspace_id` text NOT NULL,
	`response_id` text NOT NULL,
	`seq` integer NOT NULL,
	`flow_id` text NOT NULL,
	`node_id` text NOT NULL,
	`handle` text,
	`reply` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `response_id`, `seq`)
);
--> statement-breakpoint
CREATE TABLE `responses` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`session_id` text NOT NULL,
	`flow_id` text NOT NULL,
	`version_id` text NOT NULL,
	`chatbot_id` text,
	`inbox_id` text,
	`conversation_id` text,
	`contact_id` text,
	`status` text NOT NULL,
	`day` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer,
	`answer_count` integer NOT NULL,
	`step_count` integer NOT NULL,
	`nodes` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `responses_by_session` ON `responses` (`workspace_id`,`session_id`);--> statement-breakpoint
CREATE INDEX `responses_by_chatbot` ON `responses` (`workspace_id`,`chatbot_id`,`id`);--> statement-breakpoint
CREATE INDEX `responses_by_inbox` ON `responses` (`workspace_id`,`inbox_id`,`chatbot_id`,`id`);--> statement-breakpoint
CREATE INDEX `responses_by_contact` ON `responses` (`workspace_id`,`contact_id`);--> statement-breakpoint
CREATE TABLE `day_counts` (
	`workspace_id` text NOT NULL,
	`day` text NOT NULL,
	`inbox_id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`counts` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `day`, `inbox_id`, `chatbot_id`)
);
--> statement-breakpoint
CREATE INDEX `day_counts_by_inbox` ON `day_counts` (`workspace_id`,`inbox_id`,`day`);--> statement-breakpoint
CREATE INDEX `day_counts_by_chatbot` ON `day_counts` (`workspace_id`,`chatbot_id`,`day`);--> statement-breakpoint
CREATE TABLE `index_jobs` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`chatbot_id` text NOT NULL,
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
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `index_jobs_by_chatbot` ON `index_jobs` (`workspace_id`,`chatbot_id`,`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `index_jobs_unfinished` ON `index_jobs` (`workspace_id`,`chatbot_id`) WHERE finished_at IS NULL;--> statement-breakpoint
CREATE TABLE `search_indexes` (
	`workspace_id` text NOT NULL,
	`scope` text NOT NULL,
	`side` integer NOT NULL,
	`dirty` integer NOT NULL,
	`job_id` text,
	`sweep` text,
	`started_at` integer NOT NULL,
	`built_at` integer,
	PRIMARY KEY(`workspace_id`, `scope`)
);
--> statement-breakpoint
CREATE INDEX `search_indexes_dirty` ON `search_indexes` (`workspace_id`) WHERE dirty = 1;--> statement-breakpoint
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
CREATE INDEX `webhooks_by_chatbot` ON `webhooks` (`workspace_id`,`chatbot_id`,`id`);--> statement-breakpoint
ALTER TABLE `conversations` ADD `start_day` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `start_chatbot_id` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `first_resolved_at` integer;--> statement-breakpoint
CREATE INDEX `flow_sessions_of_contact` ON `flow_sessions` (`workspace_id`,`contact_id`);