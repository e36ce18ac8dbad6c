import { z } from "zod";
import { Failure } from "./failure.ts";

/**
 * Keyset pages. A cursor is opaque: base64url JSON of the list's name, the workspace and the last row's key,
 * so one made for another list, filter or workspace is refused with a clear error rather than answering nonsense.
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

/** What makes a cursor valid only where it was made: the list's name, the workspace, and the filters. */
export interface CursorScope {
  list: string;
  workspaceId: string;
  /** Everything that changes which rows the list holds or their order. */
  filters?: unknown;
}

type Key = (string | number | null)[];

async function fingerprint(scope: CursorScope): Promise<string> {
  const text = JSON.stringify([scope.list, scope.workspaceId, scope.filters ?? null]);
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest.slice(0, 9)).toBase64({ alphabet: "base64url" });
}

/** Wraps the last row's key. Keys hold ids, numbers and times only: the cursor is readable by its owner. */
export async function encodeCursor(scope: CursorScope, key: Key): Promise<string> {
  const text = JSON.stringify([await fingerprint(scope), ...key]);
  return new TextEncoder().encode(text).toBase64({ alphabet: "base64url", omitPadding: true });
}

/**
 * Unwraps a cursor into the key it was made from, checked against `shape` (one zod type for each part).
 * @throws Failure `invalid_cursor` when it is tampered with, or from another list, filter or workspace.
 */
export async function decodeCursor<S extends z.ZodTuple>(
  scope: CursorScope,
  cursor: string,
  shape: S,
): Promise<z.output<S>> {
  const refused = new Failure("invalid_cursor", "This cursor does not belong to this list.", {
    hint: "Pass nextCursor of this list's previous answer, with the same filters, or no cursor to start over.",
  });
  let parts: unknown;
  try {
    parts = JSON.parse(new TextDecoder().decode(Uint8Array.fromBase64(cursor, { alphabet: "base64url" })));
  } catch {
    throw refused;
  }
  if (!Array.isArray(parts) || parts[0] !== (await fingerprint(scope))) throw refused;
  const key = shape.safeParse(parts.slice(1));
  if (!key.success) throw refused;
  return key.data;
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
