import { recordEvent } from "../tenant/events.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import type { UsageWindow } from "./admission.ts";
import type { Principal } from "./principal.ts";

/** Shares of a day's or month's quota at which the workspace is told, once per window. */
const THRESHOLDS = [0.8, 1];

/**
 * Records `usage.threshold_reached` when this request made a day's or month's count cross a threshold.
 * Runs after the answer: a failure here is logged and costs the caller nothing.
 */
export async function recordThreshold(
  env: Env,
  principal: Principal,
  before: readonly UsageWindow[],
  after: readonly UsageWindow[],
): Promise<void> {
  const crossed = after.flatMap((now, i) => {
    const limit = now.limit;
    if (now.window === "minute" || !limit) return [];
    const was = before[i]?.used ?? 0;
    return THRESHOLDS.filter((share) => was < share * limit && now.used >= share * limit).map((share) => ({
      window: now.window,
      percent: share * 100,
      used: now.used,
      limit,
    }));
  });
  if (crossed.length === 0) return;
  const tenant = new Tenant(shardDatabase(env, principal.shard), {
    workspaceId: principal.workspaceId,
    inboxes: null,
    actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
    timeZone: principal.timeZone,
  });
  try {
    await tenant.batch(
      crossed.map((data) =>
        recordEvent(tenant, {
          type: "usage.threshold_reached",
          subjectId: principal.workspaceId,
          inboxId: null,
          data,
        }),
      ),
    );
  } catch (error) {
    console.error(
      JSON.stringify({
        event: "threshold_not_recorded",
        workspaceId: principal.workspaceId,
        error: String(error),
      }),
    );
  }
}
