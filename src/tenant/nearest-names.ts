/** The up to three of `known` closest to `word` by edit distance, the best first; none that is entirely unlike. */
export function nearestNames(word: string, known: readonly string[]): string[] {
  const shortened = word.slice(0, 60).toLowerCase();
  return known
    .map((name) => ({ name, distance: editDistance(shortened, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(2, name.length / 2))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ name }) => name);
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
