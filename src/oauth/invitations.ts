import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { workspaces } from "../control/schema.ts";
import type { Role } from "../control/scopes.ts";
import { invitations } from "../control/sign-in-schema.ts";
import { administered, OPERATOR, recordAdministration } from "../gate/administration.ts";
import { gateOf } from "../gate/gate.ts";
import { InvitationRecords, type InvitationRow } from "../gate/invitation-records.ts";
import { hashToken } from "../gate/tokens.ts";
import { getWorkspace } from "../gate/workspaces.ts";
import { publicOrigin } from "../http/addresses.ts";
import { Failure } from "../tenant/failure.ts";
import { newId, randomText } from "../tenant/ids.ts";
import type { Actor } from "../tenant/tenant.ts";
import { emailSchema, type User } from "./users.ts";

const DAY = 24 * 60 * 60_000;

/** How long a link works unless the operator says a shorter time; none works longer. */
const LIFETIME = 7 * DAY;

export interface NewInvitation {
  workspaceId: string;
  email: string;
  role: Role;
  /** Who invites; the operator unless said. */
  by?: Actor;
  /** Milliseconds; at most 7 days from now, which is also the default. */
  expiresAt?: number;
}

/**
 * Makes a link that lets the person of this address become a member, once. The answer holds the only copy of it. It
 * takes the place of the links that the address had before.
 * @throws Failure `not_found` for an unknown workspace, `invalid_input` for a malformed address or expiry, `conflict`
 *   when they are a member
 */
export async function createInvitation(
  env: Env,
  input: NewInvitation,
): Promise<{ id: string; url: string; expiresAt: number }> {
  const workspace = await getWorkspace(env, input.workspaceId);
  const email = emailSchema.safeParse(input.email);
  if (!email.success) throw new Failure("invalid_input", "email: not an email address.");
  const now = Date.now();
  const expiresAt = input.expiresAt ?? now + LIFETIME;
  if (expiresAt <= now || expiresAt > now + LIFETIME) {
    throw new Failure("invalid_input", "expiresAt: an invitation works for 7 days at most, from now.");
  }
  const token = randomText(52);
  const row = {
    id: newId("invitation", now),
    email: email.data,
    role: input.role,
    tokenHash: hashToken(token),
    expiresAt,
  };
  if (!(await new InvitationRecords(env.CONTROL, workspace.id).insert(row))) {
    throw new Failure("conflict", `${row.email} is a member already.`, {
      hint: "Change what they may do with member set-role.",
    });
  }
  await recordAdministration(administered(env, workspace, input.by ?? OPERATOR), {
    type: "member.updated",
    subjectId: row.id,
    data: { change: "invited", to: row.role },
  });
  return { id: row.id, url: `${publicOrigin(env)}/invitations/${token}`, expiresAt };
}

export interface Invitation {
  id: string;
  workspaceId: string;
  workspaceName: string;
  email: string;
  role: Role;
  /** The workspace is suspended: nobody can join it now. */
  suspended: boolean;
}

/** The invitation behind a link that can still be used; null when it was used, has ended or never was. */
export async function openInvitation(env: Env, token: string): Promise<Invitation | null> {
  const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({
      id: invitations.id,
      workspaceId: invitations.workspaceId,
      workspaceName: workspaces.name,
      email: invitations.email,
      role: invitations.role,
      suspended: sql<boolean>`${workspaces.suspendedAt} IS NOT NULL`.mapWith(Boolean),
    })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .where(
      and(
        eq(invitations.tokenHash, hashToken(token)),
        isNull(invitations.acceptedAt),
        isNull(invitations.revokedAt),
        gt(invitations.expiresAt, Date.now()),
      ),
    );
  return row ?? null;
}

/**
 * Makes the person a member and uses the invitation up, in one step: of two at once only one succeeds. Somebody who is a
 * member already keeps their role.
 * @throws Failure `not_allowed` when it is somebody else's, `conflict` when it was used or ended meanwhile, or the
 *   workspace is suspended
 */
export async function acceptInvitation(env: Env, invitation: Invitation, user: User): Promise<void> {
  if (user.email.toLowerCase() !== invitation.email) {
    throw new Failure("not_allowed", `This invitation is for ${invitation.email}.`);
  }
  const member = await gateOf(env, invitation.workspaceId).join(invitation.id, {
    id: newId("member"),
    userId: user.id,
    name: user.name,
    email: invitation.email,
  });
  if (!member) throw new Failure("conflict", "This invitation cannot be used any more.");
  const actor: Actor = { kind: "member", id: member.id, name: member.name, credentialId: null };
  const workspace = await getWorkspace(env, invitation.workspaceId);
  await recordAdministration(administered(env, workspace, actor), {
    type: "member.updated",
    subjectId: member.id,
    data: { change: "joined", to: member.role },
  });
}

/** What became of an invitation. */
export type InvitationState = "open" | "accepted" | "revoked" | "expired";

/** An invitation without what its link is known by. */
export type ListedInvitation = Omit<InvitationRow, "tokenHash"> & { state: InvitationState };

/** A workspace's invitations, the newest first, at most 500. Used and ended ones stay for 30 days. */
export async function listInvitations(env: Env, workspaceId: string): Promise<ListedInvitation[]> {
  return (await new InvitationRecords(env.CONTROL, workspaceId).list()).map(listed);
}

/** Ends an invitation at once; null when there is none of that id. One that is over stays as it is. */
export async function revokeInvitation(
  env: Env,
  workspaceId: string,
  id: string,
  by: Actor = OPERATOR,
): Promise<ListedInvitation | null> {
  const asked = Date.now();
  const row = await new InvitationRecords(env.CONTROL, workspaceId).revoke(id);
  if (row?.revokedAt && row.revokedAt >= asked) {
    const workspace = await getWorkspace(env, workspaceId);
    await recordAdministration(administered(env, workspace, by), {
      type: "member.updated",
      subjectId: id,
      data: { change: "withdrawn" },
    });
  }
  return row && listed(row);
}

function listed({ tokenHash: _, ...row }: InvitationRow): ListedInvitation {
  if (row.acceptedAt !== null) return { ...row, state: "accepted" };
  if (row.revokedAt !== null) return { ...row, state: "revoked" };
  return { ...row, state: row.expiresAt <= Date.now() ? "expired" : "open" };
}
