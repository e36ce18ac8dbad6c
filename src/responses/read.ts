import { eq, getTableColumns, sql } from "drizzle-orm";
import { contactOf } from "../conversations/contact-of.ts";
import { endedSessions } from "../flows/run/sessions.ts";
import { notFound } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { FIRST_ANSWERS } from "./journey.ts";
import { type Response, sessionIdOf } from "./record.ts";
import { type RecordedAnswer, responses } from "./schema.ts";

const { workspaceId: _, answers, path, nodes: _nodes, ...facts } = getTableColumns(responses);

/** The columns that lists show. */
export function factColumns(tenant: Tenant) {
  return { ...facts, contactId: contactOf(tenant, responses.conversationId) };
}

/** A response without what lists do not show. */
export type ResponseFacts = Omit<Response, "answers" | "path" | "nodes">;

/**
 * Responses as they stand now. A session can end without a turn (its flow is deleted, publishing ends it, another flow
 * takes its conversation over), and its response ends with it.
 */
export async function withEnds<T extends ResponseFacts>(tenant: Tenant, list: readonly T[]): Promise<T[]> {
  const open = list
    .filter(({ status }) => status === "started")
    .map(({ conversationId, id }) => ({ conversationId, id: sessionIdOf(id) }));
  const ends = await endedSessions(tenant, open);
  return list.map((response) => ({ ...response, ...ends.get(sessionIdOf(response.id)) }));
}

/**
 * A response with its answers and path.
 * @throws Failure `not_found`, also for another chatbot's, and for one in an inbox that the caller may not see
 */
export async function getResponse(
  tenant: Tenant,
  ownerId: string,
  id: string,
): Promise<Omit<Response, "nodes">> {
  const rows = await tenant.db
    .select({ ...factColumns(tenant), answers, path })
    .from(responses)
    .where(
      tenant.of(
        responses,
        eq(responses.chatbotId, ownerId),
        eq(responses.id, id),
        tenant.visible(responses.inboxId),
      ),
    );
  const [response] = await withEnds(tenant, rows);
  if (!response) throw notFound("response", id);
  return response;
}

/** A response as lists show it: with its first answers. */
export interface ListedResponse extends ResponseFacts {
  firstAnswers: RecordedAnswer[];
}

/** The first answers of a response as a column: the others may be long. */
export const firstAnswers = sql<RecordedAnswer[]>`(SELECT json_group_array(json(value))
  FROM (SELECT value FROM json_each(${responses.answers}) LIMIT ${sql.raw(String(FIRST_ANSWERS))}))`.mapWith(
  responses.answers,
);
