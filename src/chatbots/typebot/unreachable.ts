import { reachableFrom } from "../../flows/graph/reachability.ts";
import type { Built } from "./build.ts";
import { placeKey, type TypebotGraph } from "./graph.ts";
import type { GroupVisit } from "./layout.ts";
import type { Losses } from "./report.ts";

/** Says which nodes no visitor comes to, and why: because of what is lost on the way there, or as in Typebot. */
export function reportUnreachable(built: Built, graph: TypebotGraph, losses: Losses<GroupVisit>): void {
  const next = new Map(
    graph.blocks().map(({ place }) => [placeKey(place), graph.waysFrom(place).map(placeKey)]),
  );
  const ways = (key: string) => next.get(key) ?? [];
  const visitsAt = Map.groupBy(built.visits, ({ stand }) => placeKey(stand.place));
  const unreached = new Map(
    [...visitsAt].filter(
      ([key, visits]) => !built.reached.has(key) && visits.some(({ piece }) => piece !== null),
    ),
  );
  const claim = (roots: readonly string[], reason: string) => {
    const keys = reachableFrom(
      roots.filter((key) => !built.reached.has(key)),
      (key) => ways(key).filter((way) => !built.reached.has(way)),
    );
    const visits = [...keys].flatMap((key) => {
      const found = unreached.get(key) ?? [];
      unreached.delete(key);
      return found.filter(({ piece }) => piece !== null);
    });
    if (visits.length === 0) return;
    const many =
      visits.length === 1 ? "1 block cannot be reached" : `${visits.length} blocks cannot be reached`;
    for (const visit of visits) losses.add("unreachable", `${many}: ${reason}`, visit);
  };
  for (const key of built.reached) {
    for (const visit of visitsAt.get(key) ?? []) {
      const [reason] = losses.reasonsAt(visit);
      if (reason !== undefined) claim(ways(key), reason);
    }
  }
  for (const { type, target } of graph.otherEvents()) {
    if (target) claim([placeKey(target)], `flows have no event ${JSON.stringify(type.slice(0, 40))}`);
  }
  claim([...unreached.keys()], "nothing leads to them in Typebot either");
}
