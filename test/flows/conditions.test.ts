import { describe, expect, it } from "vitest";
import type { Variables } from "../../src/flows/graph/placeholders.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { draftOf, sessionIn } from "./flows.ts";

const variables: Variables = {
  none: [],
  one: ["a"],
  three: ["a", "b", "c"],
  short: "hi",
  family: "👨‍👩‍👧é",
  five: "5",
  twelve: 12,
  postcode: "01234",
  phone: "+4930999",
  price: "1.50",
  mail: "Please cancel my Order 77",
};

/** Whether a rule holds, asked through a flow as an author writes it. */
function holds(rule: object): boolean {
  const session = sessionIn(
    [
      ["start", "start", { variables: Object.entries(variables).map(([name, value]) => ({ name, value })) }],
      ["if", "condition", { cases: [{ id: "yes", rules: [rule] }] }],
      ["y", "end", { message: "yes" }],
      ["n", "end", { message: "no" }],
    ],
    ["start > if", "if.yes > y", "if.else > n"],
  );
  return session.said[0] === "yes";
}

describe("rules", () => {
  it.each<[string, string, unknown, string | undefined, boolean]>([
    ["three", "greater_than", 2, "length", true],
    ["three", "greater_than", 3, "length", false],
    ["one", "equals", 1, "length", true],
    ["none", "less_than", 1, "length", true],
    ["unset", "equals", 0, "length", true],
    ["three", "at_least", "{{five}}", "length", false],
    ["short", "equals", 2, "length", true],
    ["family", "equals", 2, "length", true],
    ["five", "equals", 1, "length", true],
    ["five", "greater_than", 4, "number_or_length", true],
    ["twelve", "greater_than", 11, "number_or_length", true],
    ["three", "greater_than", 2, "number_or_length", true],
    ["short", "at_most", 2, "number_or_length", true],
    // Without a measure a list has no order, and a text that is no number neither.
    ["three", "greater_than", 1, undefined, false],
    ["short", "greater_than", 1, undefined, false],
  ])("compare %s %s %s by %s: %s", (variable, operator, value, measure, expected) => {
    expect(holds({ variable, operator, value, ...(measure && { measure }) })).toBe(expected);
  });

  it.each<[string, string | number, boolean]>([
    ["postcode", "1234", false],
    ["postcode", 1234, false],
    ["postcode", "01234", true],
    ["phone", "4930999", false],
    ["phone", "+4930999", true],
    ["price", "1.5", true],
    ["twelve", "12.0", true],
    ["five", 5, true],
    ["short", "HI ", true],
  ])("take %s for equal to %s: %s", (variable, value, expected) => {
    expect(holds({ variable, operator: "equals", value })).toBe(expected);
    expect(holds({ variable, operator: "one_of", value: ["nothing", String(value)] })).toBe(
      typeof value === "number" ? holds({ variable, operator: "equals", value: String(value) }) : expected,
    );
  });

  it("look for a pattern in a part, or in the whole; with or without regard to case", () => {
    const rule = { variable: "mail", value: "order \\d+" };
    const tried = (more: object) => holds({ ...rule, operator: "matches", ...more });
    expect(tried({})).toBe(false);
    expect(tried({ search: true })).toBe(false);
    expect(tried({ search: true, ignoreCase: true })).toBe(true);
    expect(tried({ ignoreCase: true })).toBe(false);
    expect(tried({ value: "^please.*77$", ignoreCase: true, search: true })).toBe(true);
    expect(tried({ value: "^order", ignoreCase: true, search: true })).toBe(false);
    expect(holds({ ...rule, operator: "not_matches", search: true })).toBe(true);
    expect(holds({ ...rule, operator: "not_matches", search: true, ignoreCase: true })).toBe(false);
  });

  it("take a list that a placeholder names as its items", () => {
    expect(holds({ variable: "one", operator: "one_of", value: ["{{three}}"] })).toBe(true);
    expect(holds({ variable: "short", operator: "one_of", value: ["{{three}}"] })).toBe(false);
  });

  it.each([
    [{ variable: "five", operator: "contains", value: "5", measure: "length" }, "measure"],
    [{ variable: "five", operator: "equals", value: "5", search: true }, "search"],
    [{ variable: "five", operator: "contains", value: "5", ignoreCase: true }, "ignoreCase"],
    [{ variable: "five", operator: "not_matches", value: "(", search: true }, "value"],
  ])("that make no sense are refused: %j", (rule, path) => {
    const { problems } = validateFlow(
      draftOf([
        ["start", "start", { variables: [{ name: "five" }] }],
        ["if", "condition", { cases: [{ id: "yes", rules: [rule] }] }],
      ]),
    );
    expect(problems.map((problem) => problem.path)).toContain(`nodes.if.data.cases.0.rules.0.${path}`);
  });
});
