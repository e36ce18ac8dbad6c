import { z } from "zod";
import { type ColumnPlan, planColumns as columnsOf, contactOf } from "../../src/contacts/import-columns.ts";
import { Failure } from "../../src/tenant/failure.ts";
import type { Fields, OperatorClient, Row } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import { Checkpoint, contentDigest } from "./checkpoint.ts";
import { type CsvRow, csvTable } from "./csv.ts";

export { contactOf, type Definition } from "../../src/contacts/import-columns.ts";

import { runImport, type SourceEntry } from "./run.ts";
import { readUtf8, shownFile } from "./source.ts";

/** Contacts of one request; the server takes as many. */
const BATCH = 200;

const definitionsSchema = z.object({
  items: z.array(z.object({ key: z.string(), label: z.string(), type: z.string() })),
});

/** {@link columnsOf}, in words for the command. @throws Refused */
export function planColumns(...given: Parameters<typeof columnsOf>): ColumnPlan {
  try {
    return columnsOf(...given);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const [headings] = given;
    const way = error.message.startsWith("--map")
      ? ""
      : ` Map one: --map "${headings[0] ?? "column"}=externalId".`;
    throw new Refused(error.message + way);
  }
}

function* entriesOf(
  rows: Iterable<CsvRow | { line: number; problem: string }>,
  plan: ColumnPlan,
): Generator<SourceEntry> {
  for (const row of rows) {
    if ("problem" in row) yield { ...row, at: row.line };
    else yield { line: row.line, ...contactOf(row, plan), at: row.line };
  }
}

export interface ContactImport {
  client: OperatorClient;
  file: string;
  workspacePath: string;
  flags: Fields & { map?: string[]; dryRun?: boolean };
  quiet: boolean;
}

/** Imports contacts from a CSV file; a dry run says what would become of each row and writes nothing. */
export async function importContacts({
  client,
  file,
  workspacePath,
  flags,
  quiet,
}: ContactImport): Promise<Row> {
  const bytes = readUtf8(file);
  const { headings, rows } = csvTable(bytes);
  if (headings.length === 0) throw new Refused(`${shownFile(file)} has no line of headings.`);
  const path = `${workspacePath}/imports/contacts`;
  const { items } = definitionsSchema.parse(await client.get(`${path}/fields`));
  const plan = planColumns(headings, items, flags.map ?? []);
  const { ignored } = plan;
  const { dryRun = false } = flags;
  if (ignored.length > 0 && !quiet) {
    console.error(`These columns are left out: ${ignored.join(", ")}. --map "column=field" takes one in.`);
  }
  const mapped = {
    own: [...plan.own],
    custom: plan.custom.map(({ definition, column }) => [definition.key, column]),
  };
  const answer = await runImport({
    client,
    path,
    fields: dryRun ? { dryRun } : {},
    entries: entriesOf(rows, plan),
    total: bytes.reduce((lines, byte) => (byte === 0x0a ? lines + 1 : lines), 1),
    batch: BATCH,
    noun: "contacts",
    sync: false,
    distinct: false,
    checkpoint: new Checkpoint(
      {
        kind: "contacts",
        server: client.url,
        workspace: workspacePath,
        options: mapped,
        source: contentDigest([bytes]),
      },
      !dryRun,
    ),
    quiet,
  });
  return {
    ...answer,
    ...(ignored.length > 0 ? { ignoredColumns: ignored } : {}),
    ...(dryRun ? { dryRun } : {}),
  };
}
