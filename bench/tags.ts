/** The read that all three Workers do: what `list_tags` does in the product. */

export interface Tag {
  id: string;
  name: string;
  color: string | null;
}

const WORKSPACE = "ws_bench";

/** Makes the table and 20 rows, once. */
export async function prepareTags(database: D1Database): Promise<void> {
  await database.batch([
    database.prepare(
      "CREATE TABLE IF NOT EXISTS tags (workspace_id TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL, color TEXT, created_at INTEGER NOT NULL, PRIMARY KEY (workspace_id, id))",
    ),
    database.prepare("CREATE UNIQUE INDEX IF NOT EXISTS tags_by_name ON tags (workspace_id, name_key)"),
    database
      .prepare(
        "INSERT OR IGNORE INTO tags SELECT ?, 'tg_' || value, 'Tag ' || value, 'tag ' || value, NULL, 0 FROM json_each(?)",
      )
      .bind(WORKSPACE, JSON.stringify(Array.from({ length: 20 }, (_, i) => i))),
  ]);
}

export async function readTags(database: D1Database): Promise<Tag[]> {
  const { results } = await database
    .prepare("SELECT id, name, color FROM tags WHERE workspace_id = ? ORDER BY name_key LIMIT 26")
    .bind(WORKSPACE)
    .all<Tag>();
  return results;
}
