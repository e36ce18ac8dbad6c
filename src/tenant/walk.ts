import { mergeScans, type Scan } from "./list.ts";

/** The names by which some nouns still know list.ts. */
export { MOST_LOOKED_AT as WINDOW, type Scan as Walk } from "./list.ts";

/** {@link mergeScans} for lists that go from the newest down. */
export async function mergeWalks<T extends K, K>(
  walks: readonly Scan<T, K>[],
  options: { after: K | null; limit: number; skip?: number; newer: (a: K, b: K) => boolean },
): Promise<{ items: T[]; continueBelow: K | null }> {
  const { newer, ...rest } = options;
  const { items, continueBehind } = await mergeScans(walks, { ...rest, before: newer });
  return { items, continueBelow: continueBehind };
}
