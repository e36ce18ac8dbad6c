import { and, desc, eq, isNull, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import { grants, members, tokens, workspaces } from "../control/schema.ts";
import type { Role } from "../control/scopes.ts";

export type TokenRow = typeof tokens.$inferSelect;
export type GrantRow = typeof grants.$inferSelect;
export type MemberRow = typeof members.$inferSelect;
export type WorkspaceRow = typeof workspaces.$inferSelect;

export type WorkspaceChange = Partial<
  Pick<
    WorkspaceRow,
    | "name"
    | "plan"
    | "ring"
    | "timeZone"
    | "phoneCountry"
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

  constructor(control: D1Database, workspaceId: string) {
    this.#db = drizzle(control, { casing: "snake_case" });
    this.#workspaceId = workspaceId;
  }

  async workspace(): Promise<WorkspaceRow | null> {
    const [row] = await this.#db.select().from(workspaces).where(eq(workspaces.id, this.#workspaceId));
    return row ?? null;
  }

  async updateWorkspace(change: WorkspaceChange): Promise<WorkspaceRow | null> {
    const [row] = await this.#db
      .update(workspaces)
      .set(change)
      .where(eq(workspaces.id, this.#workspaceId))
      .returning();
    return row ?? null;
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

  async insertGrant(row: Omit<GrantRow, "createdAt" | "revokedAt">): Promise<GrantRow> {
    const whole = { ...row, workspaceId: this.#workspaceId, createdAt: Date.now(), revokedAt: null };
    await this.#db.insert(grants).values(whole);
    return whole;
  }

  async grants(): Promise<GrantRow[]> {
    return this.#db
      .select()
      .from(grants)
      .where(eq(grants.workspaceId, this.#workspaceId))
      .orderBy(desc(grants.createdAt), desc(grants.id));
  }

  async revokeGrant(id: string): Promise<{ id: string; revokedAt: number | null } | null> {
    const [row] = await this.#db
      .update(grants)
      .set({ revokedAt: sql`coalesce(${grants.revokedAt}, ${Date.now()})` })
      .where(and(eq(grants.id, id), eq(grants.workspaceId, this.#workspaceId)))
      .returning({ id: grants.id, revokedAt: grants.revokedAt });
    return row ?? null;
  }

  /** Stores a member, or brings a removed one back with the new role. */
  async putMember(
    row: Pick<MemberRow, "id" | "userId" | "name" | "email"> & { role: Role },
  ): Promise<MemberRow> {
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

  async members(): Promise<MemberRow[]> {
    return this.#db
      .select()
      .from(members)
      .where(and(eq(members.workspaceId, this.#workspaceId), isNull(members.removedAt)))
      .orderBy(members.createdAt);
  }

  async setRole(id: string, role: Role): Promise<MemberRow | null> {
    const [row] = await this.#db.update(members).set({ role }).where(this.#present(id)).returning();
    return row ?? null;
  }

  /** Removes a member and ends their grants: brought back one day, they allow their clients anew. */
  async removeMember(id: string): Promise<MemberRow | null> {
    const now = Date.now();
    const theirs = sql`${grants.userId} = (SELECT user_id FROM ${members} WHERE id = ${id})`;
    const [, [row]] = await this.#db.batch([
      this.#db
        .update(grants)
        .set({ revokedAt: now })
        .where(and(eq(grants.workspaceId, this.#workspaceId), isNull(grants.revokedAt), theirs)),
      this.#db.update(members).set({ removedAt: now }).where(this.#present(id)).returning(),
    ]);
    return row ?? null;
  }

  #present(id: string) {
    return and(eq(members.id, id), eq(members.workspaceId, this.#workspaceId), isNull(members.removedAt));
  }
}
