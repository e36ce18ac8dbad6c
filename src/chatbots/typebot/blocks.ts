import { assistant, isAssistant } from "./assistants.ts";
import { embed, media, redirect, textBubble } from "./bubbles.ts";
import { cards, choiceInput, pictureInput } from "./choices.ts";
import { conditionBlock } from "./conditions.ts";
import {
  dateBlock,
  emailBlock,
  fileBlock,
  numberBlock,
  paymentBlock,
  phoneBlock,
  ratingBlock,
  textBlock,
  timeBlock,
  urlBlock,
} from "./inputs.ts";
import { MAX_DELAY, MAX_TEXT_LENGTH } from "./limits.ts";
import { type BlockContext, fixedNumber, nothing, type Piece, type Read, single } from "./piece.ts";
import { quoted } from "./report.ts";
import { request } from "./requests.ts";
import type { TypebotBlock } from "./schema.ts";
import { setVariableBlock } from "./set-variable.ts";

/** Two ways by chance: a random number from 1 to 100, and a condition on it. */
const split: Read = (block, context) => {
  const [first, second] = block.items;
  if (!first || !second) return null;
  const drawId = context.newId("set_variable");
  const branchId = context.newId("condition");
  const variable = context.variables.newName("split");
  const percent = Math.round(Math.min(Math.max(block.options.aPercent ?? 50, 0), 100));
  const rules = [{ variable, operator: "at_most", value: percent }];
  const second_ = second.outgoingEdgeId || undefined;
  return {
    nodes: [
      { id: drawId, type: "set_variable", data: { variable, operation: "random", min: 1, max: 100 } },
      { id: branchId, type: "condition", data: { cases: [{ id: "a", match: "all", rules }] } },
    ],
    edges: [{ source: drawId, sourceHandle: "next", target: branchId }],
    // A first way that leads nowhere gives way to the second there.
    exits: [
      { nodeId: branchId, handle: "a", edge: first.outgoingEdgeId || second_ },
      { nodeId: branchId, handle: "else", edge: second_ },
    ].map(({ edge, ...exit }) => (edge === undefined ? exit : { ...exit, edge })),
  };
};

const wait: Read = (block, context) => {
  const { secondsToWaitFor } = block.options;
  const seconds = fixedNumber(secondsToWaitFor);
  if (seconds === undefined) {
    if (!secondsToWaitFor) return null;
    return nothing("looks_different", "a wait is left out whose time is no fixed number")(block, context);
  }
  if (seconds <= 0) return null;
  if (seconds > MAX_DELAY) context.report("looks_different", "a wait is at most 30 days long");
  return single(context, "delay", { seconds: Math.min(Math.ceil(seconds), MAX_DELAY) });
};

/** Their mail becomes work for the team: a flow sends none. */
const email: Read = ({ options }, context) => {
  context.report("not_done", "no email is sent: a ticket with its words is made, so that the team can write");
  const subject =
    context
      .text(options.subject ?? "")
      .trim()
      .slice(0, 200)
      .toWellFormed() || "Email";
  const body = context
    .text(options.body ?? "")
    .trim()
    .slice(0, MAX_TEXT_LENGTH)
    .toWellFormed();
  return single(context, "create_ticket", { subject, ...(body === "" ? {} : { text: body }) });
};

const chatwoot: Read = (_, context) => {
  context.report(
    "goes_another_way",
    "where Chatwoot is opened the conversation is handed to the team, and ends",
  );
  return handOff(context);
};

function handOff(context: BlockContext): Piece {
  const id = context.newId("handoff");
  return { nodes: [{ id, type: "handoff", data: {} }], edges: [], exits: [] };
}

/** By the name that Typebot gives a type of block. What is not here has no counterpart. */
const READERS: Record<string, Read> = {
  text: textBubble,
  image: media("image"),
  video: media("video"),
  audio: media("audio"),
  embed,
  "text input": textBlock,
  "number input": numberBlock,
  "email input": emailBlock,
  "url input": urlBlock,
  "phone number input": phoneBlock,
  "date input": dateBlock,
  "time input": timeBlock,
  "rating input": ratingBlock,
  "file input": fileBlock,
  "payment input": paymentBlock,
  "choice input": choiceInput,
  "picture choice input": pictureInput,
  cards,
  "Set variable": setVariableBlock,
  Condition: conditionBlock,
  "AB test": split,
  Wait: wait,
  Redirect: redirect,
  Webhook: request,
  Zapier: request,
  "Make.com": request,
  Pabbly: request,
  Email: email,
  Chatwoot: chatwoot,
  Code: nothing("not_done", "scripts are not run"),
  webhook: nothing("goes_another_way", "a call from outside is not waited for: it goes on at once"),
};

const ASKING: readonly string[] = [
  ...["text input", "number input", "email input", "url input", "phone number input", "date input"],
  ...["time input", "rating input", "file input", "choice input", "picture choice input", "cards"],
];

/** Blocks that ask the visitor something, and so can take the text in front of them as their question. */
export function asks({ type }: TypebotBlock): boolean {
  return ASKING.includes(type);
}

/** What a block becomes; null when there is nothing to be said or done, which has been reported if it is a loss. */
export function readBlock(block: TypebotBlock, context: BlockContext): Piece | null {
  if (isAssistant(block)) return assistant(block, context);
  const read = Object.hasOwn(READERS, block.type) ? READERS[block.type] : undefined;
  if (read) return read(block, context);
  return nothing("not_done", `${quoted(block.type)} has no counterpart and is left out`)(block, context);
}
