import { z } from "zod";
import { type Draft, type DraftNode, draftSchema, handlesOf, NEXT } from "../../flows/graph/document.ts";
import { isNodeType, type NodeType, typedNode } from "../../flows/graph/nodes.ts";
import { use } from "../use.ts";
import { param, type Visit } from "../visit.ts";
import type { Words } from "../words.ts";

/** A chatbot's main flow as the pages read and write it: by the tools, and whole. */

export const ofChatbot = (visit: Visit) => ({ chatbotId: param(visit, "chatbot") });
/** Below the workspace. */
export const flowPath = (visit: Visit, below = "") => `/chatbots/${param(visit, "chatbot")}/flow${below}`;

const problemRow = z.object({
  severity: z.enum(["error", "warning"]),
  path: z.string(),
  message: z.string(),
  hint: z.string().optional(),
  candidates: z.array(z.string()).optional(),
});
export type FlowProblem = z.output<typeof problemRow>;

const flowSchema = z.object({
  flow: z.object({
    id: z.string(),
    name: z.string(),
    published: z.object({ number: z.number(), at: z.string() }).nullable(),
    draftIsLive: z.boolean(),
    revision: z.number(),
    updatedAt: z.string(),
  }),
  version: z
    .object({
      id: z.string(),
      number: z.number(),
      name: z.string().nullable(),
      live: z.boolean(),
      createdBy: z.object({ name: z.string() }),
      createdAt: z.string(),
    })
    .nullable(),
  ...draftSchema.shape,
  errors: z.number(),
  problems: z.array(problemRow),
  nextCursor: z.string().nullable(),
});
export type ReadFlow = z.output<typeof flowSchema>;

/**
 * The whole draft, or a version: a large one comes in pages.
 * @param version its id or number, or `live`; without it the draft
 */
export async function readFlow(visit: Visit, version?: string): Promise<ReadFlow> {
  const which = { ...ofChatbot(visit), ...(version === undefined ? {} : { version }) };
  const first = flowSchema.parse(await use(visit, "get_chatbot_flow", which));
  let next = first.nextCursor;
  while (next !== null) {
    const page = flowSchema.parse(await use(visit, "get_chatbot_flow", { ...which, cursor: next }));
    first.nodes.push(...page.nodes);
    first.edges.push(...page.edges);
    next = page.nextCursor;
  }
  return first;
}

/** Changes the draft as it is at this moment, in one step, without saving a version. @throws Failure as the tool */
export async function changeDraft(visit: Visit, edit: (draft: ReadFlow) => Draft): Promise<void> {
  const read = await readFlow(visit);
  await use(visit, "update_chatbot_flow", {
    ...ofChatbot(visit),
    flow: edit(read),
    revision: read.flow.revision,
    saveVersion: false,
  });
}

/** A way out of a node: its handle, what it is called, and where it leads. */
export interface Way {
  handle: string;
  label: string;
  target: string | null;
}

/** The ways out of a node, in the order in which it has them; of a node that does not fit its type, those that lead on. */
export function waysOf({ edges }: Pick<Draft, "edges">, node: DraftNode, words: Words): Way[] {
  const leaving = edges.filter(({ source }) => source === node.id);
  const known = typedNode(node);
  const own = known ? handlesOf(known).map(({ id }) => id) : (FALLBACK[node.type as NodeType] ?? [NEXT]);
  const handles = [...new Set([...own, ...leaving.map(({ sourceHandle }) => sourceHandle ?? NEXT)])];
  return handles.map((handle) => ({
    handle,
    label: handleLabel(node, handle, words),
    target: leaving.find(({ sourceHandle }) => (sourceHandle ?? NEXT) === handle)?.target ?? null,
  }));
}

/** Of nodes whose data does not say by what they can be left, or that are left by nothing. */
const FALLBACK: Partial<Record<NodeType, string[]>> = {
  ...{ question: ["answered", "invalid", "timeout"], choice: ["other", "timeout"], condition: ["else"] },
  ...{ http_request: ["success", "error"], ai_answer: ["answered", "no_answer", "handoff"] },
  ...{ search_products: ["found", "none"], handoff: [], goto: [], end: [] },
};

/** By which handle a new node goes on to what came after the one before it; null: it ends. */
export function onward(type: string): string | null {
  if (!isNodeType(type)) return NEXT;
  if (type === "choice") return "other";
  return (FALLBACK[type] ?? [NEXT])[0] ?? null;
}

const named = z.object({ id: z.string(), label: z.string() });
const ruled = z.object({
  id: z.string(),
  rules: z.array(z.object({ variable: z.string(), operator: z.string(), value: z.unknown().optional() })),
});

function handleLabel({ data }: DraftNode, handle: string, words: Words): string {
  const fixed = words.handles[handle as keyof Words["handles"]];
  if (fixed !== undefined) return fixed;
  for (const option of Array.isArray(data.options) ? data.options : []) {
    const known = named.safeParse(option);
    if (known.success && known.data.id === handle) return known.data.label;
  }
  for (const one of Array.isArray(data.cases) ? data.cases : []) {
    const known = ruled.safeParse(one);
    if (!known.success || known.data.id !== handle) continue;
    return known.data.rules
      .map(({ variable, operator, value }) =>
        [variable, valueLabel(words, operator), value === undefined ? "" : String(value)].join(" ").trim(),
      )
      .join(", ");
  }
  return handle;
}

/** A fixed value of a node's field in the reader's words. */
export function valueLabel(words: Words, value: string): string {
  return words.nodeValues[value as keyof Words["nodeValues"]] ?? value;
}

/** What a kind of node is called. */
export function typeLabel(words: Words, type: string): string {
  return isNodeType(type) ? words.nodeTypes[type] : type;
}

/** What a node is called in lists: its kind, and its label or what it says. */
export function nodeTitle(words: Words, node: DraftNode): string {
  const said = saidBy(node).replaceAll(/\s+/g, " ");
  const short = said.length > 60 ? `${said.slice(0, 59).toWellFormed()}…` : said;
  return short === ""
    ? `${typeLabel(words, node.type)} (${node.id})`
    : `${typeLabel(words, node.type)}: ${short}`;
}

/** What a node says, of the fields that hold its words. */
export function saidBy({ data }: DraftNode): string {
  const names = ["label", "text", "message", "question", "subject", "query", "note", "url", "tag"];
  const more = ["field", "variable", "email", "seconds", "nodeId", "flowId"];
  for (const name of [...names, ...more]) {
    const value = data[name];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return "";
}

/** Each node's place: the flow from its start on, each node once, then what nothing leads to. */
export function inOrder({ nodes, edges }: Draft): DraftNode[] {
  const left = new Map(nodes.map((one) => [one.id, one]));
  const leading = Map.groupBy(edges, ({ source }) => source);
  const ordered: DraftNode[] = [];
  const waiting = nodes.filter(({ type }) => type === "start").map(({ id }) => id);
  while (waiting.length > 0 || left.size > 0) {
    const next = waiting.pop() ?? left.keys().next().value ?? "";
    const found = left.get(next);
    if (!found) continue;
    left.delete(next);
    ordered.push(found);
    waiting.push(...(leading.get(next) ?? []).map(({ target }) => target).toReversed());
  }
  return ordered;
}

/** What is wrong at a node, and on the edges that leave it. */
export function problemsAt({ edges, problems }: ReadFlow, id: string): FlowProblem[] {
  const places = [`nodes.${id}`, ...edges.flatMap(({ source }, i) => (source === id ? [`edges.${i}`] : []))];
  return problems.filter(({ path }) => places.some((at) => path === at || path.startsWith(`${at}.`)));
}

/** The id of a further node of a kind. */
export function newNodeId(nodes: readonly DraftNode[], type: string): string {
  const taken = new Set(nodes.map(({ id }) => id));
  let n = 1;
  while (taken.has(`${type}_${n}`)) n++;
  return `${type}_${n}`;
}
