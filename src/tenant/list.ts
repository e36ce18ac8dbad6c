/**
 * Lists over filters that no single index serves. A scan goes down one index in chunks and keeps the rows that fit;
 * several scans (one for each inbox, say) are merged. What a page costs is bounded: by about `limit` rows for each
 * scan where every row fits, and by {@link MOST_LOOKED_AT} rows where few do. A page that reaches the bound may be
 * short, and says where to go on.
 */

/** Rows that one scan looks at, at most, for one page. */
export const MOST_LOOKED_AT = 1000;

/** What a scan found in one step, where it looks at more rows than it hands out. */
export interface Stretch<T, K> {
  /** Those that it hands out, in the list's order. */
  rows: T[];
  /** How many it looked at. */
  looked: number;
  /** Behind which row the next step begins; null: there is nothing more. */
  behind: K | null;
}

/** `K` is what of a row says where it stands in the list: what a cursor holds. */
export interface Scan<T extends K, K> {
  /** The next rows behind `after` (from the first for null), in the list's order, at most `size`. */
  take(after: K | null, size: number): PromiseLike<T[] | Stretch<T, K>>;
  /** False for rows that the list does not hold. */
  keeps?(row: T): boolean;
}

interface Scanned<T, K> {
  rows: T[];
  /** The last row that was looked at, when the scan stopped at its bound; null when it did not. */
  stoppedAt: K | null;
}

/** Goes down one scan until it has `wanted` rows, or looked at `most`. */
async function scanDown<T extends K, K>(
  scan: Scan<T, K>,
  options: { after: K | null; wanted: number; most: number },
): Promise<Scanned<T, K>> {
  const { wanted, most } = options;
  const kept: T[] = [];
  let after = options.after;
  let looked = 0;
  let size = wanted;
  while (looked < most) {
    size = Math.min(size, most - looked);
    const taken = await scan.take(after, size);
    const stretch = Array.isArray(taken)
      ? { rows: taken, looked: taken.length, behind: taken.length < size ? null : (taken.at(-1) ?? null) }
      : taken;
    looked += stretch.looked;
    for (const row of stretch.rows) if (!scan.keeps || scan.keeps(row)) kept.push(row);
    if (stretch.behind === null || kept.length >= wanted) {
      return { rows: kept.slice(0, wanted), stoppedAt: null };
    }
    after = stretch.behind;
    size *= 2;
  }
  return { rows: kept, stoppedAt: after };
}

export interface MergedPage<T, K> {
  items: T[];
  /** Behind which row the next page begins; null when there is no more. */
  continueBehind: K | null;
}

/**
 * Merges scans into one page; a row that several of them find is in it once. Behind the bound at which a scan stopped
 * nothing is known of it, so nothing from there is answered before it went on.
 * @param options.before true when the first row comes before the second in the list
 * @param options.skip rows to leave out from the top, for page numbers
 * @param options.most rows that one scan looks at
 */
export async function mergeScans<T extends K, K>(
  scans: readonly Scan<T, K>[],
  options: {
    after: K | null;
    limit: number;
    skip?: number;
    most?: number;
    before: (a: K, b: K) => boolean;
  },
): Promise<MergedPage<T, K>> {
  const { after, before, limit, skip = 0, most = MOST_LOOKED_AT } = options;
  const wanted = skip + limit + 1;
  const results = await Promise.all(scans.map((scan) => scanDown(scan, { after, wanted, most })));
  const stops = results.flatMap(({ stoppedAt }) => (stoppedAt === null ? [] : [stoppedAt]));
  const stop = stops.reduce<K | null>((top, row) => (top === null || before(row, top) ? row : top), null);
  const [only, ...more] = results;
  // One scan's rows are in order as the database sorts, which is not always as JavaScript would.
  const known = only && more.length === 0 ? only.rows : inOrder(results, stop, before);
  const items = known.slice(skip, skip + limit);
  if (known.length > skip + limit) return { items, continueBehind: items.at(-1) ?? null };
  return { items, continueBehind: stop };
}

/** The rows of all scans down to where the first of them stopped, each once. */
function inOrder<T extends K, K>(
  results: readonly Scanned<T, K>[],
  stop: K | null,
  before: (a: K, b: K) => boolean,
): T[] {
  return results
    .flatMap(({ rows }) => rows)
    .filter((row) => stop === null || !before(stop, row))
    .sort((a, b) => (before(a, b) ? -1 : before(b, a) ? 1 : 0))
    .filter((row, i, all) => {
      const previous = all[i - 1];
      return previous === undefined || before(previous, row);
    });
}
