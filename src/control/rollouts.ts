import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { rollouts, settings } from "./schema.ts";

export type Rollout = typeof rollouts.$inferSelect;

/** Every rollout rule, by feature. A handful of rows. */
export async function listRollouts(env: Env): Promise<Rollout[]> {
  return drizzle(env.CONTROL, { casing: "snake_case" }).select().from(rollouts).orderBy(rollouts.feature);
}

/** Sets the one rule of a feature or tool. Gates take it up within 5 seconds. */
export async function setRollout(env: Env, rule: Rollout): Promise<Rollout> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  await db.batch([
    db.insert(rollouts).values(rule).onConflictDoUpdate({ target: rollouts.feature, set: rule }),
    db.update(settings).set({ revision: sql`${settings.revision} + 1` }),
  ]);
  return rule;
}

/** 0 to 99, the same for a workspace and feature for ever, so that a growing percentage only adds workspaces. */
function bucket(feature: string, workspaceId: string): number {
  // FNV-1a, 32 bits: spreads short keys evenly enough, and needs no await.
  let hash = 0x811c9dc5;
  for (const char of `${feature}:${workspaceId}`) {
    hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  }
  return hash % 100;
}

/** Whether a workspace has the feature: deny beats allow; otherwise it must be in the rings (if any) and the percentage. */
export function hasFeature(rule: Rollout, workspace: { id: string; ring: string }): boolean {
  if (rule.deny.includes(workspace.id)) return false;
  if (rule.allow.includes(workspace.id)) return true;
  if (rule.rings.length > 0 && !rule.rings.includes(workspace.ring)) return false;
  return bucket(rule.feature, workspace.id) < rule.percent;
}
