import { eq, sql } from "drizzle-orm";
import type { ContactMover } from "../contacts/merge.ts";
import { countDaily } from "../figures/day-counts.ts";
import { dayOf } from "../figures/days.ts";
import { adjustChatbotTotal } from "../figures/totals.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import { recordEvent } from "../tenant/events.ts";
import { newId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { type Answer, type Journey, journeyOf, type Played, type Step } from "./journey.ts";
import { countNodes } from "./node-counts.ts";
import { responseAnswers, responseSteps, responses } from "./schema.ts";

export type Response = Omit<typeof responses.$inferSelect, "workspaceId">;

/** What a session has left behind so far; null before its first turn. For the engine, which sees every inbox. */
export async function responseOfSession(tenant: Tenant, sessionId: string): Promise<Response | null> {
  const [row] = await tenant.db
    .select()
    .from(responses)
    .where(tenant.of(responses, eq(responses.sessionId, sessionId)));
  return row ? withoutWorkspace(row) : null;
}

/**
 * The statements that record what turns of a session came to: the response itself with its first ones, the steps,
 * the answers, the counts of nodes, days and chatbot, `response.created` and `response.completed`.
 *
 * Put them in the batch that stores the session's state, behind `storeTurn`: it fails the batch when the session had
 * another turn meanwhile, which is what keeps a response from being recorded twice.
 * @param before as {@link responseOfSession} answered before the turns
 * @param at milliseconds UTC
 * @returns the response as it will be
 */
export function recordTurns(
  tenant: Tenant,
  session: FlowSession,
  before: Response | null,
  played: Played,
  at: number,
): { response: Response; statements: Statement[] } {
  const begun = before ?? newResponse(tenant, session, at);
  const journey = journeyOf(played, begun);
  const last = played.turns.at(-1)?.turn.state ?? played.before;
  const ended = last.status !== "waiting";
  const response: Response = {
    ...begun,
    status: last.status === "waiting" ? "started" : last.status,
    endedAt: ended ? at : null,
    answerCount: begun.answerCount + journey.answers.length,
    stepCount: begun.stepCount + journey.steps.length,
    nodes: journey.nodes,
  };
  const statements = [
    ...(before ? changed(tenant, response) : created(tenant, response)),
    ...walked(tenant, response, journey, at),
    ...countNodes(tenant, response, journey),
    ...(response.status === "completed" && begun.status !== "completed"
      ? completed(tenant, response, at)
      : []),
  ];
  return { response, statements };
}

function newResponse(tenant: Tenant, session: FlowSession, at: number): Response {
  const { id: sessionId, flowId, versionId, chatbotId, inboxId, conversationId, contactId } = session;
  return {
    id: newId("response", at),
    ...{ sessionId, flowId, versionId, chatbotId, inboxId, conversationId, contactId },
    status: "started",
    day: dayOf(at, tenant.timeZone),
    startedAt: at,
    endedAt: null,
    answerCount: 0,
    stepCount: 0,
    nodes: {},
  };
}

/** What events of a response tell of it. */
function eventData({ flowId, chatbotId, conversationId, contactId }: Response) {
  return { flowId, chatbotId, conversationId, contactId };
}

function created(tenant: Tenant, response: Response): Statement[] {
  const { id, chatbotId, inboxId, day, startedAt: at } = response;
  return [
    tenant.db.insert(responses).values(tenant.row(response)),
    recordEvent(
      tenant,
      { type: "response.created", subjectId: id, inboxId, data: eventData(response) },
      { at },
    ),
    countDaily(tenant, { inboxId: inboxId ?? "", chatbotId, metric: "responses_started", day }),
    ...(chatbotId === null
      ? []
      : [adjustChatbotTotal(tenant, { metric: "responses", chatbotId, inboxId, by: 1 })]),
  ];
}

function changed(tenant: Tenant, response: Response): Statement[] {
  const { status, endedAt, answerCount, stepCount, nodes } = response;
  return [
    tenant.db
      .update(responses)
      .set({ status, endedAt, answerCount, stepCount, nodes })
      .where(tenant.of(responses, eq(responses.id, response.id))),
  ];
}

/** Counts on the day that it began: what completed on a day never exceeds what was started on it. */
function completed(tenant: Tenant, response: Response, at: number): Statement[] {
  const { id, chatbotId, inboxId, day, answerCount } = response;
  const startedAt = new Date(response.startedAt).toISOString();
  return [
    recordEvent(
      tenant,
      {
        type: "response.completed",
        subjectId: id,
        inboxId,
        data: { ...eventData(response), answerCount, startedAt },
      },
      { at },
    ),
    countDaily(tenant, { inboxId: inboxId ?? "", chatbotId, metric: "responses_completed", day }),
  ];
}

function walked(tenant: Tenant, { id }: Response, journey: Journey, at: number): Statement[] {
  const { continued, steps, answers } = journey;
  return [
    ...(continued ? [continueStep(tenant, id, continued)] : []),
    ...(steps.length > 0 ? [insertSteps(tenant, id, steps, at)] : []),
    ...(answers.length > 0 ? [insertAnswers(tenant, id, answers, at)] : []),
  ];
}

function continueStep(tenant: Tenant, responseId: string, { seq, handle, reply }: Step): Statement {
  return tenant.db
    .update(responseSteps)
    .set({ handle, ...(reply === null ? {} : { reply }) })
    .where(tenant.of(responseSteps, eq(responseSteps.responseId, responseId), eq(responseSteps.seq, seq)));
}

function insertSteps(tenant: Tenant, responseId: string, steps: readonly Step[], at: number): Statement {
  return tenant.db.insert(responseSteps).select(
    sql`SELECT ${tenant.workspaceId}, ${responseId}, value ->> 'seq', value ->> 'flowId', value ->> 'nodeId',
      value ->> 'handle', value ->> 'reply', ${at} FROM json_each(${JSON.stringify(steps)})`,
  );
}

function insertAnswers(
  tenant: Tenant,
  responseId: string,
  answers: readonly Answer[],
  at: number,
): Statement {
  return tenant.db.insert(responseAnswers).select(
    sql`SELECT ${tenant.workspaceId}, ${responseId}, value ->> 'seq', value ->> 'flowId', value ->> 'nodeId',
      value ->> 'variable', value ->> 'question', value -> 'value', ${at}
      FROM json_each(${JSON.stringify(answers)})`,
  );
}

export function withoutWorkspace({ workspaceId: _, ...response }: typeof responses.$inferSelect): Response {
  return response;
}

/** Gives a merged contact's responses to the contact that stays. */
export const responseContactMover: ContactMover = (tenant, fromContactId, toContactId) => [
  tenant.db
    .update(responses)
    .set({ contactId: toContactId })
    .where(tenant.of(responses, eq(responses.contactId, fromContactId))),
];
