import { sql } from "drizzle-orm";
import type { NamedThing } from "./failure.ts";
import { ID_PREFIXES, type IdKind } from "./ids.ts";
import type { Tenant } from "./tenant.ts";

/** Tables whose rows other nouns name in their lists, by which column; each has its workspace and id as its key. */
const TABLES: Partial<Record<IdKind, readonly [table: string, name: string]>> = {
  chatbot: ["chatbots", "name"],
  inbox: ["inboxes", "name"],
  category: ["kb_categories", "name"],
  flow: ["flows", "name"],
  tag: ["tags", "name"],
  article: ["kb_articles", "title"],
};

/**
 * What people call the things with these ids, of whatever kinds, in one question: what a list shows beside an id, so
 * that nobody has to ask what it is. Reads a row for each different id; things that are gone are left out. Whether the
 * caller may see them has been decided by what names them.
 */
export async function namesOf(
  tenant: Tenant,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string | null, string>> {
  const parts = Object.entries(TABLES).flatMap(([kind, [table, name]]) => {
    const prefix = `${Reflect.get(ID_PREFIXES, kind)}_`;
    const wanted = [...new Set(ids.filter((id) => id?.startsWith(prefix)))];
    if (wanted.length === 0) return [];
    // A cross join is made in this order: an index by name would else go through the workspace.
    return [
      sql`SELECT named.id AS id, named.${sql.raw(name)} AS name FROM json_each(${JSON.stringify(wanted)}) AS wanted
        CROSS JOIN ${sql.raw(table)} AS named
        WHERE named.workspace_id = ${tenant.workspaceId} AND named.id = wanted.value`,
    ];
  });
  if (parts.length === 0) return new Map();
  const rows = await tenant.db.all<NamedThing>(sql.join(parts, sql` UNION ALL `));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
