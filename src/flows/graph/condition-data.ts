import { z } from "zod";
import { distinctIds, fields, idSchema, patternFault, variableToRead } from "./node-data.ts";

/** What a condition holds: cases of rules, each of which compares one variable. */

const OPERATORS = [
  "equals",
  "not_equals",
  "contains",
  "not_contains",
  "starts_with",
  "ends_with",
  "greater_than",
  "at_least",
  "less_than",
  "at_most",
  "one_of",
  "matches",
  "not_matches",
  "is_set",
  "is_not_set",
] as const;
type Operator = (typeof OPERATORS)[number];

const COMPARING_NOTHING: readonly Operator[] = ["is_set", "is_not_set"];
const PATTERNS: readonly Operator[] = ["matches", "not_matches"];
/** Those that a length can be compared by. */
const AMOUNTS: readonly Operator[] = [
  "equals",
  "not_equals",
  "greater_than",
  "at_least",
  "less_than",
  "at_most",
];

const rule = z
  .strictObject({
    variable: variableToRead,
    operator: z.enum(OPERATORS),
    value: z
      .union([z.string().max(500), z.number(), z.boolean(), z.array(z.string().max(200)).max(50)])
      .optional()
      .describe("A list for one_of; a regular expression for matches and not_matches"),
    measure: z
      .enum(["length", "number_or_length"])
      .optional()
      .describe(
        "Compares not the variable but its length: items of a list, characters of a text; " +
          "number_or_length only where it is no number",
      ),
    search: z.boolean().optional().describe("The pattern may match a part; else it is for the whole"),
    ignoreCase: z.boolean().optional().describe("Of the pattern; other operators always do"),
  })
  .superRefine((data, issues) => {
    for (const fault of ruleFaults(data)) issues.addIssue({ code: "custom", ...fault });
  });
export type Rule = z.output<typeof rule>;

interface RuleFault {
  path: [keyof Rule];
  message: string;
  params?: { problem: string };
}

function ruleFaults(given: Rule): RuleFault[] {
  const { operator } = given;
  const only = (key: "measure" | "search" | "ignoreCase", operators: readonly Operator[]): RuleFault[] =>
    given[key] === undefined || operators.includes(operator)
      ? []
      : [{ path: [key], message: `only with ${operators.join(", ")}` }];
  const value = valueFault(given);
  return [
    ...(value ? [{ ...value, path: ["value"] as [keyof Rule] }] : []),
    ...only("measure", AMOUNTS),
    ...only("search", PATTERNS),
    ...only("ignoreCase", PATTERNS),
  ];
}

function valueFault({ operator, value }: Rule): Omit<RuleFault, "path"> | null {
  if (COMPARING_NOTHING.includes(operator)) {
    return value === undefined ? null : { message: `not with ${operator}` };
  }
  if (value === undefined) return { message: `needed with ${operator}` };
  if (Array.isArray(value) !== (operator === "one_of")) {
    return { message: operator === "one_of" ? "must be a list" : "a list is only for one_of" };
  }
  if (!PATTERNS.includes(operator)) return null;
  const reason = typeof value === "string" ? patternFault(value) : "must be a regular expression";
  return reason ? { message: reason, params: { problem: "invalid_pattern" } } : null;
}

/** Rules that hold together. */
export const ruleSet = z.strictObject({
  match: z.enum(["all", "any"]).default("all"),
  rules: z.array(rule).min(1).max(10),
});
export type RuleSet = z.output<typeof ruleSet>;

export const condition = fields({
  cases: z
    .array(z.strictObject({ id: idSchema, ...ruleSet.shape }))
    .min(1)
    .max(20)
    .superRefine(distinctIds)
    .describe("The first that holds is taken"),
});
