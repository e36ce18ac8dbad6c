import { and, eq, type SQL, sql } from "drizzle-orm";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom } from "../tenant/writes.ts";
import { totals } from "./schema.ts";

/** What is counted, and whether the count is kept for each inbox or once for the workspace. */
export const TOTALS = {
  contacts: "workspace",
  conversations_open: "inbox",
  tickets_open: "inbox",
  inboxes: "inbox",
  chatbots: "workspace",
  attachment_bytes: "workspace",
} as const;

export type TotalMetric = keyof typeof TOTALS;

export interface TotalChange {
  metric: TotalMetric;
  /** The inbox that the thing belongs to; null for what belongs to the whole workspace (contacts, chatbots). */
  inboxId: string | null;
  /** 1, -1, or an SQL expression that gives the difference. */
  by: number | SQL;
}

/**
 * The statement that keeps a count; put it in the batch of the change, beside its event:
 *
 * - `contacts` (inbox null): +1 when a contact is made, -1 when one is merged away.
 * - `conversations_open` (its inbox): +1 when a conversation becomes `open` (made, reopened, set), -1 when it
 *   leaves `open`. pending, snoozed and resolved ones are not counted.
 * - `tickets_open` (its inbox, null without one): +1 when made or reopened, -1 when it becomes resolved or closed.
 * - `inboxes` (itself): +1 when made. `chatbots` (inbox null): +1 when made, -1 when deleted.
 * - `attachment_bytes` (inbox null): the bytes of files, + when one is stored, - when it is removed.
 *
 * It changes exactly one row, and none where `onlyIf` does not hold: see `whenChanged`.
 */
export function adjustTotal(tenant: Tenant, change: TotalChange, options: { onlyIf?: SQL } = {}): Statement {
  return adjust(tenant, change, options);
}

function adjust(
  tenant: Tenant,
  change: { metric: string; inboxId: string | null; by: number | SQL },
  options: { onlyIf?: SQL },
): Statement {
  // WHERE is needed in any case: without it SQLite takes ON CONFLICT for a join condition of the SELECT.
  return insertFrom(
    tenant,
    totals,
    { metric: change.metric, inboxId: change.inboxId ?? "", value: change.by },
    sql`WHERE ${options.onlyIf ?? sql`1`}`,
  ).onConflictDoUpdate({
    target: [totals.workspaceId, totals.metric, totals.inboxId],
    set: { value: sql`value + excluded.value` },
  });
}

/**
 * A count as the caller may see it: of things that belong to inboxes, only those of the caller's inboxes.
 * Counts of the whole workspace (contacts, chatbots) are the same for every caller: a store that must hide some
 * of them from limited callers counts in its own way.
 * Reads one row for each inbox that has any.
 */
export async function readTotal(tenant: Tenant, metric: TotalMetric): Promise<number> {
  const limited = TOTALS[metric] === "inbox" ? tenant.visible(totals.inboxId) : undefined;
  const [row] = await tenant.db
    .select({ value: sql<number>`coalesce(sum(${totals.value}), 0)` })
    .from(totals)
    .where(tenant.of(totals, and(eq(totals.metric, metric), limited)));
  return row?.value ?? 0;
}

/** What is counted for each chatbot, and within it for each inbox: `responses`, +1 when a flow session has begun. */
export type ChatbotMetric = "responses";

/** The row's metric: the chatbot behind it keeps one chatbot's rows together. */
function chatbotKey(metric: ChatbotMetric, chatbotId: string): string {
  return `${metric}/${chatbotId}`;
}

/** The statement that keeps a count of a chatbot; as {@link adjustTotal} in everything else. */
export function adjustChatbotTotal(
  tenant: Tenant,
  change: { metric: ChatbotMetric; chatbotId: string; inboxId: string | null; by: number | SQL },
  options: { onlyIf?: SQL } = {},
): Statement {
  const { metric, chatbotId, inboxId, by } = change;
  return adjust(tenant, { metric: chatbotKey(metric, chatbotId), inboxId, by }, options);
}

/**
 * A count of each of these chatbots, of the caller's inboxes only; chatbots without any are left out.
 * Reads one row for each chatbot and inbox that has any.
 */
export async function readChatbotTotals(
  tenant: Tenant,
  metric: ChatbotMetric,
  chatbotIds: readonly string[],
): Promise<Map<string, number>> {
  const keys = new Map(chatbotIds.map((id) => [chatbotKey(metric, id), id]));
  const counts = await readKeys(tenant, [...keys.keys()]);
  return new Map([...counts].map(([key, value]) => [keys.get(key) ?? key, value]));
}

/** The statement that forgets the counts of a chatbot that is deleted. */
export function forgetChatbotTotals(tenant: Tenant, chatbotId: string): Statement {
  return tenant.db
    .delete(totals)
    .where(tenant.of(totals, eq(totals.metric, chatbotKey("responses", chatbotId))));
}

/** What is counted for each sales rule, and within it for each inbox. */
const RULE_METRICS = ["rule_shown", "rule_opened", "rule_answered"] as const;
export type RuleMetric = (typeof RULE_METRICS)[number];

/** The statement that counts one more for a sales rule; as {@link adjustTotal} in everything else. */
export function adjustRuleTotal(
  tenant: Tenant,
  { metric, ruleId, inboxId }: { metric: RuleMetric; ruleId: string; inboxId: string },
  options: { onlyIf?: SQL } = {},
): Statement {
  return adjust(tenant, { metric: `${metric}/${ruleId}`, inboxId, by: 1 }, options);
}

/** The counts of these rules by `<metric>/<rule>`, of the caller's inboxes only. Reads a row for each inbox that has any. */
export function readRuleTotals(tenant: Tenant, ruleIds: readonly string[]): Promise<Map<string, number>> {
  return readKeys(
    tenant,
    RULE_METRICS.flatMap((metric) => ruleIds.map((id) => `${metric}/${id}`)),
  );
}

/** The statement that forgets the counts of rules that are deleted. @param ruleIds a subquery for their ids */
export function forgetRuleTotals(tenant: Tenant, ruleIds: SQL): Statement {
  const metrics = sql`(SELECT metric.value || '/' || rule.id FROM json_each(${JSON.stringify(RULE_METRICS)}) metric,
    ${ruleIds} rule)`;
  return tenant.db.delete(totals).where(tenant.of(totals, sql`${totals.metric} IN ${metrics}`));
}

async function readKeys(tenant: Tenant, keys: readonly string[]): Promise<Map<string, number>> {
  const rows = await tenant.db
    .select({ key: totals.metric, value: sql<number>`sum(${totals.value})` })
    .from(totals)
    .where(
      tenant.of(
        totals,
        sql`${totals.metric} IN (SELECT value FROM json_each(${JSON.stringify(keys)}))`,
        tenant.visible(totals.inboxId),
      ),
    )
    .groupBy(totals.metric);
  return new Map(rows.map(({ key, value }) => [key, value]));
}
