import type { NamedThing } from "./failure.ts";
import { fold } from "./fold.ts";

/** Most that are offered for a wrong word. */
const OFFERED = 3;
/** Where there are no more than these, all of them are offered when none is near. */
const FEW = 10;

/** The up to three of `known` closest to `word` by edit distance, the best first; none that is entirely unlike. */
export function nearestNames(word: string, known: readonly string[]): string[] {
  return nearest(word, known, (name) => name).slice(0, OFFERED);
}

/**
 * Those of `known` that may be meant by `word`: whose names have it in them or are near it, the best first. Where none
 * is and there are few, all of them: better to choose from than to ask for a list.
 */
export function nearestThings(word: string, known: readonly NamedThing[]): NamedThing[] {
  const folded = fold(word).trim();
  const within = known.filter(({ name }) => folded !== "" && fold(name).includes(folded));
  const near = nearest(word, known, ({ name }) => name).slice(0, OFFERED);
  const meant = [...new Set([...within.slice(0, FEW), ...near])];
  return meant.length === 0 && known.length <= FEW ? [...known] : meant;
}

function nearest<T>(word: string, known: readonly T[], nameOf: (one: T) => string): T[] {
  const shortened = fold(word.slice(0, 60));
  return known
    .map((one) => {
      const name = nameOf(one);
      return { one, name, distance: editDistance(shortened, fold(name.slice(0, 120))) };
    })
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 2))
    .sort((a, b) => a.distance - b.distance)
    .map(({ one }) => one);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
