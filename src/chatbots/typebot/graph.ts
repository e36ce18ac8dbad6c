import type { TypebotBlock, TypebotEdge, TypebotExport, TypebotItem } from "./schema.ts";

/** A block by its indices. */
export interface BlockPosition {
  group: number;
  block: number;
}

/**
 * How a Typebot runs: the blocks of a group in order; a block or an item of one with an edge of its own goes on
 * there instead, and after the last block of a group it ends.
 */
export class TypebotGraph {
  readonly #bot: TypebotExport;
  readonly #edges: Map<string, TypebotEdge>;
  /** The edges of blocks, items and events by what they leave, for those that do not name theirs. */
  readonly #leaving: Map<string, TypebotEdge>;
  readonly #groups: Map<string, number>;

  constructor(bot: TypebotExport) {
    this.#bot = bot;
    this.#edges = new Map(bot.edges.map((edge) => [edge.id, edge]));
    this.#leaving = new Map(
      bot.edges.map((edge) => [leavingKey(edge.from.blockId ?? edge.from.eventId, edge.from.itemId), edge]),
    );
    this.#groups = new Map(bot.groups.map(({ id }, i) => [id, i]));
  }

  /** Where it begins: at its start event, or up to version 5 at its start block. Null when that leads nowhere. */
  start(): BlockPosition | null {
    const event = this.#bot.events?.find(({ type }) => type === "start");
    const block = this.#bot.groups.flatMap(({ blocks }) => blocks).find(({ type }) => type === "start");
    const from = event ?? block;
    return from === undefined ? null : this.#edgePlace(from.outgoingEdgeId, leavingKey(from.id));
  }

  /** Events other than the start, which interrupt a chat at any time. */
  otherEvents(): { type: string }[] {
    return (this.#bot.events ?? []).filter(({ type }) => type !== "start");
  }

  /**
   * Where it goes on after a block, or after one of its items.
   * A case of a condition that has no edge goes on behind the block, an option without one where the block does.
   */
  after(place: BlockPosition, block: TypebotBlock, item?: TypebotItem): BlockPosition | null {
    const following = { group: place.group, block: place.block + 1 };
    if (item !== undefined) {
      const own = this.#edgePlace(item.outgoingEdgeId, leavingKey(block.id, item.id));
      if (own !== null) return own;
      if (block.type === "Condition") return following;
    }
    return this.#edgePlace(block.outgoingEdgeId, leavingKey(block.id)) ?? following;
  }

  /**
   * The first block from here on that is something, passing over those that are nothing; null at the end, or when
   * they lead round in a circle.
   * @param isSomething what the block became
   */
  firstFrom(start: BlockPosition | null, isSomething: (block: TypebotBlock) => string | null): string | null {
    const passed = new Set<TypebotBlock>();
    for (let place = start; place !== null; ) {
      const block = this.#bot.groups[place.group]?.blocks[place.block];
      if (block === undefined || passed.has(block)) return null;
      passed.add(block);
      const found = isSomething(block);
      if (found !== null) return found;
      const { groupId, blockId } = block.options;
      place = block.type === "Jump" ? this.#placeOf(groupId, blockId) : this.after(place, block);
    }
    return null;
  }

  #edgePlace(id: string | null | undefined, key: string): BlockPosition | null {
    const edge = (id ? this.#edges.get(id) : undefined) ?? this.#leaving.get(key);
    return edge ? this.#placeOf(edge.to.groupId, edge.to.blockId) : null;
  }

  #placeOf(groupId: string | undefined, blockId: string | undefined): BlockPosition | null {
    const group = this.#groups.get(groupId ?? "");
    if (group === undefined) return null;
    const block = this.#bot.groups[group]?.blocks.findIndex(({ id }) => id === blockId) ?? -1;
    return { group, block: Math.max(block, 0) };
  }
}

function leavingKey(id: string | undefined, itemId?: string): string {
  return JSON.stringify([id ?? "", itemId ?? ""]);
}
