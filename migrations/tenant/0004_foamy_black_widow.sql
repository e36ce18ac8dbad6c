CREATE TABLE `webhook_delivered` (
	`workspace_id` text NOT NULL,
	`webhook_id` text NOT NULL,
	`id` text NOT NULL,
	`message_id` text NOT NULL,
	`event_seq` integer NOT NULL,
	`event_type` text NOT NULL,
	`status_code` integer,
	`duration_ms` integer,
	`request_body` text NOT NULL,
	`response_excerpt` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `webhook_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `webhook_deliveries` ADD `lane` text;--> statement-breakpoint
ALTER TABLE `webhooks` ADD `cursor` integer;--> statement-breakpoint
CREATE INDEX `webhooks_active` ON `webhooks` (`workspace_id`,`id`) WHERE status = 'active';