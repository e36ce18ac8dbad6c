import { z } from "zod";
import { forExample } from "../../calls/portable.ts";
import { mayBeEmpty } from "./choice-data.ts";
import { MAX_ID } from "./node-data.ts";
import { type Node, type NodeType, nodeSchema, nodeSchemas } from "./nodes.ts";

/**
 * A flow as a document: typed nodes, and edges that leave a node by a handle. Drafts may be invalid in every way but
 * size; what is published has passed the strict schema.
 */

export const MAX_NODES = 500;
export const MAX_EDGES = 1000;
/** Largest document, in bytes of its JSON: a D1 row holds 2 MB. */
export const MAX_FLOW_BYTES = 500_000;
/** Deepest nesting inside a node's data. */
const MAX_DEPTH = 12;

const edgeFields = {
  source: z.string().max(MAX_ID).describe("Node id"),
  sourceHandle: z.string().min(1).max(MAX_ID).optional().describe("Handle to leave by, next when left out"),
  target: z.string().max(MAX_ID).describe("Node id"),
  targetHandle: z.string().min(1).max(MAX_ID).optional(),
  label: z.string().max(100).optional(),
};
export const edgeSchema = z.strictObject(edgeFields);
export type Edge = z.output<typeof edgeSchema>;

/** A flow that can run: every node fits its type. Whether the graph makes sense is for `validateFlow` to say. */
export const flowSchema = z.strictObject({
  nodes: z.array(nodeSchema).max(MAX_NODES),
  edges: z.array(edgeSchema).max(MAX_EDGES).default([]),
});
export type Flow = z.output<typeof flowSchema>;

/** A node of a draft: its form, whatever its data holds. */
export const draftNodeSchema = z.strictObject({
  id: z.string().min(1).max(MAX_ID),
  type: z.string().min(1).max(40),
  data: z
    .record(z.string(), z.unknown())
    .refine((data) => isShallow(data), { error: `nested more than ${MAX_DEPTH} deep` })
    .meta(forExample({ text: { type: "string" } }))
    .default({}),
  position: z.strictObject({ x: z.number(), y: z.number() }).optional(),
});
export type DraftNode = z.output<typeof draftNodeSchema>;

export const draftSchema = z.strictObject({
  nodes: z.array(draftNodeSchema).max(MAX_NODES),
  edges: z.array(edgeSchema).max(MAX_EDGES).default([]),
});
export type Draft = z.output<typeof draftSchema>;

/** Whether nothing is nested too deep. Level by level, since recursion would overflow on what it is to refuse. */
function isShallow(data: unknown): boolean {
  let level: unknown[] = [data];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return false;
    level = level.flatMap((value) =>
      typeof value === "object" && value !== null ? Object.values(value) : [],
    );
  }
  return true;
}

/** Bytes of a document's JSON. */
export function flowBytes(flow: Draft): number {
  return new TextEncoder().encode(JSON.stringify(flow)).byteLength;
}

/** What a new flow begins as. */
export const EMPTY_DRAFT: Draft = {
  nodes: [{ id: "start", type: "start", data: {}, position: { x: 0, y: 0 } }],
  edges: [],
};

/** The handle of edges that name none. */
export const NEXT = "next";

export interface Handle {
  id: string;
  /** Without an edge here a visitor may come to a sudden end: worth a warning. */
  expected: boolean;
}

const FIXED_HANDLES: Record<Exclude<NodeType, "question" | "choice" | "condition">, readonly string[]> = {
  start: [NEXT],
  message: [NEXT],
  set_variable: [NEXT],
  set_field: [NEXT],
  add_tag: [NEXT],
  remove_tag: [NEXT],
  create_ticket: [NEXT],
  create_lead: [NEXT],
  delay: [NEXT],
  http_request: ["success", "error"],
  ai_answer: ["answered", "no_answer", "handoff"],
  search_products: ["found", "none"],
  handoff: [],
  goto: [],
  end: [],
};

/** The handles by which a node can be left, in the order in which an editor shows them. */
export function handlesOf(node: Node): Handle[] {
  const expected = (ids: readonly string[]) => ids.map((id) => ({ id, expected: true }));
  const timeout = (seconds: number | undefined) => ({ id: "timeout", expected: seconds !== undefined });
  switch (node.type) {
    case "question":
      return [
        ...expected(["answered"]),
        { id: "invalid", expected: node.data.maxRetries !== undefined },
        timeout(node.data.timeoutSeconds),
      ];
    case "choice":
      return [
        ...expected(hasHandleForEachOption(node.data) ? node.data.options.map(({ id }) => id) : ["answered"]),
        {
          id: "other",
          expected: node.data.maxRetries !== undefined || mayBeEmpty(node.data),
        },
        timeout(node.data.timeoutSeconds),
      ];
    case "condition":
      return expected([...node.data.cases.map(({ id }) => id), "else"]);
    default:
      return expected(FIXED_HANDLES[node.type]);
  }
}

/**
 * The handles that are meant by leaving a node without saying how: where it went as its author had in mind. Several
 * where it branches.
 */
export function mainHandles(node: Node): string[] {
  const aside = ["invalid", "other", "timeout", "error", "no_answer", "handoff", "none"];
  return handlesOf(node)
    .map(({ id }) => id)
    .filter((id) => !aside.includes(id));
}

/** Whether a choice branches by what was chosen; with several or computed options it leaves by `answered`. */
export function hasHandleForEachOption<
  D extends { options?: { id: string; label: string }[]; multiple: boolean },
>(data: D): data is D & { options: { id: string; label: string }[] } {
  return data.options !== undefined && !data.multiple;
}

/** A flow's nodes by id and its edges by where they leave: what both validation and the interpreter walk. */
export interface Graph<N extends { id: string } = Node> {
  nodes: ReadonlyMap<string, N>;
  /** The first of several edges on one handle; validation refuses the others. */
  edgeFrom(nodeId: string, handle: string): Edge | undefined;
}

export function graphOf<N extends { id: string }>(flow: {
  nodes: readonly N[];
  edges: readonly Edge[];
}): Graph<N> {
  const nodes = new Map<string, N>();
  for (const node of flow.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
  const edges = new Map<string, Map<string, Edge>>();
  for (const edge of flow.edges) {
    const leaving = edges.get(edge.source) ?? new Map<string, Edge>();
    const handle = edge.sourceHandle ?? NEXT;
    if (!leaving.has(handle)) leaving.set(handle, edge);
    edges.set(edge.source, leaving);
  }
  return { nodes, edgeFrom: (nodeId, handle) => edges.get(nodeId)?.get(handle) };
}

let jsonSchema: Record<string, unknown> | null = null;

const ofNodes = new Map<NodeType, Record<string, unknown>>();

/** The JSON Schema (2020-12) of a node of one type, as authors write it; its description names its handles. */
export function nodeJsonSchema(type: NodeType): Record<string, unknown> {
  const known = ofNodes.get(type);
  if (known) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(nodeSchemas[type], {
    io: "input",
    target: "draft-2020-12",
  });
  ofNodes.set(type, schema);
  return schema;
}

/** The JSON Schema (2020-12) of a flow that can be published, as authors write it. Made once. */
export function flowJsonSchema(): Record<string, unknown> {
  jsonSchema ??= {
    ...z.toJSONSchema(flowSchema, { io: "input", target: "draft-2020-12" }),
    title: "Parley flow",
    description:
      "Nodes of the types below, and edges {source, sourceHandle, target}. At most one edge leaves each handle; " +
      "each node's description names its handles. Texts may hold {{variable}}: one that the flow stores, " +
      "contact.name, contact.email, contact.phone, field.<key>, channel or last_message.",
  };
  return jsonSchema;
}
