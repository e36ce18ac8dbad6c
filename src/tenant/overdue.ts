import { type SQL, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { ACROSS_WORKSPACES, type Statement, type Tenant, type TenantTable } from "./tenant.ts";

/** Rows that are kept for a time: each noun says which of its own, and housekeeping removes them. */
export interface Kept {
  /** Names them in the log. */
  name: string;
  /** A table whose key begins with the workspace, as all do: it is gone through from one workspace to the next. */
  table: TenantTable;
  /**
   * What tells how old a workspace's oldest removable row is, as SQL over `of.id`, the workspace: one look into an
   * index. NULL where there is none.
   */
  oldest: SQL;
  /** Rows are past their time when `oldest` is below this. */
  before(now: number): string | number;
  /** The statements that remove some of them: a bounded number of rows each, the oldest first. */
  forget(tenant: Tenant, now: number): Statement[];
}

/** Workspaces that one look finds at most. */
const FOUND_AT_ONCE = 20;

/**
 * The workspaces of a shard that hold rows past their time, those with the oldest first: none with more to remove
 * keeps the others waiting. Costs two look-ups for each workspace that has such rows at all, whatever their number.
 * @param except workspaces that are passed over
 */
export async function overdueWorkspaces(
  database: D1Database,
  { table, oldest, before }: Kept,
  now: number,
  except: readonly string[],
): Promise<string[]> {
  const next = sql`SELECT min(workspace_id) FROM ${table}`;
  const rows = await drizzle(database, { casing: "snake_case" }).all<{
    id: string;
  }>(sql`${sql.raw(ACROSS_WORKSPACES)}
    WITH RECURSIVE of(id) AS (
      ${next} UNION ALL SELECT (${next} WHERE workspace_id > of.id) FROM of WHERE of.id IS NOT NULL)
    SELECT id FROM (SELECT of.id, (${oldest}) AS oldest FROM of WHERE of.id IS NOT NULL)
    WHERE oldest < ${before(now)} AND id NOT IN (SELECT value FROM json_each(${JSON.stringify(except)}))
    ORDER BY oldest LIMIT ${FOUND_AT_ONCE}`);
  return rows.map(({ id }) => id);
}
