import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { rangeEnd, rangeStart } from "../figures/days.ts";
import { Failure } from "../tenant/failure.ts";
import { firstIdAt } from "../tenant/ids.ts";
import { MOST_LOOKED_AT, mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { factColumns, firstAnswers, type ListedResponse, withEnds } from "./read.ts";
import { responses } from "./schema.ts";

export interface ResponseFilters {
  /** Whose: a chatbot's id, or an automation flow's. */
  ownerId: string;
  /** Began in this range: days in the workspace's time zone, or times. */
  startDate?: string;
  endDate?: string;
}

type Position = Pick<ListedResponse, "id">;

/**
 * A chatbot's or automation flow's responses in the inboxes that the caller may see, newest first. A page looks at no
 * more than 1,000 of them, so that one for a caller who sees few of them can be short and have more: an index by inbox
 * would be one more row written for each response.
 * @throws Failure `invalid_input` when endDate is before startDate
 */
export async function listResponses(
  tenant: Tenant,
  filters: ResponseFilters,
  options: { cursor?: string; page?: number; limit: number },
): Promise<Page<ListedResponse>> {
  const { ownerId, startDate, endDate } = filters;
  const scope: CursorScope = {
    list: "responses",
    tenant,
    filters: [ownerId, startDate, endDate],
  };
  const from = startDate === undefined ? undefined : rangeStart(startDate, tenant.timeZone);
  const until = endDate === undefined ? undefined : rangeEnd(endDate, tenant.timeZone);
  if (from !== undefined && until !== undefined && until <= from) {
    throw new Failure("invalid_input", "endDate is before startDate.");
  }
  const skip = pageOffset(options.page, options.limit, options.cursor);
  const key = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])));
  const { items, continueBehind } = await mergeScans<ListedResponse, Position>(
    [scanOf(tenant, { ownerId, from, until })],
    {
      after: key ? { id: key[0] } : null,
      limit: options.limit,
      skip,
      before: (a, b) => a.id > b.id,
    },
  );
  return {
    items: await withEnds(tenant, items),
    hasMore: continueBehind !== null,
    nextCursor: continueBehind && (await encodeCursor(scope, [continueBehind.id])),
  };
}

interface Resolved {
  ownerId: string;
  /** From this millisecond, and before that one. */
  from: number | undefined;
  until: number | undefined;
}

/**
 * A scan down the owner. For a caller who is limited to inboxes one step looks at all that a page may look at: of
 * those only ids and inboxes are read.
 */
function scanOf(tenant: Tenant, filters: Resolved): Scan<ListedResponse, Position> {
  const { ownerId } = filters;
  const visible = tenant.visible(responses.inboxId);
  if (visible === undefined) {
    return { take: (after, size) => read(tenant, ownerId, idsBetween(filters, after), size) };
  }
  return {
    async take(after, size) {
      const looked = sql`SELECT id, inbox_id FROM responses WHERE workspace_id = ${tenant.workspaceId}
        AND chatbot_id = ${ownerId} AND ${idsBetween(filters, after)} ORDER BY id DESC LIMIT ${MOST_LOOKED_AT}`;
      const inboxes = JSON.stringify(tenant.inboxes);
      const seen = sql`SELECT id FROM (${looked}) WHERE inbox_id IN (SELECT value FROM json_each(${inboxes}))
        ORDER BY id DESC LIMIT ${size}`;
      const [rows, [edge]] = await tenant.db.batch([
        read(tenant, ownerId, sql`${responses.id} IN (${seen})`, size),
        tenant.db
          .select({ looked: sql<number>`count(*)`.as("looked"), last: sql<string>`min(id)`.as("last") })
          .from(sql`(${looked}) AS looked`),
      ]);
      const behind = rows.length === size ? rows.at(-1) : undefined;
      const isWhole = (edge?.looked ?? 0) < MOST_LOOKED_AT;
      return {
        rows,
        looked: MOST_LOOKED_AT,
        behind: behind ?? (isWhole || !edge ? null : { id: edge.last }),
      };
    },
  };
}

function read(tenant: Tenant, ownerId: string, which: SQL, size: number) {
  return tenant.db
    .select({ ...factColumns(tenant), firstAnswers })
    .from(responses)
    .where(tenant.of(responses, eq(responses.chatbotId, ownerId), which))
    .orderBy(desc(responses.id))
    .limit(size);
}

/** The ids of what began in the range, behind those that were listed: ids begin with the time of the start. */
function idsBetween({ from, until }: Resolved, after: Position | null): SQL {
  const conditions = [
    from === undefined ? undefined : sql`id >= ${firstIdAt("response", from)}`,
    until === undefined || after ? undefined : sql`id < ${firstIdAt("response", until)}`,
    after ? sql`id < ${after.id}` : undefined,
  ];
  return and(...conditions) ?? sql`1`;
}
