import { MAX_LIST } from "../../flows/graph/limits.ts";
import { type BlockContext, inTurn, type Piece, type Read, single } from "./piece.ts";
import { quoted } from "./report.ts";
import { certainlyText } from "./script.ts";

/** "Set variable": values, lists and sums. What computes more than these is code, which is not run. */

/** Longest value that a node can set, in characters. */
const MAX_SET = 2000;

export const setVariableBlock: Read = (block, context) => {
  const { variableId, type = "Custom", expressionToEvaluate = "", item } = block.options;
  const variable = context.variables.byId(variableId);
  // Without one nothing happens there either.
  if (variable === undefined) return null;
  const title = quoted(context.variables.titleOf(variableId) ?? "");
  const set = (data: Record<string, unknown>) => single(context, "set_variable", { variable, ...data });
  switch (type) {
    case "Empty":
      return set({ value: "" });
    case "Now":
    case "Today":
      return set({ operation: "now" });
    case "Contact name":
      return set({ value: "{{contact.name}}" });
    case "Phone number":
      return set({ value: "{{contact.phone}}" });
    case "Environment name":
      return set({ value: "{{channel}}" });
    case "Append value(s)":
      context.report("to_know", `a list keeps its newest ${MAX_LIST} items`);
      return set({ operation: "append", value: cut(context.text(item ?? ""), context) });
    case "Custom": {
      const pieces = expression(variable, expressionToEvaluate, context);
      if (pieces === null) {
        context.report("not_done", `${title} is not set: code is not run (${quoted(expressionToEvaluate)})`);
      }
      return pieces && inTurn(pieces);
    }
    default:
      context.report("not_done", `${title} is not set: flows have no ${quoted(type)}`);
      return null;
  }
};

function cut(text: string, { report }: BlockContext): string {
  if (text.length > MAX_SET) report("not_done", `values longer than ${MAX_SET} characters are cut`);
  return text.slice(0, MAX_SET).toWellFormed();
}

/** The nodes that do what an expression does; null where they cannot. */
function expression(variable: string, code: string, context: BlockContext): Piece[] | null {
  const set = (value: string | number) => [single(context, "set_variable", { variable, value })];
  const written = code.trim();
  if (written === "" || written === "null" || written === "undefined") return set("");
  if (/^\{\{[^{}]*\}\}$/.test(written)) return set(context.text(written));
  const number = Number(written);
  if (!Number.isNaN(number)) {
    // They keep what has a zero in front as it is, so that 007 stays 007.
    if (/0[^.].+/.test(written)) return set(written);
    return Number.isFinite(number) ? set(number) : null;
  }
  const quotedText = /^"([^"\\]*)"$|^'([^'\\]*)'$/.exec(written);
  if (quotedText) return set(cut(context.text(quotedText[1] ?? quotedText[2] ?? ""), context));
  return sum(variable, written, context) ?? asText(written, set, context);
}

function asText(written: string, set: (value: string) => Piece[], context: BlockContext): Piece[] | null {
  const code = written.replace(/\{\{([^{}]*)\}\}/g, (_, title: string) =>
    context.variables.isTitle(title) ? " $v " : "",
  );
  return certainlyText(code) ? set(cut(context.text(written), context)) : null;
}

const OPERAND = String.raw`(\{\{[^{}]+\}\}|\d+(?:\.\d+)?)`;
const SUM = new RegExp(String.raw`^${OPERAND}\s*([+-])\s*${OPERAND}$`);

/** `{{A}} + 5`, `5 + {{A}}`, `{{A}} - {{B}}`: the variable is set to the first, and the second added. */
function sum(variable: string, written: string, context: BlockContext): Piece[] | null {
  const [, first, sign, second] = SUM.exec(written) ?? [];
  if (first === undefined || second === undefined) return null;
  const [left, right] = [first, second].map((operand) => operandOf(operand, context));
  if (left === undefined || right === undefined) return null;
  const own = `{{${variable}}}`;
  const swapped = right === own && left !== own;
  if (swapped && sign === "-") return null;
  const [base, added] = swapped ? [right, left] : [left, right];
  if (typeof added === "string" && sign === "-") return null;
  reportSums(written, context);
  const amount = typeof added === "number" && sign === "-" ? -added : added;
  const node = (data: Record<string, unknown>) => single(context, "set_variable", { variable, ...data });
  const start = base === own ? [] : [node({ value: base })];
  return [...start, node({ operation: "increment", value: amount })];
}

function operandOf(operand: string, { variables }: BlockContext): string | number | undefined {
  if (!operand.startsWith("{{")) return Number(operand);
  const name = variables.byTitle(operand.slice(2, -2));
  return name === undefined ? undefined : `{{${name}}}`;
}

/** JavaScript joins texts with a plus, and reckons with nothing as with no number. */
function reportSums(written: string, { variables, usage, report }: BlockContext): void {
  const others = variables
    .idsIn(written)
    .filter((id) => !usage.only(id, "number", "sum") || !usage.has(id, "number"));
  for (const id of others) {
    const title = quoted(variables.titleOf(id) ?? "");
    report(
      "answers_differ",
      `${title} is reckoned with as a number, from 0 where it is none; there texts are joined`,
    );
  }
}
