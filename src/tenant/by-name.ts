import { type SQL, sql } from "drizzle-orm";
import type { NamedThing } from "./failure.ts";
import { foldedName } from "./fold.ts";
import type { Tenant } from "./tenant.ts";

/** A table whose rows people call by a name, over an index on its workspace, what it is within, and the name (NOCASE). */
export interface NamedTable {
  table: string;
  index: string;
  /** The column with the name. */
  name: string;
  /** The column that says what a row is within, where the index has one. */
  within?: string;
  /** What else a row must be, to be seen by the caller. */
  seen?(tenant: Tenant): SQL | undefined;
}

/** Names among which one that is nearly right is looked for. */
const LOOKED_AT = 500;

/** Rows that are called exactly so, whatever the case of plain letters; a handful of them. Goes by the index. */
export function calledIn(
  tenant: Tenant,
  table: NamedTable,
  name: string,
  within?: string,
): Promise<NamedThing[]> {
  return read(tenant, table, within, sql`${sql.raw(table.name)} = ${name} COLLATE NOCASE`, 10);
}

/** Rows among which one that is nearly called so is looked for: those that begin like it, then the first by name. */
export async function nearIn(
  tenant: Tenant,
  table: NamedTable,
  name: string,
  within?: string,
): Promise<NamedThing[]> {
  const [beginning = ""] = name;
  const begins = sql`${sql.raw(table.name)} >= ${beginning} COLLATE NOCASE`;
  const [like, first] = await Promise.all([
    read(tenant, table, within, begins, LOOKED_AT),
    read(tenant, table, within, undefined, LOOKED_AT),
  ]);
  return [...new Map([...like, ...first].map((one) => [one.id, one])).values()];
}

function read(
  tenant: Tenant,
  table: NamedTable,
  within: string | undefined,
  condition: SQL | undefined,
  limit: number,
): Promise<NamedThing[]> {
  const name = sql.raw(table.name);
  const conditions = [
    sql`workspace_id = ${tenant.workspaceId}`,
    table.within === undefined ? undefined : sql`${sql.raw(table.within)} = ${within ?? null}`,
    condition,
    table.seen?.(tenant),
  ].filter((one) => one !== undefined);
  return tenant.db.all<NamedThing>(
    sql`SELECT id, ${name} AS name FROM ${sql.raw(table.table)} INDEXED BY ${sql.raw(table.index)}
      WHERE ${sql.join(conditions, sql` AND `)} ORDER BY ${name} COLLATE NOCASE LIMIT ${limit}`,
  );
}

/** Those of `things` that people would take for the same name: accents, case and forms of letters aside. */
export function sameName(name: string, things: readonly NamedThing[]): NamedThing[] {
  const wanted = foldedName(name);
  return things.filter((thing) => foldedName(thing.name) === wanted);
}
