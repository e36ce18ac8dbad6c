import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Tenant } from "../tenant/tenant.ts";
import { type Alternative, scopedTerm } from "./beginnings.ts";

/**
 * Rows of a full-text table that holds the terms of beginnings.ts. Where a query has several words, the rarest is
 * looked up and each of its rows is held against the others when it is read: a MATCH of all of them would go through
 * the whole of two common words that never meet. Nothing is ranked, which would read every match.
 */
type Table = "contacts_search" | "leads_search";

/** So many rows of each term are counted to find the rarest. */
const COUNTED = 50;

const numbersJson = z.string().transform((text) => z.array(z.number()).parse(JSON.parse(text)));

/**
 * The terms to look a query up by, one for each alternative: the one with the fewest rows in the workspace, or the
 * longest where all have many.
 */
export async function rarestTerms(
  tenant: Tenant,
  table: Table,
  alternatives: readonly Alternative[],
): Promise<string[]> {
  const choices = alternatives.map((all) => [...new Set(all.flatMap(({ terms }) => terms))]);
  const unclear = [...new Set(choices.filter(({ length }) => length > 1).flat())];
  const counts = unclear.length === 0 ? [] : await countRows(tenant, table, unclear);
  const rows = new Map(unclear.map((term, i) => [term, counts[i] ?? 0]));
  return choices.flatMap(([first, ...more]) =>
    first === undefined
      ? []
      : [
          more.reduce((best, term) => {
            const fewer = (rows.get(term) ?? 0) - (rows.get(best) ?? 0);
            return fewer < 0 || (fewer === 0 && term.length > best.length) ? term : best;
          }, first),
        ],
  );
}

async function countRows(tenant: Tenant, table: Table, terms: readonly string[]): Promise<number[]> {
  const name = sql.raw(table);
  const counts = terms.map(
    (term) => sql`(SELECT count(*) FROM (
      SELECT rowid FROM ${name} WHERE ${name} MATCH ${scopedTerm(tenant.workspaceId, term)} LIMIT ${COUNTED}))`,
  );
  const [row] = await tenant.db.all<{ counts: string }>(
    sql`SELECT json_array(${sql.join(counts, sql`, `)}) AS counts`,
  );
  return numbersJson.parse(row?.counts ?? "[]");
}

/**
 * The rowids of rows with any of these terms behind `after`, in order, at most `size`; reads no more than those.
 * @param scopeId the workspace or inbox whose rows are looked for
 */
export async function rowsWithTerms(
  tenant: Tenant,
  table: Table,
  scopeId: string,
  terms: readonly string[],
  options: { newest: boolean; after: number | null; size: number },
): Promise<number[]> {
  const { newest, after, size } = options;
  const name = sql.raw(table);
  const match = terms.map((term) => scopedTerm(scopeId, term)).join(" OR ");
  const behind = after === null ? sql`` : newest ? sql`AND rowid < ${after}` : sql`AND rowid > ${after}`;
  // An inbox's terms hold no workspace: it is bound all the same, as in every statement.
  const rows = await tenant.db.all<{ n: number }>(sql`
    SELECT rowid AS n, ${tenant.workspaceId} AS workspace_id FROM ${name} WHERE ${name} MATCH ${match} ${behind}
    ORDER BY rowid ${sql.raw(newest ? "DESC" : "ASC")} LIMIT ${size}`);
  return rows.map(({ n }) => n);
}
