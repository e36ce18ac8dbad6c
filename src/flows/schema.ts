import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Draft } from "./graph/document.ts";
import type { FlowState } from "./run/state.ts";

/** Large documents stand last in their rows: lists then read past them without loading them. */

export const flows = sqliteTable(
  "flows",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** The chatbot whose main flow it is; null: an automation flow of the workspace. */
    chatbotId: text(),
    /** The live version; null: never published. */
    publishedVersionId: text(),
    publishedNumber: integer(),
    publishedAt: integer(),
    /** 1, 2, 3 … with each change of the draft: what a writer must have seen. */
    revision: integer().notNull(),
    /** The number of the last version. */
    lastNumber: integer().notNull(),
    /** The version that the draft is a copy of; null once it has changed since. */
    draftVersionId: text(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    draft: text({ mode: "json" }).$type<Draft>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("flows_by_chatbot").on(t.workspaceId, t.chatbotId),
    index("flows_by_name").on(t.workspaceId, sql`${t.name} COLLATE NOCASE`),
  ],
);

/** Versions never change. */
export const flowVersions = sqliteTable(
  "flow_versions",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    flowId: text().notNull(),
    /** 1, 2, 3 … within the flow. */
    number: integer().notNull(),
    name: text(),
    nodeCount: integer().notNull(),
    edgeCount: integer().notNull(),
    createdByKind: text().notNull(),
    createdBy: text().notNull(),
    createdByName: text().notNull(),
    createdAt: integer().notNull(),
    graph: text({ mode: "json" }).$type<Draft>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("flow_versions_by_number").on(t.workspaceId, t.flowId, t.number),
  ],
);

/** What each of the last changes of a draft did, as node ids: to tell a writer what it has not seen. */
export const flowChanges = sqliteTable(
  "flow_changes",
  {
    workspaceId: text().notNull(),
    flowId: text().notNull(),
    /** The revision that the change led to. */
    revision: integer().notNull(),
    added: text({ mode: "json" }).$type<string[]>().notNull(),
    removed: text({ mode: "json" }).$type<string[]>().notNull(),
    changed: text({ mode: "json" }).$type<string[]>().notNull(),
    edges: integer().notNull(),
    actorName: text().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.flowId, t.revision] })],
);

export const SESSION_STATUSES = ["waiting", "completed", "handed_off", "abandoned", "failed"] as const;

/**
 * One visitor's way through a flow. It stays in the version that it began with, whatever is published after. Its
 * contact is its conversation's, so that a merge has nothing to move here.
 */
export const flowSessions = sqliteTable(
  "flow_sessions",
  {
    workspaceId: text().notNull(),
    conversationId: text().notNull(),
    id: text().notNull(),
    flowId: text().notNull(),
    versionId: text().notNull(),
    chatbotId: text(),
    inboxId: text(),
    status: text({ enum: SESSION_STATUSES }).notNull(),
    /** Where it waits or ended; null: not begun, or to begin again. */
    nodeId: text(),
    /** When it has to be looked at; null: not before the visitor does something. */
    wakeAt: integer(),
    /** Counts the turns: a turn is stored only if no other was meanwhile. */
    turn: integer().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    /** Null: not begun, or to begin again. */
    state: text({ mode: "json" }).$type<FlowState>(),
  },
  (t) => [
    // A session is looked for in its conversation: the newest one, or one by its id.
    primaryKey({ columns: [t.workspaceId, t.conversationId, t.id] }),
    // Only live ones are looked for, and those that ended are many.
    index("flow_sessions_live").on(t.workspaceId, t.flowId).where(sql`status = 'waiting'`),
    // Those that publishing has begin again, until they have.
    index("flow_sessions_to_begin")
      .on(t.workspaceId, t.wakeAt)
      .where(sql`status = 'waiting' AND state IS NULL`),
  ],
);
