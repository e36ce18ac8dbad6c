import { z } from "zod";
import { adjustTotal } from "../figures/totals.ts";
import { recordEvents } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { isUniqueViolation, type Tenant } from "../tenant/tenant.ts";
import { newContactInput } from "./answers.ts";
import { type CustomField, listCustomFields, MAX_CUSTOM_FIELDS, type ValueChange } from "./custom-fields.ts";
import { storedValue } from "./field-values.ts";
import { type ImportedRow, ImportPlan } from "./import-plan.ts";
import { assertAllUnchanged, insertContacts, updateContacts, writeManyValues } from "./import-writes.ts";
import { replaceSearchRows } from "./search-index.ts";
import { attachTagsToMany } from "./tags.ts";

/** Most rows of one {@link importContacts}. */
export const MAX_IMPORTED_CONTACTS = 200;
/** JSON of the rows written at once, in bytes: D1 takes parameters of 2 MB, and some hold a row twice. */
const MAX_WRITTEN_BYTES = 400_000;

const rowInput = z.strictObject(newContactInput);

export interface ImportedContacts {
  created: number;
  updated: number;
  /** They were the same already: nothing was written of them. */
  unchanged: number;
  /** Rows that were left out, by their place in the list, from 0. */
  errors: { index: number; message: string }[];
}

/**
 * Makes or changes contacts as if each row were given to the store by itself, in order, but in a handful of
 * statements for all of them. A row changes the contact that has its external id, or else its email, or else its
 * phone; without one it makes a contact. What a row does not name stays as it is, and tags are added. A row that does
 * not fit is left out and reported; the others are written all the same. Repeated, the same rows change nothing.
 *
 * @param options.dryRun says what would become of the rows and writes nothing: of these rows alone, as if no others
 *   came with them
 * For callers that see every contact: rows are matched with all of the workspace's.
 * @throws Failure `invalid_input` above {@link MAX_IMPORTED_CONTACTS} rows, `not_allowed` for limited callers
 */
export async function importContacts(
  tenant: Tenant,
  rows: readonly unknown[],
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<ImportedContacts> {
  if (tenant.inboxes !== null) {
    throw new Failure("not_allowed", "Only who sees every contact can import contacts.");
  }
  if (rows.length > MAX_IMPORTED_CONTACTS) {
    throw new Failure("invalid_input", `At most ${MAX_IMPORTED_CONTACTS} contacts at once.`);
  }
  const { items: fields } = await listCustomFields(tenant, { limit: MAX_CUSTOM_FIELDS });
  const result: ImportedContacts = { created: 0, updated: 0, unchanged: 0, errors: [] };
  const good: ImportedRow[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      good.push(checkedRow(index, row, fields));
    } catch (error) {
      report(result, index, error);
    }
  }
  for (const part of parts(good)) await importPart(tenant, part, result, dryRun);
  result.errors.sort((a, b) => a.index - b.index);
  return result;
}

/** Notes a row that does not fit. @throws what is no {@link Failure} */
function report(result: ImportedContacts, index: number, error: unknown): void {
  if (!(error instanceof Failure)) throw error;
  result.errors.push({ index, message: error.message.replace(/\.$/, "") });
}

/** @throws Failure saying which field does not fit */
function checkedRow(index: number, row: unknown, fields: readonly CustomField[]): ImportedRow {
  const parsed = rowInput.safeParse(row);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") || "row";
    throw new Failure("invalid_input", `${path}: ${issue?.message ?? "not valid"}`);
  }
  const { tags = [], customFields = {}, ...own } = parsed.data;
  if (own.externalId === undefined && own.email === undefined && own.phone === undefined) {
    throw new Failure("invalid_input", "has no externalId, email or phone by which it would be found again");
  }
  const values = Object.entries(customFields).map(([key, value]): ValueChange => {
    const field = fields.find((one) => one.key === key);
    if (!field) throw new Failure("not_found", `there is no custom field ${JSON.stringify(key)}`);
    return { field, stored: value === null ? null : storedValue(field, value) };
  });
  return { index, fields: own, tags, values };
}

/** Cuts a list so that the JSON of each part stays below {@link MAX_WRITTEN_BYTES}. */
function parts(rows: readonly ImportedRow[]): ImportedRow[][] {
  const cut: ImportedRow[][] = [];
  let size = 0;
  for (const row of rows) {
    const bytes = new TextEncoder().encode(JSON.stringify(row)).length;
    const last = cut.at(-1);
    if (last && size + bytes <= MAX_WRITTEN_BYTES) {
      last.push(row);
      size += bytes;
    } else {
      cut.push([row]);
      size = bytes;
    }
  }
  return cut;
}

/**
 * Imports rows in one batch. When that meets another change, or the rows of a batch stand in each other's way (one
 * takes the email that another gives up), each half is tried by itself, down to single rows, which wait and try again.
 */
async function importPart(
  tenant: Tenant,
  rows: readonly ImportedRow[],
  result: ImportedContacts,
  dryRun: boolean,
): Promise<void> {
  const one = rows.length === 1;
  try {
    const { outcomes, bad } = await (one
      ? retryOnConflict(() => importOnce(tenant, rows, dryRun))
      : importOnce(tenant, rows, dryRun));
    for (const outcome of outcomes) result[outcome]++;
    for (const { index, error } of bad) report(result, index, error);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "conflict") throw error;
    if (one) return report(result, rows[0]?.index ?? 0, error);
    const half = Math.ceil(rows.length / 2);
    await importPart(tenant, rows.slice(0, half), result, dryRun);
    await importPart(tenant, rows.slice(half), result, dryRun);
  }
}

/** @throws Failure `conflict` when the batch met another change, or its rows each other */
async function importOnce(tenant: Tenant, rows: readonly ImportedRow[], dryRun: boolean) {
  const plan = await ImportPlan.of(tenant, rows);
  const bad: { index: number; error: unknown }[] = [];
  const outcomes = rows.flatMap((row) => {
    try {
      return [plan.apply(row)];
    } catch (error) {
      bad.push({ index: row.index, error });
      return [];
    }
  });
  if (dryRun) return { outcomes, bad };
  await write(tenant, plan).catch((error) => {
    throw isUniqueViolation(error) ? new Failure("conflict", "was changed by others meanwhile") : error;
  });
  return { outcomes, bad };
}

/** Writes what the rows of a plan come to, with search rows, tags, values, events and the count. */
async function write(tenant: Tenant, plan: ImportPlan): Promise<void> {
  const at = tenant.now();
  const changed = plan.changed();
  if (changed.length === 0) return;
  const made = changed.filter(({ stored }) => stored === null);
  const before = changed.flatMap(({ stored }) => stored ?? []);
  const asRow = ({ id, columns, stored }: (typeof changed)[number]) => {
    return {
      id,
      ...columns,
      lastActivityAt: stored?.lastActivityAt ?? at,
      createdAt: stored?.createdAt ?? at,
      updatedAt: at,
    };
  };
  const tagged = changed.filter(({ addedTags }) => addedTags.length > 0);
  await tenant.batch([
    ...(before.length > 0
      ? [
          assertAllUnchanged(tenant, before),
          updateContacts(tenant, changed.filter(({ stored }) => stored !== null).map(asRow)),
        ]
      : []),
    ...(made.length > 0
      ? [
          insertContacts(tenant, made.map(asRow)),
          adjustTotal(tenant, { metric: "contacts", inboxId: null, by: made.length }),
        ]
      : []),
    ...replaceSearchRows(
      tenant,
      changed.map(({ id, columns }) => ({ id, ...columns })),
    ),
    ...(tagged.length > 0
      ? attachTagsToMany(
          tenant,
          tagged.map(({ id, addedTags }) => ({ contactId: id, names: addedTags })),
          at,
        )
      : []),
    ...writeManyValues(
      tenant,
      changed.map(({ id, written }) => ({ contactId: id, values: [...written.values()] })),
      at,
    ),
    recordEvents(
      tenant,
      changed.map(({ id, stored, changes }) =>
        stored === null
          ? { type: "contact.created", subjectId: id, inboxId: null }
          : { type: "contact.updated", subjectId: id, inboxId: null, data: { changed: [...changes] } },
      ),
      at,
    ),
  ]);
}
