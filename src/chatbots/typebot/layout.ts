import type { DraftNode } from "../../flows/graph/document.ts";
import { placeKey, type Stand } from "./graph.ts";
import type { Piece } from "./piece.ts";
import type { TypebotBlock, TypebotExport } from "./schema.ts";

/** A block as a conversation comes to it: what it became, and where it goes on. */
export interface GroupVisit {
  stand: Stand;
  block: TypebotBlock;
  piece: Piece | null;
  /** The same block was come to before, with something else to go back to. */
  isCopy: boolean;
}

/** Nodes are numbered as their blocks stand in the document, copies last. */
export function finalNames(visits: readonly GroupVisit[]): Map<string, string> {
  const counts = new Map<string, number>();
  const names = inOrder(visits).flatMap(({ piece }) =>
    (piece?.nodes ?? []).map(({ id, type }): [string, string] => {
      const count = (counts.get(type) ?? 0) + 1;
      counts.set(type, count);
      return [id, `${type}_${count}`];
    }),
  );
  return new Map(names);
}

/** The nodes of all visits, where their groups stand in Typebot's editor. */
export function placedNodes(
  bot: TypebotExport,
  visits: readonly GroupVisit[],
  names: ReadonlyMap<string, string>,
): DraftNode[] {
  const copies = new Map<string, number>();
  return inOrder(visits).flatMap(({ piece, stand: { place } }) => {
    const { x, y } = bot.groups[place.group]?.graphCoordinates ?? { x: 0, y: 0 };
    const copy = copies.get(placeKey(place)) ?? 0;
    copies.set(placeKey(place), copy + 1);
    return (piece?.nodes ?? []).map((node, i) => ({
      ...node,
      id: names.get(node.id) ?? node.id,
      position: {
        x: Math.round(x) + NODE_WIDTH * i + COPY_WIDTH * copy,
        y: Math.round(y) + NODE_HEIGHT * place.block,
      },
    }));
  });
}

/** Space between the nodes of a group in an editor, and between a group and its copies. */
const NODE_HEIGHT = 140;
const NODE_WIDTH = 40;
const COPY_WIDTH = 400;

/** As their blocks stand in the document; copies behind all others. */
function inOrder(visits: readonly GroupVisit[]): GroupVisit[] {
  return visits.toSorted(
    (a, b) =>
      Number(a.isCopy) - Number(b.isCopy) ||
      a.stand.place.group - b.stand.place.group ||
      a.stand.place.block - b.stand.place.block,
  );
}
