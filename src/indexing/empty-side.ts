import { sql } from "drizzle-orm";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { vectorId } from "../search/corpus.ts";
import { phrase } from "../search/full-text.ts";
import { SHARED, type Side, sideTerm } from "../search/index-sides.ts";
import type { IndexedPart } from "../search/indexed-part.ts";
import { bareId, prefixedId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type IndexScope, noteEmptied } from "./store.ts";

/** Rows that are removed from an index at a time. */
const REMOVED_AT_ONCE = 500;
/** Below every rowid: those of side -1 are negative. */
const LOWEST = -Number.MAX_SAFE_INTEGER;

/** A full-text table to empty, and where the vectors of its rows are. */
interface Emptied {
  name: string;
  table: SQLiteTable;
  part: IndexedPart;
}

/**
 * Removes some rows of a scope's side that is not live: what an index before leaves behind, or a rebuild that was not
 * ended. They are found in the index itself, so that rows go as well which no table knows any more.
 */
export async function emptySide(
  tenant: Tenant,
  { env, parts }: { env: Env; parts: readonly IndexedPart[] },
  { scope, side, sweep }: IndexScope,
): Promise<void> {
  const tables = parts.flatMap((part): Emptied[] => [
    { name: `${part.name} words`, table: part.corpus.words, part },
    { name: `${part.name} trigrams`, table: part.corpus.trigrams, part },
  ]);
  const current = Math.max(
    0,
    tables.findIndex(({ name }) => name === sweep?.table),
  );
  const emptied = tables[current];
  if (!emptied) return noteEmptied(tenant, scope, null);
  const { name, table, part } = emptied;
  const dead: Side = side === 1 ? -1 : 1;
  const numbers = await removeRows(
    tenant,
    table,
    sideTerm(scope, dead),
    sweep?.table === name ? sweep.after : LOWEST,
  );
  const last = numbers.at(-1);
  if (last === undefined) {
    const next = tables[current + 1];
    return noteEmptied(tenant, scope, next ? { table: next.name, after: LOWEST } : null);
  }
  const vectors = part.vectors(env);
  if (vectors && table === part.corpus.words) {
    const chatbotId = scope === SHARED ? null : prefixedId("chatbot", scope);
    const ids = await part.ids(tenant, chatbotId, numbers.map(Math.abs));
    await vectors.remove(ids.map((id) => vectorId(id, dead)));
  }
  await noteEmptied(tenant, scope, { table: name, after: last });
}

/** Removes the lowest rows above `after` that carry this scope's word, and answers their rowids. */
async function removeRows(
  tenant: Tenant,
  table: SQLiteTable,
  term: string,
  after: number,
): Promise<number[]> {
  // The column's name stands in the statement, which a tenant's statement must show.
  const match = sql`('workspace_id : ' || ${phrase(bareId(tenant.workspaceId))} || ' AND scope : ' || ${phrase(term)})`;
  const rows = sql`SELECT rowid FROM ${table} WHERE ${table} MATCH ${match} AND rowid > ${after}
    ORDER BY rowid LIMIT ${REMOVED_AT_ONCE}`;
  const found = tenant.db.select({ rowid: sql<number>`rowid` }).from(sql`(${rows})`);
  // In one transaction: a row that moves to another scope in between may have its place on the same side.
  const [numbers] = await tenant.db.batch([found, tenant.db.delete(table).where(sql`rowid IN (${rows})`)]);
  return numbers.map(({ rowid }) => rowid);
}
