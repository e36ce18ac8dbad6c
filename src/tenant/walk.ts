/**
 * Newest-first lists over filters that no single index serves. A walk goes down one index in chunks and keeps the
 * rows that fit; several walks (one for each inbox, say) are merged. What a page costs is bounded: by about
 * `limit` rows for each walk where every row fits, and by {@link WINDOW} rows where few do. A page that reaches
 * the bound may be short, and says where to go on.
 */

/** Rows that one walk looks at, at most, for one page. */
export const WINDOW = 1000;

/** `P` is what of a row gives its place in the list: what a cursor holds. */
export interface Walk<T extends P, P> {
  /** The next rows below `after` (from the newest for null), newest first, at most `size`. */
  take(after: P | null, size: number): PromiseLike<T[]>;
  /** False for rows that the list does not hold. */
  keeps?(row: T): boolean;
}

interface Walked<T, P> {
  rows: T[];
  /** The last row that was looked at, when the walk stopped at its bound; null when it did not. */
  stoppedAt: P | null;
}

/** Goes down one walk until it has `wanted` rows, or looked at {@link WINDOW}. */
async function walkDown<T extends P, P>(
  walk: Walk<T, P>,
  after: P | null,
  wanted: number,
): Promise<Walked<T, P>> {
  const kept: T[] = [];
  let last: P | null = after;
  let looked = 0;
  let size = wanted;
  while (looked < WINDOW) {
    size = Math.min(size, WINDOW - looked);
    const rows = await walk.take(last, size);
    looked += rows.length;
    last = rows.at(-1) ?? last;
    for (const row of rows) if (!walk.keeps || walk.keeps(row)) kept.push(row);
    if (rows.length < size || kept.length >= wanted) return { rows: kept.slice(0, wanted), stoppedAt: null };
    size *= 2;
  }
  return { rows: kept, stoppedAt: last };
}

export interface MergedPage<T, P> {
  items: T[];
  /** The place below which the next page begins; null when there is no more. */
  continueBelow: P | null;
}

/**
 * Merges walks into one page. Below the bound at which a walk stopped, nothing is known of it, so nothing from
 * there is answered before the walk went on.
 * @param newer true when the first comes before the second in the list
 * @param skip rows to leave out from the top, for page numbers
 */
export async function mergeWalks<T extends P, P>(
  walks: readonly Walk<T, P>[],
  options: { after: P | null; limit: number; skip?: number; newer: (a: P, b: P) => boolean },
): Promise<MergedPage<T, P>> {
  const { after, newer, limit, skip = 0 } = options;
  const wanted = skip + limit + 1;
  const results = await Promise.all(walks.map((walk) => walkDown(walk, after, wanted)));
  const stops = results.flatMap(({ stoppedAt }) => (stoppedAt === null ? [] : [stoppedAt]));
  const stop = stops.reduce<P | null>((top, row) => (top === null || newer(row, top) ? row : top), null);
  const known = results
    .flatMap(({ rows }) => rows)
    .filter((row) => stop === null || !newer(stop, row))
    .sort((a, b) => (newer(a, b) ? -1 : 1))
    .slice(skip);
  const items = known.slice(0, limit);
  if (known.length > limit) return { items, continueBelow: items.at(-1) ?? null };
  return { items, continueBelow: stop };
}
