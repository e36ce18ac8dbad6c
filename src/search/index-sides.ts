import { type SQL, sql } from "drizzle-orm";
import { bareId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { phrase, workspaceTerm } from "./full-text.ts";
import { searchIndexes } from "./schema.ts";

/**
 * The two sides of a search index (see `searchIndexes`). Rows of both stand in the same full-text tables, told apart
 * by the sign of their rowid and by their scope: on side 1 it is the scope itself, which is also what rows have that
 * were indexed before there were sides; on side -1 a word made from it. Searches name the live word of each scope, so
 * one statement that changes `side` turns them all to what was rebuilt.
 */
export type Side = 1 | -1;

/** The scope of rows that belong to no chatbot, and so to all of them. */
export const SHARED = "shared";

/** The scope of a chatbot's own rows, or (null) of those that belong to none. */
export function scopeOf(chatbotId: string | null): string {
  return chatbotId === null ? SHARED : bareId(chatbotId);
}

/** Where the mark of side -1 goes in: neither word is then a part of the other, which trigrams would take for a match. */
const SPLIT = 3;
/** A letter that no id has. */
const MARK = "u";

/** The word that rows of a scope carry on a side. */
export function sideTerm(scope: string, side: Side): string {
  return side === 1 ? scope : `${scope.slice(0, SPLIT)}${MARK}${scope.slice(SPLIT)}`;
}

/** The same in SQL, of expressions for both. */
export function sideTermSql(scope: SQL, side: SQL): SQL {
  const [split, mark] = [sql.raw(String(SPLIT)), sql.raw(`'${MARK}'`)];
  return sql`iif(${side} = 1, ${scope}, substr(${scope}, 1, ${split}) || ${mark} || substr(${scope}, ${split} + 1))`;
}

/**
 * SQL that makes the MATCH expression of the rows that searches may answer: what matches `terms` in this workspace, on
 * the live side of these scopes, or of all. Which side is live is read in the statement itself: a search sees the old
 * index or the new one, never parts of both.
 * @param terms FTS5: one column or several, and an expression in parentheses
 */
export function liveMatch(tenant: Tenant, terms: string, scopes: readonly string[] | undefined): SQL {
  const { scope, side } = searchIndexes;
  const workspace = workspaceTerm(tenant.workspaceId);
  if (scopes === undefined) {
    const dead = sideTermSql(sql`${scope}`, sql`-${side}`);
    return sql`(SELECT ${`${workspace} AND ${terms}`} || coalesce(
      (SELECT ' NOT scope : (' || group_concat('"' || ${dead} || '"', ' OR ') || ')' FROM ${searchIndexes}
        WHERE ${tenant.of(searchIndexes, sql`dirty = 1`)}), ''))`;
  }
  const given = JSON.stringify(
    scopes.map((one) => [one, phrase(sideTerm(one, 1)), phrase(sideTerm(one, -1))]),
  );
  const live = sql`iif(coalesce(${side}, 1) = 1, given.value ->> 1, given.value ->> 2)`;
  return sql`(SELECT ${`${workspace} AND scope : (`} || group_concat(${live}, ' OR ') || ${`) AND ${terms}`}
    FROM json_each(${given}) AS given
    LEFT JOIN ${searchIndexes} ON ${tenant.of(searchIndexes, sql`${scope} = given.value ->> 0`)})`;
}

/** Which sides of a scope there are to write and to read. */
export interface ScopeSides {
  live: Side;
  /** It is being rebuilt: the other side is written too. */
  building: boolean;
}

/** The sides of these scopes as they are now. */
export async function readSides(
  tenant: Tenant,
  scopes: readonly string[],
): Promise<(scope: string) => ScopeSides> {
  const rows = await tenant.db
    .select({ scope: searchIndexes.scope, side: searchIndexes.side, jobId: searchIndexes.jobId })
    .from(searchIndexes)
    .where(
      tenant.of(
        searchIndexes,
        sql`${searchIndexes.scope} IN (SELECT value FROM json_each(${JSON.stringify([...new Set(scopes)])}))`,
      ),
    );
  const found = new Map(
    rows.map(({ scope, side, jobId }) => [scope, { live: side, building: jobId !== null }]),
  );
  return (scope) => found.get(scope) ?? { live: 1, building: false };
}

/** The words of the live sides of these scopes. */
export async function liveTerms(tenant: Tenant, scopes: readonly string[]): Promise<string[]> {
  const sidesOf = await readSides(tenant, scopes);
  return scopes.map((scope) => sideTerm(scope, sidesOf(scope).live));
}

/** The words of the sides that are not live and may hold rows all the same. */
export async function deadTerms(tenant: Tenant): Promise<string[]> {
  const rows = await tenant.db
    .select({ scope: searchIndexes.scope, side: searchIndexes.side })
    .from(searchIndexes)
    .where(tenant.of(searchIndexes, sql`dirty = 1`));
  return rows.map(({ scope, side }) => sideTerm(scope, side === 1 ? -1 : 1));
}
