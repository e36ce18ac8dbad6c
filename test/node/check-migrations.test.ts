import { cpSync, globSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkMigration } from "../../bin/migration-rules.ts";
import { runBin } from "../e2e/server.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A copy of the migrations with one more file. */
function migrationsWith(name: string, sql: string): string {
  const folder = mkdtempSync(join(tmpdir(), "parley-migrations-test-"));
  cpSync(join(ROOT, "migrations"), folder, { recursive: true });
  writeFileSync(join(folder, name), sql);
  return folder;
}

/** What the last of the copied migrations says that the tables are. */
function latestSnapshot(folder: string): string {
  const last = globSync("tenant/meta/*_snapshot.json", { cwd: folder }).sort().at(-1);
  if (!last) throw new Error("There are no snapshots.");
  return join(folder, last);
}

describe("the migration guard", () => {
  it("accepts the migrations as they are, and finds that they say all that the schemas say", async () => {
    expect(await runBin("check-migrations", [])).toMatchObject({ code: 0, stderr: "" });
  });

  it.each([
    "DROP TABLE contacts;",
    "drop table `contacts`;",
    "ALTER TABLE `__new_contacts` RENAME TO `contacts`;",
    "CREATE TABLE `__new_contacts` (`id` text);",
    "ALTER TABLE contacts DROP COLUMN name;",
    "ALTER TABLE contacts RENAME COLUMN a TO b;",
    "CREATE TABLE a (b text REFERENCES c(id) ON DELETE CASCADE);",
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
    "CREATE TABLE a (b text);\r\n",
  ])("refuses %j", (sql) => {
    expect(checkMigration(sql)).not.toEqual([]);
  });

  it.each([
    "-- DROP TABLE contacts was never here\nCREATE TABLE a (b text);",
    "ALTER TABLE contacts ADD `nickname` text;",
    "CREATE VIRTUAL TABLE s USING fts5(body);",
  ])("accepts %j", (sql) => {
    expect(checkMigration(sql)).toEqual([]);
  });

  it("names the file and the line, in one line for each problem", async () => {
    const folder = migrationsWith("tenant/9999_bad.sql", "CREATE TABLE a (b text);\nDROP TABLE contacts;\n");
    const ran = await runBin("check-migrations", [folder]);
    expect(ran.code).toBe(1);
    expect(ran.stderr.trim().split("\n")).toHaveLength(1);
    expect(ran.stderr).toMatch(/9999_bad\.sql:2: /);
  });

  it("notices a schema that has grown past its migrations", async () => {
    const folder = migrationsWith("tenant/9999_none.sql", "CREATE INDEX i ON contacts (workspace_id);\n");
    const snapshot = latestSnapshot(folder);
    // As if a column of the schema had no migration yet.
    const text = readFileSync(snapshot, "utf8");
    const parsed: { tables: { contacts: { columns: Record<string, unknown> } } } = JSON.parse(text);
    delete parsed.tables.contacts.columns.external_id;
    writeFileSync(snapshot, JSON.stringify(parsed));
    const ran = await runBin("check-migrations", [folder]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/the schema says more than the migrations/);
  });

  it("notices a renamed column, about which drizzle-kit would ask, give up and exit with 0", async () => {
    const folder = migrationsWith("tenant/9999_none.sql", "CREATE INDEX i ON contacts (workspace_id);\n");
    const snapshot = latestSnapshot(folder);
    const parsed: { tables: { tags: { columns: Record<string, { name: string } | undefined> } } } =
      JSON.parse(readFileSync(snapshot, "utf8"));
    const { columns } = parsed.tables.tags;
    if (!columns.color) throw new Error("tags has no column color any more: choose another one");
    columns.colour = { ...columns.color, name: "colour" };
    delete columns.color;
    writeFileSync(snapshot, JSON.stringify(parsed));
    const ran = await runBin("check-migrations", [folder]);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toMatch(/may have been renamed/);
  });
});
