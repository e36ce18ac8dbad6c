CREATE TABLE `deleted_workspaces` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`shard` text NOT NULL,
	`deleted_at` integer NOT NULL,
	`cleared_at` integer
);
