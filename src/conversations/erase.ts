import { type SQL, sql } from "drizzle-orm";
import { filesIn, forgetFiles } from "../attachments/removal.ts";
import { type Eraser, type EraseStep, NOTHING } from "../contacts/belongings.ts";
import { countDays, type DailyChange } from "../figures/day-counts.ts";
import { adjustTotal } from "../figures/totals.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { beginning } from "./figures.ts";
import { labelsOf, unlabelStatements } from "./labels.ts";
import { conversations, drafts, messages } from "./schema.ts";
import { deleteSearchRows } from "./search-index.ts";

/** Conversations that one step looks at, and rows of each kind below them that it removes. */
const CONVERSATIONS = 20;
const ROWS = 500;

/** What a step takes away of some conversations. */
export interface ErasedFrom {
  conversationIds: readonly string[];
  /** What their customer said in the messages that go, and to which chatbot. */
  said: readonly { conversationId: string; chatbotId: string; text: string }[];
  /** Rows that are removed at most. */
  size: number;
}

/** What another noun holds of conversations: handed in by the catalogue. Answers how many rows its statements remove. */
export type ConversationTrace = (
  tenant: Tenant,
  from: ErasedFrom,
) => Promise<{ statements: Statement[]; removed: Readonly<Record<string, number>>; more: boolean }>;

/** Files: whose they were and what they were called is gone at once, their bytes follow. */
export const attachmentTrace: ConversationTrace = async (tenant, { conversationIds, size }) => {
  const ids = await filesIn(tenant, conversationIds, size);
  const removed: Record<string, number> = ids.length > 0 ? { attachments: ids.length } : {};
  return {
    statements: forgetFiles(tenant, ids),
    removed,
    more: ids.length === size,
  };
};

type Some = Pick<
  Conversation,
  "id" | "inboxId" | "status" | "startDay" | "startChatbotId" | "tags" | "priority"
>;

/**
 * Erases a contact's conversations with all that was said in them. Figures of the days stay: a conversation that was not
 * resolved counts as resolved from then on, so that none seems to be left.
 */
export function conversationEraser(traces: readonly ConversationTrace[]): Eraser {
  return {
    async step(tenant, contactId) {
      const some = await firstOf(tenant, contactId);
      if (some.length === 0) return NOTHING;
      const ids = some.map(({ id }) => id);
      const [spoken, drafted] = await Promise.all([messagesIn(tenant, ids), draftsIn(tenant, ids)]);
      const chatbots = new Map(some.map(({ id, startChatbotId }) => [id, startChatbotId]));
      const said = spoken.flatMap(({ conversationId, direction, kind, body: text }) => {
        const chatbotId = chatbots.get(conversationId);
        return direction === "in" && kind === "message" && chatbotId
          ? [{ conversationId, chatbotId, text }]
          : [];
      });
      const traced = await Promise.all(
        traces.map((trace) => trace(tenant, { conversationIds: ids, said, size: ROWS })),
      );
      const whole = spoken.length < ROWS && drafted.length < ROWS && traced.every(({ more }) => !more);
      const removed: Record<string, number> = { messages: spoken.length, drafts: drafted.length };
      for (const trace of traced) Object.assign(removed, trace.removed);
      if (whole) removed.conversations = some.length;
      return {
        statements: [
          ...messagesGone(tenant, spoken),
          ...draftsGone(tenant, drafted),
          ...traced.flatMap(({ statements }) => statements),
          ...(whole ? conversationsGone(tenant, some) : []),
        ],
        removed: Object.fromEntries(Object.entries(removed).filter(([, count]) => count > 0)),
      } satisfies EraseStep;
    },
  };
}

/** Some conversations of the contact, those that were active longest ago. */
function firstOf(tenant: Tenant, contactId: string): Promise<Some[]> {
  const { id, inboxId, status, startDay, startChatbotId, tags, priority } = conversations;
  return tenant.db
    .select({ id, inboxId, status, startDay, startChatbotId, tags, priority })
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        sql`${id} IN (SELECT id FROM conversations INDEXED BY conversations_by_contact
          WHERE workspace_id = ${tenant.workspaceId} AND contact_id = ${contactId}
          ORDER BY last_activity_at, id LIMIT ${CONVERSATIONS})`,
      ),
    );
}

/** Not in any order: so SQLite stops at the last one wanted. */
function messagesIn(tenant: Tenant, ids: readonly string[]) {
  const { n, conversationId, direction, kind, body } = messages;
  return tenant.db
    .select({ n, conversationId, direction, kind, body })
    .from(sql`json_each(${JSON.stringify(ids)}) AS wanted`)
    .crossJoin(messages)
    .where(tenant.of(messages, sql`${conversationId} = wanted.value`))
    .limit(ROWS);
}

function messagesGone(tenant: Tenant, gone: Awaited<ReturnType<typeof messagesIn>>): Statement[] {
  if (gone.length === 0) return [];
  const numbers = JSON.stringify(gone.map(({ n }) => n));
  const among = sql`${messages.n} IN (SELECT value FROM json_each(${numbers}))`;
  const byConversation = Map.groupBy(
    gone.filter(({ kind }) => kind === "message"),
    ({ conversationId }) => conversationId,
  );
  const counts = [...byConversation].map(([id, all]) => ({ id, count: all.length }));
  return [
    deleteSearchRows(tenant, numbers),
    tenant.db.delete(messages).where(tenant.of(messages, among)),
    // How many are left shows how far it is.
    tenant.db
      .update(conversations)
      .set({
        messageCount: sql`max(0, ${conversations.messageCount} - (SELECT given.value ->> 'count'
          FROM json_each(${JSON.stringify(counts)}) AS given WHERE given.value ->> 'id' = conversations.id))`,
      })
      .where(
        tenant.of(
          conversations,
          sql`${conversations.id} IN (SELECT value ->> 'id' FROM json_each(${JSON.stringify(counts)}))`,
        ),
      ),
  ];
}

async function draftsIn(tenant: Tenant, ids: readonly string[]): Promise<string[]> {
  const rows = await tenant.db.all<{ id: string }>(
    sql`SELECT d.id AS id FROM json_each(${JSON.stringify(ids)}) AS wanted
      CROSS JOIN drafts AS d INDEXED BY drafts_by_conversation
      WHERE d.workspace_id = ${tenant.workspaceId} AND d.conversation_id = wanted.value LIMIT ${ROWS}`,
  );
  return rows.map(({ id }) => id);
}

function draftsGone(tenant: Tenant, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return [];
  const among = sql`${drafts.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return [tenant.db.delete(drafts).where(tenant.of(drafts, among))];
}

/** The conversations themselves, unless something came in meanwhile. */
function conversationsGone(tenant: Tenant, some: readonly Some[]): Statement[] {
  const { workspaceId } = tenant;
  const given = JSON.stringify(some.map(({ id, status }) => ({ id, status })));
  const here = (table: string): SQL =>
    sql`EXISTS (SELECT 1 FROM ${sql.raw(table)} AS held
      WHERE held.workspace_id = ${workspaceId} AND held.conversation_id = c.id)`;
  const open = Map.groupBy(
    some.filter(({ status }) => status === "open"),
    ({ inboxId }) => inboxId,
  );
  const counts = some.flatMap((one): DailyChange[] => {
    const begun = beginning(one);
    if (begun === null || one.status === "resolved") return [];
    return [
      { ...begun, metric: `status_${one.status}`, by: -1 },
      { ...begun, metric: "status_resolved" },
    ];
  });
  return [
    tenant.assertThat(sql`${some.length} = (SELECT count(*) FROM json_each(${given}) AS given
      CROSS JOIN conversations AS c WHERE c.workspace_id = ${workspaceId} AND c.id = given.value ->> 'id'
        AND c.status = given.value ->> 'status' AND NOT ${here("messages")} AND NOT ${here("flow_sessions")})`),
    ...countDays(tenant, counts),
    ...[...open].map(([inboxId, all]) =>
      adjustTotal(tenant, { metric: "conversations_open", inboxId, by: -all.length }),
    ),
    ...some.flatMap((one) => unlabelStatements(tenant, one.id, labelsOf(one))),
    tenant.db
      .delete(conversations)
      .where(
        tenant.of(
          conversations,
          sql`${conversations.id} IN (SELECT value ->> 'id' FROM json_each(${given}))`,
        ),
      ),
  ];
}
