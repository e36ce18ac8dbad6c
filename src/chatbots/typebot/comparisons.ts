import type { Rule } from "../../flows/graph/condition-data.ts";
import { compilePattern } from "../../flows/graph/pattern.ts";
import type { BlockContext } from "./piece.ts";
import { quoted } from "./report.ts";
import type { TypebotComparison } from "./schema.ts";

/**
 * Typebot's comparisons in the rules of our conditions. What a comparison asks becomes alternatives of rules that all
 * hold: no alternatives is never, an alternative without rules is always.
 */
export type Alternatives = Rule[][];
const NEVER: Alternatives = [];
export const ALWAYS: Alternatives = [[]];

/** Longest value of a rule, in characters. */
const MAX_VALUE = 500;

/** Why a comparison cannot be said in our rules. */
export class Unsayable extends Error {}

/** A comparison with all that comparing needs to know. */
interface Asked {
  operator: string;
  variable: string;
  variableId: string | undefined;
  /** What it is compared with, in our names. */
  value: string;
  /** The one variable that the value is, and nothing else. */
  other: string | undefined;
  context: BlockContext;
}

/** @throws Unsayable */
export function alternativesOf(comparison: TypebotComparison, context: BlockContext): Alternatives {
  const { variableId, comparisonOperator: operator, value: raw = "" } = comparison;
  // Without either it never holds there.
  if (!variableId || !operator) return NEVER;
  const variable = context.variables.byId(variableId);
  if (variable === undefined)
    return context.variables.titleOf(variableId) ? unsayable("it has no room") : NEVER;
  if (operator === "Is set") return [[{ variable, operator: "is_set" }]];
  if (operator === "Is empty") return [[{ variable, operator: "is_not_set" }]];
  if (raw === "undefined" || raw === "null") return withNothing(operator, variable);
  const value = context.text(raw);
  if (value.length > MAX_VALUE) unsayable(`it compares with more than ${MAX_VALUE} characters`);
  const other = /^\{\{(\w+)\}\}$/.exec(value)?.[1];
  const asked: Asked = { operator, variable, variableId, value, other, context };
  const compare = Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined;
  return compare?.(asked) ?? unsayable(`flows have no ${quoted(operator)}`);
}

function unsayable(reason: string): never {
  throw new Unsayable(reason);
}

/** Compared with "null" or "undefined", which stand for nothing there. */
function withNothing(operator: string, variable: string): Alternatives {
  switch (operator) {
    case "Equal to":
      return [[{ variable, operator: "is_not_set" }]];
    case "Not equal":
      return [[{ variable, operator: "is_set" }]];
    case "Does not contain":
      return ALWAYS;
    default:
      return NEVER;
  }
}

const isSet = (variable: string): Rule => ({ variable, operator: "is_set" });
const isEmpty = (variable: string): Rule => ({ variable, operator: "is_not_set" });
const otherIsSet = ({ other }: Asked): Rule[] => (other === undefined ? [] : [isSet(other)]);

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** After a choice of several Typebot has a text ("A, B"), and we have a list: both as one text compare alike. */
function asOneText(asked: Asked): boolean {
  const { context, variableId, value } = asked;
  if (!context.usage.has(variableId, "several")) return false;
  if (value.includes("{{")) unsayable("a choice of several is compared with a variable");
  return true;
}

const equality =
  (negated: boolean) =>
  (asked: Asked): Alternatives => {
    const { variable, variableId, value, other, context } = asked;
    // Nothing is ever equal to an empty text there, not even what is empty.
    if (value === "") return negated ? ALWAYS : NEVER;
    if (asOneText(asked)) {
      return [[{ variable, operator: negated ? "not_matches" : "matches", value: escaped(value) }]];
    }
    const { usage, report } = context;
    const title = quoted(context.variables.titleOf(variableId) ?? "");
    if (usage.has(variableId, "list")) {
      report(
        "goes_another_way",
        `the list ${title} is equal to what one of its items is; there all have to be`,
      );
    }
    if (usage.has(variableId, "typed", "fetched") && /\p{L}/u.test(value)) {
      report("goes_another_way", `${title} is compared without regard to upper and lower case`);
    }
    const rule: Rule = { variable, operator: negated ? "not_equals" : "equals", value };
    if (!negated) return [[rule, ...otherIsSet(asked)]];
    return other === undefined ? [[rule]] : [[rule], [isEmpty(other)]];
  };

const containing =
  (negated: boolean) =>
  (asked: Asked): Alternatives => {
    const { variable, variableId, value, context } = asked;
    if (value === "") return negated ? ALWAYS : NEVER;
    const labels = context.usage.labelsOf(variableId);
    const isLabel = labels.includes(value) && labels.filter((label) => label.includes(value)).length === 1;
    if (!isLabel && asOneText(asked)) {
      const operator = negated ? "not_matches" : "matches";
      return [[{ variable, operator, value: escaped(value), search: true, ignoreCase: true }]];
    }
    return [[{ variable, operator: negated ? "not_contains" : "contains", value }]];
  };

const bounding =
  (operator: "starts_with" | "ends_with") =>
  (asked: Asked): Alternatives => {
    const { variable, variableId, value, context } = asked;
    if (value === "") return NEVER;
    if (context.usage.has(variableId, "list")) {
      const title = quoted(context.variables.titleOf(variableId) ?? "");
      context.report("goes_another_way", `the list ${title} is compared as one text; there each item is`);
    }
    return [[{ variable, operator, value }, ...otherIsSet(asked)]];
  };

/** Whether nothing's length, 0, is so ordered to a number. */
const ZERO = {
  greater_than: (bound: number) => 0 > bound,
  at_least: (bound: number) => 0 >= bound,
  less_than: (bound: number) => 0 < bound,
  at_most: (bound: number) => 0 <= bound,
} as const;

const ordering =
  (operator: "greater_than" | "at_least" | "less_than" | "at_most") =>
  (asked: Asked): Alternatives => {
    const { variable, variableId, value, other, context } = asked;
    const { usage } = context;
    if (usage.has(variableId, "several")) unsayable("it asks how long the text of a choice of several is");
    const isNumber = usage.only(variableId, "number", "sum");
    const measure = isNumber ? {} : { measure: "number_or_length" as const };
    const rule = (bound: string | number): Rule => ({ variable, operator, value: bound, ...measure });
    // What is empty is never more or less than anything there, and no number here; its length is 0.
    const some = (bound: string | number) =>
      isNumber || (typeof bound === "number" && !ZERO[operator](bound)) ? [] : [isSet(variable)];
    if (value.includes("{{")) {
      if (other === undefined) unsayable("it asks for the order of a text with variables in it");
      context.report(
        "goes_another_way",
        "in a comparison of two variables the second has to be a number or a date",
      );
      // What is empty counts as 0 there.
      return [
        [isSet(variable), isSet(other), rule(value)],
        [...some(0), isEmpty(other), rule(0)],
      ];
    }
    // A list's length is compared with a number only.
    if (usage.has(variableId, "list") && Number.isNaN(Number(value))) {
      if (usage.only(variableId, "list")) return NEVER;
      unsayable("it asks for the order of what may be a list and a text");
    }
    const bound = boundOf(value);
    return [[...some(bound), rule(bound)]];
  };

/** What they compare with: a number, a date, or how long a text is. */
function boundOf(value: string): string | number {
  const number = value.startsWith("+") ? Number.NaN : Number(value);
  if (!Number.isNaN(number)) return number;
  const time = Date.parse(value);
  if (Number.isNaN(time)) return value.length;
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : new Date(time).toISOString();
}

const matching =
  (negated: boolean) =>
  (asked: Asked): Alternatives => {
    const { variable, variableId, value, context } = asked;
    if (value === "") return NEVER;
    if (value.includes("{{")) unsayable("a regular expression has variables in it");
    const [, inside, flags = ""] = /\/(.+)\/([gimuy]*)$/.exec(value) ?? [];
    const pattern = inside ?? value;
    const builtIn = expressionOf(pattern, flags);
    // What is no regular expression matches nothing there.
    if (builtIn === null) return NEVER;
    if (/[my]/.test(flags)) unsayable(`a regular expression has the flags ${quoted(flags)}`);
    const options = { search: true, ...(flags.includes("i") ? { ignoreCase: true } : {}) };
    try {
      compilePattern(pattern, options);
    } catch (error) {
      unsayable(`${quoted(pattern)}: ${error instanceof Error ? error.message : "not supported"}`);
    }
    if (context.usage.has(variableId, "list")) {
      context.report("goes_another_way", "a list is matched as one text; there an item has to match");
    }
    const rule: Rule = {
      variable,
      operator: negated ? "not_matches" : "matches",
      value: pattern,
      ...options,
    };
    // What is empty neither matches nor does it not.
    return [negated || builtIn.test("") ? [isSet(variable), rule] : [rule]];
  };

function expressionOf(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}

const COMPARE: Record<string, (asked: Asked) => Alternatives> = {
  "Equal to": equality(false),
  "Not equal": equality(true),
  Contains: containing(false),
  "Does not contain": containing(true),
  "Starts with": bounding("starts_with"),
  "Ends with": bounding("ends_with"),
  "Greater than": ordering("greater_than"),
  "Greater or equal to": ordering("at_least"),
  "Less than": ordering("less_than"),
  "Less or equal to": ordering("at_most"),
  "Matches regex": matching(false),
  "Does not match regex": matching(true),
};
