ALTER TABLE `contact_identities` ADD `unreachable` text;--> statement-breakpoint
ALTER TABLE `inboxes` ADD `connection` text;--> statement-breakpoint
CREATE INDEX `messages_queued` ON `messages` (`workspace_id`,`inbox_id`,`n`) WHERE status = 'queued';