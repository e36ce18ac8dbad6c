import { desc } from "drizzle-orm";
import { z } from "zod";
import { getInbox } from "../inboxes/store.ts";
import { EVENT_TYPES } from "../tenant/events.ts";
import { events } from "../tenant/schema.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { beginAttempt, ERROR_KINDS, endAttempt } from "../webhooks/deliveries.ts";
import { listDeliveries } from "../webhooks/log.ts";
import { renderEvent } from "../webhooks/render.ts";
import { webhookIdOf } from "../webhooks/signing.ts";
import { getWebhook, secretOwner } from "../webhooks/store.ts";

/** Events among which the one that was told is looked for. */
const LOOKED_AT = 30;

export const deliveredSchema = z.strictObject({
  at: z.int(),
  webhookId: z.string(),
  /** The newest event of this type is what was told. */
  event: z.enum(EVENT_TYPES),
  outcome: z.strictObject({
    statusCode: z.int().nullable(),
    errorKind: z.enum(ERROR_KINDS).nullable(),
    durationMs: z.int().min(0),
    responseExcerpt: z.string().max(2048).nullable(),
  }),
});

/**
 * Logs an attempt that was made to tell a webhook of the newest event of a type: its last one, however it ended. Where
 * an attempt at this moment or later is logged already, or nothing was to be told, it does nothing.
 * @param tenant of Parley itself at that moment
 * @throws Failure `not_found` for the webhook
 */
export async function recordPastDelivery(
  tenant: Tenant,
  env: Env,
  { at, webhookId, event: type, outcome }: z.output<typeof deliveredSchema>,
): Promise<void> {
  const webhook = await getWebhook(tenant, webhookId);
  const [{ items: logged }, feed] = await Promise.all([
    listDeliveries(tenant, webhookId, { limit: 1 }),
    tenant.db.select().from(events).where(tenant.of(events)).orderBy(desc(events.seq)).limit(LOOKED_AT),
  ]);
  const event = feed.find((one) => one.type === type);
  if ((logged[0]?.createdAt ?? 0) >= at || !event) return;
  const inbox = event.inboxId === null ? null : await getInbox(tenant, event.inboxId);
  const message = renderEvent(webhook, event, inbox?.chatbotId ?? null);
  if (message === null) return;
  const messageId = await webhookIdOf(secretOwner(env, tenant, webhookId), event.seq);
  const id = await beginAttempt(tenant, { ...message, messageId, webhookId, trigger: "auto" });
  await endAttempt(tenant, id, outcome, "exhausted");
}
