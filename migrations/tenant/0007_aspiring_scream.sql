CREATE TABLE `test_questions` (
	`workspace_id` text NOT NULL,
	`id` text NOT NULL,
	`chatbot_id` text NOT NULL,
	`question` text NOT NULL,
	`expects` text NOT NULL,
	`created_at` integer NOT NULL,
	`ran_at` integer,
	`outcome` text,
	PRIMARY KEY(`workspace_id`, `id`)
);
--> statement-breakpoint
CREATE INDEX `test_questions_by_chatbot` ON `test_questions` (`workspace_id`,`chatbot_id`,`id`);--> statement-breakpoint
ALTER TABLE `messages` ADD `answer` text;