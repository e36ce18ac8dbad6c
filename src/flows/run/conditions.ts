import type { Rule } from "../graph/node-data.ts";
import type { NodeOf } from "../graph/nodes.ts";
import { compilePattern } from "../graph/pattern.ts";
import { fill, readVariable, shownValue, type Value, type Variables } from "../graph/placeholders.ts";

type Case = NodeOf<"condition">["data"]["cases"][number];

/** Whether a case of a condition holds. */
export function caseHolds({ match, rules }: Case, variables: Variables): boolean {
  return match === "all"
    ? rules.every((rule) => ruleHolds(rule, variables))
    : rules.some((rule) => ruleHolds(rule, variables));
}

/**
 * Whether a rule holds. Texts are compared without regard to case and outer spaces; what looks like two numbers is
 * compared as numbers, two ISO dates as times; a list equals or contains a text when one of its items does.
 * A variable that nothing has stored is empty.
 */
export function ruleHolds({ variable, operator, value }: Rule, variables: Variables): boolean {
  const left = readVariable(variables, variable);
  switch (operator) {
    case "is_set":
      return !isEmpty(left);
    case "is_not_set":
      return isEmpty(left);
    case "one_of":
      return listOf(value).some((each) => equals(left, fill(each, variables)));
    case "matches":
      return compilePattern(String(value))(shownValue(left));
    default:
      return compare(operator, left, fill(String(value), variables));
  }
}

function compare(operator: Rule["operator"], left: Value | undefined, right: string): boolean {
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
  return shownValue(value).trim() === "";
}

function listOf(value: Rule["value"]): string[] {
  return Array.isArray(value) ? value : [String(value)];
}

function folded(value: Value | undefined): string {
  return shownValue(value).normalize("NFKC").trim().toLowerCase();
}

function equals(left: Value | undefined, right: string): boolean {
  if (Array.isArray(left)) return left.some((item) => equals(item, right));
  const [a, b] = [numberOf(left), numberOf(right)];
  return a !== null && b !== null ? a === b : folded(left) === folded(right);
}

function contains(left: Value | undefined, right: string): boolean {
  if (Array.isArray(left)) return left.some((item) => folded(item) === folded(right));
  return folded(right) !== "" && folded(left).includes(folded(right));
}

function numberOf(value: Value | undefined): number | null {
  const text = shownValue(value).trim();
  return /^[+-]?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : null;
}

/** A number, or the time of an ISO date, for what has an order. */
function ordered(value: Value | undefined): number | null {
  const number = numberOf(value);
  if (number !== null) return number;
  const text = shownValue(value).trim();
  const time = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(time) ? null : time;
}
