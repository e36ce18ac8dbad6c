import { z } from "zod";
import type { Tool } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { ID_PREFIXES, type IdKind, isId } from "../../src/tenant/ids.ts";
import { type Corner, make, makePublishedFlow, type World } from "./world.ts";

type Args = Record<string, unknown>;

/** The JSON Schema of a tool's arguments, as clients see it. */
export interface ArgumentSchema {
  properties: Record<string, PropertySchema>;
  required: string[];
}

export interface PropertySchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: PropertySchema[];
  oneOf?: PropertySchema[];
  items?: PropertySchema;
  properties?: Record<string, PropertySchema>;
  required?: string[];
  minimum?: number;
  maximum?: number;
  maxItems?: number;
  default?: unknown;
  format?: string;
}

export function argumentSchema(tool: Tool): ArgumentSchema {
  const schema = z.toJSONSchema(tool.input, { io: "input" });
  const shape = z
    .object({
      properties: z.record(z.string(), z.looseObject({})).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(schema);
  return shape as ArgumentSchema;
}

/** Things of the world by the name of the parameter that takes them. */
type Ids = Record<string, string>;

const KINDS = Object.keys(ID_PREFIXES) as IdKind[];

/** What kind of thing an id is of; undefined for any other value. */
const kindOf = (value: unknown) =>
  typeof value === "string" ? KINDS.find((kind) => isId(kind, value)) : undefined;

/**
 * The kind of thing that a parameter names: by the id in the tool's own example, or by its name (`ticketId`,
 * `tagIds`). So a new parameter is known by how its record shows it.
 */
function kindOfParameter(tool: Tool, name: string): IdKind | undefined {
  const shown: unknown = Object.entries(tool.example ?? {}).find(([key]) => key === name)?.[1];
  return kindOf(Array.isArray(shown) ? shown[0] : shown) ?? KINDS.find((kind) => name === `${kind}Id`);
}

/** The one of these things that a parameter names, in a list where the parameter takes one. */
function idFor(tool: Tool, name: string, ids: Ids): string | string[] | undefined {
  const one = name.replace(/Ids$/, "Id");
  const kind = kindOfParameter(tool, one);
  const id = ids[one] ?? Object.values(ids).find((value) => kind !== undefined && kindOf(value) === kind);
  return one !== name && id !== undefined ? [id] : id;
}

let counter = 0;

/** A plain valid value by name and schema, where a tool's example has none. */
function sampleValue(name: string, schema: PropertySchema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return sampleValue(name, choice);
  // Such as are found in every corner: what may not show must be there to be found.
  if (name === "query") return "order";
  if (/Id$/.test(name)) throw new Error(`No id known for the parameter ${name}: add it to the world.`);
  counter += 1;
  if (schema.type === "array") return [sampleValue(name, schema.items ?? { type: "string" })];
  if (schema.type === "object") {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, part]) => [key, sampleValue(key, part)]),
    );
  }
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return Math.max(schema.minimum ?? 1, 1);
  return `sample${counter}`;
}

/** A text of the example as nobody has used it yet, where the tool takes it so: names and keys must be new. */
function asNew(tool: Tool, args: Args, name: string, text: string): string {
  if (!/[a-z]{3}/i.test(text)) return text;
  counter += 1;
  const [user, host] = text.split("@");
  const forms =
    host === undefined ? [`${text} ${counter}`, `${text}_${counter}`] : [`${user}${counter}@${host}`];
  return forms.find((form) => !("failure" in tool.prepare({ ...args, [name]: form }))) ?? text;
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A new thing of a kind, made by the tool that creates such; undefined when there is none. */
async function makeNew(kind: IdKind | undefined, world: World, corner: Corner): Promise<string | undefined> {
  if (kind === undefined) return undefined;
  const noun = snakeCase(kind);
  const creator = catalogue.tools.find(({ name }) =>
    new RegExp(`^(create|upsert)_(knowledge_)?${noun}$`).test(name),
  );
  if (!creator) return undefined;
  return make(world.client, creator.name, await sampleArguments(creator, world, corner));
}

/**
 * The arguments of a tool's own example, made good in this corner of the world: its ids are those of things there,
 * made anew where the tool destroys them, its texts new, its times to come.
 */
async function fromExample(tool: Tool, world: World, corner: Corner, ids: Ids): Promise<Args> {
  const args: Args = { ...tool.example };
  const kinds = Object.keys(args).map((name) => kindOfParameter(tool, name));
  // What says where the thing is stays: the chatbot of an article that goes.
  const destroyed = kinds.filter((kind) => kind && tool.name.endsWith(`_${snakeCase(kind)}`));
  for (const [name, value] of Object.entries(args)) {
    const known = idFor(tool, name, ids);
    const kind = kindOfParameter(tool, name);
    const goes = tool.hints.destructive && (destroyed.length === 0 || destroyed.includes(kind));
    const fresh = goes && (await makeNew(kind, world, corner));
    if (fresh || known !== undefined) args[name] = fresh || known;
    else if (/Until$/.test(name)) args[name] = new Date(Date.now() + 3_600_000).toISOString();
    else if (typeof value === "string") args[name] = asNew(tool, args, name, value);
  }
  return args;
}

const messageNode = (id: string) => ({
  id,
  type: "message",
  data: { text: `Hello from ${id}` },
  position: { x: 0, y: 0 },
});

/** A flow that may be published: it greets and ends. */
const greeting = (n: number) => ({
  nodes: [
    { id: "start", type: "start", data: {}, position: { x: 0, y: 0 } },
    messageNode(`hello${n}`),
    { id: "end", type: "end", data: {}, position: { x: 0, y: 0 } },
  ],
  edges: [
    { source: "start", target: `hello${n}` },
    { source: `hello${n}`, target: "end" },
  ],
});

/**
 * Tools of before whose arguments depend on each other or on what was done before, in ways that no record says. A tool
 * that is not here is called as its example shows, or with what it requires if it only reads; one that fails so gets
 * an example that works rather than a line here.
 */
const SPECIAL: Record<string, (world: World, corner: Corner) => Args | Promise<Args>> = {
  update_chatbot_flow: (_, { shared: { flowId } }) => ({ flowId, flow: greeting(++counter) }),
  add_flow_node: (_, { shared: { flowId } }) => ({ flowId, node: messageNode(`n${++counter}`) }),
  update_flow_node: async (world, { shared: { flowId } }) => {
    const nodeId = `n${++counter}`;
    await make(world.client, "add_flow_node", { flowId, node: messageNode(nodeId) });
    return { flowId, nodeId, data: { text: `Changed ${counter}` } };
  },
  delete_flow_node: async (world, { shared: { flowId } }) => {
    const nodeId = `n${++counter}`;
    await make(world.client, "add_flow_node", { flowId, node: messageNode(nodeId) });
    return { flowId, nodeId };
  },
  connect_flow_nodes: async (world, { shared: { flowId } }) => {
    const [source, target] = [`n${++counter}`, `n${++counter}`];
    for (const id of [source, target])
      await make(world.client, "add_flow_node", { flowId, node: messageNode(id) });
    return { flowId, edge: { source, target } };
  },
  publish_flow_version: async (world, { shared: { flowId } }) => {
    await make(world.client, "update_chatbot_flow", { flowId, flow: greeting(++counter) });
    return { flowId };
  },
  send_contact_flow: async (world, { ids }) => ({
    contactId: ids.contactId,
    flowId: await makePublishedFlow(world.client, `Sent ${++counter}`),
  }),
};

/** Arguments with which this tool succeeds in this corner of the world. */
export async function sampleArguments(tool: Tool, world: World, corner: Corner): Promise<Args> {
  const special = SPECIAL[tool.name];
  if (special) return special(world, corner);
  const ids = { ...world.ids, ...corner.shared, ...corner.ids };
  if (!tool.hints.readOnly && tool.example) return fromExample(tool, world, corner, ids);
  const { properties, required } = argumentSchema(tool);
  // Where a chatbot or its flow may be named, one of them must be.
  const either = "flowId" in properties && "chatbotId" in properties ? ["chatbotId"] : [];
  return Object.fromEntries(
    [...new Set([...required, ...either])].map((name) => [
      name,
      idFor(tool, name, ids) ?? sampleValue(name, properties[name] ?? {}),
    ]),
  );
}

/** The parameters of a tool that take any text, or a list of texts, or hold one (a filter by a custom field's value). */
export function textParameters(tool: Tool): string[] {
  const isText = ({ type, enum: values, anyOf, oneOf, items }: PropertySchema): boolean =>
    (type === "string" && !values) ||
    (items !== undefined && isText(items)) ||
    (anyOf ?? oneOf ?? []).some(isText);
  return Object.entries(argumentSchema(tool).properties).flatMap(([name, schema]) =>
    name !== "cursor" && isText(schema) ? [name] : [],
  );
}

/** Parameters that say whom or what something is about, beside those with ids. */
const NAMING = ["email", "phone", "externalId", "tag", "tags", "customField", "field", "assignee", "query"];

/** The text parameters of a tool that name something which is there. */
export function namingParameters(tool: Tool): string[] {
  return textParameters(tool).filter(
    (name) => NAMING.includes(name) || kindOfParameter(tool, name.replace(/Ids$/, "Id")) !== undefined,
  );
}

/** The parameters of a tool that name a contact. */
export function contactParameters(tool: Tool): string[] {
  return textParameters(tool).filter((name) => kindOfParameter(tool, name) === "contact");
}

/** The parameters of a tool that name something of these, as `[parameter, value]`. */
export function idParameters(tool: Tool, ids: Ids): [string, unknown][] {
  return Object.keys(argumentSchema(tool).properties).flatMap((name): [string, unknown][] => {
    const id = idFor(tool, name, ids);
    return id === undefined ? [] : [[name, id]];
  });
}
