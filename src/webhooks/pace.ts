import { gte, type SQL, sql } from "drizzle-orm";
import { Failure } from "../tenant/failure.ts";
import { firstIdAt } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { webhookDeliveries } from "./schema.ts";

/**
 * Attempts by hand (tests and repetitions) that a workspace makes within a minute at most, all its webhooks together:
 * receivers are others' servers, and one call repeats up to twenty events.
 */
export const BY_HAND_PER_MINUTE = 120;
const MINUTE_MS = 60_000;

function ofLastMinute(tenant: Tenant, now: number): SQL {
  return tenant.of(
    webhookDeliveries,
    gte(webhookDeliveries.id, firstIdAt("delivery", now - MINUTE_MS)),
    // As the partial index spells it.
    sql`"trigger" <> 'auto'`,
  );
}

/** The statement that fails the batch of an attempt by hand when the last minute had enough of them. */
export function assertPace(tenant: Tenant, now: number): Statement {
  const made = sql`(SELECT count(*) FROM ${webhookDeliveries} WHERE ${ofLastMinute(tenant, now)})`;
  return tenant.assertThat(sql`${made} < ${BY_HAND_PER_MINUTE}`);
}

/** Why an attempt by hand must wait, with for how long; null when it need not. */
export async function paceFailure(tenant: Tenant, now: number): Promise<Failure | null> {
  const rows = await tenant.db
    .select({ at: webhookDeliveries.createdAt })
    .from(webhookDeliveries)
    .where(ofLastMinute(tenant, now))
    .orderBy(webhookDeliveries.id)
    .limit(BY_HAND_PER_MINUTE);
  const [oldest] = rows;
  if (!oldest || rows.length < BY_HAND_PER_MINUTE) return null;
  const retryAfterSeconds = Math.max(1, Math.ceil((oldest.at + MINUTE_MS - now) / 1000));
  return new Failure(
    "rate_limited",
    `At most ${BY_HAND_PER_MINUTE} tests and redeliveries are sent in a minute.`,
    { hint: `Go on in ${retryAfterSeconds} seconds.`, retryAfterSeconds },
  );
}
