import type { BlockContext } from "./piece.ts";
import type { TypebotBlock, TypebotItem } from "./schema.ts";

/** Typebot's comparisons in the operators of our conditions. It has one more, "Does not match regex". */
const OPERATORS: Record<string, string> = {
  "Equal to": "equals",
  "Not equal": "not_equals",
  Contains: "contains",
  "Does not contain": "not_contains",
  "Greater than": "greater_than",
  "Greater or equal to": "at_least",
  "Less than": "less_than",
  "Less or equal to": "at_most",
  "Is set": "is_set",
  "Is empty": "is_not_set",
  "Starts with": "starts_with",
  "Ends with": "ends_with",
  "Matches regex": "matches",
};
const NUMERIC = ["greater_than", "at_least", "less_than", "at_most"];
const WITHOUT_VALUE = ["is_set", "is_not_set"];

/** A case of a condition, with the item that it came from. */
export interface Case {
  id: string;
  match: "all" | "any";
  rules: { variable: string; operator: string; value?: string | number }[];
  item: TypebotItem;
}

/** The cases of a condition; one of which any part cannot be said in our operators is left out whole. */
export function conditionData(block: TypebotBlock, context: BlockContext): Case[] {
  return block.items.flatMap((item, i) => {
    const content = typeof item.content === "object" ? item.content : undefined;
    const rules = (content?.comparisons ?? []).map((comparison) => {
      const variable = context.variables.byId(comparison.variableId);
      const operator = OPERATORS[comparison.comparisonOperator ?? ""];
      if (variable === undefined || operator === undefined) return null;
      if (WITHOUT_VALUE.includes(operator)) return { variable, operator };
      const value = context.text(comparison.value ?? "");
      if (operator === "matches")
        return { variable, operator, value: value.replace(/^\/(.*)\/[a-z]*$/s, "$1") };
      const number = Number(value);
      const asNumber = NUMERIC.includes(operator) && value.trim() !== "" && Number.isFinite(number);
      return { variable, operator, value: asNumber ? number : value };
    });
    const known = rules.filter((rule) => rule !== null);
    if (known.length < rules.length || known.length === 0) {
      context.report(`its case ${i + 1} compares in a way that there is not, and is left out`);
      return [];
    }
    const match = content?.logicalOperator === "OR" ? ("any" as const) : ("all" as const);
    return [{ id: `case_${i + 1}`, match, rules: known, item }];
  });
}

/** The data of a node that does what a "Set variable" block does; null where it computes more than we can. */
export function setVariableData(block: TypebotBlock, context: BlockContext): Record<string, unknown> | null {
  const { variableId, type = "Custom", expressionToEvaluate = "", isCode, item } = block.options;
  const variable = context.variables.byId(variableId);
  if (variable === undefined) {
    context.report("it names no variable");
    return null;
  }
  switch (type) {
    case "Empty":
      return { variable, value: "" };
    case "Now":
    case "Today":
      return { variable, operation: "now" };
    case "Contact name":
      return { variable, value: "{{contact.name}}" };
    case "Phone number":
      return { variable, value: "{{contact.phone}}" };
    case "Append value(s)":
      return { variable, operation: "append", value: context.text(item ?? "") };
    case "Custom": {
      const data = isCode ? null : expressionData(variable, expressionToEvaluate.trim(), context);
      if (data === null) context.report("code is not run, so the variable is not set");
      return data && { variable, ...data };
    }
    default:
      context.report(`${type.slice(0, 40)} is nothing that a variable can be set to here`);
      return null;
  }
}

/** What stands for itself in JavaScript: a number, a string, a variable alone, or words without any operator. */
function expressionData(
  variable: string,
  expression: string,
  context: BlockContext,
): Record<string, unknown> | null {
  if (/^-?\d+(\.\d+)?$/.test(expression)) return { value: Number(expression) };
  const quoted = /^"([^"\\]*)"$|^'([^'\\]*)'$/.exec(expression);
  if (quoted) return { value: context.text(quoted[1] ?? quoted[2] ?? "") };
  const sum = /^\{\{([^{}]+)\}\}\s*([+-])\s*(\d+(?:\.\d+)?)$/.exec(expression);
  if (sum) {
    const [, name = "", sign, amount] = sum;
    if (context.variables.byName(name) !== variable) return null;
    return { operation: "increment", value: Number(amount) * (sign === "-" ? -1 : 1) };
  }
  const words = expression.replace(/\{\{[^{}]*\}\}/g, "");
  if (/[+*/%()=<>[\]{}?:;|&`$"'\\]|(^|\s)-(\s|$)|\b(null|undefined|true|false|new|return)\b/.test(words))
    return null;
  return { value: context.text(expression) };
}
