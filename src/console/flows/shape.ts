import { z } from "zod";
import { nodeJsonSchema } from "../../flows/graph/document.ts";
import type { NodeType } from "../../flows/graph/nodes.ts";

/**
 * What a node of a type may hold, as a form asks for it. Read off the schema that flows are checked by, so that a new
 * field of a node is in its form by being there.
 */
export type Shape =
  | { kind: "text"; max: number }
  | { kind: "number" }
  | { kind: "tick" }
  | { kind: "choice"; values: readonly string[] }
  /** Several texts, one on each line. */
  | { kind: "lines" }
  /** A text, a number, yes or no, or a list. */
  | { kind: "value" }
  | { kind: "group"; of: readonly Part[] }
  | { kind: "rows"; of: readonly Part[] };

export interface Part {
  name: string;
  shape: Shape;
  required: boolean;
  /** What counts where nothing is said. */
  byDefault: string | number | boolean | undefined;
}

/** What of JSON Schema our nodes use. */
const json = z.object({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  maxLength: z.number().optional(),
  default: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  get properties() {
    return z.record(z.string(), json).optional();
  },
  get items() {
    return json.optional();
  },
});
type Json = z.output<typeof json>;

/** Texts whose longest is not said. */
const MAX_UNSAID = 200;

function shapeOf({ type, enum: values, maxLength = MAX_UNSAID, properties, items, required }: Json): Shape {
  if (values) return { kind: "choice", values };
  if (type === "string") return { kind: "text", max: maxLength };
  if (type === "number" || type === "integer") return { kind: "number" };
  if (type === "boolean") return { kind: "tick" };
  if (type === "object") return { kind: "group", of: partsOf(properties, required) };
  if (type === "array" && items)
    return items.type === "object"
      ? { kind: "rows", of: partsOf(items.properties, items.required) }
      : { kind: "lines" };
  return { kind: "value" };
}

function partsOf(properties: Json["properties"] = {}, required: readonly string[] = []): Part[] {
  return Object.entries(properties).map(([name, one]) => {
    const { default: given } = one;
    const simple = typeof given === "string" || typeof given === "number" || typeof given === "boolean";
    const byDefault = simple ? given : undefined;
    return { name, shape: shapeOf(one), required: required.includes(name), byDefault };
  });
}

const known = new Map<NodeType, readonly Part[]>();

/** The fields of a type of nodes, in the order of its schema. */
export function fieldsOf(type: NodeType): readonly Part[] {
  const before = known.get(type);
  if (before) return before;
  const parts = partsOf(json.parse(nodeJsonSchema(type)).properties?.data?.properties);
  known.set(type, parts);
  return parts;
}
