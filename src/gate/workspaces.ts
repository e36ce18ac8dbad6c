import { and, eq, gt, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { isSupportedCountry } from "libphonenumber-js/min";
import { z } from "zod";
import { listPlans } from "../control/plans.ts";
import { members, workspaces } from "../control/schema.ts";
import { ROLES, type Role } from "../control/scopes.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { nearlyFull, shardNames, shardSizes } from "../tenant/shards.ts";
import { typedText } from "../tenant/typed-text.ts";
import { gateOf } from "./gate.ts";

export type Workspace = typeof workspaces.$inferSelect;

export const RINGS = ["canary", "early", "stable"] as const;

/** An IANA time zone that this runtime knows. */
export const timeZoneSchema = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, "not an IANA time zone");

/** A country (ISO 3166 code, such as DE) whose phone numbers are known; null: none. */
export const countrySchema = z
  .string()
  .toUpperCase()
  .refine(isSupportedCountry, "not a country code")
  .nullable();

/** The workspace's part of its help pages' addresses. */
export const helpSlugSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])$/, {
    error: "must be 2 to 40 letters of a to z, digits and hyphens, with none of these at an end",
  });

export const newWorkspaceSchema = z.strictObject({
  name: typedText(100),
  plan: z.string().default("trial"),
  ring: z.enum(RINGS).default("stable"),
  shard: z.string().optional(),
  timeZone: timeZoneSchema.default("UTC"),
  phoneCountry: countrySchema.default(null),
});

/**
 * Makes a workspace, on the shard named or else, of those that are not nearly full, on the one with the fewest
 * workspaces. Its MCP switch is on.
 * @throws Failure `invalid_input` for an unknown plan or shard, naming those there are
 */
export async function createWorkspace(
  env: Env,
  input: z.input<typeof newWorkspaceSchema>,
): Promise<Workspace> {
  const wanted = newWorkspaceSchema.parse(input);
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const shards = shardNames(env);
  const [plans, load, sizes] = await Promise.all([
    listPlans(env),
    shardLoad(env),
    wanted.shard === undefined ? shardSizes(env) : [],
  ]);
  const plan = plans.find(({ name }) => name === wanted.plan);
  if (!plan) {
    throw new Failure("invalid_input", `Unknown plan ${wanted.plan}.`, {
      candidates: plans.map((p) => p.name),
    });
  }
  if (wanted.shard !== undefined && !shards.includes(wanted.shard)) {
    throw new Failure("invalid_input", `Unknown shard ${wanted.shard}.`, { candidates: shards });
  }
  const roomy = sizes.filter((size) => !nearlyFull(size)).map(({ shard }) => shard);
  const count = (shard: string) => load.get(shard) ?? 0;
  const emptiest = (roomy.length > 0 ? roomy : shards).toSorted((a, b) => count(a) - count(b))[0];
  const shard = wanted.shard ?? emptiest;
  if (shard === undefined) throw new Error("No tenant database is bound.");
  const now = Date.now();
  const workspace: Workspace = {
    id: newId("workspace", now),
    name: wanted.name,
    plan: plan.name,
    ring: wanted.ring,
    shard,
    timeZone: wanted.timeZone,
    phoneCountry: wanted.phoneCountry,
    helpSlug: null,
    mcpEnabled: true,
    confirmSends: false,
    suspendedAt: null,
    trialEndsAt: trialEnd(plan.trialDays, now),
    createdAt: now,
  };
  await db.insert(workspaces).values(workspace);
  return workspace;
}

/** How many workspaces each shard has; those without any are left out. */
export async function shardLoad(env: Env): Promise<Map<string, number>> {
  const rows = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ shard: workspaces.shard, count: sql<number>`count(*)` })
    .from(workspaces)
    .groupBy(workspaces.shard);
  return new Map(rows.map(({ shard, count }) => [shard, count]));
}

function trialEnd(days: number | null, now: number): number | null {
  return days === null ? null : now + days * 24 * 60 * 60_000;
}

/** Moves a workspace to another plan; the change bites on its next request. A plan with an end starts anew. */
export async function setWorkspacePlan(env: Env, id: string, planName: string): Promise<Workspace> {
  const plans = await listPlans(env);
  const plan = plans.find(({ name }) => name === planName);
  if (!plan) {
    throw new Failure("invalid_input", `Unknown plan ${planName}.`, { candidates: plans.map((p) => p.name) });
  }
  const changed = await gateOf(env, (await getWorkspace(env, id)).id).updateWorkspace({
    plan: plan.name,
    trialEndsAt: trialEnd(plan.trialDays, Date.now()),
  });
  if (!changed) throw noWorkspace(id);
  return changed;
}

/**
 * Turns a workspace's help pages on, or off by null: at `/help/<slug>/` anybody then reads its published articles.
 * @throws Failure `not_found`; `duplicate` when another workspace's are there
 */
export async function setHelpSlug(env: Env, id: string, helpSlug: string | null): Promise<Workspace> {
  const { id: known } = await getWorkspace(env, id);
  const changed = await gateOf(env, known).updateWorkspace({ helpSlug });
  if (changed) return changed;
  throw new Failure("duplicate", `The help pages of another workspace are at ${JSON.stringify(helpSlug)}.`, {
    hint: "Choose another name.",
  });
}

/** The workspace whose help pages are there, with what reading in it needs; null where there are none. */
export async function workspaceOfHelp(
  env: Env,
  helpSlug: string,
): Promise<Pick<Workspace, "id" | "name" | "shard" | "timeZone" | "phoneCountry" | "helpSlug"> | null> {
  const { id, name, shard, timeZone, phoneCountry } = workspaces;
  const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ id, name, shard, timeZone, phoneCountry, helpSlug: workspaces.helpSlug })
    .from(workspaces)
    .where(and(eq(workspaces.helpSlug, helpSlug), sql`${workspaces.suspendedAt} IS NULL`));
  return row ?? null;
}

/** @throws Failure `not_found` */
export async function getWorkspace(env: Env, id: string): Promise<Workspace> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, id));
  if (!row) throw noWorkspace(id);
  return row;
}

/** Workspaces in the order they were made, `limit` at a time, after the id given. */
export async function listWorkspaces(env: Env, after = "", limit = 100): Promise<Workspace[]> {
  return drizzle(env.CONTROL, { casing: "snake_case" })
    .select()
    .from(workspaces)
    .where(gt(workspaces.id, after))
    .orderBy(workspaces.id)
    .limit(limit);
}

/**
 * Makes a user a member, or brings a removed one back. Owners are made by the operator alone.
 * @throws Failure `not_found` for an unknown workspace
 */
export async function addMember(
  env: Env,
  workspaceId: string,
  person: { userId: string; name: string; email: string; role: Role },
) {
  await getWorkspace(env, workspaceId);
  return gateOf(env, workspaceId).putMember({ ...person, id: newId("member") });
}

export const roleSchema = z.enum(ROLES);

/** The workspaces a user is a member of, by name; suspended ones are left out. */
export async function workspacesOfUser(
  env: Env,
  userId: string,
): Promise<{ workspace: Workspace; role: Role; memberId: string }[]> {
  return drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ workspace: workspaces, role: members.role, memberId: members.id })
    .from(members)
    .innerJoin(workspaces, eq(workspaces.id, members.workspaceId))
    .where(
      and(
        eq(members.userId, userId),
        sql`${members.removedAt} IS NULL`,
        sql`${workspaces.suspendedAt} IS NULL`,
      ),
    )
    .orderBy(workspaces.name);
}

function noWorkspace(id: string): Failure {
  return new Failure("not_found", `No workspace ${JSON.stringify(id.slice(0, 80))}.`);
}
