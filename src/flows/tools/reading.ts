import { z } from "zod";
import { type Call, defineTool, HINTS } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { notFound } from "../../tenant/failure.ts";
import { namesOf } from "../../tenant/names-of.ts";
import {
  type CursorScope,
  cursorInput,
  decodeCursor,
  encodeCursor,
  limitInput,
  pageOutput,
} from "../../tenant/page.ts";
import {
  flowInput,
  flowReference,
  flowRow,
  graphPage,
  graphRows,
  namesOneFlow,
  ONE_FLOW,
  showChecked,
  showFlow,
  showVersion,
  validationRows,
  versionRow,
} from "../answers.ts";
import { checkFlow } from "../edit/publish.ts";
import { getFlow, listFlows } from "../edit/store.ts";
import { getVersion, listVersions } from "../edit/versions.ts";
import { type Draft, nodeJsonSchema } from "../graph/document.ts";
import { NODE_TYPES } from "../graph/nodes.ts";
import { loadFlows } from "../run/lookup.ts";
import { type Simulation, simulate, simulatedInput } from "../run/simulate.ts";
import { FLOW_OUTCOMES } from "../run/state.ts";

const facts = { toolset: "flows", scope: "flows:read", hints: HINTS.R, untrusted: [] } as const;

export const listFlowsTool = defineTool({
  ...facts,
  name: "list_flows",
  title: "List flows",
  description:
    "Lists main flows of chatbots and automation flows, newest first, with their published version. Use it to find a flowId.",
  phrases:
    "which automations are there, is the welcome flow published, all dialogs, id of a flow, search flows " +
    "by name, workflows list, what automations are running",
  example: { query: "welcome" },
  input: () =>
    z.strictObject({
      chatbotId: reference("chatbot").optional(),
      query: z.string().max(100).optional().describe("Part of the name"),
      cursor: cursorInput,
      limit: limitInput(),
    }),
  output: () => pageOutput(flowRow.extend({ chatbotName: z.string().nullable() })),
  async run({ tenant }, input) {
    const page = await listFlows(tenant, input);
    const names = await namesOf(
      tenant,
      page.items.map(({ chatbotId }) => chatbotId),
    );
    const items = page.items.map((flow) => ({
      ...showFlow(flow),
      chatbotName: names.get(flow.chatbotId) ?? null,
    }));
    return { ...page, items };
  },
});

export const getFlowTool = defineTool({
  ...facts,
  name: "get_chatbot_flow",
  title: "Get flow",
  description:
    "Answers a flow's nodes, edges and problems: the draft with its revision, or a version. " +
    "A large flow comes in pages: follow nextCursor before you write it back.",
  phrases:
    "structure of the flow, what comes after the greeting, show the flow, how does the bot's dialog work, " +
    "explain the flow, read the flow as json, which questions does the bot ask, what happens after a step, " +
    "look at the conversation design, view the draft of the flow",
  example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
  input: () =>
    z
      .strictObject({
        ...flowReference,
        version: z
          .string()
          .min(1)
          .max(60)
          .optional()
          .describe("Version id or number, or live; without it the draft"),
        cursor: cursorInput,
      })
      .refine(namesOneFlow, ONE_FLOW),
  output: () =>
    z.object({
      flow: flowRow,
      version: versionRow.nullable().describe("null: this is the draft"),
      ...graphRows,
      ...validationRows,
      nextCursor: z.string().nullable(),
      hasMore: z.boolean(),
    }),
  async run({ tenant, workspace }, { version: which, cursor, ...reference }) {
    const flow = await getFlow(tenant, reference);
    const version = which === undefined ? null : await getVersion(tenant, flow, which);
    const graph = version?.graph ?? flow.draft;
    const scope: CursorScope = {
      list: "flow_nodes",
      tenant,
      // A draft that changes between two pages makes the cursor invalid: half of each would be neither.
      filters: [flow.id, version?.id ?? flow.revision],
    };
    const from = cursor === undefined ? 0 : (await decodeCursor(scope, cursor, z.tuple([z.int().min(0)])))[0];
    const { nodes, edges, next } = graphPage(graph, from);
    return {
      flow: showFlow(flow),
      version: version && showVersion(version, flow.publishedVersionId),
      nodes,
      edges,
      ...showChecked(await checkFlow(tenant, graph, flow.id, { assignable: () => workspace.members() })),
      nextCursor: next === null ? null : await encodeCursor(scope, [next]),
      hasMore: next !== null,
    };
  },
});

export const listVersionsTool = defineTool({
  ...facts,
  name: "list_flow_versions",
  title: "List flow versions",
  description:
    "Lists the saved versions of a flow, newest first, and which is live. publish_flow_version goes back to one.",
  phrases:
    "earlier revisions, what is live now, older drafts, version history, what did the flow look like " +
    "before, old versions of the flow, earlier state of the bot, who published what, previous drafts",
  example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
  input: () =>
    z
      .strictObject({ ...flowReference, cursor: cursorInput, limit: limitInput() })
      .refine(namesOneFlow, ONE_FLOW),
  output: () => pageOutput(versionRow),
  async run({ tenant }, { cursor, limit, ...reference }) {
    const flow = await getFlow(tenant, reference);
    const page = await listVersions(tenant, flow.id, { cursor, limit });
    return { ...page, items: page.items.map((version) => showVersion(version, flow.publishedVersionId)) };
  },
});

/** A stored flow, a flow given whole, or one given whole to stand for a stored one. */
const anyFlow = { ...flowReference, flow: flowInput.optional() };
interface AnyFlow {
  chatbotId?: string;
  flowId?: string;
  flow?: Draft;
}

function namesAnyFlow({ chatbotId, flowId, flow }: AnyFlow): boolean {
  return (
    namesOneFlow({ chatbotId, flowId }) ||
    (flow !== undefined && chatbotId === undefined && flowId === undefined)
  );
}
const ANY_FLOW = { error: "Give one of chatbotId and flowId, or a flow, or a flow with one of them" };

async function resolveAny({ tenant }: Call, { chatbotId, flowId, flow }: AnyFlow) {
  const stored =
    chatbotId !== undefined || flowId !== undefined ? await getFlow(tenant, { chatbotId, flowId }) : null;
  const draft = flow ?? stored?.draft;
  if (!draft) throw notFound("flow", "");
  return { id: stored?.id, draft };
}

/** Whether no flow is given: then what nodes hold is asked for. */
function givesNoFlow({ chatbotId, flowId, flow }: AnyFlow): boolean {
  return chatbotId === undefined && flowId === undefined && flow === undefined;
}

export const validateTool = defineTool({
  ...facts,
  name: "validate_flow",
  title: "Validate flow",
  description:
    "Checks a draft, or a flow that you pass, and changes nothing. Answers problems with path, code, hint and the nearest valid names.",
  phrases:
    "what may a node hold, fields of a question node, node types and their data, schema of a condition, " +
    "is the dialog correct, find mistakes, dead ends, check flow for errors, verify before publishing, " +
    "what is wrong with my flow, why can it not be published, lint",
  example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
  input: () =>
    z
      .strictObject({
        ...anyFlow,
        types: z
          .array(z.enum(NODE_TYPES))
          .min(1)
          .max(NODE_TYPES.length)
          .optional()
          .describe("Answers what nodes of these types hold; all where no flow is given"),
      })
      .refine((input) => givesNoFlow(input) || namesAnyFlow(input), ANY_FLOW),
  output: () =>
    z.object({
      valid: z.boolean().nullable().describe("It could be published; null: no flow was given"),
      ...validationRows,
      nodes: z
        .array(z.object({ type: z.string(), schema: z.record(z.string(), z.unknown()) }))
        .describe("JSON Schema of a node of each of the types"),
    }),
  async run(call, { types, ...input }) {
    const wanted = types ?? (givesNoFlow(input) ? NODE_TYPES : []);
    const nodes = wanted.map((type) => ({ type, schema: nodeJsonSchema(type) }));
    if (givesNoFlow(input)) return { valid: null, errors: 0, warnings: 0, problems: [], nodes };
    const { id, draft } = await resolveAny(call, input);
    const validation = await checkFlow(call.tenant, draft, id, {
      assignable: () => call.workspace.members(),
    });
    return { valid: validation.errors === 0, ...showChecked(validation), nodes };
  },
});

/** Variables are shown, not read again: so much of each. */
const SHOWN_VALUE = 300;

const simulationOutput = z.object({
  outcome: z
    .enum(["waiting", ...FLOW_OUTCOMES, "not_run"])
    .describe("waiting: for the visitor; not_run: a node does not fit its type, see problems"),
  stopped: z.boolean().describe("Not played to its end: after 250 turns the flow still went on by itself"),
  reason: z.string().nullable().describe("Why it ended"),
  nodeId: z.string().nullable().describe("Where it waits or ended"),
  transcript: z.array(
    z.object({
      from: z.enum(["visitor", "flow", "note"]),
      text: z.string(),
      nodeId: z.string().optional(),
      options: z.array(z.string()).optional(),
    }),
  ),
  path: z
    .array(
      z.object({
        flowId: z.string(),
        nodeId: z.string(),
        handle: z.string().nullable(),
        to: z.string().nullable(),
      }),
    )
    .describe("How nodes were left; to is null where nothing is connected"),
  effects: z
    .array(z.object({ type: z.string(), nodeId: z.string(), details: z.record(z.string(), z.unknown()) }))
    .describe("What would have been done, in order"),
  variables: z.array(z.object({ name: z.string(), value: z.unknown() })),
  unusedInputs: z.int(),
  ...validationRows,
});

export const simulateTool = defineTool({
  ...facts,
  name: "simulate_flow",
  title: "Simulate flow",
  description:
    "Plays a draft, or a flow that you pass, with a scripted visitor: answers transcript, path and variables. Nothing is sent, stored or requested.",
  phrases:
    "what would happen if a visitor says no, try the dialog, dry run, test conversation, test the bot, " +
    "preview with sample answers, play a visitor, walk through the bot, act as a customer, run through the " +
    "dialog without sending, rehearse, see how the bot would react",
  example: {
    chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
    inputs: ["Anna Li", "anna@example.com", { timeout: true }],
  },
  input: () =>
    z
      .strictObject({
        ...anyFlow,
        inputs: z
          .array(simulatedInput)
          .max(100)
          .default([])
          .describe("What the visitor says, in order, and results for nodes that ask for one (else assumed)"),
      })
      .refine(namesAnyFlow, ANY_FLOW),
  output: () => simulationOutput,
  async run(call, { inputs, ...given }) {
    const { id = "this", draft } = await resolveAny(call, given);
    const validation = await checkFlow(call.tenant, draft, id, {
      assignable: () => call.workspace.members(),
    });
    const shown = showChecked(validation);
    const { flow } = validation;
    if (!flow) return { ...shown, ...NOT_RUN, unusedInputs: inputs.length };
    const place = { flowId: id, versionId: "draft" };
    const lookup = await loadFlows(call.tenant, [place], { ...place, flow });
    return { ...shown, ...showSimulation(simulate(lookup, place, inputs, Date.now())) };
  },
});

const NOT_RUN = {
  outcome: "not_run" as const,
  stopped: false,
  reason: null,
  nodeId: null,
  transcript: [],
  path: [],
  effects: [],
  variables: [],
};

function showSimulation({ state, transcript, path, effects, unusedInputs, stopped }: Simulation) {
  return {
    outcome: state.status,
    stopped,
    reason: state.reason,
    nodeId: state.nodeId,
    transcript,
    path: path.map(({ flowId, nodeId, handle, to }) => ({ flowId, nodeId, handle, to })),
    effects: effects.map(({ type, nodeId, ...details }) => ({ type, nodeId, details })),
    variables: Object.entries(state.variables).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? value.slice(0, SHOWN_VALUE) : value,
    })),
    unusedInputs,
  };
}
