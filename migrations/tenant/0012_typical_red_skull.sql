CREATE TABLE `attachments` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`inbox_id` text NOT NULL,
	`owner` text NOT NULL,
	`conversation_id` text,
	`name` text NOT NULL,
	`media_type` text NOT NULL,
	`bytes` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `attachments_by_conversation` ON `attachments` (`workspace_id`,`conversation_id`,`id`) WHERE conversation_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `attachments_untaken` ON `attachments` (`workspace_id`,`created_at`) WHERE conversation_id IS NULL;