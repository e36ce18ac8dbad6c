import { desc, eq, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { notFound } from "../tenant/failure.ts";
import { type CursorScope, decodeCursor, type Page, pageOf, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { withoutWorkspace } from "./deliveries.ts";
import { type AttemptState, type WebhookDelivery, webhookDelivered, webhookDeliveries } from "./schema.ts";

/** Reads the log of both tables as one: what arrived at its first attempt, and all other attempts. */

/** What arrived at once, as an attempt. */
function asDelivery({ workspaceId: _, ...delivered }: typeof webhookDelivered.$inferSelect): WebhookDelivery {
  return {
    ...delivered,
    attempt: 1,
    trigger: "auto",
    state: "succeeded",
    errorKind: null,
    nextAttemptAt: null,
    latest: true,
  };
}

/** @throws Failure `not_found`, also for one of another webhook */
export async function getDelivery(tenant: Tenant, webhookId: string, id: string): Promise<WebhookDelivery> {
  const [[row], [delivered]] = await tenant.db.batch([
    tenant.db
      .select()
      .from(webhookDeliveries)
      .where(
        tenant.of(
          webhookDeliveries,
          eq(webhookDeliveries.id, id),
          eq(webhookDeliveries.webhookId, webhookId),
        ),
      ),
    tenant.db
      .select()
      .from(webhookDelivered)
      .where(
        tenant.of(webhookDelivered, eq(webhookDelivered.webhookId, webhookId), eq(webhookDelivered.id, id)),
      ),
  ]);
  if (row) return withoutWorkspace(row);
  if (delivered) return asDelivery(delivered);
  throw notFound("delivery", id);
}

/** A webhook's attempts, newest first. */
export async function listDeliveries(
  tenant: Tenant,
  webhookId: string,
  options: { state?: AttemptState; cursor?: string; page?: number; limit: number },
): Promise<Page<WebhookDelivery>> {
  const { state, cursor, page, limit } = options;
  const scope: CursorScope = {
    list: "webhook_deliveries",
    tenant,
    filters: [webhookId, state ?? null],
  };
  const skip = pageOffset(page, limit, cursor);
  const before = cursor && (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
  const most = skip + limit + 1;
  const attempts = tenant.db
    .select()
    .from(webhookDeliveries)
    .where(
      tenant.of(
        webhookDeliveries,
        eq(webhookDeliveries.webhookId, webhookId),
        state === undefined ? undefined : eq(webhookDeliveries.state, state),
        before ? lt(webhookDeliveries.id, before) : undefined,
      ),
    )
    .orderBy(desc(webhookDeliveries.id))
    .limit(most);
  const delivered = tenant.db
    .select()
    .from(webhookDelivered)
    .where(
      tenant.of(
        webhookDelivered,
        eq(webhookDelivered.webhookId, webhookId),
        before ? lt(webhookDelivered.id, before) : undefined,
        state === undefined || state === "succeeded" ? undefined : sql`0`,
      ),
    )
    .orderBy(desc(webhookDelivered.id))
    .limit(most);
  const [some, others] = await tenant.db.batch([attempts, delivered]);
  const rows = [...some.map(withoutWorkspace), ...others.map(asDelivery)]
    .toSorted((a, b) => (a.id > b.id ? -1 : 1))
    .slice(skip, most);
  return pageOf(scope, rows, limit, ({ id }) => [id]);
}
