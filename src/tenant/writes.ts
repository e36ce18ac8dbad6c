import { getTableColumns, is, SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Statement, Tenant, TenantTable } from "./tenant.ts";

/** What a follower of {@link whenChanged} is given: true when the statement directly before it changed a row. */
export const CHANGED = sql`changes() > 0`;

/** A statement of a batch that is written only if a condition holds, and then changes exactly one row. */
export type Follower = (onlyIf: SQL) => Statement;

/**
 * A change and what is only written if it found its row: a batch commits even when an UPDATE in it matched nothing.
 * Each follower must change exactly one row when it writes, since the next one asks it in its turn.
 * @param change an INSERT, UPDATE or DELETE
 */
export function whenChanged(change: Statement, ...followers: Follower[]): Statement[] {
  return [change, ...followers.map((follower) => follower(CHANGED))];
}

/** A change that fails its batch with `conflict` unless it found a row. */
export function mustChange(tenant: Tenant, change: Statement): Statement[] {
  return [change, tenant.assertThat(CHANGED)];
}

/**
 * INSERT … SELECT by the names of the columns: every column must be given, so that none can be mixed up with another.
 * The workspace is put in.
 * @param values for each column but the workspace's, a value or SQL over what `from` names
 * @param from what stands behind SELECT's columns, beginning with FROM or WHERE
 */
export function insertFrom<T extends TenantTable>(
  tenant: Tenant,
  table: T,
  values: { [K in Exclude<keyof T["$inferInsert"], "workspaceId">]-?: SQL | T["$inferInsert"][K] },
  from: SQL,
) {
  const columns = Object.entries(getTableColumns(table)).map(([name, column]) =>
    name === "workspaceId" ? sql`${tenant.workspaceId}` : given(column, Reflect.get(values, name)),
  );
  return tenant.db.insert(table).select(sql`SELECT ${sql.join(columns, sql`, `)} ${from}`);
}

/** A value as the column stores it. */
function given(column: SQLiteColumn, value: unknown): SQL {
  if (value === null || value === undefined) return sql`NULL`;
  return is(value, SQL) ? sql`${value}` : sql`${sql.param(value, column)}`;
}
