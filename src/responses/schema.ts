import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Value } from "../flows/graph/placeholders.ts";

export const RESPONSE_STATUSES = ["started", "completed", "handed_off", "abandoned", "failed"] as const;
export type ResponseStatus = (typeof RESPONSE_STATUSES)[number];

/** How far a visitor came at a node that waits for one: 0 it was asked, 1 what it said led on. */
export type NodeProgress = Record<string, 0 | 1>;

/** One visitor's way through a flow, from where it began: what a flow session leaves behind. */
export const responses = sqliteTable(
  "responses",
  {
    workspaceId: text().notNull(),
    id: text().notNull(),
    sessionId: text().notNull(),
    /** The flow and the version that it began in. */
    flowId: text().notNull(),
    versionId: text().notNull(),
    /** The flow's own chatbot, or that of the inbox at the time; null where there is neither. */
    chatbotId: text(),
    inboxId: text(),
    conversationId: text(),
    contactId: text(),
    /** `started` until a turn ends it; a session that ends otherwise (its flow is deleted, say) leaves it so. */
    status: text({ enum: RESPONSE_STATUSES }).notNull(),
    /** The day on which it began, in the workspace's time zone then: where everything of it is counted. */
    day: text().notNull(),
    startedAt: integer().notNull(),
    endedAt: integer(),
    answerCount: integer().notNull(),
    stepCount: integer().notNull(),
    /** Nodes that are counted already, each once for a response, as `<flow>/<node>`. */
    nodes: text({ mode: "json" }).$type<NodeProgress>().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.workspaceId, t.id] }),
    uniqueIndex("responses_by_session").on(t.workspaceId, t.sessionId),
    index("responses_by_chatbot").on(t.workspaceId, t.chatbotId, t.id),
    index("responses_by_inbox").on(t.workspaceId, t.inboxId, t.chatbotId, t.id),
    index("responses_by_contact").on(t.workspaceId, t.contactId),
  ],
);

/** The valid answers of a response, in the order in which they came. Never changed. */
export const responseAnswers = sqliteTable(
  "response_answers",
  {
    workspaceId: text().notNull(),
    responseId: text().notNull(),
    /** 1, 2, 3 … within the response. */
    seq: integer().notNull(),
    flowId: text().notNull(),
    nodeId: text().notNull(),
    /** The variable that it was stored into; null: into none. */
    variable: text(),
    /** The node's label, or else its text as its author wrote it, in the version that asked. */
    question: text().notNull(),
    value: text({ mode: "json" }).$type<Value>().notNull(),
    createdAt: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.responseId, t.seq] })],
);

/** The nodes that a response came to, in order. */
export const responseSteps = sqliteTable(
  "response_steps",
  {
    workspaceId: text().notNull(),
    responseId: text().notNull(),
    /** 1, 2, 3 … within the response. */
    seq: integer().notNull(),
    flowId: text().notNull(),
    nodeId: text().notNull(),
    /** How it was left; null where it was not (yet), and for a goto, which has no handles. */
    handle: text(),
    /** Where it waited for the visitor: `awaited` until what the visitor said led on. */
    reply: text({ enum: ["awaited", "given"] }),
    createdAt: integer().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.responseId, t.seq] })],
);

/**
 * How many responses that began on a day (in the workspace's time zone) came to each node that waits for the visitor,
 * and how many were led on by what the visitor said there: JSON objects by `<flow>/<node>`, so that a year is about
 * 365 rows to read.
 */
export const responseNodeCounts = sqliteTable(
  "response_node_counts",
  {
    workspaceId: text().notNull(),
    /** "" for responses without a chatbot. */
    chatbotId: text().notNull(),
    /** `YYYY-MM-DD` */
    day: text().notNull(),
    /** "" for responses without an inbox. */
    inboxId: text().notNull(),
    reached: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
    answered: text({ mode: "json" }).$type<Record<string, number>>().notNull(),
  },
  (t) => [primaryKey({ columns: [t.workspaceId, t.chatbotId, t.day, t.inboxId] })],
);
