import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { fits } from "../search/beginnings.ts";
import { type MergedPage, mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Contact, unconfirmedFields } from "./fields.ts";
import { type ContactFilters, filterSources } from "./filters.ts";
import { contacts } from "./schema.ts";
import { findableContact } from "./search-index.ts";
import type { ContactSource } from "./sources.ts";
import { viewersOf } from "./visibility.ts";

export const SORTS = ["newest", "oldest", "name", "last_activity"] as const;
export type Sort = (typeof SORTS)[number];

/**
 * Candidates that one answer looks through. Where filters have no index together and few contacts pass them all,
 * the answer then ends early, with a cursor: what it costs stays bounded whatever the workspace holds.
 */
const MOST_CANDIDATES = 500;
/** Tags that a row of the list shows. */
const TAGS_SHOWN = 10;

/** A row of the list. `tags` are the names of at most ten. Times are milliseconds, UTC. */
export interface ListedContact
  extends Pick<Contact, "id" | "name" | "email" | "phone" | "lastActivityAt" | "createdAt"> {
  tags: string[];
  /** Which of email and phone nobody confirmed. */
  unconfirmed: ("email" | "phone")[];
}

/** `tagNames` is JSON; null where they are read afterwards, since few of the rows may be shown. */
type Row = Omit<ListedContact, "tags" | "unconfirmed"> & RowKey & Keys & { tagNames: string | null };
type Keys = Pick<Contact, "emailKey" | "phoneKey">;
/** Where a contact stands in each of the orders. */
type RowKey = Pick<Contact, "n" | "sortKey" | "lastActivityAt">;

/**
 * Lists the contacts that the caller may see and that pass all filters. Reads about `limit` rows whatever the
 * workspace holds; a page can hold fewer than `limit` (even none) and still have more behind it, see
 * {@link MOST_CANDIDATES}.
 * @throws Failure `not_found`, `invalid_input` for filters that name nothing; `invalid_cursor`
 */
export async function listContacts(
  tenant: Tenant,
  options: ContactFilters & { sort: Sort; cursor?: string; limit: number },
): Promise<Page<ListedContact>> {
  const { cursor, limit, sort, ...filters } = options;
  const scope: CursorScope = {
    list: "contacts",
    tenant,
    filters: [sort, viewersOf(tenant), filters],
  };
  const [after, sources] = await Promise.all([
    cursor === undefined ? null : keyOfCursor(scope, cursor),
    filterSources(tenant, sort === "oldest" ? "oldest" : "newest", filters),
  ]);
  if (sources === null) return { items: [], nextCursor: null, hasMore: false };
  const list = new FilteredList(tenant, sources, { sort, after, limit });
  const found = await list.page();
  return {
    items: await withTags(tenant, found.items),
    nextCursor: found.continueBehind && (await encodeCursor(scope, cursorKey(found.continueBehind))),
    hasMore: found.continueBehind !== null,
  };
}

type Found = MergedPage<Row, RowKey>;

/** One page of the contacts that all sources hold, in one order. */
class FilteredList {
  readonly #tenant: Tenant;
  readonly #sources: readonly ContactSource[];
  readonly #sort: Sort;
  readonly #after: RowKey | null;
  readonly #limit: number;

  constructor(
    tenant: Tenant,
    sources: readonly ContactSource[],
    order: { sort: Sort; after: RowKey | null; limit: number },
  ) {
    this.#tenant = tenant;
    this.#sources = sources;
    this.#sort = order.sort;
    this.#after = order.after;
    this.#limit = order.limit;
  }

  page(): Promise<Found> {
    if (this.#sources.length === 0) return this.#scan(this.#inOrder());
    return this.#sort === "newest" || this.#sort === "oldest" ? this.#byNumber() : this.#byKey();
  }

  /** By number: one source leads, and the others are checked on each of its contacts. */
  #byNumber(): Promise<Found> {
    const after = this.#after?.n ?? null;
    const [first] = this.#sources;
    if (!first || this.#sources.length === 1) return this.#scan(this.#down(first ?? this.#noSource()));
    return this.#led(after, this.#down(first));
  }

  /**
   * By name or activity: what a filter finds is sorted if it is few. Else the contacts are gone through in that order.
   */
  #byKey(): Promise<Found> {
    return this.#led(null, this.#inOrder());
  }

  /**
   * Led by the source that ends soonest; where none ends soon, by `otherwise`. Where too few of the contacts that this
   * looks at pass, the sources are given a second chance to be few enough.
   */
  async #led(after: number | null, otherwise: Scan<Row, RowKey>): Promise<Found> {
    const few = await this.#shortest(after, 2 * (this.#limit + 1));
    if (few) return this.#scan(this.#of(few));
    const found = await this.#scan(otherwise);
    if (found.continueBehind === null || found.items.length >= this.#limit) return found;
    const more = await this.#shortest(after, MOST_CANDIDATES);
    return more ? this.#scan(this.#of(more)) : found;
  }

  #noSource(): never {
    throw new Error("unreachable: a list by number without a source goes through all contacts");
  }

  #scan(scan: Scan<Row, RowKey>): Promise<Found> {
    return mergeScans([scan], {
      after: this.#after,
      limit: this.#limit,
      most: MOST_CANDIDATES,
      before: () => false,
    });
  }

  /** The source that is at its end after one step, with the fewest contacts; undefined when all have more. */
  async #shortest(
    after: number | null,
    size: number,
  ): Promise<{ source: ContactSource; numbers: number[] } | undefined> {
    const looks = await Promise.all(
      this.#sources.map(async (source) => ({ source, ...(await source.next(after, size)) })),
    );
    return looks
      .filter(({ behind }) => behind === null)
      .sort((a, b) => a.numbers.length - b.numbers.length)[0];
  }

  /** Contacts that are known by their numbers, in the list's order. */
  #of({ source, numbers }: { source: ContactSource; numbers: number[] }): Scan<Row, RowKey> {
    const among = this.#among(numbers);
    return {
      take: (after, size) => this.#rows({ among, leader: source, after, size }),
      keeps: this.#keeps,
    };
  }

  /** Down one source, by number. */
  #down(source: ContactSource): Scan<Row, RowKey> {
    return {
      take: async (after, size) => {
        const step = await source.next(after?.n ?? null, size);
        const rows = await this.#rows({
          among: this.#among(step.numbers),
          leader: source,
          after: null,
          size,
        });
        const behind = step.behind === null ? null : { n: step.behind, sortKey: "", lastActivityAt: 0 };
        return { rows, looked: step.looked, behind };
      },
      keeps: this.#keeps,
    };
  }

  /** Through all contacts in the list's order, which is that of an index; the sources' conditions are checked in each. */
  #inOrder(): Scan<Row, RowKey> {
    return {
      take: async (after, size) => {
        const rows = await this.#rows({ after, size });
        const last = rows.length < size ? null : (rows.at(-1) ?? null);
        return { rows: rows.filter(({ passes }) => passes === 1), looked: rows.length, behind: last };
      },
      keeps: this.#keeps,
    };
  }

  /** By rowid, always: for the sake of the order SQLite would else go down an index through the whole workspace. */
  #among(numbers: readonly number[]): SQL {
    return sql`${contacts.n} IN (SELECT value FROM json_each(${JSON.stringify(numbers)}))`;
  }

  /** True for contacts whose words and numbers are those that were asked for: the index may find a little more. */
  readonly #keeps = (row: Row): boolean => {
    const queried = this.#sources.flatMap(({ queried }) => (queried ? [queried] : []));
    if (queried.length === 0) return true;
    const found = findableContact(row, this.#tenant.phoneCountry);
    return queried.every((alternatives) => fits(found, alternatives));
  };

  /** Contacts behind `after` in order: those `among` that pass, or all with what they pass. */
  #rows(from: { among?: SQL; leader?: ContactSource; after: RowKey | null; size: number }) {
    const { among, leader, after, size } = from;
    const { n, sortKey, lastActivityAt } = contacts;
    const conditions = this.#sources.flatMap((one) =>
      one.holds && (one !== leader || one.inexact) ? [one.holds] : [],
    );
    const [behind, inOrder] = {
      newest: [sql`${n} < ${after?.n}`, sql`${n} DESC`],
      oldest: [sql`${n} > ${after?.n}`, sql`${n}`],
      name: [sql`(${sortKey}, ${n}) > (${after?.sortKey}, ${after?.n})`, sql`${sortKey}, ${n}`],
      last_activity: [
        sql`(${lastActivityAt}, ${n}) < (${after?.lastActivityAt}, ${after?.n})`,
        sql`${lastActivityAt} DESC, ${n} DESC`,
      ],
    }[this.#sort];
    const passes = sql.join([sql`1`, ...(among ? [] : conditions)], sql` AND `);
    return this.#tenant.db
      .select({
        n: sql<number>`${n}`,
        id: sql<string>`${contacts.id}`,
        name: sql<string | null>`${contacts.name}`,
        email: sql<string | null>`${contacts.email}`,
        phone: sql<string | null>`${contacts.phone}`,
        emailKey: sql<string | null>`${contacts.emailKey}`,
        phoneKey: sql<string | null>`${contacts.phoneKey}`,
        sortKey: sql<string>`${sortKey}`,
        lastActivityAt: sql<number>`${lastActivityAt}`,
        createdAt: sql<number>`${contacts.createdAt}`,
        tagNames:
          among || this.#sources.length === 0
            ? tagNamesOf(this.#tenant, sql`contacts.id`)
            : sql<string | null>`NULL`,
        passes: sql<number>`(${passes})`,
      })
      .from(among ? sql`${contacts} NOT INDEXED` : contacts)
      .where(this.#tenant.of(contacts, among, after ? behind : undefined, ...(among ? conditions : [])))
      .orderBy(inOrder ?? n)
      .limit(size);
  }
}

/**
 * The names of the first tags of a contact, as JSON. Spelled out, since drizzle leaves the names of tables away in a
 * query of one table.
 * @param contactId as SQL outside of the subquery
 */
function tagNamesOf({ workspaceId }: Tenant, contactId: SQL): SQL<string> {
  return sql<string>`(SELECT json_group_array(name) FROM (
    SELECT named.name AS name FROM contact_tags given JOIN tags named
      ON named.workspace_id = given.workspace_id AND named.id = given.tag_id
    WHERE given.workspace_id = ${workspaceId} AND given.contact_id = ${contactId}
    LIMIT ${TAGS_SHOWN}))`;
}

const tagNames = z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text)));

/** Adds the names of the first tags of each contact, where they were not read with it. */
async function withTags(tenant: Tenant, rows: readonly Row[]): Promise<ListedContact[]> {
  const without = rows.filter((row) => row.tagNames === null).map(({ id }) => id);
  const named =
    without.length === 0
      ? []
      : await tenant.db.all<{ id: string; names: string }>(sql`
          SELECT wanted.value AS id, ${tagNamesOf(tenant, sql`wanted.value`)} AS names
          FROM json_each(${JSON.stringify(without)}) AS wanted`);
  const names = new Map(named.map((row) => [row.id, row.names]));
  return rows.map((row) => {
    const { id, name, email, phone, lastActivityAt, createdAt } = row;
    const tags = tagNames.parse(row.tagNames ?? names.get(id) ?? "[]");
    return { id, name, email, phone, unconfirmed: unconfirmedFields(row), lastActivityAt, createdAt, tags };
  });
}

/** Names up to this length make cursors of one length: a page may end at a contact that its caller may not see. */
const PADDED_NAME = 80;

function cursorKey({ n, sortKey, lastActivityAt }: RowKey): (string | number)[] {
  return [n, lastActivityAt, sortKey.padEnd(sortKey === "" ? 0 : PADDED_NAME)];
}

async function keyOfCursor(scope: CursorScope, cursor: string): Promise<RowKey> {
  const [n, lastActivityAt, sortKey] = await decodeCursor(
    scope,
    cursor,
    z.tuple([z.int(), z.int(), z.string()]),
  );
  return { n, lastActivityAt, sortKey: sortKey.trimEnd() };
}
