import { sql } from "drizzle-orm";
import { firstIdAt } from "../tenant/ids.ts";
import type { Kept } from "../tenant/overdue.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { webhookDelivered, webhookDeliveries, webhooks } from "./schema.ts";

/** How the log goes again: with its webhook, and with time. Both of its tables are alike in all that is asked here. */

const DAY = 24 * 60 * 60_000;
/** Days that the log is kept. */
export const KEPT_DAYS = 30;
/** Rows that one run of housekeeping removes at most of what is past its time, and of what belongs to no webhook. */
const FORGOTTEN_AT_ONCE = 1000;
/** Rows that one statement removes with a webhook, and how often that is repeated; housekeeping does the rest. */
const REMOVED_AT_ONCE = 5000;
const REMOVAL_ROUNDS = 40;

const TABLES = [webhookDeliveries, webhookDelivered] as const;
type Log = (typeof TABLES)[number];

/** Removes the log of a webhook that is gone, as far as one call can: up to 200,000 rows of each table. */
export async function removeDeliveries(tenant: Tenant, webhookId: string): Promise<void> {
  for (const table of TABLES) {
    for (let round = 0; round < REMOVAL_ROUNDS; round++) {
      const removed = await tenant.db.delete(table).where(
        tenant.of(
          table,
          sql`(${table.webhookId}, ${table.id}) IN (
            SELECT d.webhook_id, d.id FROM ${table} d
            WHERE d.workspace_id = ${tenant.workspaceId} AND d.webhook_id = ${webhookId} LIMIT ${REMOVED_AT_ONCE})`,
        ),
      );
      if (removed.meta.changes < REMOVED_AT_ONCE) break;
    }
  }
}

/** The statements that remove the logs of a chatbot's webhooks, before these go; housekeeping finds what is left. */
export function removeDeliveriesOfChatbot(tenant: Tenant, chatbotId: string): Statement[] {
  const { workspaceId } = tenant;
  // A cross join is made in this order: SQLite would else walk the workspace's log.
  return TABLES.map((table) =>
    tenant.db.delete(table).where(
      tenant.of(
        table,
        sql`(${table.webhookId}, ${table.id}) IN (
          SELECT d.webhook_id, d.id FROM ${webhooks} w CROSS JOIN ${table} d
          WHERE w.workspace_id = ${workspaceId} AND w.chatbot_id = ${chatbotId}
            AND d.workspace_id = ${workspaceId} AND d.webhook_id = w.id LIMIT ${REMOVED_AT_ONCE})`,
      ),
    ),
  );
}

/** The webhooks that have a log, found from one to the next by the index: as many steps as there are. */
function logged(table: Log, workspace: ReturnType<typeof sql>) {
  return sql`WITH RECURSIVE logged(webhook_id) AS (
    SELECT min(d.webhook_id) FROM ${table} d WHERE d.workspace_id = ${workspace}
    UNION ALL
    SELECT (SELECT min(d.webhook_id) FROM ${table} d
      WHERE d.workspace_id = ${workspace} AND d.webhook_id > logged.webhook_id)
    FROM logged WHERE logged.webhook_id IS NOT NULL)`;
}

/** Attempts past their time; with them go those of webhooks that are gone. */
export const keptDeliveries: readonly Kept[] = TABLES.map((table) => ({
  name: table === webhookDelivered ? "webhook deliveries that arrived" : "webhook deliveries",
  table,
  oldest: sql`${logged(table, sql`of.id`)}
    SELECT min((SELECT min(d.id) FROM ${table} d
      WHERE d.workspace_id = of.id AND d.webhook_id = logged.webhook_id)) FROM logged`,
  before: (now) => firstIdAt("delivery", now - KEPT_DAYS * DAY),
  forget: (tenant, now) => forgetDeliveries(tenant, table, now),
}));

function forgetDeliveries(tenant: Tenant, table: Log, now: number): Statement[] {
  const { workspaceId } = tenant;
  const before = firstIdAt("delivery", now - KEPT_DAYS * DAY);
  const forgotten = (condition: ReturnType<typeof sql>) =>
    tenant.db.delete(table).where(
      tenant.of(
        table,
        sql`(${table.webhookId}, ${table.id}) IN (
          ${logged(table, sql`${workspaceId}`)}
          SELECT d.webhook_id, d.id FROM logged CROSS JOIN ${table} d
          WHERE d.workspace_id = ${workspaceId} AND d.webhook_id = logged.webhook_id AND ${condition}
          LIMIT ${FORGOTTEN_AT_ONCE})`,
      ),
    );
  return [
    forgotten(sql`d.id < ${before}`),
    forgotten(sql`NOT EXISTS (
      SELECT 1 FROM webhooks w WHERE w.workspace_id = ${workspaceId} AND w.id = logged.webhook_id)`),
  ];
}
