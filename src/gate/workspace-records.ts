import { and, desc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import { deletedWorkspaces, grants, inboxKeys, members, tokens, workspaces } from "../control/schema.ts";
import type { Role } from "../control/scopes.ts";
import { invitations } from "../control/sign-in-schema.ts";
import { InvitationRecords, insertable } from "./invitation-records.ts";

export type TokenRow = typeof tokens.$inferSelect;
export type GrantRow = typeof grants.$inferSelect;
export type MemberRow = typeof members.$inferSelect;
export type WorkspaceRow = typeof workspaces.$inferSelect;

/** What of a workspace decides how things are written in it, and whether they are. */
export type WorkspaceSettings = Pick<WorkspaceRow, "timeZone" | "phoneCountry" | "helpSlug" | "suspendedAt">;

export type NewMember = Pick<MemberRow, "id" | "userId" | "name" | "email" | "role">;

export type WorkspaceChange = Partial<
  Pick<
    WorkspaceRow,
    | "name"
    | "plan"
    | "ring"
    | "timeZone"
    | "phoneCountry"
    | "helpSlug"
    | "mcpEnabled"
    | "confirmSends"
    | "suspendedAt"
    | "trialEndsAt"
  >
>;

/**
 * Who may enter one workspace, as rows of the control database. Only the workspace's gate uses this: it must
 * forget what it holds around each write.
 */
export class WorkspaceRecords {
  readonly #db: DrizzleD1Database;
  readonly #workspaceId: string;
  readonly #invitations: InvitationRecords;

  constructor(control: D1Database, workspaceId: string) {
    this.#db = drizzle(control, { casing: "snake_case" });
    this.#workspaceId = workspaceId;
    this.#invitations = new InvitationRecords(control, workspaceId);
  }

  async workspace(): Promise<WorkspaceRow | null> {
    const [row] = await this.#db.select().from(workspaces).where(eq(workspaces.id, this.#workspaceId));
    return row ?? null;
  }

  /** Null when it does not exist, or another's help pages are where its own would be. */
  async updateWorkspace(change: WorkspaceChange): Promise<WorkspaceRow | null> {
    const { helpSlug = null } = change;
    const free = sql`NOT EXISTS (SELECT 1 FROM workspaces AS other
      WHERE other.help_slug = ${helpSlug} AND other.id <> ${this.#workspaceId})`;
    const [row] = await this.#db
      .update(workspaces)
      .set(change)
      .where(and(eq(workspaces.id, this.#workspaceId), helpSlug === null ? undefined : free))
      .returning();
    return row ?? null;
  }

  /**
   * Takes the workspace away with everything by which anybody entered it, and notes that it was deleted. Its grants stay
   * as revoked rows until the authorization server has forgotten them too.
   */
  async removeWorkspace(): Promise<void> {
    const id = this.#workspaceId;
    const now = Date.now();
    const deleted = {
      id: sql`id`,
      name: sql`name`,
      shard: sql`shard`,
      deletedAt: sql`${now}`,
      clearedAt: sql`NULL`,
    };
    await this.#db.batch([
      this.#db
        .insert(deletedWorkspaces)
        .select(sql`SELECT ${sql.join(Object.values(deleted), sql`, `)} FROM workspaces WHERE id = ${id}`),
      this.#db
        .update(grants)
        .set({ revokedAt: sql`coalesce(${grants.revokedAt}, ${now})` })
        .where(eq(grants.workspaceId, id)),
      this.#db.delete(tokens).where(eq(tokens.workspaceId, id)),
      this.#db.delete(members).where(eq(members.workspaceId, id)),
      this.#db.delete(invitations).where(eq(invitations.workspaceId, id)),
      this.#db.delete(inboxKeys).where(eq(inboxKeys.workspaceId, id)),
      this.#db.delete(workspaces).where(eq(workspaces.id, id)),
    ]);
  }

  async insertToken(row: Omit<TokenRow, "createdAt" | "revokedAt">): Promise<TokenRow> {
    const whole = { ...row, workspaceId: this.#workspaceId, createdAt: Date.now(), revokedAt: null };
    await this.#db.insert(tokens).values(whole);
    return whole;
  }

  async tokens(): Promise<TokenRow[]> {
    return this.#db
      .select()
      .from(tokens)
      .where(eq(tokens.workspaceId, this.#workspaceId))
      .orderBy(desc(tokens.createdAt), desc(tokens.id));
  }

  async revokeToken(id: string): Promise<{ id: string; revokedAt: number | null } | null> {
    const [row] = await this.#db
      .update(tokens)
      .set({ revokedAt: sql`coalesce(${tokens.revokedAt}, ${Date.now()})` })
      .where(and(eq(tokens.id, id), eq(tokens.workspaceId, this.#workspaceId)))
      .returning({ id: tokens.id, revokedAt: tokens.revokedAt });
    return row ?? null;
  }

  /**
   * Stores a grant of somebody who is a member at this moment; null when they are none. Otherwise what a person allowed
   * while they were being removed would come to life with their return.
   */
  async insertGrant(row: Omit<GrantRow, "createdAt" | "revokedAt">): Promise<GrantRow | null> {
    const whole = { ...row, workspaceId: this.#workspaceId, createdAt: Date.now(), revokedAt: null };
    const present = sql`EXISTS (SELECT 1 FROM members
      WHERE workspace_id = ${this.#workspaceId} AND user_id = ${row.userId} AND removed_at IS NULL)`;
    const [stored] = await this.#db
      .insert(grants)
      .select(insertable(grants, whole, present))
      .returning();
    return stored ?? null;
  }

  /** With the address of who allowed it, who may be a member no more. */
  async grants(): Promise<(GrantRow & { email: string | null })[]> {
    const rows = await this.#db
      .select({ grant: grants, email: members.email })
      .from(grants)
      .leftJoin(members, and(eq(members.workspaceId, grants.workspaceId), eq(members.userId, grants.userId)))
      .where(eq(grants.workspaceId, this.#workspaceId))
      .orderBy(desc(grants.createdAt), desc(grants.id));
    return rows.map(({ grant, email }) => ({ ...grant, email }));
  }

  async revokeGrant(id: string): Promise<{ id: string; revokedAt: number | null } | null> {
    const [row] = await this.#db
      .update(grants)
      .set({ revokedAt: sql`coalesce(${grants.revokedAt}, ${Date.now()})` })
      .where(and(eq(grants.id, id), eq(grants.workspaceId, this.#workspaceId)))
      .returning({ id: grants.id, revokedAt: grants.revokedAt });
    return row ?? null;
  }

  /** Stores a member, or brings a removed one back with the new role: by the operator's own word. */
  async putMember(row: NewMember): Promise<MemberRow> {
    const [stored] = await this.#db
      .insert(members)
      .values({ ...row, workspaceId: this.#workspaceId, createdAt: Date.now(), removedAt: null })
      .onConflictDoUpdate({
        target: [members.workspaceId, members.userId],
        set: { role: row.role, name: row.name, email: row.email, removedAt: null },
      })
      .returning();
    if (!stored) throw new Error("The control database stored no member.");
    return stored;
  }

  /**
   * Uses an invitation up and makes its person a member, or brings a removed one back, in one transaction. Who is a
   * member already stays as they are. The other invitations of the address end.
   * @returns null when the invitation is not open any more, or the workspace is suspended
   */
  async join(invitationId: string, person: Omit<NewMember, "role">): Promise<MemberRow | null> {
    const now = Date.now();
    const id = this.#workspaceId;
    const active = sql`EXISTS (SELECT 1 FROM workspaces WHERE id = ${id} AND suspended_at IS NULL)`;
    const joining = {
      ...person,
      workspaceId: id,
      createdAt: now,
      removedAt: null,
      role: sql<Role>`(SELECT role FROM invitations WHERE id = ${invitationId})`,
    };
    const [claimed, [member]] = await this.#db.batch([
      this.#db
        .update(invitations)
        .set({ acceptedAt: now })
        .where(and(eq(invitations.id, invitationId), this.#invitations.open(person.email, now), active))
        .returning({ id: invitations.id }),
      this.#db
        .insert(members)
        // Directly behind the claim, which it asks.
        .select(insertable(members, joining, sql`changes() > 0`))
        .onConflictDoUpdate({
          target: [members.workspaceId, members.userId],
          set: {
            role: sql`CASE WHEN ${members.removedAt} IS NULL THEN ${members.role} ELSE excluded.role END`,
            name: person.name,
            removedAt: null,
          },
        })
        .returning(),
      this.#invitations.end(
        person.email,
        now,
        sql`EXISTS (SELECT 1 FROM invitations AS taken
        WHERE taken.id = ${invitationId} AND taken.accepted_at IS NOT NULL)`,
      ),
    ]);
    if (claimed.length === 0) return null;
    if (!member) throw new Error("The control database stored no member.");
    return member;
  }

  async members(): Promise<MemberRow[]> {
    return this.#db
      .select()
      .from(members)
      .where(and(eq(members.workspaceId, this.#workspaceId), isNull(members.removedAt)))
      .orderBy(members.createdAt);
  }

  /** Changes a role. What the address was invited as before counts no more. */
  async setRole(id: string, role: Role): Promise<MemberRow | null> {
    const [[row]] = await this.#db.batch([
      this.#db.update(members).set({ role }).where(this.#present(id)).returning(),
      this.#invitations.end(this.#emailOf(id), Date.now()),
    ]);
    return row ?? null;
  }

  /**
   * Removes a member with whatever could bring them back: their grants (brought back one day, they allow their clients
   * anew) and the open invitations of their address.
   */
  async removeMember(id: string): Promise<{ member: MemberRow | null; ended: { id: string }[] }> {
    const now = Date.now();
    const theirs = sql`${grants.userId} = (SELECT user_id FROM members
      WHERE id = ${id} AND workspace_id = ${this.#workspaceId})`;
    const [ended, , [row]] = await this.#db.batch([
      this.#db
        .update(grants)
        .set({ revokedAt: now })
        .where(and(eq(grants.workspaceId, this.#workspaceId), isNull(grants.revokedAt), theirs))
        .returning({ id: grants.id }),
      this.#invitations.end(this.#emailOf(id), now),
      this.#db.update(members).set({ removedAt: now }).where(this.#present(id)).returning(),
    ]);
    return { member: row ?? null, ended };
  }

  #present(id: string) {
    return and(eq(members.id, id), eq(members.workspaceId, this.#workspaceId), isNull(members.removedAt));
  }

  #emailOf(id: string): SQL {
    return sql`(SELECT email FROM members WHERE id = ${id} AND workspace_id = ${this.#workspaceId})`;
  }
}
