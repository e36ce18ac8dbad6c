import { and, asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import { z } from "zod";
import { checkChatbot } from "../chatbots/store.ts";
import { mayChangeChatbot } from "../inboxes/shared.ts";
import { getArticle } from "../knowledge/store.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { selectGiven } from "../tenant/json-rows.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom, mustChange } from "../tenant/writes.ts";
import { type Expectations, type Outcome, testQuestions } from "./schema.ts";

export type TestQuestion = Omit<typeof testQuestions.$inferSelect, "workspaceId">;

/** Questions of a chatbot, at most: a run asks them all. */
export const MAX_QUESTIONS = 50;

/** A chatbot's questions, the first made first. @throws Failure `not_found` for the chatbot */
export async function listTestQuestions(
  tenant: Tenant,
  options: { chatbotId: string; cursor?: string; limit: number },
): Promise<Page<TestQuestion>> {
  const { chatbotId, cursor, limit } = options;
  const scope: CursorScope = { list: "test_questions", tenant, filters: [chatbotId] };
  const after = cursor && (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
  const [rows] = await Promise.all([
    tenant.db
      .select()
      .from(testQuestions)
      .where(
        tenant.of(
          testQuestions,
          and(eq(testQuestions.chatbotId, chatbotId), after ? gt(testQuestions.id, after) : undefined),
        ),
      )
      .orderBy(asc(testQuestions.id))
      .limit(limit + 1),
    checkChatbot(tenant, chatbotId),
  ]);
  return pageOf(
    scope,
    rows.map(({ workspaceId: _, ...question }) => question),
    limit,
    ({ id }) => [id],
  );
}

/** @throws Failure `not_found` */
export async function getTestQuestion(tenant: Tenant, id: string): Promise<TestQuestion> {
  const [row] = await tenant.db
    .select()
    .from(testQuestions)
    .where(tenant.of(testQuestions, eq(testQuestions.id, id)));
  if (!row) throw notFound("test question", id);
  const { workspaceId: _, ...question } = row;
  return question;
}

/** Questions are part of a chatbot's set-up, so their changes are the chatbot's. */
function changedStatement(
  tenant: Tenant,
  question: { id: string; chatbotId: string },
  at: number,
): Statement {
  const data = { changed: ["testQuestions"], testQuestionId: question.id };
  return recordEvent(
    tenant,
    { type: "chatbot.updated", subjectId: question.chatbotId, inboxId: null, data },
    { at },
  );
}

/**
 * Adds a question to a chatbot's set.
 * @throws Failure `not_found` for the chatbot or the article; `invalid_input` when the set is full, or nothing is
 * expected; `not_allowed` as {@link mayChangeChatbot}
 */
export async function createTestQuestion(
  tenant: Tenant,
  input: { chatbotId: string; question: string; expects: Expectations },
): Promise<TestQuestion> {
  const { chatbotId, question, expects } = input;
  const { articleId, words, handover } = expects;
  if (articleId === undefined && words === undefined && handover === undefined) {
    throw new Failure(
      "invalid_input",
      "Say what is expected: articleId, words, handover, or several of them.",
    );
  }
  if (handover && (articleId !== undefined || words !== undefined)) {
    throw new Failure("invalid_input", "A handover answers nothing: expect no article or words beside it.");
  }
  await checkChatbot(tenant, chatbotId);
  await mayChangeChatbot(tenant, chatbotId);
  if (articleId !== undefined) await getArticle(tenant, chatbotId, articleId);
  const at = tenant.now();
  const id = newId("testQuestion", at);
  const count = sql`(SELECT count(*) FROM test_questions
    WHERE workspace_id = ${tenant.workspaceId} AND chatbot_id = ${chatbotId})`;
  try {
    await tenant.batch([
      tenant.assertThat(sql`${count} < ${MAX_QUESTIONS}`),
      insertFrom(
        tenant,
        testQuestions,
        { id, chatbotId, question, expects, createdAt: at, ranAt: null, outcome: null },
        sql`WHERE 1`,
      ),
      changedStatement(tenant, { id, chatbotId }, at),
    ]);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "conflict") throw error;
    throw new Failure("invalid_input", `A chatbot has at most ${MAX_QUESTIONS} test questions.`, {
      hint: "Delete one that tells little with delete_test_question.",
    });
  }
  return getTestQuestion(tenant, id);
}

/** Deletes a question for good. @throws Failure `not_found`; `not_allowed` as {@link mayChangeChatbot} */
export async function deleteTestQuestion(tenant: Tenant, id: string): Promise<void> {
  await retryOnConflict(async () => {
    const question = await getTestQuestion(tenant, id);
    await mayChangeChatbot(tenant, question.chatbotId);
    await tenant.batch([
      ...mustChange(
        tenant,
        tenant.db.delete(testQuestions).where(tenant.of(testQuestions, eq(testQuestions.id, id))),
      ),
      changedStatement(tenant, question, tenant.now()),
    ]);
  });
}

/** The statement that keeps what a question came to; nothing where it was deleted meanwhile. */
export function keepOutcome(tenant: Tenant, id: string, outcome: Outcome, at: number): Statement {
  return tenant.db
    .update(testQuestions)
    .set({ ranAt: at, outcome })
    .where(tenant.of(testQuestions, eq(testQuestions.id, id)));
}

/** All questions of a chatbot. */
export async function allTestQuestions(tenant: Tenant, chatbotId: string): Promise<TestQuestion[]> {
  return (await listTestQuestions(tenant, { chatbotId, limit: MAX_QUESTIONS })).items;
}

/**
 * Copies a chatbot's questions to one that has none yet, none asked so far. What is expected of the original's articles is
 * expected of their copies.
 * @param copies the ids of the articles' copies; of one that was not copied nothing is expected, and a question of which
 * nothing else is expected is left out
 */
export async function copyTestQuestions(
  { tenant }: { tenant: Tenant },
  fromId: string,
  toId: string,
  copies: ReadonlyMap<string, string>,
): Promise<{ testQuestions: number }> {
  const at = tenant.now();
  const rows = (await allTestQuestions(tenant, fromId)).flatMap(({ question, expects: before }) => {
    const { articleId: original, ...others } = before;
    const articleId = original === undefined ? undefined : copies.get(original);
    const expects: Expectations = { ...others, ...(articleId === undefined ? {} : { articleId }) };
    if (Object.keys(expects).length === 0) return [];
    return [{ chatbotId: toId, question, expects, createdAt: at, ranAt: null, outcome: null }];
  });
  const ids = rows.map(() => newId("testQuestion", at)).toSorted();
  const made = rows.map((row, i) => ({ ...row, id: ids[i] ?? newId("testQuestion", at) }));
  if (made.length > 0) {
    const others = { workspaceId: sql`${tenant.workspaceId}` };
    await tenant.db.insert(testQuestions).select(selectGiven(getTableColumns(testQuestions), made, others));
  }
  return { testQuestions: made.length };
}

/** Takes a chatbot's questions along when it is deleted. */
export function testQuestionRemoval(tenant: Tenant, chatbotId: string): Statement[] {
  return [
    tenant.db.delete(testQuestions).where(tenant.of(testQuestions, eq(testQuestions.chatbotId, chatbotId))),
  ];
}
