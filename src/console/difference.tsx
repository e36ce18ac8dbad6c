import { diffWordsWithSpace } from "diff";
import type { Visit } from "./visit.ts";

/** Changed words up to which a difference is told word by word: beyond, one text is shown after the other. */
const MOST_EDITS = 1_000;

/** What changes from one text to another, word by word. */
export function WordDifference({ visit, from, to }: { visit: Visit; from: string; to: string }) {
  if (from === to) return <p class="same">{visit.words.drafts.same}</p>;
  const changes = diffWordsWithSpace(from, to, { maxEditLength: MOST_EDITS }) ?? [
    { value: from, added: false, removed: true },
    { value: to, added: true, removed: false },
  ];
  return (
    <p class="difference text">
      {changes.map(({ value, added, removed }) => {
        if (added) return <ins>{value}</ins>;
        return removed ? <del>{value}</del> : <span>{value}</span>;
      })}
    </p>
  );
}
