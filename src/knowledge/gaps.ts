import { desc, eq, gte, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { checkChatbot } from "../chatbots/store.ts";

import { dayOf } from "../figures/days.ts";
import { wordsOf } from "../search/words.ts";
import { fold } from "../tenant/fold.ts";
import type { Kept } from "../tenant/overdue.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { storableText } from "../tenant/typed-text.ts";
import { insertFrom } from "../tenant/writes.ts";
import { kbGapDays, kbGaps } from "./schema.ts";

/**
 * Questions of visitors that found no good answer, counted as they come: one row for each different question, day and
 * inbox. So a report reads a bounded number of rows, however often something was asked.
 */

/** Different questions that are kept of a day in an inbox; further ones are only counted. */
export const MAX_QUESTIONS_A_DAY = 1000;
/** Rows that a report groups, at most: with more it covers fewer days. */
export const MAX_GROUPED = 1500;
/** Characters of a question that are kept, and that tell it from others. */
const MAX_QUESTION = 500;
const MAX_KEY = 200;
/** Wordings of one question in a report. */
const EXAMPLES = 3;
const DAY = 86_400_000;
/** As long as events are kept. */
const KEPT_DAYS = 400;
/** Rows that one run of housekeeping removes of a table. */
const FORGOTTEN_AT_ONCE = 1000;

/** A question that a visitor asked and got no good answer to. */
export interface UnansweredQuestion {
  chatbotId: string;
  question: string;
  /** Null: it came through no inbox, and callers that are limited to inboxes do not see it. */
  inboxId: string | null;
  conversationId: string | null;
  /** How many passages were found for it all the same. */
  hits: number;
  /** Milliseconds, UTC; now where nothing is said. */
  at?: number;
}

/** What is the same in questions that differ in case, accents, form of characters, punctuation and spaces alone. */
export function questionKey(question: string): string {
  return [...wordsOf(fold(question)).join(" ")].slice(0, MAX_KEY).join("");
}

/**
 * The statements that record a question, for the batch of whatever could not answer it; none for a question without a
 * word.
 */
export function gapStatements(tenant: Tenant, asked: UnansweredQuestion): Statement[] {
  const key = questionKey(asked.question);
  if (key === "") return [];
  const { chatbotId, conversationId, hits, at = tenant.now() } = asked;
  const { workspaceId } = tenant;
  const inboxId = asked.inboxId ?? "";
  const day = dayOf(at, tenant.timeZone);
  const question = storableText(asked.question).trim().slice(0, MAX_QUESTION).toWellFormed();
  const here = sql`workspace_id = ${workspaceId} AND chatbot_id = ${chatbotId} AND inbox_id = ${inboxId} AND day = ${day}`;
  const thisRow = sql`${here} AND question_key = ${key}`;
  return [
    insertFrom(
      tenant,
      kbGaps,
      { chatbotId, inboxId, day, questionKey: key, count: 1, question, conversationId, hits, lastAt: at },
      sql`WHERE EXISTS (SELECT 1 FROM kb_gaps WHERE ${thisRow})
        OR coalesce((SELECT questions FROM kb_gap_days WHERE ${here}), 0) < ${MAX_QUESTIONS_A_DAY}`,
    ).onConflictDoUpdate({
      target: [kbGaps.workspaceId, kbGaps.chatbotId, kbGaps.inboxId, kbGaps.day, kbGaps.questionKey],
      set: {
        count: sql`count + 1`,
        question: sql`excluded.question`,
        conversationId: sql`excluded.conversation_id`,
        hits: sql`excluded.hits`,
        lastAt: sql`max(last_at, excluded.last_at)`,
      },
    }),
    insertFrom(
      tenant,
      kbGapDays,
      {
        ...{ chatbotId, inboxId, day, asked: 1 },
        // A row that was asked once is the new one.
        questions: sql`(SELECT count(*) FROM kb_gaps WHERE ${thisRow} AND count = 1)`,
      },
      sql`WHERE 1`,
    ).onConflictDoUpdate({
      target: [kbGapDays.workspaceId, kbGapDays.chatbotId, kbGapDays.day, kbGapDays.inboxId],
      set: { questions: sql`questions + excluded.questions`, asked: sql`asked + 1` },
    }),
  ];
}

/** Records a question in a batch of its own. */
export async function recordGap(tenant: Tenant, asked: UnansweredQuestion): Promise<void> {
  await tenant.batch(gapStatements(tenant, asked));
}

export interface Gap {
  /** As it was asked last. */
  question: string;
  count: number;
  /** Milliseconds, UTC. */
  lastAskedAt: number;
  /** Passages found for it the last time. */
  hits: number;
  /** The last wordings, the newest first, the question itself among them. */
  examples: string[];
  /** The conversation in which it was asked last, of those that the caller may see. */
  conversationId: string | null;
}

export interface GapReport {
  gaps: Gap[];
  /** The first day that is counted, `YYYY-MM-DD`: later than asked for when there is more than can be grouped. */
  from: string;
  to: string;
  /** Unanswered questions in these days, in the inboxes that the caller may see. */
  asked: number;
}

/**
 * What visitors asked a chatbot in vain in the last `days` days, today among them, the most frequent first. Groups at
 * most {@link MAX_GROUPED} rows (and those of one day whatever they are): where there are more it covers the last
 * days of them, whole ones.
 * @throws Failure `not_found` for the chatbot
 */
export async function reportGaps(
  tenant: Tenant,
  options: { chatbotId: string; days: number; limit: number; now?: number },
): Promise<GapReport> {
  const { chatbotId, days, limit, now = Date.now() } = options;
  const to = dayOf(now, tenant.timeZone);
  const wanted = new Date(Date.parse(`${to}T00:00:00Z`) - (days - 1) * DAY).toISOString().slice(0, 10);
  const [{ from, asked, inboxes }] = await Promise.all([
    coveredDays(tenant, chatbotId, wanted, to),
    checkChatbot(tenant, chatbotId),
  ]);
  // Inbox by inbox: a caller limited to a quiet one does not pay for the others. Joined in this order, along the key.
  const groups = await tenant.db.all<{ key: string; count: number; lastAt: number }>(sql`
    SELECT gap.question_key AS key, sum(gap.count) AS count, max(gap.last_at) AS lastAt
    FROM json_each(${JSON.stringify(inboxes)}) AS inbox CROSS JOIN ${kbGaps} AS gap
    WHERE gap.workspace_id = ${tenant.workspaceId} AND gap.chatbot_id = ${chatbotId}
      AND gap.inbox_id = inbox.value AND gap.day BETWEEN ${from} AND ${to}
    GROUP BY gap.question_key ORDER BY count DESC, lastAt DESC, key LIMIT ${limit}`);
  const wordings = await lastWordings(
    tenant,
    ofDays(tenant, chatbotId, from, to),
    groups.map((group) => group.key),
  );
  const gaps = groups.map(({ key, count, lastAt }) => {
    const rows = wordings.get(key) ?? [];
    return {
      question: rows[0]?.question ?? key,
      count,
      lastAskedAt: lastAt,
      hits: rows[0]?.hits ?? 0,
      examples: [...new Set(rows.map(({ question }) => question))].slice(0, EXAMPLES),
      conversationId: rows[0]?.conversationId ?? null,
    };
  });
  return { gaps, from, to, asked };
}

function ofDays(tenant: Tenant, chatbotId: string, from: string, to: string) {
  const visible = tenant.visible(kbGaps.inboxId);
  return sql`${kbGaps.chatbotId} = ${chatbotId} AND ${kbGaps.day} BETWEEN ${from} AND ${to} ${visible ? sql`AND ${visible}` : sql``}`;
}

/**
 * How far back the rows can be grouped, and the inboxes that have any, of those that the caller may see. Reads one row
 * for each day and inbox.
 */
async function coveredDays(
  tenant: Tenant,
  chatbotId: string,
  wanted: string,
  to: string,
): Promise<{ from: string; asked: number; inboxes: string[] }> {
  const rows = await tenant.db
    .select({
      day: kbGapDays.day,
      questions: sql<number>`sum(${kbGapDays.questions})`,
      asked: sql<number>`sum(${kbGapDays.asked})`,
      inboxes: sql<string>`json_group_array(${kbGapDays.inboxId})`,
    })
    .from(kbGapDays)
    .where(
      tenant.of(
        kbGapDays,
        eq(kbGapDays.chatbotId, chatbotId),
        gte(kbGapDays.day, wanted),
        sql`${kbGapDays.day} <= ${to}`,
        tenant.visible(kbGapDays.inboxId),
      ),
    )
    .groupBy(kbGapDays.day)
    .orderBy(desc(kbGapDays.day));
  const inboxes = new Set<string>();
  let [from, questions, asked] = [to, 0, 0];
  for (const row of rows) {
    questions += row.questions;
    if (questions > MAX_GROUPED && asked > 0) return { from, asked, inboxes: [...inboxes] };
    from = row.day;
    asked += row.asked;
    for (const id of z.array(z.string()).parse(JSON.parse(row.inboxes))) inboxes.add(id);
  }
  return { from: wanted, asked, inboxes: [...inboxes] };
}

/** The rows of these questions, the last asked of each first. */
async function lastWordings(tenant: Tenant, condition: ReturnType<typeof ofDays>, keys: readonly string[]) {
  const rows = await tenant.db
    .select({
      key: kbGaps.questionKey,
      question: kbGaps.question,
      conversationId: kbGaps.conversationId,
      hits: kbGaps.hits,
    })
    .from(kbGaps)
    .where(
      tenant.of(
        kbGaps,
        condition,
        sql`${kbGaps.questionKey} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`,
      ),
    )
    .orderBy(desc(kbGaps.lastAt));
  return Map.groupBy(rows, ({ key }) => key);
}

/** Questions and their counts. */
export const keptGaps: readonly Kept[] = [kbGaps, kbGapDays].map((table) => ({
  name: "unanswered questions",
  table,
  oldest: sql`SELECT min(day) FROM ${table} WHERE workspace_id = of.id`,
  // Days are those of the workspace's time zone: a day later they are over everywhere.
  before: (now) => dayOf(now - (KEPT_DAYS + 1) * DAY, "UTC"),
  forget: (tenant, now) => {
    const before = dayOf(now - KEPT_DAYS * DAY, tenant.timeZone);
    return [
      tenant.db.delete(table).where(
        tenant.of(
          table,
          sql`rowid IN (SELECT g.rowid FROM ${table} AS g
            WHERE g.workspace_id = ${tenant.workspaceId} AND g.day < ${before} LIMIT ${FORGOTTEN_AT_ONCE})`,
          lt(table.day, before),
        ),
      ),
    ];
  },
}));
