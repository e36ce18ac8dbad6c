import { getTableColumns, getTableName, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { bareId, ID_PREFIXES, type IdKind } from "../../src/tenant/ids.ts";
import type { TenantTable } from "../../src/tenant/tenant.ts";

/** SQL for columns of a table, over the row's number `i` and what else `from` names. */
export type Expressions<T extends TenantTable> = {
  [K in Exclude<keyof T["$inferInsert"], "workspaceId">]?: string;
};

/** Search rows that one statement writes. */
const INDEXED_AT_ONCE = 2000;

/** Where bulk rows come from: so many numbers, or SQL that begins with FROM. */
type Source = number | string;

/**
 * Rows by the hundred thousand straight in SQL: through the stores they would take minutes. Columns go by the drizzle
 * tables, so that what a schema adds is filled and what it renames does not compile.
 */
export class Bulk {
  readonly #database: D1Database;
  readonly #workspaceId: string;

  constructor(database: D1Database, workspaceId: string) {
    this.#database = database;
    this.#workspaceId = workspaceId;
  }

  get workspaceId(): string {
    return this.#workspaceId;
  }

  get bare(): string {
    return bareId(this.#workspaceId);
  }

  /** SQL of the id of row `n` of its kind, in the form of a real one; ids sort by their numbers. */
  id(kind: IdKind, n = "i"): string {
    return `('${ID_PREFIXES[kind]}_${this.bare.slice(-6)}' || printf('%016d', ${n}))`;
  }

  /** The same id, not as SQL. */
  realId(kind: IdKind, n: number): string {
    return `${ID_PREFIXES[kind]}_${this.bare.slice(-6)}${String(n).padStart(16, "0")}`;
  }

  /** FROM over the bulk rows of a table whose ids are of this kind, or begin with one, each with its number as `i`. */
  of(table: TenantTable, kind: IdKind, count: number): string {
    const [first, last] = [this.realId(kind, 1), this.realId(kind, count)];
    const number = `CAST(substr(id, ${first.length - 15}, 16) AS INTEGER)`;
    return `FROM (SELECT *, ${number} AS i FROM ${getTableName(table)}
      WHERE workspace_id = ?1 AND id BETWEEN '${first}' AND '${last}~')`;
  }

  /** Inserts rows. Columns that are not given are NULL, or of the emptiest value that they may have. */
  async rows<T extends TenantTable>(table: T, source: Source, values: Expressions<T>): Promise<void> {
    const columns = Object.entries(getTableColumns(table)).map(([name, column]) => {
      const given: string | undefined = Reflect.get(values, name);
      return [snakeCase(name), name === "workspaceId" ? "?1" : (given ?? emptiest(column))] as const;
    });
    await this.insert(getTableName(table), source, Object.fromEntries(columns));
  }

  /** The same for a table that is in no schema.ts, by its columns' own names. */
  async insert(table: string, source: Source, columns: Record<string, string>): Promise<void> {
    const from =
      typeof source === "string"
        ? source
        : `FROM (WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${source}) SELECT i FROM k)`;
    await this.run(
      `INSERT INTO ${table} (${Object.keys(columns).map((name) => `"${name}"`)}) SELECT ${Object.values(columns)} ${from}`,
    );
  }

  /** Writes search rows as the stores make them of the bulk rows of a table: `made` gives the columns of one. */
  async index<T extends TenantTable>(
    search: string,
    table: T,
    kind: IdKind,
    count: number,
    made: (row: T["$inferSelect"]) => Record<string, string>,
  ): Promise<void> {
    const db = drizzle(this.#database, { casing: "snake_case" });
    for (let first = 1; first <= count; first += INDEXED_AT_ONCE) {
      const rows = await db
        .select()
        .from<TenantTable>(table)
        .where(
          sql`workspace_id = ${this.#workspaceId} AND id BETWEEN ${this.realId(kind, first)}
            AND ${this.realId(kind, Math.min(count, first + INDEXED_AT_ONCE - 1))} || '~'`,
        );
      const given = rows.map((row) => ({ n: Reflect.get(row, "n"), ...made(row) }));
      const names = Object.keys(given[0] ?? {});
      const values = names.map((name) => `value ->> '${name}'`);
      await this.#database
        .prepare(
          `INSERT INTO ${search} (${["rowid", ...names.slice(1)]}) SELECT ${values} FROM json_each(?2) WHERE ?1 <> ''`,
        )
        .bind(this.#workspaceId, JSON.stringify(given))
        .run();
    }
  }

  /** Any statement; the workspace's id is ?1. */
  async run(query: string): Promise<void> {
    await this.#database.prepare(query).bind(this.#workspaceId).run();
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function emptiest(column: SQLiteColumn): string {
  if (!column.notNull || column.primary) return "NULL";
  const byDefault: unknown = column.default;
  if (byDefault !== undefined)
    return `'${typeof byDefault === "object" ? JSON.stringify(byDefault) : byDefault}'`;
  if (column.dataType === "json") return "'{}'";
  if (column.enumValues?.[0] !== undefined) return `'${column.enumValues[0]}'`;
  return column.dataType === "string" ? "''" : "0";
}
