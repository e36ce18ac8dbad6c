import { explainInput } from "../../calls/arguments.ts";
import {
  type Draft,
  EMPTY_DRAFT,
  flowBytes,
  MAX_EDGES,
  MAX_FLOW_BYTES,
  MAX_NODES,
} from "../../flows/graph/document.ts";
import { Failure } from "../../tenant/failure.ts";
import type { ImportedChatbot, LeftOut } from "../imported.ts";
import { type ChatbotSettings, chatbotNameInput, descriptionInput, newSettings } from "../settings.ts";
import { widgetSettings } from "../widget.ts";
import { type Built, build } from "./build.ts";
import { TypebotGraph } from "./graph.ts";
import type { GroupVisit } from "./layout.ts";
import { Losses, quoted } from "./report.ts";
import { type TypebotExport, typebotSchema } from "./schema.ts";
import { reportUnreachable } from "./unreachable.ts";
import { VariableUsage } from "./usage.ts";
import { TypebotVariables } from "./variables.ts";

/** The versions of Typebot's format that are known. */
const KNOWN_VERSIONS = /^[3-6](\.|$)/;

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
  const losses = new Losses<GroupVisit>();
  const settings = readSettings(parsed.data, defaultModel, losses);
  return { settings, ...readFlow(parsed.data, losses) };
}

function readSettings(bot: TypebotExport, defaultModel: string, losses: Losses<GroupVisit>): ChatbotSettings {
  const name = chatbotNameInput.safeParse(bot.name.slice(0, 100));
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
  if (bot.theme)
    losses.add(
      "looks_different",
      "of the theme only the colours of messages, buttons and background are carried over",
    );
  if (bot.settings)
    losses.add(
      "looks_different",
      "of the settings only the description and the words for what does not fit are carried over",
    );
  return {
    ...settings,
    description: description.data ?? "",
    // Theirs does what its flow says, and nothing else.
    ai: { ...settings.ai, enabled: false },
    widget: { ...settings.widget, ...Object.fromEntries(known) },
  };
}

function readFlow(bot: TypebotExport, given: Losses<GroupVisit>): { draft: Draft; leftOut: LeftOut[] } {
  const graph = new TypebotGraph(bot);
  const usage = new VariableUsage(bot);
  const attempt = (returning: boolean) => {
    const losses = given.copy();
    const variables = new TypebotVariables(bot.variables);
    const built = build({ bot, graph, variables, usage, losses, returning });
    return built && { built, losses, variables };
  };
  // Coming back from links needs copies, for which there may be no room.
  const attempted = attempt(true) ?? attempt(false);
  if (attempted === null) throw tooLarge(`more than ${MAX_NODES} nodes`);
  const { built, losses, variables } = attempted;
  const draft = draftOf(built, variables, losses);
  reportRest(bot, graph, variables, losses);
  reportUnreachable(built, graph, losses);
  return { draft, leftOut: losses.list(built.nodeAt) };
}

function draftOf(built: Built, variables: TypebotVariables, losses: Losses<GroupVisit>): Draft {
  const declared = variables.declared((reason) => losses.add("to_know", reason));
  const [start] = EMPTY_DRAFT.nodes;
  const data = declared.length > 0 ? { variables: declared } : {};
  const draft: Draft = {
    nodes: [...(start ? [{ ...start, data }] : []), ...built.nodes],
    edges: built.edges,
  };
  const size = { nodes: draft.nodes.length, edges: draft.edges.length, bytes: flowBytes(draft) };
  if (size.nodes > MAX_NODES || size.edges > MAX_EDGES || size.bytes > MAX_FLOW_BYTES) {
    throw tooLarge(`${size.nodes} nodes and ${size.edges} edges in ${size.bytes} bytes`);
  }
  return draft;
}

function tooLarge(size: string): Failure {
  return new Failure(
    "invalid_input",
    `This bot would have ${size}; a flow has at most ${MAX_NODES}, ${MAX_EDGES} and ${MAX_FLOW_BYTES}.`,
  );
}

/** What is lost of the whole bot. */
function reportRest(
  bot: TypebotExport,
  graph: TypebotGraph,
  variables: TypebotVariables,
  losses: Losses<GroupVisit>,
): void {
  for (const { type } of graph.otherEvents()) {
    losses.add("goes_another_way", `flows have no event ${quoted(type)}`);
  }
  const left = variables.left();
  if (left.length > 0) {
    losses.add(
      "not_done",
      `${left.length} variables are left out, since a flow has no room: ${quoted(left.join(", "))}`,
    );
  }
  const version = String(bot.version ?? "");
  if (version !== "" && !KNOWN_VERSIONS.test(version)) {
    losses.add(
      "to_know",
      `version ${quoted(version)} of Typebot's format is not known: it was read as version 6`,
    );
  }
}
