import { and, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { planInForce } from "../control/plans.ts";
import { hasFeature } from "../control/rollouts.ts";
import { members, plans, rollouts, workspaces } from "../control/schema.ts";
import { ROLE_SCOPES } from "../control/scopes.ts";
import type { Principal } from "./principal.ts";
import type { Workspace } from "./workspaces.ts";

/** A signed-in person in one workspace: what its row says, and who they act as there. */
export interface Membership {
  workspace: Workspace;
  principal: Principal & { member: NonNullable<Principal["member"]> };
}

/**
 * Who a signed-in user acts as in a workspace at this moment: the member, with all that their role allows. Read anew for
 * each request and held nowhere, so a removal or another role holds from the next one on. In one round trip.
 * @returns null when there is no such workspace or they are no member of it, which look the same
 */
export async function membershipOf(
  env: Env,
  workspaceId: string,
  userId: string,
): Promise<Membership | null> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const [[workspace], [member], rules, allPlans] = await db.batch([
    db.select().from(workspaces).where(eq(workspaces.id, workspaceId)),
    db
      .select()
      .from(members)
      .where(
        and(eq(members.workspaceId, workspaceId), eq(members.userId, userId), isNull(members.removedAt)),
      ),
    db.select().from(rollouts),
    db.select().from(plans),
  ]);
  if (!workspace || !member) return null;
  const plan = planInForce(new Map(allPlans.map((one) => [one.name, one])), workspace, Date.now());
  const { id, name, role } = member;
  return {
    workspace,
    principal: {
      workspaceId,
      workspaceName: workspace.name,
      shard: workspace.shard,
      timeZone: workspace.timeZone,
      phoneCountry: workspace.phoneCountry,
      helpSlug: workspace.helpSlug,
      plan: plan?.name ?? workspace.plan,
      // Whoever presses the button has confirmed it.
      confirmSends: false,
      credentialId: id,
      kind: "member",
      name,
      member: { id, userId, name, role },
      scopes: [...ROLE_SCOPES[role]],
      readOnly: false,
      inboxes: null,
      hidden: rules.filter((rule) => !hasFeature(rule, workspace)).map((rule) => rule.feature),
      validUntil: null,
    },
  };
}
