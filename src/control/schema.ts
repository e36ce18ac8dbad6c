import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Role, Scope } from "./scopes.ts";

/** The control database: who exists. Times are integers, milliseconds, UTC. */

export const workspaces = sqliteTable("workspaces", {
  id: text().primaryKey(),
  name: text().notNull(),
  plan: text().notNull(),
  /** Rollout ring: canary, early or stable. */
  ring: text().$type<"canary" | "early" | "stable">().notNull(),
  /** The tenant binding its data lives in, for example `TENANT_1`. Never changes. */
  shard: text().notNull(),
  timeZone: text().notNull(),
  /** ISO 3166 code of where phone numbers without a country code are from; null: not known. */
  phoneCountry: text(),
  /** Under `/help/<slug>/` anybody reads the published articles; null: there are no help pages. */
  helpSlug: text().unique("workspaces_by_help_slug"),
  mcpEnabled: integer({ mode: "boolean" }).notNull(),
  confirmSends: integer({ mode: "boolean" }).notNull(),
  suspendedAt: integer(),
  /** Set while on a plan that ends by itself; from then on the plan's `fallsTo` holds. */
  trialEndsAt: integer(),
  createdAt: integer().notNull(),
});

/** What is kept of a workspace that was deleted: that it was, and whether all of it is gone. */
export const deletedWorkspaces = sqliteTable("deleted_workspaces", {
  id: text().primaryKey(),
  name: text().notNull(),
  /** Where its data was. */
  shard: text().notNull(),
  deletedAt: integer().notNull(),
  /** When the last of its data was removed; null while some may be left. */
  clearedAt: integer(),
});

export const members = sqliteTable(
  "members",
  {
    id: text().primaryKey(),
    workspaceId: text().notNull(),
    userId: text().notNull(),
    name: text().notNull(),
    email: text().notNull(),
    role: text().$type<Role>().notNull(),
    createdAt: integer().notNull(),
    removedAt: integer(),
  },
  (t) => [uniqueIndex("members_by_user").on(t.workspaceId, t.userId), index("members_of_user").on(t.userId)],
);

/** API keys and bot tokens. The secret itself is stored nowhere. */
export const tokens = sqliteTable(
  "tokens",
  {
    id: text().primaryKey(),
    workspaceId: text().notNull(),
    kind: text().$type<"api_key" | "bot">().notNull(),
    name: text().notNull(),
    /** SHA-256 of the whole token, hex. The secret has 260 random bits, so no salt or slow hash is needed. */
    hash: text().notNull(),
    scopes: text({ mode: "json" }).$type<Scope[]>().notNull(),
    readOnly: integer({ mode: "boolean" }).notNull(),
    inboxes: text({ mode: "json" }).$type<string[]>(),
    /** May be given as `?token=` in an address. */
    allowUrl: integer({ mode: "boolean" }).notNull(),
    expiresAt: integer(),
    revokedAt: integer(),
    createdAt: integer().notNull(),
  },
  (t) => [
    uniqueIndex("tokens_by_hash").on(t.hash),
    index("tokens_by_workspace").on(t.workspaceId, t.createdAt),
  ],
);

/** What a person allowed an OAuth client, beside the authorization server's own record of it. */
export const grants = sqliteTable(
  "grants",
  {
    id: text().primaryKey(),
    workspaceId: text().notNull(),
    userId: text().notNull(),
    clientId: text().notNull(),
    clientName: text().notNull(),
    /** The resource it was given for: an address ending in /mcp, /mcp-readonly or /sse. */
    resource: text().notNull(),
    scopes: text({ mode: "json" }).$type<Scope[]>().notNull(),
    readOnly: integer({ mode: "boolean" }).notNull(),
    inboxes: text({ mode: "json" }).$type<string[]>(),
    createdAt: integer().notNull(),
    revokedAt: integer(),
  },
  (t) => [
    index("grants_by_workspace").on(t.workspaceId, t.createdAt),
    index("grants_by_user").on(t.userId, t.workspaceId),
  ],
);

/** Plans are rows that an operator edits. Null means without limit. */
export const plans = sqliteTable("plans", {
  name: text().primaryKey(),
  perMinute: integer().notNull(),
  perDay: integer(),
  perMonth: integer(),
  mcp: integer({ mode: "boolean" }).notNull(),
  botTokens: integer({ mode: "boolean" }).notNull(),
  maxInboxes: integer(),
  /** A plan that ends by itself, and the plan that follows. */
  trialDays: integer(),
  fallsTo: text(),
});

/** One rule per feature or tool: who has it. Deny beats allow beats rings and percentage. */
export const rollouts = sqliteTable("rollouts", {
  feature: text().primaryKey(),
  /** Rings that have it; empty: decided by the percentage alone. */
  rings: text({ mode: "json" }).$type<string[]>().notNull(),
  /** 0 to 100, stable by workspace. */
  percent: integer().notNull(),
  allow: text({ mode: "json" }).$type<string[]>().notNull(),
  deny: text({ mode: "json" }).$type<string[]>().notNull(),
});

/** One row: counts edits of plans and rollouts, so that a gate can tell cheaply whether to read them again. */
export const settings = sqliteTable("settings", {
  id: integer().primaryKey(),
  revision: integer().notNull(),
  /** Where the purge of expired OAuth data goes on at the next housekeeping. */
  purgeCursor: text(),
});

/** Public keys of inboxes: the visitor API knows nothing but the key. */
export const inboxKeys = sqliteTable(
  "inbox_keys",
  {
    publicKey: text().notNull(),
    workspaceId: text().notNull(),
    inboxId: text().notNull(),
  },
  (t) => [primaryKey({ columns: [t.publicKey] })],
);
