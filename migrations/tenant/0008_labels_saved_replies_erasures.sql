CREATE TABLE `contact_erasures` (
	`workspace_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`requested_by_kind` text NOT NULL,
	`requested_by` text NOT NULL,
	`requested_at` integer NOT NULL,
	`finished_at` integer,
	`removed` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `contact_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `contact_erasures_unfinished` ON `contact_erasures` (`workspace_id`) WHERE finished_at IS NULL;--> statement-breakpoint
CREATE TABLE `conversation_labels` (
	`workspace_id` text NOT NULL,
	`label` text NOT NULL,
	`conversation_id` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `label`, `conversation_id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `saved_replies` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`title` text NOT NULL,
	`title_key` text NOT NULL,
	`text` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `saved_replies_by_title` ON `saved_replies` (`workspace_id`,`title_key`);