import type { TypebotBlock, TypebotEdge, TypebotExport } from "./schema.ts";

/** A block by its indices. */
export interface TypebotPlace {
  group: number;
  block: number;
}

/** Where a conversation stands, and what it remembers of the way there. */
export interface Stand {
  place: TypebotPlace;
  /** Where it goes on when the flow ends, the last one first: behind links from a bot to itself. */
  returns: readonly TypebotPlace[];
  /** Where a "Return" goes: behind the last jump. Only kept for bots that have such a block. */
  mark: TypebotPlace | null;
}

const BUBBLES: readonly string[] = ["text", "image", "video", "embed", "audio"];

/** Blocks that only say something. Their own edge counts only at the end of their group. */
export function isBubble({ type }: TypebotBlock): boolean {
  return BUBBLES.includes(type);
}

/** Where a jump or a link leads: null when that cannot be found, "chosen" when a variable says it. */
export type Target = TypebotPlace | null | "chosen";

/**
 * How a Typebot runs: the blocks of a group in order; a block, an option or a case of one with an edge of its own goes
 * on there instead, and after the last block of a group it ends.
 */
export class TypebotGraph {
  readonly #bot: TypebotExport;
  readonly #edges: Map<string, TypebotEdge>;
  readonly #groups: Map<string, number>;
  /** Whether the bot has a block that goes back to where the last jump was. */
  readonly marks: boolean;

  constructor(bot: TypebotExport) {
    this.#bot = bot;
    this.#edges = new Map(bot.edges.toReversed().map((edge) => [edge.id, edge]));
    this.#groups = new Map(bot.groups.map(({ id }, i) => [id, i] as const).toReversed());
    this.marks = bot.groups.some(({ blocks }) => blocks.some(({ type }) => type === "Return"));
  }

  blockAt({ group, block }: TypebotPlace): TypebotBlock | undefined {
    return this.#bot.groups[group]?.blocks[block];
  }

  /** Every block with its place, in the order of the document. */
  blocks(): { place: TypebotPlace; block: TypebotBlock }[] {
    return this.#bot.groups.flatMap(({ blocks }, group) =>
      blocks.map((block, at) => ({ place: { group, block: at }, block })),
    );
  }

  /** Where it begins: at its start event, or up to version 5 at its start block. Null when that leads nowhere. */
  start(): TypebotPlace | null {
    return this.edge(this.#starter()?.outgoingEdgeId);
  }

  #starter(): { outgoingEdgeId?: string | null } | undefined {
    const event = this.#bot.events?.find(({ type }) => type === "start");
    return event ?? this.blocks().find(({ block }) => block.type === "start")?.block;
  }

  /** Events other than the start, which interrupt a chat at any time, with where they lead. */
  otherEvents(): { type: string; target: TypebotPlace | null }[] {
    return (this.#bot.events ?? [])
      .filter(({ type }) => type !== "start")
      .map(({ type, outgoingEdgeId }) => ({ type, target: this.edge(outgoingEdgeId) }));
  }

  /** Where an edge leads; null for one that there is not, or that leads to no group. */
  edge(id: string | null | undefined): TypebotPlace | null {
    const edge = id ? this.#edges.get(id) : undefined;
    return edge ? this.#placeIn(edge.to.groupId, edge.to.blockId) : null;
  }

  /** An edge to a block that its group does not have leads to the group's last one there. */
  #placeIn(groupId: string | undefined, blockId: string | undefined): TypebotPlace | null {
    const group = this.#groups.get(groupId ?? "");
    const blocks = group === undefined ? undefined : this.#bot.groups[group]?.blocks;
    if (group === undefined || blocks === undefined) return null;
    if (!blockId) return { group, block: 0 };
    const found = blocks.findIndex(({ id }) => id === blockId);
    return { group, block: found < 0 ? Math.max(blocks.length - 1, 0) : found };
  }

  /** The block behind one in its group; null behind the last. */
  behind({ group, block }: TypebotPlace): TypebotPlace | null {
    const place = { group, block: block + 1 };
    return this.blockAt(place) ? place : null;
  }

  /** Where it goes on behind a block that has no option or case with an edge of its own; null at the end of a flow. */
  after(place: TypebotPlace, block: TypebotBlock): TypebotPlace | null {
    const behind = this.behind(place);
    if (isBubble(block) && behind) return behind;
    return block.outgoingEdgeId ? this.edge(block.outgoingEdgeId) : behind;
  }

  /** Where a "Jump" leads. */
  jump({ options: { groupId, blockId } }: TypebotBlock): Target {
    if (isOneVariable(groupId)) return "chosen";
    const place = this.#placeIn(groupId, blockId);
    return place && blockId && this.blockAt(place)?.id !== blockId ? null : place;
  }

  /** Where a link to this bot itself leads; undefined for a link to another bot, or to none. */
  link({ options: { typebotId, groupId } }: TypebotBlock): Target | undefined {
    if (!typebotId || (typebotId !== "current" && typebotId !== this.#bot.id)) return undefined;
    if (isOneVariable(groupId)) return "chosen";
    if (groupId) return this.#placeIn(groupId, undefined);
    const start = this.start();
    return start && { group: start.group, block: 0 };
  }

  /** Every place that edges, jumps and links lead to. */
  entrances(): Set<string> {
    const places = [
      ...[...this.#edges.keys()].map((id) => this.edge(id)),
      ...this.blocks().flatMap(({ place, block }) => {
        if (block.type === "Jump") return [this.jump(block), this.behind(place)];
        return block.type === "Typebot link" ? [this.link(block), this.behind(place)] : [];
      }),
    ];
    return new Set(
      places.flatMap((place) => (typeof place === "object" && place !== null ? [placeKey(place)] : [])),
    );
  }

  /** Where a conversation can go from a block, whatever is said and compared. */
  waysFrom(place: TypebotPlace): TypebotPlace[] {
    const block = this.blockAt(place);
    if (!block) return [];
    const { items } = block;
    const edges = [
      ...items.map(({ outgoingEdgeId }) => outgoingEdgeId),
      ...items.flatMap(({ paths = [] }) => paths.map(({ outgoingEdgeId }) => outgoingEdgeId)),
    ];
    const target = block.type === "Jump" ? this.jump(block) : this.link(block);
    const chosen = target === "chosen" ? this.#bot.groups.map((_, group) => ({ group, block: 0 })) : [target];
    const ways = [...edges.map((id) => this.edge(id)), this.after(place, block), ...chosen];
    return ways.filter((way) => typeof way === "object" && way !== null);
  }
}

function isOneVariable(text: string | undefined): boolean {
  return text !== undefined && /^\{\{[^{}]*\}\}$/.test(text);
}

export function placeKey({ group, block }: TypebotPlace): string {
  return `${group}.${block}`;
}

/** Stands with the same key go on in the same way. */
export function standKey({ place, returns, mark }: Stand): string {
  return [place, ...returns].map(placeKey).join("<") + (mark ? `@${placeKey(mark)}` : "");
}
