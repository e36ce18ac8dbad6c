import { and, desc, eq, getTableColumns, gt, is, isNull, SQL, sql } from "drizzle-orm";
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { invitations } from "../control/sign-in-schema.ts";

export type InvitationRow = typeof invitations.$inferSelect;
export type NewInvitationRow = Pick<InvitationRow, "id" | "email" | "role" | "tokenHash" | "expiresAt">;

/** The newest that a list shows; used and ended ones are deleted after a time. */
const MOST_LISTED = 500;

/** The invitations into one workspace, as rows of the control database. */
export class InvitationRecords {
  readonly #db: DrizzleD1Database;
  readonly #workspaceId: string;

  constructor(control: D1Database, workspaceId: string) {
    this.#db = drizzle(control, { casing: "snake_case" });
    this.#workspaceId = workspaceId;
  }

  /** What an invitation of this address fulfils that can still be used. */
  open(email: string | SQL, now: number) {
    return and(
      eq(invitations.workspaceId, this.#workspaceId),
      sql`${invitations.email} = ${email}`,
      isNull(invitations.acceptedAt),
      isNull(invitations.revokedAt),
      gt(invitations.expiresAt, now),
    );
  }

  /** The statement that ends every open invitation of an address. @param onlyIf a further condition */
  end(email: string | SQL, now: number, onlyIf?: SQL) {
    return this.#db
      .update(invitations)
      .set({ revokedAt: now })
      .where(and(this.open(email, now), onlyIf));
  }

  /** Stores an invitation, which takes the place of the open ones of its address. Null when they are a member. */
  async insert(row: NewInvitationRow): Promise<InvitationRow | null> {
    const now = Date.now();
    const whole = {
      ...row,
      workspaceId: this.#workspaceId,
      createdAt: now,
      acceptedAt: null,
      revokedAt: null,
    };
    const present = sql`EXISTS (SELECT 1 FROM members
      WHERE workspace_id = ${this.#workspaceId} AND email = ${row.email} AND removed_at IS NULL)`;
    const [, [stored]] = await this.#db.batch([
      this.end(row.email, now),
      this.#db
        .insert(invitations)
        .select(insertable(invitations, whole, sql`NOT ${present}`))
        .returning(),
    ]);
    return stored ?? null;
  }

  /** The newest first. */
  async list(): Promise<InvitationRow[]> {
    return this.#db
      .select()
      .from(invitations)
      .where(eq(invitations.workspaceId, this.#workspaceId))
      .orderBy(desc(invitations.createdAt), desc(invitations.id))
      .limit(MOST_LISTED);
  }

  /** Ends an invitation. Null when there is none of that id; one that was used or ended answers when. */
  async revoke(id: string): Promise<InvitationRow | null> {
    const [row] = await this.#db
      .update(invitations)
      .set({
        revokedAt: sql`CASE WHEN ${invitations.acceptedAt} IS NULL
          THEN coalesce(${invitations.revokedAt}, ${Date.now()}) END`,
      })
      .where(and(eq(invitations.id, id), eq(invitations.workspaceId, this.#workspaceId)))
      .returning();
    return row ?? null;
  }
}

/** `SELECT … WHERE` for an INSERT that happens only if a condition holds. Every column must be given. */
export function insertable<T extends SQLiteTable>(
  table: T,
  values: { [K in keyof T["$inferInsert"]]-?: SQL | T["$inferInsert"][K] },
  onlyIf: SQL,
): SQL {
  const columns = Object.entries(getTableColumns(table)).map(([name, column]) => {
    const value: unknown = Reflect.get(values, name);
    if (value === null || value === undefined) return sql`NULL`;
    return is(value, SQL) ? value : sql`${sql.param(value, column)}`;
  });
  return sql`SELECT ${sql.join(columns, sql`, `)} WHERE ${onlyIf}`;
}
