import { integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { Value } from "../flows/graph/placeholders.ts";

export const RESPONSE_STATUSES = ["started", "completed", "handed_off", "abandoned", "failed"] as const;
export type ResponseStatus = (typeof RESPONSE_STATUSES)[number];

/** How far a visitor came at a node that waits for one: 0 it was asked, 1 what it said led on. */
export type NodeProgress = Record<string, 0 | 1>;

/** A valid answer. */
export interface RecordedAnswer {
  flowId: string;
  nodeId: string;
  /** The variable that it was stored into; null: into none. */
  variable: string | null;
  /** The node's label, or else its text as its author wrote it, in the version that asked. */
  question: string;
  value: Value;
  /** Milliseconds, UTC. */
  at: number;
}

/** A node that a response came to. */
export interface Visited {
  flowId: string;
  nodeId: string;
  /** How it was left; null where it was not (yet), and for a goto, which has no handles. */
  handle: string | null;
  /** Where it waited for the visitor: `awaited` until what the visitor said led on. */
  reply: "awaited" | "given" | null;
  /** Milliseconds, UTC. */
  at: number;
}

/**
 * One visitor's way through a flow, from where it began: what a flow session leaves behind, and under the session's id
 * behind a prefix of its own. Its contact is its conversation's. Answers and path are in the row, so that a turn writes
 * it once whatever the turn went through.
 */
export const responses = sqliteTable(
  "responses",
  {
    workspaceId: text().notNull(),
    /** Whose it is: the chatbot whose main flow it began in, or the id of the automation flow itself. */
    chatbotId: text().notNull(),
    id: text().notNull(),
    /** The flow and the version that it began in. */
    flowId: text().notNull(),
    versionId: text().notNull(),
    inboxId: text(),
    conversationId: text().notNull(),
    /** `started` until a turn ends it; a session that ends otherwise (its flow is deleted, say) leaves it so. */
    status: text({ enum: RESPONSE_STATUSES }).notNull(),
    /** The day on which it began, in the workspace's time zone then: where everything of it is counted. */
    day: text().notNull(),
    startedAt: integer().notNull(),
    endedAt: integer(),
    /** In all; of very many only the first and the newest are kept. */
    answerCount: integer().notNull(),
    stepCount: integer().notNull(),
    /** Nodes that are counted already, each once for a response, as `<flow>/<node>`. */
    nodes: text({ mode: "json" }).$type<NodeProgress>().notNull(),
    /** In their order: the first five and the newest 195. */
    answers: text({ mode: "json" }).$type<RecordedAnswer[]>().notNull(),
    /** The newest 500 nodes, in order. */
    path: text({ mode: "json" }).$type<Visited[]>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.chatbotId, t.id] })],
);
