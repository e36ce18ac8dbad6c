import { eq, type SQL, sql } from "drizzle-orm";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { inboxes } from "./schema.ts";

/**
 * What a caller limited to inboxes may not change, publish or delete: what inboxes use that it may not see. Chatbots,
 * their flows and knowledge belong to the whole workspace, so everybody reads them.
 */

/** "Belongs to an inbox that the caller may not see", of a column that may be NULL or empty; undefined: it sees all. */
export function inHiddenInbox(tenant: Tenant, inboxId: SQL): SQL | undefined {
  if (tenant.inboxes === null) return undefined;
  return sql`${inboxId} <> '' AND ${inboxId} NOT IN (SELECT value FROM json_each(${JSON.stringify(tenant.inboxes)}))`;
}

/** Why a limited caller is refused. @param what as a sentence begins, for example `This chatbot` */
export function sharedWithHidden(what: string): Failure {
  return new Failure("not_allowed", `${what} is used beyond the inboxes that you may see.`, {
    hint: "Ask somebody who sees all inboxes to change it, or work on a copy.",
  });
}

/**
 * Tags, custom fields and what else every inbox's customers may carry are deleted by who sees all inboxes.
 * @param what as a sentence begins
 * @throws Failure `not_allowed` for a limited caller
 */
export function mustSeeAllInboxes(tenant: Tenant, what: string): void {
  if (tenant.inboxes !== null) throw sharedWithHidden(what);
}

/**
 * Reads one row at most, for limited callers alone. That the chatbot exists is the caller's to check.
 * @throws Failure `not_allowed` when the chatbot answers in an inbox that the caller may not see
 */
export async function mayChangeChatbot(tenant: Tenant, chatbotId: string): Promise<void> {
  const hidden = inHiddenInbox(tenant, sql`${inboxes.id}`);
  if (hidden === undefined) return;
  const [row] = await tenant.db
    .select({ id: inboxes.id })
    .from(inboxes)
    .where(tenant.of(inboxes, eq(inboxes.chatbotId, chatbotId), hidden))
    .limit(1);
  if (row) throw sharedWithHidden("This chatbot");
}
