import { and, eq, gt, isNull } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { workspaces } from "../control/schema.ts";
import type { Role } from "../control/scopes.ts";
import { invitations } from "../control/sign-in-schema.ts";
import { hashToken } from "../gate/tokens.ts";
import { addMember, getWorkspace } from "../gate/workspaces.ts";
import { publicOrigin } from "../http/addresses.ts";
import { Failure } from "../tenant/failure.ts";
import { newId, randomText } from "../tenant/ids.ts";
import { emailSchema, type User } from "./users.ts";

const DAY = 24 * 60 * 60_000;

/** How long a link works unless the operator says a shorter time; none works longer. */
const LIFETIME = 7 * DAY;

export interface NewInvitation {
  workspaceId: string;
  email: string;
  role: Role;
  /** Milliseconds; at most 7 days from now, which is also the default. */
  expiresAt?: number;
}

/**
 * Makes a link that lets the person of this address become a member, once. The answer holds the only copy of it.
 * @throws Failure `not_found` for an unknown workspace, `invalid_input` for a malformed address or expiry
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
    workspaceId: workspace.id,
    email: email.data,
    role: input.role,
    tokenHash: hashToken(token),
    createdAt: now,
    expiresAt,
    acceptedAt: null,
  };
  await drizzle(env.CONTROL, { casing: "snake_case" }).insert(invitations).values(row);
  return { id: row.id, url: `${publicOrigin(env)}/invitations/${token}`, expiresAt };
}

export interface Invitation {
  id: string;
  workspaceId: string;
  workspaceName: string;
  email: string;
  role: Role;
}

/** The invitation behind a link that can still be used; null when it was used, has expired or never was. */
export async function openInvitation(env: Env, token: string): Promise<Invitation | null> {
  const [row] = await drizzle(env.CONTROL, { casing: "snake_case" })
    .select({
      id: invitations.id,
      workspaceId: invitations.workspaceId,
      workspaceName: workspaces.name,
      email: invitations.email,
      role: invitations.role,
    })
    .from(invitations)
    .innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .where(
      and(
        eq(invitations.tokenHash, hashToken(token)),
        isNull(invitations.acceptedAt),
        gt(invitations.expiresAt, Date.now()),
      ),
    );
  return row ?? null;
}

/**
 * Makes the person a member and uses the invitation up. Of two at once only one succeeds; when the membership
 * cannot be stored the link works again.
 * @throws Failure `not_allowed` when it is somebody else's, `conflict` when it was used meanwhile
 */
export async function acceptInvitation(env: Env, invitation: Invitation, user: User): Promise<void> {
  if (user.email.toLowerCase() !== invitation.email) {
    throw new Failure("not_allowed", `This invitation is for ${invitation.email}.`);
  }
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const claimed = await db
    .update(invitations)
    .set({ acceptedAt: Date.now() })
    .where(
      and(
        eq(invitations.id, invitation.id),
        isNull(invitations.acceptedAt),
        gt(invitations.expiresAt, Date.now()),
      ),
    )
    .returning({ id: invitations.id });
  if (claimed.length === 0) throw new Failure("conflict", "This invitation was already used.");
  try {
    await addMember(env, invitation.workspaceId, {
      userId: user.id,
      name: user.name,
      email: user.email,
      role: invitation.role,
    });
  } catch (error) {
    await db.update(invitations).set({ acceptedAt: null }).where(eq(invitations.id, invitation.id));
    throw error;
  }
}
