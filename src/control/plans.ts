import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { Failure } from "../tenant/failure.ts";
import { plans, settings } from "./schema.ts";

export type Plan = typeof plans.$inferSelect;

/** Every plan, by name. A handful of rows. */
export async function listPlans(env: Env): Promise<Plan[]> {
  return drizzle(env.CONTROL, { casing: "snake_case" }).select().from(plans).orderBy(plans.name);
}

/**
 * Adds a plan or replaces it. Gates take it up within 5 seconds.
 * @throws Failure `invalid_input` when it falls to itself
 */
export async function setPlan(env: Env, plan: Plan): Promise<Plan> {
  if (plan.fallsTo === plan.name) throw new Failure("invalid_input", "A plan cannot fall to itself.");
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  await db.batch([
    db.insert(plans).values(plan).onConflictDoUpdate({ target: plans.name, set: plan }),
    db.update(settings).set({ revision: sql`${settings.revision} + 1` }),
  ]);
  return plan;
}

/** How many inboxes a workspace on this plan may have; null without limit. @param plan the one in force */
export async function inboxesAllowed(env: Env, plan: string): Promise<number | null> {
  return (await listPlans(env)).find(({ name }) => name === plan)?.maxInboxes ?? null;
}

/**
 * The plan that holds for a workspace now: its own, or the one that a plan with an end falls to.
 * @param now milliseconds, UTC
 */
export function planInForce(
  all: ReadonlyMap<string, Plan>,
  workspace: { plan: string; trialEndsAt: number | null },
  now: number,
): Plan | undefined {
  const own = all.get(workspace.plan);
  if (!own?.fallsTo || workspace.trialEndsAt === null || now < workspace.trialEndsAt) return own;
  return all.get(own.fallsTo);
}
