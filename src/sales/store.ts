import { and, asc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import { z } from "zod";
import type { ChatbotRemoval } from "../chatbots/store.ts";
import { forgetRuleTotals } from "../figures/totals.ts";
import { mayChangeChatbot } from "../inboxes/shared.ts";
import { recordEvent } from "../tenant/events.ts";
import { notFound } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { selectGiven } from "../tenant/json-rows.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom, mustChange } from "../tenant/writes.ts";
import { type SalesTrigger, salesRules } from "./schema.ts";

export type SalesRule = Omit<typeof salesRules.$inferSelect, "workspaceId">;

export interface NewSalesRule {
  /** The caller has found that it exists. */
  chatbotId: string;
  name: string;
  trigger: SalesTrigger;
  message: string;
  active: boolean;
}

export type SalesRuleChanges = Partial<Omit<NewSalesRule, "chatbotId">>;

/** @throws Failure `not_found` */
export async function getSalesRule(tenant: Tenant, id: string): Promise<SalesRule> {
  const [row] = await tenant.db
    .select()
    .from(salesRules)
    .where(tenant.of(salesRules, eq(salesRules.id, id)));
  if (!row) throw notFound("sales rule", id);
  const { workspaceId: _, ...rule } = row;
  return rule;
}

/** Rules by chatbot, and within one by priority. */
export async function listSalesRules(
  tenant: Tenant,
  options: { chatbotId?: string; active?: boolean; cursor?: string; limit: number },
): Promise<Page<SalesRule>> {
  const { chatbotId, active, cursor, limit } = options;
  const scope: CursorScope = {
    list: "sales_rules",
    tenant,
    filters: [chatbotId ?? null, active ?? null],
  };
  const after = cursor && (await decodeCursor(scope, cursor, z.tuple([z.string(), z.int()])));
  const rows = await tenant.db
    .select()
    .from(salesRules)
    .where(
      tenant.of(
        salesRules,
        and(
          chatbotId === undefined ? undefined : eq(salesRules.chatbotId, chatbotId),
          active === undefined ? undefined : eq(salesRules.active, active),
          // Of one chatbot by the priority alone: SQLite would else go from the chatbot's first rule on.
          after && chatbotId !== undefined
            ? gt(salesRules.priority, after[1])
            : after
              ? sql`(${salesRules.chatbotId}, ${salesRules.priority}) > (${after[0]}, ${after[1]})`
              : undefined,
        ),
      ),
    )
    .orderBy(asc(salesRules.chatbotId), asc(salesRules.priority))
    .limit(limit + 1);
  return pageOf(
    scope,
    rows.map(({ workspaceId: _, ...rule }) => rule),
    limit,
    (rule) => [rule.chatbotId, rule.priority],
  );
}

/** What the widget needs of a rule. */
export type SpokenRule = Pick<SalesRule, "id" | "trigger" | "message">;

/** Most rules of a chatbot that its widget knows. */
const SPOKEN = 50;

/** The query for the active rules of an inbox's chatbot by priority, the first {@link SPOKEN}, for a batch of several. */
export function rulesOfInbox(tenant: Tenant, inboxId: string) {
  const chatbotId = sql`(SELECT i.chatbot_id FROM inboxes i
    WHERE i.workspace_id = ${tenant.workspaceId} AND i.id = ${inboxId})`;
  const { id, trigger, message } = salesRules;
  return tenant.db
    .select({ id, trigger, message })
    .from(salesRules)
    .where(tenant.of(salesRules, eq(salesRules.active, true), eq(salesRules.chatbotId, chatbotId)))
    .orderBy(asc(salesRules.priority))
    .limit(SPOKEN);
}

/** A rule is part of its chatbot's set-up, so its changes are the chatbot's. */
function changedStatement(tenant: Tenant, rule: Pick<SalesRule, "id" | "chatbotId">, at: number): Statement {
  return recordEvent(
    tenant,
    {
      type: "chatbot.updated",
      subjectId: rule.chatbotId,
      inboxId: null,
      data: { changed: ["salesRules"], salesRuleId: rule.id },
    },
    { at },
  );
}

/** Makes a rule, behind those that the chatbot has. @throws Failure `not_allowed` as {@link mayChangeChatbot} */
export async function createSalesRule(tenant: Tenant, input: NewSalesRule): Promise<SalesRule> {
  await mayChangeChatbot(tenant, input.chatbotId);
  const { chatbotId, name, trigger, message, active } = input;
  const at = tenant.now();
  const id = newId("salesRule", at);
  await tenant.batch([
    insertFrom(
      tenant,
      salesRules,
      {
        ...{ id, chatbotId, name, message, trigger, active, createdAt: at, updatedAt: at },
        priority: sql`(SELECT coalesce(max(priority), 0) + 1 FROM sales_rules
          WHERE workspace_id = ${tenant.workspaceId} AND chatbot_id = ${chatbotId})`,
      },
      sql`WHERE 1`,
    ),
    changedStatement(tenant, { id, chatbotId }, at),
  ]);
  return getSalesRule(tenant, id);
}

/**
 * Changes the named fields; when all are as they were already, nothing is written.
 * @throws Failure `not_found`; `not_allowed` as {@link mayChangeChatbot}
 */
export async function updateSalesRule(
  tenant: Tenant,
  id: string,
  changes: SalesRuleChanges,
): Promise<SalesRule> {
  await retryOnConflict(async () => {
    const before = await getSalesRule(tenant, id);
    await mayChangeChatbot(tenant, before.chatbotId);
    const after = {
      name: changes.name ?? before.name,
      trigger: changes.trigger ?? before.trigger,
      message: changes.message ?? before.message,
      active: changes.active ?? before.active,
    };
    const { name, trigger, message, active } = before;
    if (JSON.stringify(after) === JSON.stringify({ name, trigger, message, active })) return;
    const at = tenant.now();
    await tenant.batch([
      ...mustChange(
        tenant,
        tenant.db
          .update(salesRules)
          .set({ ...after, updatedAt: at })
          .where(
            tenant.of(
              salesRules,
              eq(salesRules.id, id),
              eq(salesRules.name, name),
              eq(salesRules.trigger, trigger),
              eq(salesRules.message, message),
              eq(salesRules.active, active),
            ),
          ),
      ),
      changedStatement(tenant, before, at),
    ]);
  });
  return getSalesRule(tenant, id);
}

/** Deletes a rule for good. @throws Failure `not_found`; `not_allowed` as {@link mayChangeChatbot} */
export async function deleteSalesRule(tenant: Tenant, id: string): Promise<void> {
  await retryOnConflict(async () => {
    const rule = await getSalesRule(tenant, id);
    await mayChangeChatbot(tenant, rule.chatbotId);
    await tenant.batch([
      ...mustChange(tenant, tenant.db.delete(salesRules).where(tenant.of(salesRules, eq(salesRules.id, id)))),
      forgetRuleTotals(tenant, sql`(SELECT ${id} AS id)`),
      changedStatement(tenant, rule, tenant.now()),
    ]);
  });
}

/** Rules of one step of copying, and of one copy at most. */
const AT_ONCE = 100;
const MAX_COPIED = 1000;

/** Copies a chatbot's first {@link MAX_COPIED} rules to one that has none yet, as they are and in their order, in steps. */
export async function copySalesRules(
  { tenant }: { tenant: Tenant },
  fromId: string,
  toId: string,
): Promise<{ salesRules: number; salesRulesLeftOut: boolean }> {
  let copied = 0;
  let cursor: string | null | undefined;
  while (cursor !== null && copied < MAX_COPIED) {
    const page: Page<SalesRule> = await listSalesRules(tenant, {
      chatbotId: fromId,
      limit: AT_ONCE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    const at = tenant.now();
    const rows = page.items.map((rule) => ({
      ...rule,
      ...{ id: newId("salesRule", at), chatbotId: toId, createdAt: at, updatedAt: at },
    }));
    const others = { workspaceId: sql`${tenant.workspaceId}` };
    if (rows.length > 0) {
      await tenant.db.insert(salesRules).select(selectGiven(getTableColumns(salesRules), rows, others));
    }
    copied += rows.length;
    cursor = page.nextCursor;
  }
  return { salesRules: copied, salesRulesLeftOut: cursor !== null };
}

/** Takes a chatbot's rules along when it is deleted. */
export const salesRuleRemoval: ChatbotRemoval = (tenant, chatbotId) => [
  forgetRuleTotals(
    tenant,
    sql`(SELECT r.id FROM sales_rules r WHERE r.workspace_id = ${tenant.workspaceId} AND r.chatbot_id = ${chatbotId})`,
  ),
  tenant.db.delete(salesRules).where(tenant.of(salesRules, eq(salesRules.chatbotId, chatbotId))),
];
