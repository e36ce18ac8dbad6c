import { type SQL, sql } from "drizzle-orm";

/** Rows written as one JSON parameter, in one statement however many they are: D1 binds at most 100 parameters. */

/**
 * Cuts a list so that the JSON of each part stays below a size; an item that is larger by itself is a part of its own.
 * @param maxBytes D1 takes parameters of 2 MB
 */
export function partsBySize<T>(list: readonly T[], maxBytes: number): T[][] {
  const cut: T[][] = [];
  let part: T[] = [];
  let size = 0;
  for (const item of list) {
    const bytes = new TextEncoder().encode(JSON.stringify(item)).length;
    if (part.length > 0 && size + bytes > maxBytes) {
      cut.push(part);
      [part, size] = [[], 0];
    }
    part.push(item);
    size += bytes;
  }
  return part.length > 0 ? [...cut, part] : cut;
}

/**
 * The SELECT of an INSERT of all rows: one column after the other, each from the property of its name.
 * @param columns of the table, as `getTableColumns` answers them
 * @param others the columns that are no property of the rows
 */
export function selectGiven(columns: object, rows: readonly object[], others: Record<string, SQL>): SQL {
  const values = Object.keys(columns).map((name) => others[name] ?? sql.raw(`given.value ->> '$.${name}'`));
  // WHERE is needed: without it SQLite takes ON CONFLICT for a join condition of the SELECT.
  return sql`SELECT ${sql.join(values, sql`, `)} FROM json_each(${JSON.stringify(rows)}) AS given WHERE 1`;
}

/** What an ON CONFLICT sets: these columns to what the INSERT would have written. */
export function excluded(columns: object): Record<string, SQL> {
  const stored = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(
    Object.keys(columns).map((name) => [name, sql`excluded.${sql.identifier(stored(name))}`]),
  );
}
