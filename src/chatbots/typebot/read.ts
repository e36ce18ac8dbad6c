import { explainInput } from "../../calls/arguments.ts";
import {
  type Draft,
  type DraftNode,
  type Edge,
  flowBytes,
  MAX_EDGES,
  MAX_FLOW_BYTES,
  MAX_NODES,
  NEXT,
} from "../../flows/graph/document.ts";
import { nodeSchema } from "../../flows/graph/nodes.ts";
import { Failure } from "../../tenant/failure.ts";
import type { ImportedChatbot, LeftOut } from "../imported.ts";
import { type ChatbotSettings, descriptionInput, nameInput, newSettings } from "../settings.ts";
import { widgetSettings } from "../widget.ts";
import { asks, readBlock, spokenText } from "./blocks.ts";
import { type BlockPosition, TypebotGraph } from "./graph.ts";
import type { BlockContext, Exit, Piece } from "./piece.ts";
import { type TypebotBlock, type TypebotExport, typebotSchema } from "./schema.ts";
import { translated, Variables } from "./text.ts";

/** Losses that are named one by one. */
const MAX_LEFT_OUT = 100;

/** Most variables that a flow's start can declare. */
const MAX_DECLARED = 50;

/** Space between the nodes of a group in an editor. */
const NODE_HEIGHT = 140;

/** True for what looks like a Typebot export: groups of blocks (in its first versions, blocks of steps), and edges. */
export function isTypebot(configuration: Record<string, unknown>): boolean {
  const { format, groups, blocks, edges } = configuration;
  return format === undefined && Array.isArray(groups ?? blocks) && Array.isArray(edges);
}

/**
 * Reads a Typebot export: its flow as far as our nodes can express it, its colours and its description. Everything
 * that is lost is named.
 * @throws Failure `invalid_input` when it is no whole export, or its flow is larger than ours may be
 */
export function readTypebot(configuration: Record<string, unknown>, defaultModel: string): ImportedChatbot {
  if (!Array.isArray(configuration.groups)) {
    throw new Failure("invalid_input", "This Typebot export is in a format before version 3.", {
      hint: "Import it into Typebot once and export it again.",
    });
  }
  const parsed = typebotSchema.safeParse(configuration);
  if (!parsed.success) {
    throw new Failure("invalid_input", explainInput(parsed.error, typebotSchema, configuration).message, {
      hint: "Paths are within configuration, which has to be a whole Typebot export.",
    });
  }
  const losses = new Losses();
  const draft = readFlow(parsed.data, losses);
  return { settings: readSettings(parsed.data, defaultModel, losses), draft, leftOut: losses.list() };
}

/** What is lost, each thing once. */
class Losses {
  readonly #found = new Map<string, LeftOut>();

  add(path: string, reason: string): void {
    this.#found.set(`${path}\n${reason}`, { path, reason });
  }

  list(): LeftOut[] {
    const all = [...this.#found.values()];
    if (all.length <= MAX_LEFT_OUT) return all;
    const more = all.length - MAX_LEFT_OUT;
    return [...all.slice(0, MAX_LEFT_OUT), { path: "", reason: `and ${more} more` }];
  }
}

function readSettings(bot: TypebotExport, defaultModel: string, losses: Losses): ChatbotSettings {
  const name = nameInput.safeParse(bot.name.slice(0, 100));
  const description = descriptionInput.safeParse((bot.settings?.metadata?.description ?? "").slice(0, 500));
  const settings = newSettings({ name: name.data ?? "Imported Typebot", model: defaultModel });
  const { chat, general } = bot.theme ?? {};
  const background = general?.background?.type === "Color" ? general.background.content : undefined;
  const colors = {
    botMsgColor: chat?.hostBubbles?.backgroundColor,
    botMsgTextColor: chat?.hostBubbles?.color,
    userMsgColor: chat?.guestBubbles?.backgroundColor,
    userMsgTextColor: chat?.guestBubbles?.color,
    chatIconColor: chat?.buttons?.backgroundColor,
    backgroundColor: background,
  };
  // Colours are also written by name or with transparency there: those stay as they are here.
  const known = Object.entries(colors).flatMap(([key, color]) => {
    const hex = widgetSettings.shape.headerBgColor.safeParse(color);
    return hex.success ? [[key, hex.data]] : [];
  });
  if (bot.theme) losses.add("theme", "only the colours of messages, buttons and background are carried over");
  if (bot.settings) losses.add("settings", "only the description is carried over");
  return {
    ...settings,
    description: description.data ?? "",
    // Theirs does what its flow says, and nothing else.
    ai: { ...settings.ai, enabled: false },
    widget: { ...settings.widget, ...Object.fromEntries(known) },
  };
}

/** A piece with where its block stands. */
interface Placed {
  piece: Piece;
  place: BlockPosition;
  block: TypebotBlock;
}

function readFlow(bot: TypebotExport, losses: Losses): Draft {
  const graph = new TypebotGraph(bot);
  const variables = new Variables(bot.variables);
  const placed = readBlocks(bot, variables, losses);
  const ways = new Map(placed.map(({ block, piece }) => [block, piece.nodes[0]?.id ?? null]));
  const nodes: DraftNode[] = placed.flatMap(({ piece, place }) => {
    const { x, y } = bot.groups[place.group]?.graphCoordinates ?? { x: 0, y: 0 };
    return piece.nodes.map((node, i) => ({
      ...node,
      position: { x: Math.round(x) + 40 * i, y: Math.round(y) + NODE_HEIGHT * place.block },
    }));
  });

  let ends = false;
  const leadTo = (place: BlockPosition | null): string => {
    const entry = graph.firstFrom(place, (block) => ways.get(block) ?? null);
    ends ||= entry === null;
    return entry ?? "end";
  };
  const edges: Edge[] = [
    { source: "start", sourceHandle: NEXT, target: leadTo(graph.start()) },
    ...placed.flatMap(({ piece, place, block }) => [
      ...piece.edges,
      ...piece.exits.map((exit: Exit) => ({
        source: exit.nodeId,
        sourceHandle: exit.handle,
        target: leadTo(graph.after(place, block, exit.item)),
      })),
    ]),
  ];
  for (const { type } of graph.otherEvents()) {
    losses.add("events", `flows have no event ${JSON.stringify(type.slice(0, 40))}`);
  }

  const declared = variables.used();
  if (declared.length > MAX_DECLARED) {
    losses.add("variables", `only ${MAX_DECLARED} of ${declared.length} are there from the beginning`);
  }
  const start = { variables: declared.slice(0, MAX_DECLARED) };
  const draft: Draft = {
    nodes: [
      { id: "start", type: "start", data: declared.length > 0 ? start : {}, position: { x: 0, y: 0 } },
      ...nodes,
      ...(ends ? [{ id: "end", type: "end", data: {} }] : []),
    ],
    edges,
  };
  const size = { nodes: draft.nodes.length, edges: edges.length, bytes: flowBytes(draft) };
  if (size.nodes > MAX_NODES || size.edges > MAX_EDGES || size.bytes > MAX_FLOW_BYTES) {
    throw new Failure(
      "invalid_input",
      `This bot would have ${size.nodes} nodes and ${size.edges} edges in ${size.bytes} bytes; a flow has at most ${MAX_NODES}, ${MAX_EDGES} and ${MAX_FLOW_BYTES}.`,
    );
  }
  return draft;
}

/** Every block that becomes something. A text right in front of an input is what the input asks. */
function readBlocks(bot: TypebotExport, variables: Variables, losses: Losses): Placed[] {
  const counts = new Map<string, number>();
  const newId = (type: string) => {
    const count = (counts.get(type) ?? 0) + 1;
    counts.set(type, count);
    return `${type}_${count}`;
  };
  return bot.groups.flatMap((group, groupIndex) =>
    group.blocks.flatMap((block, blockIndex): Placed[] => {
      if (block.type === "start" || block.type === "Jump") return [];
      const path = `groups.${groupIndex}.blocks.${blockIndex}`;
      const where = `${block.type.slice(0, 40)} in ${JSON.stringify(group.title.slice(0, 40))}`;
      const report = (reason: string) => losses.add(path, `${where}: ${reason}`);
      const base = { variables, newId, report, text: (text: string) => translated(text, variables, report) };
      const next = group.blocks[blockIndex + 1];
      if (next && leads(block, next) && spokenText(block, base) !== null) return [];
      const before = group.blocks[blockIndex - 1];
      const spoken = before && leads(before, block) ? spokenText(before, base) : null;
      const context: BlockContext = { ...base, question: spoken ?? "" };
      if (spoken === null && asks(block)) {
        context.question = (base.text(block.options.labels?.placeholder ?? "") || group.title || "…").slice(
          0,
          200,
        );
        report(`no text stands in front of it, so it asks ${JSON.stringify(context.question)}`);
      }
      const piece = readBlock(block, context);
      if (piece === null) return [];
      const wrong = piece.nodes.map((node) => nodeSchema.safeParse(node)).find(({ success }) => !success);
      if (wrong?.error) {
        report(wrong.error.issues[0]?.message ?? "it fits no node");
        return [];
      }
      return [{ piece, place: { group: groupIndex, block: blockIndex }, block }];
    }),
  );
}

/** Whether a block is the text that the next one, an input, asks by. */
function leads(block: TypebotBlock, next: TypebotBlock): boolean {
  return block.type === "text" && (block.outgoingEdgeId ?? null) === null && asks(next);
}
