import { characterCount } from "../graph/character-count.ts";
import type { Rule, RuleSet } from "../graph/condition-data.ts";
import { compilePattern } from "../graph/pattern.ts";
import {
  fill,
  filledValue,
  readVariable,
  type Value,
  type Variables,
  valueText,
} from "../graph/placeholders.ts";
import { comparable } from "./comparable.ts";
import { numberIn } from "./values.ts";

/** Whether a case of a condition holds, or what an option is offered by. */
export function rulesHold({ match, rules }: RuleSet, variables: Variables): boolean {
  return match === "all"
    ? rules.every((rule) => ruleHolds(rule, variables))
    : rules.some((rule) => ruleHolds(rule, variables));
}

/**
 * Whether a rule holds. Texts are compared without regard to case, accents, kinds of quotes and spaces; numbers, and
 * texts written as numbers usually are, as numbers (007 is a text), two ISO dates as times; a list equals or contains
 * a text when one of its items does. With `measure` it is the length that is compared. A variable that nothing has
 * stored is empty.
 */
export function ruleHolds(rule: Rule, variables: Variables): boolean {
  const { operator, value } = rule;
  const left = readVariable(variables, rule.variable);
  switch (operator) {
    case "is_set":
      return !isEmpty(left);
    case "is_not_set":
      return isEmpty(left);
    case "one_of":
      return listOf(value)
        .flatMap((each) => filledValue(each, variables) ?? "")
        .some((each) => equals(left, each));
    case "matches":
      return compilePattern(String(value), rule)(valueText(left));
    case "not_matches":
      return !compilePattern(String(value), rule)(valueText(left));
    default: {
      const right = typeof value === "number" ? value : fill(String(value), variables);
      return compare(operator, measured(left, rule.measure), right);
    }
  }
}

/** What is compared of a value: itself, or its length. */
function measured(value: Value | undefined, measure: Rule["measure"]): Value | undefined {
  if (measure === undefined) return value;
  if (Array.isArray(value)) return value.length;
  if (measure === "number_or_length" && ordered(value) !== null) return value;
  return characterCount(valueText(value));
}

function compare(operator: Rule["operator"], left: Value | undefined, right: string | number): boolean {
  switch (operator) {
    case "equals":
      return equals(left, right);
    case "not_equals":
      return !equals(left, right);
    case "contains":
      return contains(left, right);
    case "not_contains":
      return !contains(left, right);
    case "starts_with":
      return folded(left).startsWith(folded(right));
    case "ends_with":
      return folded(left).endsWith(folded(right));
    default:
      return inOrder(operator, ordered(left), ordered(right));
  }
}

function inOrder(operator: Rule["operator"], left: number | null, right: number | null): boolean {
  if (left === null || right === null) return false;
  switch (operator) {
    case "greater_than":
      return left > right;
    case "at_least":
      return left >= right;
    case "less_than":
      return left < right;
    default:
      return left <= right;
  }
}

function isEmpty(value: Value | undefined): boolean {
  return valueText(value).trim() === "";
}

function listOf(value: Rule["value"]): string[] {
  return Array.isArray(value) ? value : [String(value)];
}

function folded(value: Value | undefined): string {
  return comparable(valueText(value));
}

function equals(left: Value | undefined, right: string | number | boolean): boolean {
  if (Array.isArray(left)) return left.some((item) => equals(item, right));
  const [a, b] = [plainNumber(left), plainNumber(right)];
  return a !== null && b !== null ? a === b : folded(left) === folded(right);
}

function contains(left: Value | undefined, right: string | number): boolean {
  if (Array.isArray(left)) return left.some((item) => folded(item) === folded(right));
  return folded(right) !== "" && folded(left).includes(folded(right));
}

/** What is a number beyond doubt: 007 and +49 are codes, of which the digits say which. */
function plainNumber(value: Value | undefined): number | null {
  if (typeof value === "number") return value;
  const text = valueText(value).trim();
  return /^-?(0|[1-9]\d{0,14})(\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** A number, or the time of an ISO date, for what has an order. */
function ordered(value: Value | undefined): number | null {
  const number = numberIn(Array.isArray(value) ? valueText(value) : value);
  if (number !== null) return number;
  const text = valueText(value).trim();
  const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
