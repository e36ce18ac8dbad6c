import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { ACROSS_WORKSPACES, type Tenant } from "../tenant/tenant.ts";

/** A table of the tenant databases, as the database itself describes it: new ones are known by being there. */
interface StoredTable {
  name: string;
  /** What rows are told apart by: the primary key, or the row's own number. */
  key: string[];
  /** The full-text index over its rows' numbers, if it has one. */
  search: string | null;
}

/** Rows of a table that go in one batch. */
const STEP = 500;

const described = z.array(z.object({ name: z.string(), sql: z.string(), search: z.string().nullable() }));

/** Every table that holds rows of workspaces. */
export async function storedTables(database: D1Database): Promise<StoredTable[]> {
  const rows = await drizzle(database).all(sql`${sql.raw(ACROSS_WORKSPACES)}
    SELECT t.name, t.sql, (SELECT s.name FROM sqlite_master s
      WHERE s.name = t.name || '_search' AND s.sql LIKE 'CREATE VIRTUAL%') AS search
    FROM sqlite_master t WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%'
      AND t.sql LIKE '%workspace_id%' ORDER BY t.name`);
  return described.parse(rows).map(({ name, sql: text, search }) => ({ name, key: keyOf(text), search }));
}

/** The columns of a table's primary key, of one without numbers of its own. */
function keyOf(text: string): string[] {
  if (!/WITHOUT ROWID\s*$/i.test(text)) return ["rowid"];
  const [, columns = ""] = /PRIMARY KEY\s*\(([^)]+)\)/i.exec(text) ?? [];
  return columns.split(",").map((column) => column.replace(/[`"\s]/g, ""));
}

const changed = z.object({ meta: z.object({ changes: z.int() }) });

/** Removes some of a workspace's rows from a table, with what finds them. @returns how many went; 0: none was left */
export async function removeRows(tenant: Tenant, { name, key, search }: StoredTable): Promise<number> {
  const columns = sql.join(
    key.map((column) => sql.identifier(column)),
    sql`, `,
  );
  const table = sql.identifier(name);
  const some = sql`SELECT ${columns} FROM ${table} WHERE workspace_id = ${tenant.workspaceId} LIMIT ${STEP}`;
  const remove = (from: string, where: typeof some) =>
    tenant.db.run(sql`DELETE FROM ${sql.identifier(from)} WHERE ${where}`);
  // One after the other: cut off in between, the rows are still there, and nothing is found by them.
  if (search !== null) await remove(search, sql`rowid IN (${some})`);
  const result = await remove(name, sql`workspace_id = ${tenant.workspaceId} AND (${columns}) IN (${some})`);
  return changed.parse(result).meta.changes;
}

/** Ids of some of a workspace's rows of a table. */
export async function someIds(tenant: Tenant, name: string, most: number): Promise<string[]> {
  const rows = await tenant.db.all(sql`SELECT id FROM ${sql.identifier(name)}
    WHERE workspace_id = ${tenant.workspaceId} LIMIT ${most}`);
  return z
    .array(z.object({ id: z.string() }))
    .parse(rows)
    .map(({ id }) => id);
}

/** Removes these rows, with what finds them. */
export async function removeIds(
  tenant: Tenant,
  { name, search }: Pick<StoredTable, "name" | "search">,
  ids: readonly string[],
): Promise<void> {
  const these = sql`workspace_id = ${tenant.workspaceId} AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const table = sql.identifier(name);
  if (search !== null) {
    await tenant.db.run(
      sql`DELETE FROM ${sql.identifier(search)} WHERE rowid IN (SELECT rowid FROM ${table} WHERE ${these})`,
    );
  }
  await tenant.db.run(sql`DELETE FROM ${table} WHERE ${these}`);
}
