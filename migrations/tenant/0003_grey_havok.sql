CREATE TABLE `contact_aliases` (
	`workspace_id` text NOT NULL,
	`kind` text NOT NULL,
	`key` text NOT NULL,
	`contact_id` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `kind`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `contact_aliases_by_contact` ON `contact_aliases` (`workspace_id`,`contact_id`);