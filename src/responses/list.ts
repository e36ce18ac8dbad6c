import { desc, eq, gte, lt, sql } from "drizzle-orm";
import { z } from "zod";
import { rangeEnd, rangeStart } from "../figures/days.ts";
import { Failure } from "../tenant/failure.ts";
import { firstIdAt } from "../tenant/ids.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { mergeWalks, type Walk } from "../tenant/walk.ts";
import { factColumns, firstAnswers, type ListedResponse, withEnds } from "./read.ts";
import { responses } from "./schema.ts";

/** Up to so many inboxes are walked one by one; above, the chatbot's own order is walked and the rest left out. */
const MAX_WALKS = 50;

export interface ResponseFilters {
  chatbotId: string;
  /** Began in this range: days in the workspace's time zone, or times. */
  startDate?: string;
  endDate?: string;
}

type Position = Pick<ListedResponse, "id">;

/**
 * A chatbot's responses in the inboxes that the caller may see, newest first. Reads about `limit` rows for each inbox
 * that is walked, whatever the chatbot has; for callers limited to more than 50 inboxes a page looks at no more than
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
  const { items, continueBelow } = await mergeWalks<ListedResponse, Position>(
    walksFor(tenant, { chatbotId, from, until }),
    {
      after: key ? { id: key[0] } : null,
      limit: options.limit,
      skip,
      newer: (a, b) => a.id > b.id,
    },
  );
  return {
    items: await withEnds(tenant, items),
    hasMore: continueBelow !== null,
    nextCursor: continueBelow && (await encodeCursor(scope, [continueBelow.id])),
  };
}

interface Resolved {
  chatbotId: string;
  /** From this millisecond, and before that one. */
  from: number | undefined;
  until: number | undefined;
}

function walksFor(tenant: Tenant, filters: Resolved): Walk<ListedResponse, Position>[] {
  const { inboxes } = tenant;
  if (inboxes === null || inboxes.length > MAX_WALKS) return [walk(tenant, filters, undefined)];
  return inboxes.map((id) => walk(tenant, filters, id));
}

/** One walk down the index of an inbox, or of the whole chatbot. Ids begin with the time of the start. */
function walk(
  tenant: Tenant,
  { chatbotId, from, until }: Resolved,
  inboxId: string | undefined,
): Walk<ListedResponse, Position> {
  return {
    take: (after, size) =>
      tenant.db
        .select({ ...factColumns(tenant), firstAnswers })
        .from(responses)
        .where(
          tenant.of(
            responses,
            inboxId === undefined ? undefined : eq(responses.inboxId, inboxId),
            eq(responses.chatbotId, chatbotId),
            from === undefined ? undefined : gte(responses.id, firstIdAt("response", from)),
            until === undefined || after ? undefined : lt(responses.id, firstIdAt("response", until)),
            after ? sql`${responses.id} < ${after.id}` : undefined,
          ),
        )
        .orderBy(desc(responses.id))
        .limit(size),
    keeps: ({ inboxId: its }) => tenant.inboxes === null || (its !== null && tenant.sees(its)),
  };
}
