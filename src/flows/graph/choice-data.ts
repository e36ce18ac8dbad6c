import { z } from "zod";
import { ruleSet } from "./condition-data.ts";
import { MAX_LIST_ITEM } from "./limits.ts";
import {
  distinctIds,
  fields,
  idSchema,
  leadText,
  retrying,
  text,
  variable,
  variableToRead,
} from "./node-data.ts";

/** What a choice holds: options, or the variable that has a list of them. */

const option = z.strictObject({
  id: idSchema,
  label: text(100),
  value: text(MAX_LIST_ITEM).optional().describe("Stored in place of the label; visitors do not see it"),
  showIf: ruleSet.optional().describe("Offered only when these hold"),
});

export const choice = fields({
  text: leadText,
  options: z.array(option).min(1).max(20).superRefine(distinctIds).optional(),
  optionsFrom: variableToRead
    .optional()
    .describe("Variable that holds a list, instead of options; an empty one leaves by other"),
  multiple: z.boolean().default(false).describe("Several may be chosen"),
  variable: variable.optional(),
  ...retrying,
}).refine((data) => (data.options === undefined) !== (data.optionsFrom === undefined), {
  error: "exactly one of options and optionsFrom",
  path: ["options"],
});

/** Whether there may be nothing to choose from: the choice then leaves by `other` at once. */
export function mayBeEmpty({ options }: z.output<typeof choice>): boolean {
  return options === undefined || options.every(({ showIf }) => showIf !== undefined);
}
