import { z } from "zod";
import { explainInput } from "../calls/arguments.ts";
import { type Draft, draftSchema, EMPTY_DRAFT, MAX_FLOW_BYTES } from "../flows/graph/document.ts";
import { Failure } from "../tenant/failure.ts";
import type { ImportedChatbot } from "./imported.ts";
import { findModel, modelsOf } from "./models.ts";
import { type ChatbotSettings, completeSettings, importedSettings, settingsOf } from "./settings.ts";
import { isTypebot, readTypebot } from "./typebot/read.ts";

/** What an exported chatbot says it is. A reader of version 1 takes every document that says version 1. */
const FORMAT = "parley.chatbot";
const VERSION = 1;

/** Largest document taken, in bytes of its JSON: a flow at its largest, and everything else. */
export const MAX_DOCUMENT_BYTES = MAX_FLOW_BYTES + 100_000;

/** Deepest nesting of a document. Typebot's rich text nests one level for each list within a list. */
const MAX_DEPTH = 64;

const documentSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  chatbot: importedSettings,
  flow: draftSchema.optional(),
});

/** A chatbot as JSON: its settings and the draft of its flow, without any id of its workspace. */
export interface ChatbotDocument {
  format: typeof FORMAT;
  version: typeof VERSION;
  chatbot: ChatbotSettings;
  flow: Draft;
}

/** Something of a chatbot that its document does not have. */
export interface StaysBehind {
  /** Where in the document it would be. */
  path: string;
  reason: string;
}

/** Fields of nodes that hold ids of the workspace, which mean nothing outside of it. */
const ID_FIELDS: Record<string, string> = {
  ai_answer: "categoryIds",
  handoff: "assignee",
  goto: "flowId",
};

/** The document of a chatbot, and what of its flow stays behind because it names things of this workspace. */
export function documentOf(
  chatbot: ChatbotSettings,
  draft: Draft,
): { document: ChatbotDocument; leftOut: StaysBehind[] } {
  const leftOut: StaysBehind[] = [];
  const nodes = draft.nodes.map((node) => {
    const field = ID_FIELDS[node.type];
    if (field === undefined || node.data[field] === undefined) return node;
    leftOut.push({
      path: `flow.nodes.${node.id}.data.${field}`,
      reason: "it names something of this workspace",
    });
    const { [field]: _, ...data } = node.data;
    return { ...node, data };
  });
  const flow = { ...draft, nodes };
  return { document: { format: FORMAT, version: VERSION, chatbot: settingsOf(chatbot), flow }, leftOut };
}

/**
 * Reads what `export_chatbot` answered, or a Typebot export. The document comes from outside: nothing in it is
 * trusted, and a model that is not offered here is replaced by the default.
 * @throws Failure `invalid_input` naming each wrong place, or when it is too large or nested too deep
 */
export function readDocument(env: Env, configuration: Record<string, unknown>): ImportedChatbot {
  checkSize(configuration);
  const [defaultModel] = modelsOf(env);
  const typebot = typebotIn(configuration);
  if (typebot) return readTypebot(typebot, defaultModel);
  if (configuration.format !== FORMAT) {
    // What export_chatbot answered, rather than the document in it.
    const { configuration: inner } = configuration;
    if (isRecord(inner) && inner.format === FORMAT) return readDocument(env, inner);
    throw new Failure("invalid_input", "This is neither an exported chatbot nor a Typebot export.", {
      hint: FORM_HINT,
    });
  }
  if (configuration.version !== VERSION) {
    throw new Failure("invalid_input", `Only version ${VERSION} of exported chatbots can be read here.`);
  }
  const parsed = documentSchema.safeParse(configuration);
  if (!parsed.success) {
    const { message, detail } = explainInput(parsed.error, documentSchema, configuration);
    throw new Failure("invalid_input", message, {
      ...detail,
      hint: "Paths are within configuration; export_chatbot shows the form.",
    });
  }
  const settings = completeSettings(parsed.data.chatbot, defaultModel);
  const draft = parsed.data.flow ?? EMPTY_DRAFT;
  const model = findModel(env, settings.model);
  if (model !== undefined) return { settings: { ...settings, model }, draft, leftOut: [] };
  const reason = `${JSON.stringify(settings.model)} cannot be chosen here; it has ${defaultModel} instead`;
  return {
    settings: { ...settings, model: defaultModel },
    draft,
    leftOut: [{ consequence: "to_know", reason, nodeIds: [] }],
  };
}

/** What to do with what is no chatbot, whatever made it. */
const FORM_HINT =
  `export_chatbot answers a configuration with format "${FORMAT}", and Typebot's "Export flow" a file with groups and ` +
  "edges. Other builders' files cannot be read: make the chatbot with create_chatbot, and its flow from what the file " +
  "says with update_chatbot_flow (parley://flow-schema shows the form).";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A Typebot export, or the one in what Typebot's API answers; undefined for anything else. */
function typebotIn(configuration: Record<string, unknown>): Record<string, unknown> | undefined {
  const { typebot, publishedTypebot } = configuration;
  return [configuration, typebot, publishedTypebot].filter(isRecord).find(isTypebot);
}

/** Level by level: recursion, JSON.stringify's own too, would overflow on what this is to refuse. */
function checkSize(document: unknown): void {
  let level: unknown[] = [document];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) {
      throw new Failure("invalid_input", `The configuration is nested more than ${MAX_DEPTH} deep.`);
    }
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  const bytes = new TextEncoder().encode(JSON.stringify(document)).byteLength;
  if (bytes > MAX_DOCUMENT_BYTES) {
    throw new Failure(
      "invalid_input",
      `The configuration has ${bytes} bytes; at most ${MAX_DOCUMENT_BYTES} are taken.`,
    );
  }
}
