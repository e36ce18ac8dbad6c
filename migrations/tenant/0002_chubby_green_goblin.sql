CREATE INDEX `flows_by_name` ON `flows` (`workspace_id`,"name" COLLATE NOCASE);--> statement-breakpoint
CREATE INDEX `inboxes_by_name` ON `inboxes` (`workspace_id`,"name" COLLATE NOCASE);--> statement-breakpoint
CREATE INDEX `kb_articles_by_title` ON `kb_articles` (`workspace_id`,`chatbot_id`,"title" COLLATE NOCASE);--> statement-breakpoint
CREATE INDEX `sales_rules_by_name` ON `sales_rules` (`workspace_id`,"name" COLLATE NOCASE);--> statement-breakpoint
CREATE INDEX `tickets_by_contact_priority` ON `tickets` (`workspace_id`,`contact_id`,`priority`,`number`);--> statement-breakpoint
CREATE INDEX `tickets_by_assignee` ON `tickets` (`workspace_id`,`assignee`,`priority`,`number`);