import { recordEvent } from "../tenant/events.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import type { UsageWindow } from "./admission.ts";
import type { Principal } from "./principal.ts";

/** Shares of a day's or month's quota at which the workspace is told, once per window. */
const THRESHOLDS = [0.8, 1];

/** A threshold that a count went past. */
type Crossed = {
  window: UsageWindow["window"];
  percent: number;
  used: number;
  limit: number;
};

/** The thresholds of day and month that lie between what was used before a request and after it. */
export function crossedThresholds(before: readonly UsageWindow[], after: readonly UsageWindow[]): Crossed[] {
  const crossed: Crossed[] = [];
  for (const [i, { window, used, limit }] of after.entries()) {
    if (window === "minute" || !limit) continue;
    const was = before[i]?.used ?? 0;
    for (const share of THRESHOLDS) {
      if (was < share * limit && used >= share * limit)
        crossed.push({ window, percent: share * 100, used, limit });
    }
  }
  return crossed;
}

/**
 * Records `usage.threshold_reached` for each. Runs after the answer: a failure here is logged and costs the caller
 * nothing.
 */
export async function recordThresholds(
  env: Env,
  principal: Principal,
  crossed: readonly Crossed[],
): Promise<void> {
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
