/**
 * Makes each database's one migration anew from the schemas, while nothing is deployed: drizzle-kit's statements, with
 * WITHOUT ROWID for the tables named in migrations/by-hand/without-rowid.txt, then what drizzle-kit cannot say.
 * Gone once something is deployed: from then on migrations only add.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const names = (file: string) =>
  readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
const withoutRowid = names("migrations/by-hand/without-rowid.txt");

for (const database of ["control", "tenant"]) {
  rmSync(`migrations/${database}`, { recursive: true, force: true });
  execFileSync(
    process.execPath,
    [
      "node_modules/drizzle-kit/bin.cjs",
      "generate",
      `--config=drizzle.${database}.config.ts`,
      "--name=start",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  // The same each time, so that two people's restarts do not differ.
  for (const [name, pattern, fixed] of [
    ["0000_snapshot.json", /"id": "[0-9a-f-]{36}"/, `"id": "00000000-0000-4000-8000-000000000000"`],
    ["_journal.json", /"when": \d+/, `"when": 1796000000000`],
  ] as const) {
    const path = `migrations/${database}/meta/${name}`;
    writeFileSync(path, readFileSync(path, "utf8").replace(pattern, fixed));
  }
  const file = `migrations/${database}/0000_start.sql`;
  let text = readFileSync(file, "utf8");
  if (database === "tenant") {
    for (const table of withoutRowid) {
      const start = text.indexOf(`CREATE TABLE \`${table}\` (`);
      if (start < 0) throw new Error(`No table ${table}.`);
      const end = text.indexOf("\n);", start);
      text = `${text.slice(0, end)}\n) WITHOUT ROWID;${text.slice(end + 3)}`;
    }
  }
  const byHand = readFileSync(`migrations/by-hand/${database}.sql`, "utf8").trim();
  writeFileSync(file, `${text.trim()}\n--> statement-breakpoint\n${byHand}\n`);
}
