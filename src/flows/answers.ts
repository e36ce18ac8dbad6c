import { z } from "zod";
import { forExample } from "../calls/portable.ts";
import { reference } from "../calls/references.ts";
import { readAs } from "../http/read-as.ts";
import { time } from "../tenant/time.ts";
import type { FlowFacts } from "./edit/store.ts";
import type { VersionFacts } from "./edit/versions.ts";
import {
  type Draft,
  type DraftNode,
  draftNodeSchema,
  draftSchema,
  type Edge,
  edgeSchema,
} from "./graph/document.ts";
import { problemSchema } from "./graph/problems.ts";
import type { Validation } from "./graph/validate.ts";

/** What the flows tools take and answer, shared between them. */

/** Exactly one of the two, which {@link namesOneFlow} checks. */
export const flowReference = {
  chatbotId: reference("chatbot").optional().describe("Its main flow"),
  flowId: reference("flow").optional(),
};

export function namesOneFlow(input: { chatbotId?: string; flowId?: string }): boolean {
  return (input.chatbotId === undefined) !== (input.flowId === undefined);
}
export const ONE_FLOW = { error: "Give exactly one of chatbotId and flowId" };

const text = { type: "string" };
/** What of nodes and edges clients see. */
const OUTLINE = {
  node: { id: text, type: text, data: { type: "object", properties: { text }, additionalProperties: {} } },
  edge: { source: text, sourceHandle: text, target: text },
};

/**
 * A flow as an argument: its form only, since a draft may be wrong in every other way. Clients see it in outline, since
 * several tools take it and each client reads the schemas of all of them; the whole one is a resource.
 */
export const flowInput = z
  .strictObject({
    nodes: z.array(z.looseObject({}).meta(forExample(OUTLINE.node))),
    edges: z.array(z.looseObject({}).meta(forExample(OUTLINE.edge))).optional(),
  })
  .transform((flow, context): Draft => {
    const parsed = readAs(draftSchema, flow);
    if (parsed.success) return parsed.data;
    for (const { path, message } of parsed.error.issues.slice(0, 5)) {
      context.issues.push({ code: "custom", path, message, input: flow });
    }
    return z.NEVER;
  })
  .describe("See parley://flow-schema");

export const flowRow = z.object({
  id: z.string(),
  name: z.string(),
  chatbotId: z.string().nullable().describe("The chatbot whose main flow it is; null: an automation flow"),
  published: z
    .object({ versionId: z.string(), number: z.int(), at: time })
    .nullable()
    .describe("The live version"),
  draftIsLive: z.boolean().describe("The draft is the same as the live version"),
  revision: z.int().describe("Of the draft"),
  createdAt: time,
  updatedAt: time.describe("When the draft last changed"),
});

export function showFlow(flow: FlowFacts): z.input<typeof flowRow> {
  const { publishedVersionId: versionId, publishedNumber: number, publishedAt: at } = flow;
  return {
    ...flow,
    published: versionId === null || number === null || at === null ? null : { versionId, number, at },
    draftIsLive: versionId !== null && versionId === flow.draftVersionId,
  };
}

export const versionRow = z.object({
  id: z.string(),
  number: z.int(),
  name: z.string().nullable(),
  live: z.boolean(),
  nodes: z.int(),
  edges: z.int(),
  createdBy: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  createdAt: time,
});

export function showVersion(version: VersionFacts, liveId: string | null): z.input<typeof versionRow> {
  return {
    ...version,
    live: version.id === liveId,
    nodes: version.nodeCount,
    edges: version.edgeCount,
    createdBy: { kind: version.createdByKind, id: version.createdBy, name: version.createdByName },
  };
}

/** What validation says, as part of many answers. */
export const validationRows = {
  errors: z.int().describe("Problems that keep the flow from being published"),
  warnings: z.int(),
  problems: z.array(problemSchema).describe("Errors first, at most 100"),
};

export function showChecked({ errors, warnings, problems }: Validation) {
  return { errors, warnings, problems };
}

export const graphRows = { nodes: z.array(draftNodeSchema), edges: z.array(edgeSchema) };

/** Room for nodes and edges in one answer, in characters of JSON: the rest is left for problems. */
const GRAPH_ROOM = 35_000;

/**
 * As many nodes from the one at `from` on as there is room for, at least one, with the edges that leave them. Edges
 * that leave no node come with the last ones.
 * @returns `next`: where to go on; null at the end
 */
export function graphPage(
  graph: Draft,
  from: number,
): { nodes: DraftNode[]; edges: Edge[]; next: number | null } {
  const known = new Map(graph.nodes.toReversed().map((node) => [node.id, node]));
  const leaving = Map.groupBy(graph.edges, ({ source }) => (known.has(source) ? source : ""));
  const nodes: DraftNode[] = [];
  const edges: Edge[] = [];
  let room = GRAPH_ROOM;
  for (const node of graph.nodes.slice(from)) {
    // A second node of the same id brings no edges again.
    const own = known.get(node.id) === node ? (leaving.get(node.id) ?? []) : [];
    room -= JSON.stringify(node).length + JSON.stringify(own).length;
    if (room < 0 && nodes.length > 0) return { nodes, edges, next: from + nodes.length };
    nodes.push(node);
    edges.push(...own);
  }
  return { nodes, edges: [...edges, ...(leaving.get("") ?? [])], next: null };
}
