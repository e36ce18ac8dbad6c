import { and, eq, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { hasFeature } from "../control/rollouts.ts";
import { members, rollouts, tokens, workspaces } from "../control/schema.ts";
import type { UsageWindow } from "./admission.ts";
import { gateOf } from "./gate.ts";
import type { ModelUse } from "./model-calls.ts";
import type { Principal } from "./principal.ts";

/** The control side of the caller's workspace, for the few tools that speak of it. */
export interface WorkspaceView {
  /** People and bots that a conversation or ticket can be assigned to. */
  members(): Promise<Assignable[]>;
  /** The plan's limits and what is used of them. */
  usage(): Promise<UsageWindow[]>;
  /** What answers by AI used of the day's calls to models. */
  modelUsage(): Promise<ModelUse>;
  /** Counts a call to a model; false: the day's are used up. */
  useModel(): Promise<boolean>;
  /** Whether the MCP switch is on, the rollouts that concern this workspace, and when it was made. */
  describe(): Promise<WorkspaceDescription>;
}

export interface Assignable {
  id: string;
  kind: "member" | "bot";
  name: string;
  /** Null for bots. */
  role: string | null;
}

export interface WorkspaceDescription {
  mcpEnabled: boolean;
  ring: string;
  trialEndsAt: number | null;
  createdAt: number;
  rollouts: { feature: string; enabled: boolean }[];
}

/** The control side of the caller's own workspace, read when a tool asks for it. */
export function workspaceView(env: Env, principal: Principal): WorkspaceView {
  const { workspaceId } = principal;
  const control = () => drizzle(env.CONTROL, { casing: "snake_case" });
  return {
    members: () => membersOf(env, workspaceId),
    async usage() {
      return gateOf(env, workspaceId).usage(principal.credentialId);
    },
    async modelUsage() {
      return gateOf(env, workspaceId).modelUsage();
    },
    async useModel() {
      return gateOf(env, workspaceId).useModel();
    },
    async describe() {
      const db = control();
      const [[workspace], rules] = await db.batch([
        db.select().from(workspaces).where(eq(workspaces.id, workspaceId)),
        db.select().from(rollouts),
      ]);
      if (!workspace) throw new Error("The workspace of an admitted principal is gone.");
      return {
        mcpEnabled: workspace.mcpEnabled,
        ring: workspace.ring,
        trialEndsAt: workspace.trialEndsAt,
        createdAt: workspace.createdAt,
        rollouts: rules.map((rule) => ({ feature: rule.feature, enabled: hasFeature(rule, workspace) })),
      };
    },
  };
}

/** People and bots of a workspace that a conversation or ticket can be assigned to, in one question. */
export async function membersOf(env: Env, workspaceId: string): Promise<Assignable[]> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const [people, bots] = await db.batch([
    db
      .select({ id: members.id, name: members.name, role: members.role })
      .from(members)
      .where(and(eq(members.workspaceId, workspaceId), isNull(members.removedAt)))
      .orderBy(members.createdAt),
    db
      .select({ id: tokens.id, name: tokens.name })
      .from(tokens)
      .where(and(eq(tokens.workspaceId, workspaceId), eq(tokens.kind, "bot"), isNull(tokens.revokedAt)))
      .orderBy(tokens.createdAt),
  ]);
  return [
    ...people.map((person) => ({ ...person, kind: "member" as const })),
    ...bots.map((bot) => ({ ...bot, kind: "bot" as const, role: null })),
  ];
}
