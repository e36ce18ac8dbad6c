import type { DraftNode, Edge } from "../../flows/graph/document.ts";
import { MAX_NODES, NEXT } from "../../flows/graph/document.ts";
import { type NodeType, nodeSchema } from "../../flows/graph/nodes.ts";
import type { Consequence } from "../imported.ts";
import { saysAnswer } from "./assistants.ts";
import { asks, readBlock } from "./blocks.ts";
import { spokenText } from "./bubbles.ts";
import { placeKey, type Stand, standKey, type TypebotGraph, type TypebotPlace } from "./graph.ts";
import { finalNames, type GroupVisit, placedNodes } from "./layout.ts";
import type { BlockContext, Exit, Piece } from "./piece.ts";
import { type Losses, quoted } from "./report.ts";
import type { TypebotBlock, TypebotExport } from "./schema.ts";
import type { VariableUsage } from "./usage.ts";
import { type TypebotVariables, translated } from "./variables.ts";

/** How many links from a bot to itself may be open at once. */
const MAX_OPEN_LINKS = 5;

export interface Built {
  nodes: DraftNode[];
  edges: Edge[];
  /** Places that a conversation comes to from the start. */
  reached: ReadonlySet<string>;
  visits: readonly GroupVisit[];
  /** The node that a visit is, or that comes in its place. */
  nodeAt(visit: GroupVisit): string | undefined;
}

interface Given {
  bot: TypebotExport;
  graph: TypebotGraph;
  variables: TypebotVariables;
  usage: VariableUsage;
  losses: Losses<GroupVisit>;
  /** False: links to the bot itself are jumps, which do not come back. */
  returning: boolean;
}

/**
 * The nodes and edges of a bot. Blocks are read as a conversation comes to them. What a link from a bot to itself
 * leads to is there again for each of them, since a flow has no way back.
 * @returns null when there are too many nodes
 */
export function build(given: Given): Built | null {
  return new Builder(given).build();
}

class Builder {
  private readonly given: Given;
  private readonly visits = new Map<string, GroupVisit>();
  private readonly places = new Set<string>();
  private readonly entrances: ReadonlySet<string>;
  private readonly counts = new Map<string, number>();
  /** Visits whose exits have not been followed. */
  private readonly open: GroupVisit[] = [];
  private readonly edges: Edge[] = [];
  private nodeCount = 0;
  private ends = false;

  constructor(given: Given) {
    this.given = given;
    this.entrances = given.graph.entrances();
  }

  build(): Built | null {
    const { graph } = this.given;
    const start = this.entry(this.standAt(graph.start()));
    if (!this.follow()) return null;
    const reached = new Set(this.places);
    // What nothing leads to is kept as it is, for somebody to connect or delete.
    for (const { place, block } of graph.blocks()) {
      if (this.places.has(placeKey(place)) || block.type === "start") continue;
      this.entry(this.standAt(place));
      if (!this.follow()) return null;
    }
    const visits = [...this.visits.values()];
    const names = finalNames(visits);
    const rename = (id: string) => names.get(id) ?? id;
    const edges = [{ source: "start", sourceHandle: NEXT, target: start }, ...this.edges].map((edge) => ({
      ...edge,
      source: rename(edge.source),
      target: rename(edge.target),
    }));
    const order = new Map([...names.values()].map((id, i) => [id, i]));
    return {
      nodes: [
        ...placedNodes(this.given.bot, visits, names),
        ...(this.ends ? [{ id: "end", type: "end", data: {} }] : []),
      ],
      edges: edges.toSorted((a, b) => (order.get(a.source) ?? -1) - (order.get(b.source) ?? -1)),
      reached,
      visits,
      nodeAt: (visit) => rename(visit.piece?.nodes[0]?.id ?? this.entry(this.next(visit))),
    };
  }

  private standAt(place: TypebotPlace | null): Stand | null {
    return place && { place, returns: [], mark: null };
  }

  /** Follows all ways that are open. False when that makes too many nodes. */
  private follow(): boolean {
    for (let visit = this.open.shift(); visit !== undefined; visit = this.open.shift()) {
      if (this.nodeCount > MAX_NODES) return false;
      for (const exit of visit.piece?.exits ?? []) {
        const target = this.entry(this.leave(visit, exit));
        this.edges.push({ source: exit.nodeId, sourceHandle: exit.handle, target });
      }
    }
    return this.nodeCount <= MAX_NODES;
  }

  /** The node that a conversation comes to from here on, over blocks that are nothing; `end` where none does. */
  private entry(from: Stand | null): string {
    const passed = new Set<string>();
    for (let stand = from; stand !== null; ) {
      const key = standKey(stand);
      if (passed.has(key)) break;
      passed.add(key);
      const visit = this.visit(stand);
      if (visit === null) {
        stand = this.over(stand);
        continue;
      }
      const [node] = visit.piece?.nodes ?? [];
      if (node) return node.id;
      stand = this.next(visit);
    }
    this.ends = true;
    return "end";
  }

  /** The block where one stands, read when first come to; null where there is none. */
  private visit(stand: Stand): GroupVisit | null {
    const key = standKey(stand);
    const known = this.visits.get(key);
    if (known) return known;
    const block = this.given.graph.blockAt(stand.place);
    if (!block) return null;
    const place = placeKey(stand.place);
    const visit: GroupVisit = { stand, block, piece: null, isCopy: this.places.has(place) };
    this.visits.set(key, visit);
    this.places.add(place);
    visit.piece = this.read(visit);
    this.nodeCount += visit.piece?.nodes.length ?? 0;
    if (visit.piece) {
      this.edges.push(...visit.piece.edges);
      this.open.push(visit);
    }
    return visit;
  }

  /** Where it goes on when a flow is over: behind the last link from the bot to itself. */
  private over({ returns, mark }: Stand): Stand | null {
    const [place, ...rest] = returns;
    return place ? { place, returns: rest, mark } : null;
  }

  private goTo(place: TypebotPlace | null, stand: Stand): Stand | null {
    return place ? { ...stand, place } : this.over(stand);
  }

  private leave({ stand, block }: GroupVisit, { edge }: Exit): Stand | null {
    const { graph } = this.given;
    return this.goTo(edge === undefined ? graph.after(stand.place, block) : graph.edge(edge), stand);
  }

  /** Where it goes on behind a block that is no node, which may be one that leads elsewhere. */
  private next(visit: GroupVisit): Stand | null {
    const { stand, block } = visit;
    const { graph } = this.given;
    const onward = () => this.goTo(graph.after(stand.place, block), stand);
    switch (block.type) {
      case "Jump":
        return this.jump(visit, onward);
      case "Typebot link":
        return this.link(visit, onward);
      case "Return":
        return stand.mark ? { ...stand, place: stand.mark, mark: null } : onward();
      default:
        return onward();
    }
  }

  private jump(visit: GroupVisit, onward: () => Stand | null): Stand | null {
    const { stand, block } = visit;
    const { graph } = this.given;
    // One that leads nowhere is passed over there; one that leads to what there is not ends the flow.
    if (!block.options.groupId) return onward();
    const target = graph.jump(block);
    if (target === "chosen") {
      const group = quoted(block.options.groupId);
      this.report(visit, "goes_another_way", `a jump to the group that ${group} names ends the flow`);
      return this.over(stand);
    }
    if (target === null) {
      this.report(
        visit,
        "to_know",
        "a jump to a group or block that is not there ends the flow, as it does there",
      );
      return this.over(stand);
    }
    const mark = graph.marks
      ? (graph.behind(stand.place) ?? graph.edge(block.outgoingEdgeId) ?? stand.mark)
      : null;
    return { ...stand, place: target, mark };
  }

  private link(visit: GroupVisit, onward: () => Stand | null): Stand | null {
    const { stand, block } = visit;
    const target = this.given.graph.link(block);
    if (target === undefined) {
      this.report(
        visit,
        "goes_another_way",
        "another bot is not part of this one: a link to it is passed over",
      );
      return onward();
    }
    if (target === "chosen") {
      const group = quoted(block.options.groupId ?? "");
      this.report(visit, "goes_another_way", `a link to the group that ${group} names is passed over`);
      return onward();
    }
    if (target === null) return onward();
    const back = this.given.graph.after(stand.place, block);
    if (back === null) return { ...stand, place: target };
    const isOpen = stand.returns.some((place) => placeKey(place) === placeKey(back));
    if (!this.given.returning || isOpen || stand.returns.length >= MAX_OPEN_LINKS) {
      this.report(
        visit,
        "goes_another_way",
        "a link from a bot to itself does not come back to what is behind it",
      );
      return { ...stand, place: target };
    }
    return { ...stand, place: target, returns: [back, ...stand.returns] };
  }

  private report(visit: GroupVisit, consequence: Consequence, reason: string): void {
    this.given.losses.add(consequence, reason, visit);
  }

  /** What a block becomes. A text right in front of an input is what the input asks. */
  private read(visit: GroupVisit): Piece | null {
    const { stand, block } = visit;
    if (["start", "Jump", "Typebot link", "Return"].includes(block.type)) return null;
    const { bot, variables, usage } = this.given;
    const report = (consequence: Consequence, reason: string) => this.report(visit, consequence, reason);
    const text = (words: string) => {
      if (variables.idsIn(words).some((id) => usage.has(id, "list"))) {
        report("looks_different", 'a list stands in texts as one, two; there as ["one","two"]');
      }
      return translated(words, variables, (reason) => report("not_said", reason));
    };
    const { group, block: at } = stand.place;
    const blocks = bot.groups[group]?.blocks ?? [];
    const next = blocks[at + 1];
    const base = { variables, text, report };
    if (next && this.leads(stand.place, block, next) && spokenText(block, base) !== null) return null;
    const isEntered = (_: unknown, i: number) => this.entrances.has(placeKey({ group, block: i }));
    // Only what leads straight here, and straight on from here: nothing else comes in between.
    const first = blocks.slice(0, at + 1).findLastIndex(isEntered);
    const last = blocks.findIndex((each, i) => i > at && isEntered(each, i));
    if (saysAnswer(block, blocks.slice(Math.max(first, 0), at), base)) return null;
    const before = blocks[at - 1];
    const spoken =
      before && this.leads({ group, block: at - 1 }, before, block) ? spokenText(before, base) : null;
    const context: BlockContext = {
      ...base,
      usage,
      newId: (type) => this.newId(type),
      following: blocks.slice(at + 1, last < 0 ? undefined : last),
      ...(spoken === null ? {} : { question: spoken }),
      retryText: bot.settings?.general?.systemMessages?.invalidMessage,
    };
    const piece = readBlock(block, context);
    const wrong = piece?.nodes.map((node) => nodeSchema.safeParse(node)).find(({ success }) => !success);
    if (wrong?.error === undefined) return piece;
    const [issue] = wrong.error.issues;
    const where = issue?.path.slice(1).join(".");
    report(
      "not_done",
      `${block.type.slice(0, 40)} fits no node and is left out: ${where}: ${issue?.message}`,
    );
    return null;
  }

  /** Whether a text leads to the input behind it, and nothing else does. */
  private leads(place: TypebotPlace, block: TypebotBlock, next: TypebotBlock): boolean {
    const behind = placeKey({ ...place, block: place.block + 1 });
    return block.type === "text" && asks(next) && !this.entrances.has(behind);
  }

  private newId(type: NodeType): string {
    const count = (this.counts.get(type) ?? 0) + 1;
    this.counts.set(type, count);
    return `${type}:${count}`;
  }
}
