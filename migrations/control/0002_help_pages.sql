ALTER TABLE `workspaces` ADD `help_slug` text;--> statement-breakpoint
CREATE UNIQUE INDEX `workspaces_by_help_slug` ON `workspaces` (`help_slug`);