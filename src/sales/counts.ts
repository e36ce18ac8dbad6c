import { sql } from "drizzle-orm";
import { adjustRuleTotal, readRuleTotals } from "../figures/totals.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** What becomes of a rule on a page: its words stood there, the chat was opened by them, the visitor answered. */
export const RULE_MOMENTS = ["shown", "opened", "answered"] as const;
export type RuleMoment = (typeof RULE_MOMENTS)[number];
export type RuleCounts = Record<RuleMoment, number>;

/** Counts what became of an active rule of a chatbot, in one inbox; of another one nothing. Writes one row. */
export async function noteRule(
  tenant: Tenant,
  {
    ruleId,
    chatbotId,
    inboxId,
    what,
  }: { ruleId: string; chatbotId: string; inboxId: string; what: RuleMoment },
): Promise<void> {
  const onlyIf = sql`EXISTS (SELECT 1 FROM sales_rules WHERE workspace_id = ${tenant.workspaceId}
    AND id = ${ruleId} AND chatbot_id = ${chatbotId} AND active)`;
  await tenant.batch([adjustRuleTotal(tenant, { metric: `rule_${what}`, ruleId, inboxId }, { onlyIf })]);
}

/** What became of each of these rules, in the caller's inboxes. */
export async function ruleCounts(
  tenant: Tenant,
  ruleIds: readonly string[],
): Promise<Map<string, RuleCounts>> {
  const totals = await readRuleTotals(tenant, ruleIds);
  const of = (id: string, what: RuleMoment) => totals.get(`rule_${what}/${id}`) ?? 0;
  return new Map(
    ruleIds.map((id) => [
      id,
      { shown: of(id, "shown"), opened: of(id, "opened"), answered: of(id, "answered") },
    ]),
  );
}
