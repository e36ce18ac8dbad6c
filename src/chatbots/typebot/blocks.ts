import type { NodeType } from "../../flows/graph/nodes.ts";
import { conditionData, setVariableData } from "./logic.ts";
import type { BlockContext, Exit, Piece } from "./piece.ts";
import type { TypebotBlock } from "./schema.ts";
import { plainText } from "./text.ts";

/** Most options of a choice, and characters of one. */
const MAX_OPTIONS = 20;
const MAX_LABEL = 100;
/** Longest text of a message or question. */
export const MAX_FLOW_TEXT = 4000;
/** Longest delay, in seconds. */
const MAX_DELAY = 30 * 86_400;

type Read = (block: TypebotBlock, context: BlockContext) => Piece | null;

/** A piece of one node with one way on. */
function single(
  context: BlockContext,
  type: NodeType,
  data: Record<string, unknown>,
  handle = "next",
): Piece {
  const id = context.newId(type);
  return { nodes: [{ id, type, data }], edges: [], exits: [{ nodeId: id, handle }] };
}

/** Says why there is no node for a block. */
function nothing(reason: string): Read {
  return (_, { report }) => {
    report(reason);
    return null;
  };
}

function bubbleText({ content }: TypebotBlock): string {
  return content?.richText ? plainText(content.richText) : (content?.plainText ?? "");
}

/** The words of a text bubble, cut to what a message may have; null for any other block, and for an empty one. */
export function spokenText(
  block: TypebotBlock,
  context: Pick<BlockContext, "text" | "report">,
): string | null {
  if (block.type !== "text") return null;
  const text = context.text(bubbleText(block)).trim();
  if (text.length > MAX_FLOW_TEXT)
    context.report(`the text is longer than ${MAX_FLOW_TEXT} characters and was cut`);
  return text.slice(0, MAX_FLOW_TEXT).toWellFormed() || null;
}

const media =
  (kind: "image" | "video" | "audio"): Read =>
  (block, context) => {
    const url = context.text(block.content?.url ?? "").trim();
    if (url === "") return nothing("it has no address")(block, context);
    // Players of video sites are pages, not files: their address is said instead.
    if (kind === "video" && block.content?.type !== "url") return link(context, url);
    return single(context, "message", { media: { kind, url } });
  };

function link(context: BlockContext, url: string): Piece {
  context.report("it is shown as a link");
  return single(context, "message", { text: url });
}

const linked =
  (address: (block: TypebotBlock) => string | undefined): Read =>
  (block, context) => {
    const url = context.text(address(block) ?? "").trim();
    return url === "" ? nothing("it has no address")(block, context) : link(context, url);
  };

/** A number that is written out; undefined for one that comes from a variable. */
function fixedNumber(value: string | number | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

const asked =
  (answer: string, limits: (block: TypebotBlock, context: BlockContext) => Record<string, unknown>): Read =>
  (block, context) => {
    const { variableId, retryMessageContent } = block.options;
    const retryText = context.text(retryMessageContent ?? "").slice(0, 1000);
    const data = {
      text: context.question,
      answer,
      variable: context.variables.byId(variableId),
      ...(retryText === "" ? {} : { retryText }),
      ...limits(block, context),
    };
    return single(context, "question", data, "answered");
  };

const numberLimits = ({ options: { min, max } }: TypebotBlock, { report }: BlockContext) => {
  const limits = { min: fixedNumber(min), max: fixedNumber(max) };
  if ((min !== undefined && limits.min === undefined) || (max !== undefined && limits.max === undefined)) {
    report("limits that come from variables are not kept");
  }
  return limits;
};

const choice: Read = (block, context) => {
  const { variableId, isMultipleChoice = false, dynamicVariableId, dynamicItems } = block.options;
  const listId = dynamicItems?.isEnabled ? dynamicItems.titlesVariableId : dynamicVariableId;
  const id = context.newId("choice");
  const common = { text: context.question, variable: context.variables.byId(variableId) };
  const optionsFrom = context.variables.byId(listId);
  if (optionsFrom !== undefined) {
    const data = { ...common, optionsFrom, multiple: isMultipleChoice };
    return { nodes: [{ id, type: "choice", data }], edges: [], exits: [{ nodeId: id, handle: "answered" }] };
  }
  const named = block.items.flatMap((item) => {
    const label = context.text(typeof item.content === "string" ? item.content : (item.title ?? "")).trim();
    if (item.displayCondition?.isEnabled) context.report(`"${label.slice(0, 40)}" is always shown`);
    return label === "" ? [] : [{ item, label }];
  });
  const kept = named.slice(0, MAX_OPTIONS).map(({ item, label }, i) => ({
    item,
    option: { id: `option_${i + 1}`, label: label.slice(0, MAX_LABEL).toWellFormed() },
  }));
  if (kept.length < named.length) context.report(`only the first ${MAX_OPTIONS} options are kept`);
  if (kept.length === 0) return nothing("it has no options")(block, context);
  const data = { ...common, options: kept.map(({ option }) => option), multiple: isMultipleChoice };
  const exits: Exit[] = isMultipleChoice
    ? [{ nodeId: id, handle: "answered" }]
    : kept.map(({ item, option }) => ({ nodeId: id, handle: option.id, item }));
  return { nodes: [{ id, type: "choice", data }], edges: [], exits };
};

const condition: Read = (block, context) => {
  const cases = conditionData(block, context);
  if (cases.length === 0) return null;
  const id = context.newId("condition");
  return {
    nodes: [{ id, type: "condition", data: { cases: cases.map(({ item: _, ...part }) => part) } }],
    edges: [],
    exits: [
      ...cases.map(({ item, id: handle }): Exit => ({ nodeId: id, handle, item })),
      { nodeId: id, handle: "else" },
    ],
  };
};

/** Two ways by chance: a random number from 1 to 100, and a condition on it. */
const split: Read = (block, context) => {
  const [first, second] = block.items;
  if (!first || !second) return nothing("it has no two ways")(block, context);
  const drawId = context.newId("set_variable");
  const branchId = context.newId("condition");
  const variable = `split_${drawId.replace(/\D/g, "")}`;
  const percent = Math.round(Math.min(Math.max(block.options.aPercent ?? 50, 0), 100));
  const rules = [{ variable, operator: "at_most", value: percent }];
  return {
    nodes: [
      { id: drawId, type: "set_variable", data: { variable, operation: "random", min: 1, max: 100 } },
      { id: branchId, type: "condition", data: { cases: [{ id: "a", match: "all", rules }] } },
    ],
    edges: [{ source: drawId, sourceHandle: "next", target: branchId }],
    exits: [
      { nodeId: branchId, handle: "a", item: first },
      { nodeId: branchId, handle: "else", item: second },
    ],
  };
};

const wait: Read = (block, context) => {
  const seconds = fixedNumber(block.options.secondsToWaitFor);
  if (seconds === undefined) return nothing("how long it waits is not a number")(block, context);
  if (seconds <= 0) return null;
  return single(context, "delay", { seconds: Math.min(Math.ceil(seconds), MAX_DELAY) });
};

/** Headers and parameters that usually hold a secret: everybody who may read a flow would read them. */
const SECRET_NAME = /authori[sz]ation|cookie|token|secret|key|password/i;

const request: Read = (block, context) => {
  const { webhook, responseVariableMapping = [], isCustomBody } = block.options;
  const method = webhook?.method ?? "POST";
  const pairs = (list: { key?: string; value?: string }[] = []) => {
    const named = list.map(({ key = "", value = "" }) => ({ key: key.toWellFormed().trim(), value }));
    if (named.some(({ key }) => SECRET_NAME.test(key))) context.report("credentials are left out");
    return named
      .filter(({ key }) => key !== "" && !SECRET_NAME.test(key))
      .map(({ key, value }) => ({ key, value: context.text(value) }));
  };
  const headers = pairs(webhook?.headers);
  const query = pairs(webhook?.queryParams).map(
    ({ key, value }) => `${encodeURIComponent(key)}=${encoded(value)}`,
  );
  const url = context.text(webhook?.url ?? "").trim();
  const separator = url.includes("?") ? "&" : "?";
  const body = isCustomBody && method !== "GET" ? context.text(webhook?.body ?? "") : "";
  if (!isCustomBody && method !== "GET") context.report("it sends no body, since it had none of its own");
  const save = responseVariableMapping.flatMap(({ variableId, bodyPath = "" }) => {
    const variable = context.variables.byId(variableId);
    const path = bodyPath
      .replace(/^data\.?/, "")
      .replace(/\[['"]?([^\]'"]*)['"]?\]/g, ".$1")
      .replace(/^\./, "");
    return variable === undefined || path === "" ? [] : [{ path, variable }];
  });
  const id = context.newId("http_request");
  const data = {
    method,
    url: query.length === 0 ? url : `${url}${separator}${query.join("&")}`,
    headers: headers.map(({ key, value }) => ({ name: key, value })),
    ...(body === "" ? {} : { body }),
    save,
  };
  // Theirs goes on in the same way whatever the answer was.
  const exits = ["success", "error"].map((handle) => ({ nodeId: id, handle }));
  return { nodes: [{ id, type: "http_request", data }], edges: [], exits };
};

/** Percent-encoded but for placeholders, which are encoded when they are filled in. */
function encoded(text: string): string {
  return text
    .split(/(\{\{\w+\}\})/)
    .map((part) => (/^\{\{\w+\}\}$/.test(part) ? part : encodeURIComponent(part.toWellFormed())))
    .join("");
}

const setVariable: Read = (block, context) => {
  const data = setVariableData(block, context);
  return data === null ? null : single(context, "set_variable", data);
};

/** By the name that Typebot gives a type of block. What is not here has no counterpart. */
const READERS: Record<string, Read> = {
  text: (block, context) => {
    const text = spokenText(block, context);
    return text === null ? null : single(context, "message", { text });
  },
  image: media("image"),
  video: media("video"),
  audio: media("audio"),
  embed: linked(({ content }) => content?.url),
  "text input": asked("text", () => ({})),
  "number input": asked("number", numberLimits),
  "email input": asked("email", () => ({})),
  "url input": asked("url", () => ({})),
  "phone number input": asked("phone", () => ({})),
  "date input": asked("date", ({ options: { isRange, hasTime, min, max } }, { report }) => {
    if (isRange || hasTime) report("it asks for one day, without a time");
    if (min !== undefined || max !== undefined) report("its first and last day are not kept");
    return {};
  }),
  "time input": asked("text", (_, { report }) => {
    report("the time is asked for as text");
    return { pattern: "\\d{1,2}:\\d{2}" };
  }),
  "rating input": asked("rating", ({ options: { startsAt, length } }) => ({
    min: fixedNumber(startsAt) ?? 1,
    max: length ?? 10,
  })),
  "file input": asked("file", ({ options: { isMultipleAllowed } }, { report }) => {
    if (isMultipleAllowed) report("it asks for one file");
    return {};
  }),
  "choice input": choice,
  "picture choice input": (block, context) => {
    context.report("pictures of options are not shown");
    return choice(block, context);
  },
  "Set variable": setVariable,
  Condition: condition,
  "AB test": split,
  Wait: wait,
  Redirect: linked(({ options }) => options.url),
  Webhook: request,
  Chatwoot: (_, context) => {
    context.report("the conversation is handed to the team here");
    const id = context.newId("handoff");
    return { nodes: [{ id, type: "handoff", data: {} }], edges: [], exits: [] };
  },
  "Typebot link": nothing("another bot cannot be linked; go to one of your flows instead"),
  Code: nothing("code is not run"),
};

/** Blocks that ask the visitor something, and so can take the text in front of them as their question. */
export function asks({ type }: TypebotBlock): boolean {
  return / input$/.test(type) && Object.hasOwn(READERS, type);
}

/** What a block becomes; null when there is nothing to be said or done, which has been reported if it is a loss. */
export function readBlock(block: TypebotBlock, context: BlockContext): Piece | null {
  const read = Object.hasOwn(READERS, block.type) ? READERS[block.type] : undefined;
  return (read ?? nothing("there is no such node"))(block, context);
}
