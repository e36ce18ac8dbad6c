ALTER TABLE `conversations` ADD `rating_asked_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `rating` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `rating_comment` text;--> statement-breakpoint
ALTER TABLE `conversations` ADD `rated_at` integer;