import type { Prompt, Tool } from "../../src/calls/define.ts";
import { argumentSchema, type PropertySchema } from "./samples.ts";
import type { World } from "./world.ts";

type Args = Record<string, unknown>;

/** Words of searches, over what seed.ts writes: of all rows, of few, of one, of none, and such that never meet. */
const QUERIES = [
  "order",
  "seldom",
  "left right",
  "ord",
  "order seldom",
  "u777x",
  "nowhere",
  "Do you have an order that is left?",
];

/** Values for parameters of these names that a schema does not say. */
const VALUES: Record<string, readonly unknown[]> = {
  query: QUERIES,
  question: QUERIES,
  email: ["person7@example.com", "nobody@example.com"],
  phone: ["+491000007", "+499999999"],
  tag: ["Label 1", "Label 2", "Label 9"],
  customField: [{ key: "size", value: "size1" }],
  startDate: [ago(1), ago(20)],
  endDate: [ago(2), ago(25)],
  days: [1, 365],
  version: ["draft", "published"],
  page: [2],
  // Nothing is waited for here.
  waitSeconds: [0],
};

/** Parameters that say how to go on, tried by going on, and documents that are given and not read. */
const LEFT_OUT = new Set(["cursor", "flow", "inputs", "history"]);

function ago(days: number): string {
  return new Date(Date.now() - days * 86_400_000).toISOString();
}

/**
 * What a parameter may be, beside left out: ids of the world, every value of an enum, both of a boolean.
 * @throws where a parameter is a text of which nothing is known: name its values above
 */
export function valuesOf(
  name: string,
  schema: PropertySchema,
  ids: Record<string, readonly string[]>,
): readonly unknown[] {
  const known = ids[name] ?? VALUES[name];
  if (known) return known;
  if (schema.enum) return schema.enum;
  if (schema.type === "boolean") return [true, false];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return choice.flatMap((one) => valuesOf(name, one, ids));
  if (schema.type === "array" && schema.items) {
    const values = valuesOf(name, schema.items, ids);
    return [values.slice(0, 1), values.slice(0, schema.maxItems ?? 2)];
  }
  if (name === "limit") return [1, schema.maximum ?? 100];
  throw new Error(`No values known for the parameter ${name}: add them to the growing tests' cases.`);
}

/** Of each parameter so many values are crossed with those of the others; all of them are tried alone. */
const CROSSED = 3;

type Parameter = readonly [name: string, values: readonly unknown[]];

/** Each parameter with each of its values. */
function singles(parameters: readonly Parameter[]): Args[] {
  return parameters.flatMap(([name, values]) => values.map((value) => ({ [name]: value })));
}

/** Every two parameters with every two of their first values. */
function pairs(parameters: readonly Parameter[]): Args[] {
  const few = parameters.map(([name, values]) => [name, values.slice(0, CROSSED)] as const);
  return few.flatMap((one, i) =>
    singles([one]).flatMap((value) => singles(few.slice(i + 1)).map((other) => ({ ...value, ...other }))),
  );
}

/**
 * Arguments of a reading tool: every filter with every value, and every two filters with every two of their first
 * values, all of it under every sort; every filter under every value of what is required. Others are left out each
 * time, since a third filter mostly leaves less to look at.
 */
export function casesOf(tool: Tool, ids: Record<string, readonly string[]>): Args[] {
  const { properties, required } = argumentSchema(tool);
  const parameters = Object.entries(properties)
    .filter(([name]) => !LEFT_OUT.has(name))
    .map(([name, schema]): Parameter => [name, valuesOf(name, schema, ids)]);
  const isFilter = ([name]: Parameter) => !required.includes(name) && name !== "sort" && name !== "limit";
  const filters = parameters.filter(isFilter);
  const sorts = [...singles(parameters.filter(([name]) => name === "sort"))];
  const limits = singles(parameters.filter(([name]) => name === "limit"));
  const bases = parameters
    .filter(([name]) => required.includes(name))
    .reduce<Args[]>(
      (all, one) => all.flatMap((args) => singles([one]).map((value) => ({ ...args, ...value }))),
      [{}],
    );
  return bases.flatMap((base, i) => {
    const chosen = [{}, ...singles(filters), ...(i === 0 ? pairs(filters) : [])];
    const sorted = chosen.flatMap((some) =>
      sorts.length === 0 ? [some] : sorts.map((sort) => ({ ...some, ...sort })),
    );
    return [...sorted, ...limits].map((some) => ({ ...base, ...some }));
  });
}

/** Ids by parameter name: of what a quarter of everything is below; for some, of what has less as well. */
export function idsOf({ open, other, ids }: World): Record<string, readonly string[]> {
  const all = Object.entries({ ...ids, ...open.shared, ...open.ids }).map(
    ([name, id]) => [name, [id]] as const,
  );
  return {
    ...Object.fromEntries(all),
    chatbotId: [String(open.shared.chatbotId), String(other.shared.chatbotId)],
    assignee: [String(ids.assignee), "none"],
  };
}

/** Arguments of a prompt: ids of the world, and a word for what is a text. */
export function promptArguments(
  prompt: Prompt,
  ids: Record<string, readonly string[]>,
): Record<string, string> {
  return Object.fromEntries(
    prompt.arguments.map(({ name }) => [name, ids[name]?.[0] ?? String(VALUES[name]?.[0] ?? "order")]),
  );
}
