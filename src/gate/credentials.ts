import { and, eq, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { Plan } from "../control/plans.ts";
import { hasFeature, type Rollout } from "../control/rollouts.ts";
import { grants, members, plans, rollouts, settings, tokens, workspaces } from "../control/schema.ts";
import { BOT_SCOPES, ROLE_SCOPES } from "../control/scopes.ts";
import type { Credential } from "./admission.ts";
import type { Principal } from "./principal.ts";

/** What the control database knows of a credential and its workspace, in one round trip. */
export interface CredentialRecord {
  workspace: typeof workspaces.$inferSelect;
  holder:
    | { kind: "token"; token: typeof tokens.$inferSelect }
    | { kind: "grant"; grant: typeof grants.$inferSelect; member: typeof members.$inferSelect };
}

/** Reads a credential that is not revoked, with its workspace and (for grants) its member. Null when there is none. */
export async function readCredential(
  control: D1Database,
  workspaceId: string,
  credential: Credential,
): Promise<CredentialRecord | null> {
  const db = drizzle(control, { casing: "snake_case" });
  const workspace = db.select().from(workspaces).where(eq(workspaces.id, workspaceId));
  if (credential.kind === "token") {
    const token = db
      .select()
      .from(tokens)
      .where(
        and(eq(tokens.hash, credential.hash), eq(tokens.workspaceId, workspaceId), isNull(tokens.revokedAt)),
      );
    const [[owner], [row]] = await db.batch([workspace, token]);
    return owner && row ? { workspace: owner, holder: { kind: "token", token: row } } : null;
  }
  const grant = db
    .select()
    .from(grants)
    .where(
      and(eq(grants.id, credential.grantId), eq(grants.workspaceId, workspaceId), isNull(grants.revokedAt)),
    );
  const member = db
    .select()
    .from(members)
    .where(
      and(
        eq(members.workspaceId, workspaceId),
        isNull(members.removedAt),
        sql`${members.userId} = (SELECT user_id FROM ${grants} WHERE id = ${credential.grantId})`,
      ),
    );
  const [[owner], [row], [person]] = await db.batch([workspace, grant, member]);
  return owner && row && person
    ? { workspace: owner, holder: { kind: "grant", grant: row, member: person } }
    : null;
}

/** Plans and rollouts with the revision they were read at. */
export interface Settings {
  revision: number;
  plans: ReadonlyMap<string, Plan>;
  rollouts: Rollout[];
}

export async function readRevision(control: D1Database): Promise<number> {
  const [row] = await drizzle(control, { casing: "snake_case" })
    .select({ revision: settings.revision })
    .from(settings);
  return row?.revision ?? 0;
}

export async function readSettings(control: D1Database): Promise<Settings> {
  const db = drizzle(control, { casing: "snake_case" });
  const [[row], allPlans, allRollouts] = await db.batch([
    db.select().from(settings),
    db.select().from(plans),
    db.select().from(rollouts),
  ]);
  return {
    revision: row?.revision ?? 0,
    plans: new Map(allPlans.map((plan) => [plan.name, plan])),
    rollouts: allRollouts,
  };
}

/** The credential's own id: what sessions, messages, logs and limits are kept by. */
export function credentialId({ holder }: CredentialRecord): string {
  return holder.kind === "token" ? holder.token.id : holder.grant.id;
}

/**
 * Who the credential acts as at this moment.
 * @param plan the plan in force; a trial's end is one of the ends of the principal's validity
 */
export function principalOf(
  record: CredentialRecord,
  settingsNow: Settings,
  plan: Plan,
  readOnlyAddress: boolean,
): Principal {
  const { workspace, holder } = record;
  const shared = {
    workspaceId: workspace.id,
    workspaceName: workspace.name,
    shard: workspace.shard,
    timeZone: workspace.timeZone,
    phoneCountry: workspace.phoneCountry,
    helpSlug: workspace.helpSlug,
    plan: plan.name,
    confirmSends: workspace.confirmSends,
    credentialId: credentialId(record),
    hidden: settingsNow.rollouts.filter((rule) => !hasFeature(rule, workspace)).map((rule) => rule.feature),
  };
  const trialEnd = plan.fallsTo ? workspace.trialEndsAt : null;
  if (holder.kind === "token") {
    const { token } = holder;
    return {
      ...shared,
      kind: token.kind,
      name: token.name,
      member: null,
      scopes: token.kind === "bot" ? token.scopes.filter((s) => BOT_SCOPES.includes(s)) : token.scopes,
      readOnly: token.readOnly || readOnlyAddress,
      inboxes: token.inboxes,
      validUntil: earliest(token.expiresAt, trialEnd),
    };
  }
  const { grant, member } = holder;
  return {
    ...shared,
    kind: "grant",
    name: grant.clientName,
    member: { id: member.id, userId: member.userId, name: member.name, role: member.role },
    scopes: grant.scopes.filter((scope) => ROLE_SCOPES[member.role].includes(scope)),
    readOnly: grant.readOnly || readOnlyAddress,
    inboxes: grant.inboxes,
    validUntil: trialEnd,
  };
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : Math.min(a, b);
}
