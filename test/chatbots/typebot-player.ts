/**
 * A small player of Typebot exports, written after how Typebot itself behaves (its engine's walk through groups, its
 * comparisons, its reading of answers), to compare imported flows with. It knows nothing of the importer.
 */

import { TypebotMemory } from "./typebot-memory.ts";
import type { PlayedBlock, PlayedBot, PlayedItem, Told, World } from "./typebot-played.ts";

interface Frame {
  /** Where to go on when the flow is over. */
  back: string | null;
}
interface Position {
  group: number;
  block: number;
}

const BUBBLES = ["text", "image", "video", "embed", "audio"];
const STEPS = 300;

export class TypebotPlayer {
  private readonly bot: PlayedBot;
  private readonly memory: TypebotMemory;
  private frames: Frame[] = [];
  private mark: string | null = null;
  private waiting: Position | null = null;
  /** True when a bot went on and on without asking for anything. */
  endless = false;

  constructor(bot: PlayedBot, world: World) {
    this.bot = bot;
    this.memory = new TypebotMemory(bot, world);
  }

  /** The block that waits for an answer; null when the bot is at its end. */
  get asking(): PlayedBlock | null {
    return this.waiting && this.blockAt(this.waiting);
  }

  /** The options on offer. */
  offered(): { item: PlayedItem; label: string }[] {
    const block = this.asking;
    return block ? this.offers(block) : [];
  }

  start(): Told[] {
    const event = this.bot.events?.find(({ type }) => type === "start");
    const first = this.bot.groups.flatMap(({ blocks }) => blocks).find(({ type }) => type === "start");
    return this.walk(this.edge((event ?? first)?.outgoingEdgeId));
  }

  answer(text: string): Told[] {
    const at = this.waiting;
    const block = this.asking;
    if (!at || !block) return [];
    const reply = this.read(block, text);
    if (reply === null) {
      const words =
        block.options?.retryMessageContent ||
        this.bot.settings?.general?.systemMessages?.invalidMessage ||
        null;
      return [{ again: words && this.memory.fill(words) }, this.asked(block)];
    }
    const id = block.options?.variableId;
    if (id !== undefined) {
      const before = this.memory.value(id);
      this.memory.set(id, Array.isArray(before) ? [...before, reply.content] : reply.content);
    }
    for (const { field, variableId } of block.options?.saveResponseMapping ?? []) {
      if (field === "Title") this.memory.set(variableId, reply.content);
    }
    this.waiting = null;
    const edge = reply.edge || block.outgoingEdgeId;
    if (edge) return this.walk(this.edge(edge));
    const next = { group: at.group, block: at.block + 1 };
    return this.walk(this.blockAt(next) ? next : null);
  }

  private blockAt({ group, block }: Position): PlayedBlock | null {
    return this.bot.groups[group]?.blocks[block] ?? null;
  }

  private edge(id: string | null | undefined): Position | null {
    const edge = this.bot.edges.find((each) => each.id === id);
    return edge ? this.position(edge.to.groupId, edge.to.blockId) : null;
  }

  private position(groupId: string, blockId?: string): Position | null {
    const group = this.bot.groups.findIndex(({ id }) => id === groupId);
    if (group < 0) return null;
    const blocks = this.bot.groups[group]?.blocks ?? [];
    const block = blockId ? blocks.findIndex(({ id }) => id === blockId) : 0;
    return { group, block: block < 0 ? Math.max(blocks.length - 1, 0) : block };
  }

  private walk(from: Position | null): Told[] {
    const told: Told[] = [];
    let at = from;
    for (let steps = 0; ; steps++) {
      if (steps > STEPS) {
        this.endless = true;
        return told;
      }
      if (at === null) {
        const frame = this.frames.pop();
        if (frame === undefined) return told;
        at = this.named(frame.back);
        continue;
      }
      const block = this.blockAt(at);
      if (block === null) {
        at = null;
        continue;
      }
      const next = this.enter(block, at, told);
      if (next === "wait") {
        this.waiting = at;
        return told;
      }
      at = next;
    }
  }

  private named(blockId: string | null): Position | null {
    for (const [group, { blocks }] of this.bot.groups.entries()) {
      const block = blocks.findIndex(({ id }) => id === blockId);
      if (block >= 0) return { group, block };
    }
    return null;
  }

  private enter(block: PlayedBlock, at: Position, told: Told[]): Position | null | "wait" {
    const following = { group: at.group, block: at.block + 1 };
    const isLast = this.blockAt(following) === null;
    const rest = isLast ? null : following;
    if (BUBBLES.includes(block.type)) {
      this.bubble(block, told);
      return isLast ? this.edge(block.outgoingEdgeId) : following;
    }
    const onward = () => (block.outgoingEdgeId ? this.edge(block.outgoingEdgeId) : rest);
    const { options = {}, items = [] } = block;
    if (/ input$/.test(block.type) || block.type === "cards") {
      told.push(this.asked(block));
      return "wait";
    }
    switch (block.type) {
      case "Condition": {
        const passed = items.find(({ content }) => typeof content === "object" && this.memory.holds(content));
        return passed ? this.edge(passed.outgoingEdgeId) : onward();
      }
      case "AB test": {
        const [a, b] = items;
        const first = options.aPercent >= 100 ? a?.outgoingEdgeId : undefined;
        const edge = first || b?.outgoingEdgeId;
        return edge ? this.edge(edge) : onward();
      }
      case "Set variable":
        this.memory.setVariable(options);
        return onward();
      case "Jump":
        return this.jump(options, block, onward, rest);
      case "Typebot link":
        return this.link(options, block, onward, rest);
      case "Return": {
        const target = this.named(this.mark);
        this.mark = null;
        return target ?? onward();
      }
      case "Redirect":
        if (options.url) told.push({ say: this.memory.fill(options.url) });
        return onward();
      case "Webhook":
        this.memory.request(options);
        return onward();
      default:
        if (options.action === "Create chat completion") {
          for (const { variableId } of options.responseMapping ?? [])
            this.memory.set(variableId, this.memory.world.model);
        }
        return onward();
    }
  }

  private jump(
    { groupId, blockId }: Record<string, string | undefined>,
    block: PlayedBlock,
    onward: () => Position | null,
    rest: Position | null,
  ): Position | null {
    if (!groupId) return onward();
    const title = /^\{\{[^{}]*\}\}$/.test(groupId) ? this.memory.fill(groupId) : null;
    const group = this.bot.groups.find((each) => (title ? each.title === title : each.id === groupId));
    if (!group) return null;
    if (blockId && !group.blocks.some(({ id }) => id === blockId)) return null;
    const behind = rest ?? this.edge(block.outgoingEdgeId);
    if (behind) this.mark = this.blockAt(behind)?.id ?? this.mark;
    return this.position(group.id, blockId);
  }

  private link(
    { typebotId, groupId }: Record<string, string | undefined>,
    block: PlayedBlock,
    onward: () => Position | null,
    rest: Position | null,
  ): Position | null {
    if (typebotId !== "current") return onward();
    const title = groupId && /^\{\{[^{}]*\}\}$/.test(groupId) ? this.memory.fill(groupId) : null;
    const start = this.edge(this.bot.events?.find(({ type }) => type === "start")?.outgoingEdgeId);
    const target = title
      ? this.bot.groups.find((each) => each.title === title)?.id
      : (groupId ?? this.bot.groups[start?.group ?? -1]?.id);
    const position = target === undefined ? null : this.position(target);
    if (position === null) return onward();
    const back = block.outgoingEdgeId ? this.edge(block.outgoingEdgeId) : rest;
    this.frames.push({ back: back && (this.blockAt(back)?.id ?? null) });
    return position;
  }

  private bubble(block: PlayedBlock, told: Told[]): void {
    if (block.type === "text") {
      const words = this.memory.fill(linesOf(block.content?.richText ?? [])).trim();
      if (words !== "") told.push({ say: words });
      return;
    }
    const url = this.memory.fill(block.content?.url ?? "").trim();
    if (url !== "") told.push(block.type === "embed" ? { say: url } : { show: url });
  }

  private asked(block: PlayedBlock): Told {
    const options = this.offers(block).map(({ label }) => label);
    return { ask: block.type, ...(options.length > 0 ? { options } : {}) };
  }

  private offers(block: PlayedBlock): { item: PlayedItem; label: string }[] {
    const { type, options = {}, items = [] } = block;
    const list = options.dynamicVariableId && this.memory.value(options.dynamicVariableId);
    if (list) {
      const labels = [...new Set([list].flat().filter((label) => label))];
      return labels.map((label, i) => ({
        item: { id: `choice${i}`, content: label ?? "" },
        label: label ?? "",
      }));
    }
    if (!["choice input", "picture choice input", "cards"].includes(type)) return [];
    return items
      .filter(
        ({ displayCondition: shown }) =>
          !shown?.isEnabled || !shown.condition || this.memory.holds(shown.condition),
      )
      .map((item) => ({
        item,
        label: this.memory.fill(typeof item.content === "string" ? item.content : (item.title ?? "")).trim(),
      }));
  }

  /** What an answer becomes; null when it does not fit. */
  private read(block: PlayedBlock, text: string): { content: string; edge?: string | null } | null {
    const { options = {} } = block;
    switch (block.type) {
      case "choice input":
      case "picture choice input":
      case "cards": {
        const offers = this.offers(block);
        if (options.isMultipleChoice) return chosen(offers, text);
        const found = offers.find(
          ({ item, label }) => text.trim() === item.value?.trim() || text.trim() === label,
        );
        if (!found) return null;
        const edge = found.item.paths?.[0]?.outgoingEdgeId ?? found.item.outgoingEdgeId;
        return { content: found.item.value || found.label, edge };
      }
      case "number input": {
        const number = Number.parseFloat(text.replace(",", "."));
        if (Number.isNaN(number)) return null;
        if (options.min && number < Number(options.min)) return null;
        if (options.max && number > Number(options.max)) return null;
        return { content: text.startsWith("0") ? text : String(number) };
      }
      case "email input":
        return /^[^\s@<>]+@([a-zA-Z\-0-9]+\.)+[a-zA-Z]{2,}$/.test(text)
          ? { content: text.toLowerCase() }
          : null;
      case "rating input":
        return Number(text) <= (options.length ?? 10) ? { content: text } : null;
      case "url input":
        return /^(https?:\/\/)?([\w-]+\.)+[a-z]{2,}(\/\S*)?$/.test(text) ? { content: text } : null;
      default:
        return { content: text };
    }
  }
}

/** The lines of rich text, and where its links lead. */
function linesOf(elements: readonly unknown[]): string {
  const read = (element: unknown): string => {
    const {
      text,
      type,
      url,
      children = [],
    } = element as {
      text?: string;
      type?: string;
      url?: string;
      children?: unknown[];
    };
    if (text !== undefined) return text;
    const inner = children.map(read).join("");
    if (type === "a" && url !== undefined && url !== inner) return `${inner} (${url})`;
    return type === "p" ? `${inner}\n` : inner;
  };
  return elements.map(read).join("");
}

/** Several options by their labels, longest first, as whole words. */
function chosen(offers: { item: PlayedItem; label: string }[], text: string): { content: string } | null {
  let rest = text;
  const found = new Set<PlayedItem>();
  for (const { item, label } of offers.toSorted((a, b) => b.label.length - a.label.length)) {
    for (const words of [item.value ?? "", label]) {
      const at =
        words === "" ? -1 : ` ${rest.replace(/[\n,]/g, " ")} `.indexOf(` ${words.replace(/[\n,]/g, " ")} `);
      if (at < 0 || found.has(item)) continue;
      rest = `${rest.slice(0, at)} ${rest.slice(at + words.length)}`;
      found.add(item);
    }
  }
  if (found.size === 0) return null;
  const content = offers.filter(({ item }) => found.has(item)).map(({ item, label }) => item.value ?? label);
  return { content: content.join(", ") };
}
