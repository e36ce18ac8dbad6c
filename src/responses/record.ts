import { and, eq, getTableColumns, inArray, type SQL, sql } from "drizzle-orm";
import type { DailyChange, NodeChange } from "../figures/day-counts.ts";
import { dayOf } from "../figures/days.ts";
import { adjustChatbotTotal } from "../figures/totals.ts";
import { type FlowSession, ofNewestSession } from "../flows/run/sessions.ts";
import { recordEvent } from "../tenant/events.ts";
import { bareId, isId, prefixedId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { continueJourney, type Turns } from "./journey.ts";
import { responses } from "./schema.ts";

type Row = Omit<typeof responses.$inferSelect, "workspaceId">;

/** A response with the contact that its conversation has now; null where the conversation is gone. */
export interface Response extends Omit<Row, "chatbotId"> {
  /** The chatbot whose main flow it began in; null for an automation flow, whose own it is. */
  chatbotId: string | null;
  contactId: string | null;
}

const { workspaceId: _, ...columns } = getTableColumns(responses);

/** What a session has left behind so far; null before its first turn. For what runs flows, which sees every inbox. */
export async function responseOfSession(
  tenant: Tenant,
  session: Pick<FlowSession, "id" | "chatbotId" | "flowId" | "contactId">,
): Promise<Response | null> {
  const [row] = await tenant.db
    .select(columns)
    .from(responses)
    .where(
      tenant.of(
        responses,
        inArray(responses.chatbotId, [session.chatbotId ?? "", session.flowId]),
        eq(responses.id, responseIdOf(session.id)),
      ),
    );
  return row ? responseOfRow(row, session) : null;
}

/** The query for what a conversation's newest session has left behind, for a batch of several: see {@link responseOfRow}. */
export function newestResponse(tenant: Tenant, conversationId: SQL | string) {
  const of = (column: Parameters<typeof ofNewestSession>[2]) =>
    ofNewestSession(tenant, conversationId, column);
  return tenant.db
    .select(columns)
    .from(responses)
    .where(
      tenant.of(
        responses,
        sql`${responses.chatbotId} IN (coalesce(${of("chatbotId")}, ''), ${of("flowId")})`,
        sql`${responses.id} = ${prefixedId("response", "")} || substr(${of("id")}, ${prefixedId("flowSession", "").length + 1})`,
      ),
    );
}

/** A response from its row. @param session whose it is */
export function responseOfRow(row: Row, session: Pick<FlowSession, "contactId">): Response {
  return { ...row, chatbotId: chatbotOf(row.chatbotId), contactId: session.contactId };
}

/** The chatbot that owns a response as stored; null for an automation flow's. */
export function chatbotOf(owner: string): string | null {
  return isId("chatbot", owner) ? owner : null;
}

function ownerOf({ chatbotId, flowId }: Pick<Response, "chatbotId" | "flowId">): string {
  return chatbotId ?? flowId;
}

/** The statement that ends what a session has left behind, where something outside of the flow ended it. */
export function endResponse(
  tenant: Tenant,
  session: Pick<FlowSession, "id" | "chatbotId" | "flowId">,
  status: Exclude<Row["status"], "started" | "completed">,
  at: number,
): Statement {
  return tenant.db
    .update(responses)
    .set({ status, endedAt: at })
    .where(
      tenant.of(
        responses,
        and(
          inArray(responses.chatbotId, [session.chatbotId ?? "", session.flowId]),
          eq(responses.id, responseIdOf(session.id)),
          eq(responses.status, "started"),
        ),
      ),
    );
}

/** A response has its session's id behind its own prefix. */
/** The id of what a session leaves behind. */
export function responseIdOf(sessionId: string): string {
  return prefixedId("response", bareId(sessionId));
}

/** The session that a response is of. */
export function sessionIdOf(responseId: string): string {
  return prefixedId("flowSession", bareId(responseId));
}

/**
 * The statements that record what turns of a session came to: the response itself, the chatbot's total,
 * `response.created` and `response.completed`; and what they count on the response's day, for the statements that count
 * whatever else the batch does, since days are one row.
 *
 * Put them in the batch that stores the session's state, behind `storeTurn`: it fails the batch when the session had
 * another turn meanwhile, which is what keeps a response from being recorded twice.
 * @param before as {@link responseOfSession} answered before the turns
 * @param begins of what kind its flow is, where it begins: an automation flow counts for no chatbot's responses
 * @param at milliseconds UTC
 * @returns the response as it will be
 */
export function recordTurns(
  tenant: Tenant,
  session: FlowSession,
  before: Response | null,
  played: Turns,
  at: number,
  begins: { isAutomation: boolean } = { isAutomation: false },
): { response: Response; statements: Statement[]; counts: (DailyChange | NodeChange)[] } {
  const begun = before ?? newResponse(tenant, session, begins.isAutomation, at);
  const { journey, reached, answered } = continueJourney(played, begun, at);
  const { status } = played.turns.at(-1)?.turn.state ?? played.before;
  const response: Response = {
    ...begun,
    ...journey,
    status: status === "waiting" ? "started" : status,
    endedAt: status === "waiting" ? null : at,
  };
  const completes = response.status === "completed" && begun.status !== "completed";
  // Counted where it happens, beside what else the turn counts there.
  const where = { inboxId: response.inboxId ?? "", chatbotId: session.chatbotId, day: response.day };
  const isOwn = response.chatbotId !== null;
  const [started, ended] = isOwn
    ? (["responses_started", "responses_completed"] as const)
    : (["sent_flows_started", "sent_flows_completed"] as const);
  return {
    response,
    statements: [
      ...(before ? [changed(tenant, response)] : created(tenant, response)),
      ...(completes ? [completed(tenant, response, at)] : []),
    ],
    counts: [
      ...(before ? [] : [{ ...where, metric: started }]),
      // On the day that it began: what completed on a day never exceeds what was started on it.
      ...(completes ? [{ ...where, metric: ended }] : []),
      // Drop-off is that of the chatbot's own flow.
      ...(isOwn ? reached.map((node) => ({ ...where, node: `reached ${node}` as const })) : []),
      ...(isOwn ? answered.map((node) => ({ ...where, node: `answered ${node}` as const })) : []),
    ],
  };
}

function newResponse(tenant: Tenant, session: FlowSession, isAutomation: boolean, at: number): Response {
  const { flowId, versionId, inboxId, conversationId, contactId } = session;
  const chatbotId = isAutomation ? null : session.chatbotId;
  return {
    id: responseIdOf(session.id),
    ...{ flowId, versionId, chatbotId, inboxId, conversationId, contactId },
    status: "started",
    day: dayOf(at, tenant.timeZone),
    startedAt: at,
    endedAt: null,
    answerCount: 0,
    stepCount: 0,
    nodes: {},
    answers: [],
    path: [],
  };
}

/** What events of a response tell of it. */
function eventData({ flowId, chatbotId, conversationId, contactId }: Response) {
  return { flowId, chatbotId, conversationId, contactId };
}

function created(tenant: Tenant, response: Response): Statement[] {
  const { contactId: _contact, ...row } = response;
  const { id, chatbotId, inboxId, startedAt: at } = response;
  return [
    tenant.db.insert(responses).values(tenant.row({ ...row, chatbotId: ownerOf(response) })),
    recordEvent(
      tenant,
      { type: "response.created", subjectId: id, inboxId, data: eventData(response) },
      { at },
    ),
    ...(chatbotId === null
      ? []
      : [adjustChatbotTotal(tenant, { metric: "responses", chatbotId, inboxId, by: 1 })]),
  ];
}

function changed(tenant: Tenant, response: Response): Statement {
  const { status, endedAt, answerCount, stepCount, nodes, answers, path } = response;
  return tenant.db
    .update(responses)
    .set({ status, endedAt, answerCount, stepCount, nodes, answers, path })
    .where(
      tenant.of(
        responses,
        and(
          // One without a chatbot from before automation flows had their own.
          inArray(responses.chatbotId, [ownerOf(response), ""]),
          eq(responses.id, response.id),
        ),
      ),
    );
}

function completed(tenant: Tenant, response: Response, at: number): Statement {
  const { id, inboxId, answerCount } = response;
  const startedAt = new Date(response.startedAt).toISOString();
  return recordEvent(
    tenant,
    {
      type: "response.completed",
      subjectId: id,
      inboxId,
      data: { ...eventData(response), answerCount, startedAt },
    },
    { at },
  );
}
