import { env } from "cloudflare:workers";
import { z } from "zod";
import { openText, sealText } from "./cursor-seal.ts";
import { Failure } from "./failure.ts";
import type { Tenant } from "./tenant.ts";

/**
 * Keyset pages. A cursor is the last row's key, sealed under the deployment's secret and bound to its list, workspace,
 * filters and the inboxes that its caller may see: one that was made up, changed, or made elsewhere is refused, and none
 * tells its holder anything.
 */

/** Rows a list answers when the caller names no limit, and the most it may name. */
export const DEFAULT_LIMIT = 25;
export const MAX_LIMIT = 100;
/** `page` is a convenience: it reaches at most this row. */
export const MAX_PAGED_ROW = 1000;

/** What it is, the server's instructions say once for all lists. */
export const cursorInput = z.string().max(2000).optional();

/** `limit` as an input field. */
export function limitInput(max = MAX_LIMIT, byDefault = DEFAULT_LIMIT) {
  return z.int().min(1).max(max).default(byDefault);
}

/** `page` as an input field: from 1, and not together with a cursor. */
export const pageInput = z.int().min(1).max(MAX_PAGED_ROW).optional();

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
  hasMore: boolean;
}

/** The output schema of a list whose rows are `item`. */
export function pageOutput<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable(), hasMore: z.boolean() });
}

/** What makes a cursor valid only where it was made: the list's name, the workspace, the caller's inboxes, the filters. */
export interface CursorScope {
  list: string;
  tenant: Pick<Tenant, "workspaceId" | "inboxes">;
  /** Everything else that changes which rows the list holds or their order. */
  filters?: unknown;
}

type Key = readonly (string | number | null)[];

/** Undefined and null count as the same filter, as JSON has it. */
function boundTo({ list, tenant, filters = null }: CursorScope): string {
  return JSON.stringify([list, tenant.workspaceId, tenant.inboxes && [...tenant.inboxes].sort(), filters]);
}

/** Seals the last row's key. */
export function encodeCursor(scope: CursorScope, key: Key): Promise<string> {
  return sealText(env.PARLEY_SECRET, boundTo(scope), JSON.stringify(key));
}

/**
 * Opens a cursor: the key it was made from, checked against `shape` (one zod type for each part).
 * @throws Failure `invalid_cursor` when it is made up or changed, or from another list, filter, workspace or reach
 */
export async function decodeCursor<S extends z.ZodTuple>(
  scope: CursorScope,
  cursor: string,
  shape: S,
): Promise<z.output<S>> {
  const text = await openText(env.PARLEY_SECRET, boundTo(scope), cursor);
  // The shape differs where an earlier version of the list made it.
  const key = text === null ? null : shape.safeParse(JSON.parse(text));
  if (key?.success) return key.data;
  throw new Failure("invalid_cursor", "This cursor does not belong to this list.", {
    hint: "Pass nextCursor of this list's previous answer, with the same filters, or no cursor to start over.",
  });
}

/**
 * Cuts `limit + 1` fetched rows into a page.
 * @param rows what the query answered for `limit + 1`
 * @param keyOf the keyset key of a row, as the next query wants it
 */
export async function pageOf<T>(
  scope: CursorScope,
  rows: T[],
  limit: number,
  keyOf: (row: T) => Key,
): Promise<Page<T>> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, hasMore, nextCursor: hasMore ? await encodeCursor(scope, keyOf(last)) : null };
}

/**
 * The OFFSET of a page number.
 * @throws Failure `invalid_input` past the thousandth row, or when a cursor is given as well.
 */
export function pageOffset(page: number | undefined, limit: number, cursor: string | undefined): number {
  if (page === undefined) return 0;
  if (cursor !== undefined) throw new Failure("invalid_input", "Pass either page or cursor, not both.");
  const offset = (page - 1) * limit;
  if (offset + limit > MAX_PAGED_ROW) {
    throw new Failure("invalid_input", `page reaches only the first ${MAX_PAGED_ROW} rows.`, {
      hint: "Use nextCursor of the previous answer to go on.",
    });
  }
  return offset;
}
