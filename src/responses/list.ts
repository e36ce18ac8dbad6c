import { and, desc, eq, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { rangeEnd, rangeStart } from "../figures/days.ts";
import { Failure } from "../tenant/failure.ts";
import { firstIdAt } from "../tenant/ids.ts";
import { mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { factColumns, firstAnswers, type ListedResponse, withEnds } from "./read.ts";
import { responses } from "./schema.ts";

/** Up to so many inboxes are scanned one by one; above, the chatbot's own order is, and the rest left out. */
const MAX_SCANS = 50;

export interface ResponseFilters {
  chatbotId: string;
  /** Began in this range: days in the workspace's time zone, or times. */
  startDate?: string;
  endDate?: string;
}

type Position = Pick<ListedResponse, "id">;

/**
 * A chatbot's responses in the inboxes that the caller may see, newest first. Reads about `limit` rows for each inbox
 * that is scanned, whatever the chatbot has; for callers limited to more than 50 inboxes a page looks at no more than
 * 1,000 rows and can be short and have more.
 * @throws Failure `invalid_input` when endDate is before startDate
 */
export async function listResponses(
  tenant: Tenant,
  filters: ResponseFilters,
  options: { cursor?: string; page?: number; limit: number },
): Promise<Page<ListedResponse>> {
  const { chatbotId, startDate, endDate } = filters;
  const scope: CursorScope = {
    list: "responses",
    workspaceId: tenant.workspaceId,
    filters: [chatbotId, startDate ?? null, endDate ?? null, tenant.inboxes],
  };
  const from = startDate === undefined ? undefined : rangeStart(startDate, tenant.timeZone);
  const until = endDate === undefined ? undefined : rangeEnd(endDate, tenant.timeZone);
  if (from !== undefined && until !== undefined && until <= from) {
    throw new Failure("invalid_input", "endDate is before startDate.");
  }
  const skip = pageOffset(options.page, options.limit, options.cursor);
  const key = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])));
  const { items, continueBehind } = await mergeScans<ListedResponse, Position>(
    scansFor(tenant, { chatbotId, from, until }),
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
  chatbotId: string;
  /** From this millisecond, and before that one. */
  from: number | undefined;
  until: number | undefined;
}

function scansFor(tenant: Tenant, filters: Resolved): Scan<ListedResponse, Position>[] {
  const { inboxes } = tenant;
  if (inboxes === null || inboxes.length > MAX_SCANS) return [scanOfChatbot(tenant, filters)];
  return inboxes.map((id) => scanOfInbox(tenant, filters, id));
}

/** A scan down the whole chatbot. */
function scanOfChatbot(tenant: Tenant, filters: Resolved): Scan<ListedResponse, Position> {
  return {
    take: (after, size) => read(tenant, filters.chatbotId, idsBetween(filters, after), size),
    keeps: ({ inboxId: its }) => tenant.inboxes === null || (its !== null && tenant.sees(its)),
  };
}

/** A scan down one inbox. Left to itself SQLite would go down the chatbot's key and leave other inboxes out. */
function scanOfInbox(tenant: Tenant, filters: Resolved, inboxId: string): Scan<ListedResponse, Position> {
  return {
    take: (after, size) => {
      const ids = sql`(SELECT id FROM responses INDEXED BY responses_by_inbox
        WHERE workspace_id = ${tenant.workspaceId} AND inbox_id = ${inboxId} AND chatbot_id = ${filters.chatbotId}
          AND ${idsBetween(filters, after)} ORDER BY id DESC LIMIT ${size})`;
      return read(tenant, filters.chatbotId, sql`${responses.id} IN ${ids}`, size);
    },
  };
}

function read(tenant: Tenant, chatbotId: string, which: SQL, size: number) {
  return tenant.db
    .select({ ...factColumns(tenant), firstAnswers })
    .from(responses)
    .where(tenant.of(responses, eq(responses.chatbotId, chatbotId), which))
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
