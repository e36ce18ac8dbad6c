import { bubbleText } from "./bubbles.ts";
import { type BlockContext, nothing, type Piece, type Read } from "./piece.ts";
import { quoted } from "./report.ts";
import type { TypebotBlock } from "./schema.ts";

/** Blocks that ask a language model. */

const PROVIDERS: readonly string[] = [
  ...[
    "openai",
    "OpenAI",
    "mistral",
    "anthropic",
    "groq",
    "deepseek",
    "perplexity",
    "together-ai",
    "open-router",
  ],
  ...["dify-ai", "chat-node"],
];

/** What they call it when the model answers, other than when it extracts, transcribes or speaks. */
const ANSWERING = /^(create chat completion|create chat message|ask model|ask assistant|send message)$/i;

/** What of an answer is no text of it. */
const FACTS = /tokens|id$/i;

const MAX_INSTRUCTIONS = 2000;
const MAX_QUESTION = 2000;

export function isAssistant({ type }: TypebotBlock): boolean {
  return PROVIDERS.includes(type);
}

/** The variable that a block puts the model's answer into; undefined for one that does something else. */
function answerOf({ type, options }: TypebotBlock): string | undefined {
  const { action, task, responseMapping = [] } = options;
  if (!PROVIDERS.includes(type) || !ANSWERING.test(action ?? task ?? "")) return undefined;
  const isText = ({ item = "", valueToExtract = item }: { item?: string; valueToExtract?: string }) =>
    !FACTS.test(valueToExtract);
  return responseMapping.find((mapping) => mapping.variableId && isText(mapping))?.variableId;
}

/** Blocks between a model's answer and the text that says it, which nobody sees. */
function isSilent(block: TypebotBlock): boolean {
  if (block.outgoingEdgeId) return false;
  return ["Set variable", "Code", "Google Analytics", "Pixel"].includes(block.type);
}

/** Whether a text says a variable and nothing else. */
function saysOnly(block: TypebotBlock | undefined, title: string | undefined): boolean {
  return block?.type === "text" && title !== undefined && bubbleText(block) === `{{${title}}}`;
}

/** The block behind one that is not silent. */
function nextSeen(following: readonly TypebotBlock[]): TypebotBlock | undefined {
  return following.find((block) => !isSilent(block));
}

/**
 * Whether a text is the answer of the model in front of it: ai_answer says it already.
 * @param before the blocks of its group in front of it, the last one last
 */
export function saysAnswer(
  block: TypebotBlock,
  before: readonly TypebotBlock[],
  context: Pick<BlockContext, "variables">,
): boolean {
  const asked = before.findLast((each) => !isSilent(each));
  if (asked === undefined || asked.outgoingEdgeId) return false;
  const variableId = answerOf(asked);
  return variableId !== undefined && saysOnly(block, context.variables.titleOf(variableId));
}

export const assistant: Read = (block, context) => {
  const variableId = answerOf(block);
  const action = block.options.action ?? block.options.task;
  if (variableId === undefined) {
    const what = action === undefined ? block.type : `${block.type}: ${action}`;
    return nothing("not_done", `a model is not asked (${quoted(what)}), and its variables are not set`)(
      block,
      context,
    );
  }
  const isSaid =
    !block.outgoingEdgeId && saysOnly(nextSeen(context.following), context.variables.titleOf(variableId));
  if (!isSaid) {
    const title = quoted(context.variables.titleOf(variableId) ?? "");
    const reason = `a model is not asked where its answer is only put into ${title}, and not said at once`;
    return nothing("not_done", reason)(block, context);
  }
  return answering(block, variableId, context);
};

function answering(block: TypebotBlock, variableId: string, context: BlockContext): Piece {
  const { messages = [], message, prompt } = block.options;
  const last = messages.findLast(({ role, content }) => /user/i.test(role ?? "") && content)?.content;
  const instructions = context
    .text(
      messages
        .filter(({ role }) => /system/i.test(role ?? ""))
        .map(({ content = "" }) => content)
        .join("\n\n"),
    )
    .trim();
  if (instructions.length > MAX_INSTRUCTIONS) {
    context.report("answers_differ", `a model's instructions are cut to ${MAX_INSTRUCTIONS} characters`);
  }
  context.report(
    "answers_differ",
    "a model's answer is made from this chatbot's knowledge, by its own model; without one nothing is said",
  );
  const question = context.text(message ?? last ?? prompt ?? "").trim();
  const id = context.newId("ai_answer");
  const data = {
    question: question.slice(0, MAX_QUESTION).toWellFormed() || "{{last_message}}",
    ...(instructions === "" ? {} : { instructions: instructions.slice(0, MAX_INSTRUCTIONS).toWellFormed() }),
    variable: context.variables.byId(variableId),
  };
  const exits = ["answered", "no_answer", "handoff"].map((handle) => ({ nodeId: id, handle }));
  return { nodes: [{ id, type: "ai_answer", data }], edges: [], exits };
}
