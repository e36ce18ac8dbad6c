import { eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { Failure } from "../tenant/failure.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Contact } from "./fields.ts";
import { type ContactFilters, filterSources } from "./filters.ts";
import { contacts, contactTags, tags } from "./schema.ts";
import { everyContact, type Position, type Source, type Step, sortedContacts } from "./sources.ts";

export const SORTS = ["newest", "oldest", "name", "last_activity"] as const;
export type Sort = (typeof SORTS)[number];

/**
 * Candidates that one answer looks through. Where filters have no index together and few contacts pass them all,
 * the answer then ends early, with a cursor: what it costs stays bounded whatever the workspace holds.
 */
const WINDOW = 500;
/** What a first look at an index asks for, where not all that it finds will pass: twice the rows that are wanted. */
const firstLook = (limit: number) => 2 * (limit + 1);
/** Tags that a row of the list shows. */
const TAGS_SHOWN = 10;

/** A row of the list. `tags` are the names of at most ten. Times are milliseconds, UTC. */
export interface ListedContact
  extends Pick<Contact, "id" | "name" | "email" | "phone" | "lastActivityAt" | "createdAt"> {
  tags: string[];
}

type Row = Omit<ListedContact, "tags"> & Pick<Contact, "n" | "sortKey">;

/** What a walk found: at most `limit` rows, and where to go on. */
interface Found {
  rows: Row[];
  /** Null: there is nothing more. */
  next: Position | null;
}

interface Order {
  sort: Sort;
  after: Position | null;
  limit: number;
}

/**
 * Lists the contacts that the caller may see and that pass all filters. Reads about `limit` rows whatever the
 * workspace holds; a page can hold fewer than `limit` (even none) and still have more behind it, see {@link WINDOW}.
 * @throws Failure `not_found`, `invalid_input` for filters that name nothing; `invalid_cursor`
 */
export async function listContacts(
  tenant: Tenant,
  options: ContactFilters & { sort: Sort; cursor?: string; limit: number },
): Promise<Page<ListedContact>> {
  const { cursor, limit, sort, ...filters } = options;
  const scope: CursorScope = {
    list: "contacts",
    workspaceId: tenant.workspaceId,
    filters: [sort, tenant.inboxes, filters],
  };
  const after = cursor === undefined ? null : await readPosition(tenant, scope, sort, cursor);
  const sources = await filterSources(tenant, sort === "oldest" ? "oldest" : "newest", filters);
  if (sources === null) return { items: [], nextCursor: null, hasMore: false };
  const order = { sort, after, limit };
  const found = await (sort === "newest" || sort === "oldest"
    ? byNumber(tenant, sources, order)
    : byKey(tenant, sources, order));
  return {
    items: await withTags(tenant, found.rows),
    nextCursor: found.next && (await encodeCursor(scope, cursorKey(sort, found.next))),
    hasMore: found.next !== null,
  };
}

/** By number: the source that ends soonest leads, and the others are checked on each of its contacts. */
async function byNumber(tenant: Tenant, sources: readonly Source[], order: Order): Promise<Found> {
  const [only, second] = sources;
  if (!only)
    return walk(tenant, everyContact(tenant, order.sort === "oldest" ? "oldest" : "newest"), [], order);
  if (!second) return walk(tenant, only, [], order);
  const steps = await Promise.all(sources.map((source) => source.step(order.after, firstLook(order.limit))));
  const [leader, step] = shortest(sources, steps) ?? [only, steps[0]];
  return walk(tenant, leader, checksBut(sources, leader), order, step);
}

/** By name or activity: what a filter finds is sorted if it is few; else the contacts are walked in that order. */
async function byKey(tenant: Tenant, sources: readonly Source[], order: Order): Promise<Found> {
  const steps = await Promise.all(sources.map((source) => source.step(null, firstLook(order.limit))));
  const [leader, step] = shortest(sources, steps) ?? [];
  const inOrder = sortedContacts(tenant, order.sort === "name" ? "name" : "last_activity");
  if (!leader || !step) return walk(tenant, inOrder, checksBut(sources), order);
  const rows = await load(tenant, step.numbers, checksBut(sources, leader), order);
  return cut(rows, order, null);
}

/** The source that is at its end after one step, with the fewest contacts; undefined when all have more. */
function shortest(sources: readonly Source[], steps: readonly Step[]): [Source, Step] | undefined {
  return sources
    .flatMap((source, i): [Source, Step][] => {
      const step = steps[i];
      return step?.finished ? [[source, step]] : [];
    })
    .sort(([, a], [, b]) => a.numbers.length - b.numbers.length)[0];
}

function checksBut(sources: readonly Source[], leader?: Source): SQL[] {
  return sources.flatMap((source) => (source === leader || !source.holds ? [] : [source.holds]));
}

/** Takes candidates from `source` until there are enough that pass, none are left, or the window is spent. */
async function walk(
  tenant: Tenant,
  source: Source,
  checks: readonly SQL[],
  order: Order,
  first?: Step,
): Promise<Found> {
  const wanted = order.limit + 1;
  const rows: Row[] = [];
  let scanned = 0;
  let position = order.after;
  let step = first;
  for (;;) {
    const size = checks.length === 0 ? wanted : scanned === 0 ? firstLook(order.limit) : WINDOW - scanned;
    step ??= await source.step(position, size);
    rows.push(...(await load(tenant, step.numbers, checks, { ...order, after: null })));
    scanned += step.numbers.length;
    position = step.position ?? position;
    if (step.finished) return cut(rows, order, null);
    if (rows.length >= wanted || scanned >= WINDOW) return cut(rows, order, position);
    step = undefined;
  }
}

/** The page out of the rows found. @param end where the walk stopped looking; null when it came to the end */
function cut(rows: Row[], order: Order, end: Position | null): Found {
  const last = rows[order.limit - 1];
  if (rows.length > order.limit && last) {
    return { rows: rows.slice(0, order.limit), next: positionOf(order.sort, last) };
  }
  return { rows, next: end };
}

function positionOf(sort: Sort, row: Row): Position {
  if (sort === "name") return { n: row.n, key: row.sortKey };
  if (sort === "last_activity") return { n: row.n, key: row.lastActivityAt };
  return { n: row.n };
}

/** Those of the contacts with these numbers that pass the checks and stand behind `after`, in order, `limit` + 1. */
async function load(
  tenant: Tenant,
  numbers: readonly number[],
  checks: readonly SQL[],
  { sort, after, limit }: Order,
): Promise<Row[]> {
  if (numbers.length === 0) return [];
  const { n, sortKey, lastActivityAt } = contacts;
  const [behind, inOrder] = {
    newest: [sql`${n} < ${after?.n}`, sql`${n} DESC`],
    oldest: [sql`${n} > ${after?.n}`, sql`${n}`],
    name: [sql`(${sortKey}, ${n}) > (${after?.key}, ${after?.n})`, sql`${sortKey}, ${n}`],
    last_activity: [
      sql`(${lastActivityAt}, ${n}) < (${after?.key}, ${after?.n})`,
      sql`${lastActivityAt} DESC, ${n} DESC`,
    ],
  }[sort];
  const query = tenant.db
    .select({
      n: sql<number>`${n}`,
      id: sql<string>`${contacts.id}`,
      name: sql<string | null>`${contacts.name}`,
      email: sql<string | null>`${contacts.email}`,
      phone: sql<string | null>`${contacts.phone}`,
      sortKey: sql<string>`${sortKey}`,
      lastActivityAt: sql<number>`${lastActivityAt}`,
      createdAt: sql<number>`${contacts.createdAt}`,
    })
    // By rowid, always: for the sake of the order SQLite would else walk an index through the whole workspace.
    .from(sql`${contacts} NOT INDEXED`);
  return query
    .where(
      tenant.of(
        contacts,
        sql`${n} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`,
        after ? behind : undefined,
        ...checks,
      ),
    )
    .orderBy(inOrder ?? n)
    .limit(limit + 1);
}

/** Adds the names of the first tags of each contact. */
async function withTags(tenant: Tenant, rows: readonly Row[]): Promise<ListedContact[]> {
  if (rows.length === 0) return [];
  const named = await tenant.db.all<{ id: string; names: string }>(sql`
    SELECT wanted.value AS id, (SELECT json_group_array(name) FROM (
      SELECT ${tags.name} AS name FROM ${contactTags} JOIN ${tags}
        ON ${tags.workspaceId} = ${contactTags.workspaceId} AND ${tags.id} = ${contactTags.tagId}
      WHERE ${tenant.of(contactTags, sql`${contactTags.contactId} = wanted.value`)}
      LIMIT ${TAGS_SHOWN}
    )) AS names
    FROM json_each(${JSON.stringify(rows.map((row) => row.id))}) AS wanted`);
  const names = new Map(named.map((row) => [row.id, z.array(z.string()).parse(JSON.parse(row.names))]));
  return rows.map(({ n: _, sortKey: __, ...row }) => ({ ...row, tags: names.get(row.id) ?? [] }));
}

/** A cursor says no name: the one that the order needs is read again from the contact that it points behind. */
function cursorKey(sort: Sort, position: Position): (string | number | null)[] {
  return sort === "last_activity" ? [position.n, position.key ?? 0] : [position.n];
}

async function readPosition(
  tenant: Tenant,
  scope: CursorScope,
  sort: Sort,
  cursor: string,
): Promise<Position> {
  if (sort === "last_activity") {
    const [n, key] = await decodeCursor(scope, cursor, z.tuple([z.int(), z.int()]));
    return { n, key };
  }
  const [n] = await decodeCursor(scope, cursor, z.tuple([z.int()]));
  if (sort !== "name") return { n };
  const [row] = await tenant.db
    .select({ key: contacts.sortKey })
    .from(contacts)
    .where(tenant.of(contacts, eq(contacts.n, n)));
  if (row) return { n, key: row.key };
  throw new Failure("invalid_cursor", "The contact that this page ended at was merged into another one.", {
    hint: "Start over without a cursor.",
  });
}
