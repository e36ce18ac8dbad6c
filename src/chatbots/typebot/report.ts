import { CONSEQUENCES, type Consequence, type LeftOut } from "../imported.ts";

/** Losses that are named, and the nodes named with each. */
const MAX_LEFT_OUT = 100;
const MAX_NODE_IDS = 20;

/** Longest quotation of a bot's own words in a reason. */
const MAX_QUOTED = 40;

/** A bot's own words, short enough to stand in a reason. */
export function quoted(words: string): string {
  const short = words.length > MAX_QUOTED ? `${words.slice(0, MAX_QUOTED - 1)}…` : words;
  return JSON.stringify(short.toWellFormed());
}

/** What of a bot is lost, each reason once, with where. */
export class Losses<Where> {
  readonly #found = new Map<string, { consequence: Consequence; reason: string; where: Set<Where> }>();

  /** @param where nothing: of the whole bot */
  add(consequence: Consequence, reason: string, where?: Where): void {
    const key = `${consequence}\n${reason}`;
    const found = this.#found.get(key) ?? { consequence, reason, where: new Set<Where>() };
    this.#found.set(key, found);
    if (where !== undefined) found.where.add(where);
  }

  /** The same losses, to add others to. */
  copy(): Losses<Where> {
    const copy = new Losses<Where>();
    for (const [key, loss] of this.#found) copy.#found.set(key, { ...loss, where: new Set(loss.where) });
    return copy;
  }

  /** The reasons that were given for a place, the worst first. */
  reasonsAt(where: Where): string[] {
    return this.#inOrder()
      .filter((loss) => loss.where.has(where))
      .map(({ reason }) => reason);
  }

  /** @param nodeAt the node of the flow that a place is, or that comes in its place; undefined for none */
  list(nodeAt: (where: Where) => string | undefined): LeftOut[] {
    const all = this.#inOrder().map(({ consequence, reason, where }) => {
      const nodeIds = [...new Set([...where].flatMap((place) => nodeAt(place) ?? []))];
      return { consequence, reason, nodeIds: nodeIds.slice(0, MAX_NODE_IDS) };
    });
    if (all.length <= MAX_LEFT_OUT) return all;
    const more = all.length - MAX_LEFT_OUT;
    return [
      ...all.slice(0, MAX_LEFT_OUT),
      { consequence: "to_know", reason: `and ${more} more`, nodeIds: [] },
    ];
  }

  #inOrder() {
    return [...this.#found.values()].toSorted(
      (a, b) => CONSEQUENCES.indexOf(a.consequence) - CONSEQUENCES.indexOf(b.consequence),
    );
  }
}
