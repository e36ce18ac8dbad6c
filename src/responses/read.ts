import { asc, desc, eq, lte, sql } from "drizzle-orm";
import { endedSessions } from "../flows/run/sessions.ts";
import { notFound } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Response, withoutWorkspace } from "./record.ts";
import { responseAnswers, responseSteps, responses } from "./schema.ts";

export type StoredAnswer = Omit<typeof responseAnswers.$inferSelect, "workspaceId" | "responseId">;
export type StoredStep = Omit<typeof responseSteps.$inferSelect, "workspaceId" | "responseId">;

/**
 * Responses as they stand now. A session can end without a turn (its flow is deleted, publishing ends it, another flow
 * takes its conversation over), and its response ends with it.
 */
export async function withEnds(tenant: Tenant, list: readonly Response[]): Promise<Response[]> {
  const open = list.filter(({ status }) => status === "started").map(({ sessionId }) => sessionId);
  const ends = await endedSessions(tenant, open);
  return list.map((response) => {
    const end = ends.get(response.sessionId);
    return end ? { ...response, ...end } : response;
  });
}

/** @throws Failure `not_found`, also for another chatbot's, and for one in an inbox that the caller may not see */
export async function getResponse(tenant: Tenant, chatbotId: string, id: string): Promise<Response> {
  const [row] = await tenant.db
    .select()
    .from(responses)
    .where(
      tenant.of(
        responses,
        eq(responses.id, id),
        eq(responses.chatbotId, chatbotId),
        tenant.visible(responses.inboxId),
      ),
    );
  const [response] = row ? await withEnds(tenant, [withoutWorkspace(row)]) : [];
  if (!response) throw notFound("response", id);
  return response;
}

/** The first answers of each of these responses, at most `each`, in their order. */
export async function firstAnswers(
  tenant: Tenant,
  responseIds: readonly string[],
  each: number,
): Promise<Map<string, StoredAnswer[]>> {
  if (responseIds.length === 0) return new Map();
  const rows = await tenant.db
    .select()
    .from(responseAnswers)
    .where(
      tenant.of(
        responseAnswers,
        sql`${responseAnswers.responseId} IN (SELECT value FROM json_each(${JSON.stringify(responseIds)}))`,
        lte(responseAnswers.seq, each),
      ),
    )
    .orderBy(asc(responseAnswers.responseId), asc(responseAnswers.seq));
  const found = new Map<string, StoredAnswer[]>();
  for (const { workspaceId: _, responseId, ...answer } of rows) {
    found.set(responseId, [...(found.get(responseId) ?? []), answer]);
  }
  return found;
}

/** The newest answers of a response, at most `limit`, the oldest of them first. */
export async function latestAnswers(
  tenant: Tenant,
  responseId: string,
  limit: number,
): Promise<StoredAnswer[]> {
  const rows = await tenant.db
    .select()
    .from(responseAnswers)
    .where(tenant.of(responseAnswers, eq(responseAnswers.responseId, responseId)))
    .orderBy(desc(responseAnswers.seq))
    .limit(limit);
  return rows.map(({ workspaceId: _, responseId: __, ...answer }) => answer).reverse();
}

/** The newest steps of a response, at most `limit`, the oldest of them first. */
export async function latestSteps(tenant: Tenant, responseId: string, limit: number): Promise<StoredStep[]> {
  const rows = await tenant.db
    .select()
    .from(responseSteps)
    .where(tenant.of(responseSteps, eq(responseSteps.responseId, responseId)))
    .orderBy(desc(responseSteps.seq))
    .limit(limit);
  return rows.map(({ workspaceId: _, responseId: __, ...step }) => step).reverse();
}
