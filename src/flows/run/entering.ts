import { MAX_LIST, MAX_LIST_ITEM, MAX_VALUE } from "../graph/limits.ts";
import { CONTACT_FIELDS } from "../graph/node-data.ts";
import type { Node, NodeOf } from "../graph/nodes.ts";
import { filledValue, valueText } from "../graph/placeholders.ts";
import { variablesHolding } from "../graph/variables.ts";
import { rulesHold } from "./conditions.ts";
import { detailsAsked } from "./contact-form.ts";
import { MAX_LABEL, optionsOf } from "./read-choice.ts";
import { askHttp, awaitResult, publicUrl } from "./requests.ts";
import { scaleOf } from "./scale.ts";
import { type NodeResult, ONWARD, type SessionRun } from "./session-run.ts";
import { numberIn } from "./values.ts";

/** What each type of node does when a session comes to it. */
export function enterNode(node: Node, run: SessionRun): NodeResult {
  switch (node.type) {
    case "start":
      for (const { name, value } of node.data.variables ?? []) {
        if (value !== undefined && run.read(name) === undefined) run.store(name, value);
      }
      return ONWARD;
    case "message":
      return sendMessage(node.data, run);
    case "question":
      return askQuestion(node.data, run);
    case "choice":
      return offerChoice(node.data, run);
    case "condition":
      return { leave: node.data.cases.find((each) => rulesHold(each, run.state.variables))?.id ?? "else" };
    case "set_variable":
      return setVariable(node.data, run);
    case "set_field":
      return setField(node.data, run);
    case "add_tag":
      run.effect({ type: "addTag", tag: node.data.tag });
      return ONWARD;
    case "remove_tag":
      run.effect({ type: "removeTag", tag: node.data.tag });
      return ONWARD;
    case "create_ticket":
      run.effect({
        type: "createTicket",
        subject: run.fill(node.data.subject).slice(0, 200),
        text: run.fill(node.data.text ?? ""),
        priority: node.data.priority,
      });
      return ONWARD;
    case "create_lead":
      run.effect({ type: "createLead", ...lead(node.data, run) });
      return ONWARD;
    case "delay":
      return { wait: { for: "time" }, seconds: node.data.seconds };
    case "http_request":
      return askHttp(node.data, run);
    case "ai_answer":
      return enterAiAnswer(node.data, run);
    case "search_products":
      run.effect({
        type: "searchProducts",
        call: run.newCall(),
        query: run.fill(node.data.query).slice(0, 500),
        limit: node.data.limit,
      });
      return awaitResult(run, "products");
    case "handoff":
      sendText(node.data.message, run);
      // Nobody is handed over in silence.
      if (!run.turn.effects.some(({ type }) => type === "send")) sendText(HANDED_OVER, run);
      run.effect({
        type: "handoff",
        assignee: node.data.assignee ?? null,
        note: run.fill(node.data.note ?? ""),
      });
      return { end: "handed_off", reason: "handoff" };
    case "goto":
      return { jumpTo: gotoTarget(node.data) };
    case "end":
      sendText(node.data.message, run);
      return { end: "completed", reason: "end" };
  }
}

/** Said where a flow hands over and its author wrote nothing for it. */
const HANDED_OVER = "A person will take it from here.";

/** Longest name, email and phone of a lead. */
const LEAD_LENGTHS = { name: 200, email: 254, phone: 40 };

function lead(data: NodeOf<"create_lead">["data"], run: SessionRun) {
  const held = (field: keyof typeof LEAD_LENGTHS) => {
    const given = data[field];
    const found = [...variablesHolding(run.nodes(), field), `contact.${field}`].map((name) => run.read(name));
    const value = given === undefined ? found.find((each) => valueText(each).trim() !== "") : run.fill(given);
    return valueText(value).slice(0, LEAD_LENGTHS[field]);
  };
  const details = (data.details ?? []).flatMap(({ name, value }) => {
    const filled = run.fill(value).slice(0, MAX_LEAD_DETAIL);
    return filled.trim() === "" ? [] : [{ name, value: filled }];
  });
  return { name: held("name"), email: held("email"), phone: held("phone"), details };
}

/** Longest detail of a lead. */
const MAX_LEAD_DETAIL = 500;

function gotoTarget({ nodeId, flowId }: NodeOf<"goto">["data"]): { nodeId: string } | { flowId: string } {
  return flowId === undefined ? { nodeId: nodeId ?? "" } : { flowId };
}

/** Says a text if there is one and something is left of it once it is filled in. */
export function sendText(text: string | undefined, run: SessionRun): void {
  const filled = run.fill(text ?? "");
  if (filled.trim() !== "") run.effect({ type: "send", text: filled });
}

function sendMessage({ text, media, links }: NodeOf<"message">["data"], run: SessionRun): NodeResult {
  const url = (template: string) => publicUrl(template, run.state.variables);
  const mediaUrl = media && url(media.url);
  const shownLinks = (links ?? []).flatMap((link) => {
    const target = url(link.url);
    return target === null ? [] : [{ label: run.fill(link.label), url: target }];
  });
  const filled = run.fill(text ?? "");
  const parts = {
    ...(filled.trim() === "" ? {} : { text: filled }),
    ...(media && mediaUrl ? { media: { kind: media.kind, url: mediaUrl, alt: media.alt } } : {}),
    ...(shownLinks.length > 0 ? { links: shownLinks } : {}),
  };
  if (Object.keys(parts).length > 0) run.effect({ type: "send", ...parts });
  return ONWARD;
}

/** How often something is asked again where its author named no number. */
const RETRIES = 2;

/**
 * Whether another wrong answer leaves the node. Without a number of the author's own it is asked for ever where nothing
 * is connected to go on to: a visitor who mistypes is not left standing.
 */
export function isSpent(
  { maxRetries }: { maxRetries?: number },
  invalid: number,
  handle: "invalid" | "other",
  run: SessionRun,
): boolean {
  if (maxRetries !== undefined) return invalid > maxRetries;
  return invalid > RETRIES && run.isConnected(handle);
}

export function askQuestion(
  data: NodeOf<"question">["data"],
  run: SessionRun,
  again?: { text: string; invalid: number },
): NodeResult {
  const text = again ? { text: again.text } : filledLead(data.text, run);
  const scale = data.answer === "rating" ? { scale: scaleOf(data, (label) => run.fill(label)) } : {};
  const fields = detailsAsked(run.current(), run.after);
  run.effect({
    ...{ type: "send", ...text, answer: data.answer, ...scale },
    ...(fields.length > 0 ? { fields } : {}),
  });
  return { wait: { for: "answer", invalid: again?.invalid ?? 0 }, seconds: data.timeoutSeconds };
}

/** Nothing is said by a question without a text, or of which nothing is left once it is filled in. */
function filledLead(text: string | undefined, run: SessionRun): { text?: string } {
  const filled = run.fill(text ?? "");
  return filled.trim() === "" ? {} : { text: filled };
}

export function offerChoice(
  data: NodeOf<"choice">["data"],
  run: SessionRun,
  again?: { text: string; invalid: number },
): NodeResult {
  const offered = data.options?.filter(({ showIf }) => !showIf || rulesHold(showIf, run.state.variables));
  const options = offered
    ? offered.map(({ id, label, value }) => ({
        ...{ id, label: run.fill(label).slice(0, MAX_LABEL).toWellFormed() },
        ...(value === undefined ? {} : { value: run.fill(value).slice(0, MAX_LIST_ITEM).toWellFormed() }),
      }))
    : optionsOf(run.read(data.optionsFrom ?? ""));
  // A list that came out empty: nobody can choose from it. Round in a circle it waits for a word all the same.
  if (options.length === 0 && !run.state.passedEmpty) {
    run.state.passedEmpty = true;
    return { leave: "other" };
  }
  const shown = options.map(({ id, label }) => ({ id, label }));
  run.effect({
    type: "send",
    ...(again ? { text: again.text } : filledLead(data.text, run)),
    options: shown,
    multiple: data.multiple,
  });
  return { wait: { for: "choice", invalid: again?.invalid ?? 0, options }, seconds: data.timeoutSeconds };
}

function setVariable(data: NodeOf<"set_variable">["data"], run: SessionRun): NodeResult {
  const before = run.read(data.variable);
  const given =
    typeof data.value === "string" ? (filledValue(data.value, run.state.variables) ?? "") : data.value;
  switch (data.operation) {
    case "set":
      run.store(data.variable, given);
      break;
    case "append": {
      // An empty text is how a list is emptied.
      const list = before === undefined || before === "" ? [] : [before].flat().map(String);
      // The newest ones stay: a list that only ever grows would otherwise stop taking any.
      run.store(data.variable, [...list, ...[given ?? ""].flat().map(String)].slice(-MAX_LIST));
      break;
    }
    case "increment":
      run.store(data.variable, sum(numberIn(before) ?? 0, given === undefined ? 1 : (numberIn(given) ?? 0)));
      break;
    case "now":
      run.store(data.variable, new Date(run.now).toISOString());
      break;
    case "random": {
      const [min, max] = [data.min ?? 1, data.max ?? 100];
      run.store(data.variable, min + Math.floor(run.random() * (max - min + 1)));
    }
  }
  return ONWARD;
}

/** What is no number counts as 0. 0.1 and 0.2 are 0.3: digits that only binary fractions have are cut off. */
function sum(a: number, b: number): number {
  return Number((a + b).toPrecision(15));
}

/** Also changes what the flow itself reads from here on. */
function setField({ field, value }: NodeOf<"set_field">["data"], run: SessionRun): NodeResult {
  const filled = run.fill(value).slice(0, MAX_VALUE);
  const own = CONTACT_FIELDS.find((name) => name === field);
  run.store(own ? `contact.${own}` : `field.${field}`, filled);
  run.effect({ type: "setField", field, value: filled });
  return ONWARD;
}

function enterAiAnswer(data: NodeOf<"ai_answer">["data"], run: SessionRun): NodeResult {
  if (data.question !== undefined) return askAi(data, run, run.fill(data.question), 0);
  const { unread } = run.state;
  if (unread === null) return { wait: { for: "message", turns: 0 }, seconds: data.timeoutSeconds };
  // Using what the visitor said is an answer to it: each message can do this once.
  run.newTurn();
  return askAi(data, run, unread, 0);
}

/** Has a question answered. @param turns how many this node has answered before */
export function askAi(
  data: NodeOf<"ai_answer">["data"],
  run: SessionRun,
  question: string,
  turns: number,
): NodeResult {
  run.state.unread = null;
  if (question.trim() === "") return { leave: "no_answer" };
  askOnce(data, run, question);
  return awaitResult(run, "ai", turns, question);
}

/** Has the AI asked. */
export function askOnce(data: NodeOf<"ai_answer">["data"], run: SessionRun, question: string): void {
  run.effect({
    type: "aiAnswer",
    call: run.newCall(),
    question,
    instructions: data.instructions === undefined ? null : run.fill(data.instructions),
    categoryIds: data.categoryIds ?? null,
    minConfidence: data.minConfidence,
  });
}
