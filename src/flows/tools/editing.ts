import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { typedText } from "../../tenant/typed-text.ts";
import {
  checked,
  flowInput,
  flowReference,
  flowRow,
  namesOneFlow,
  ONE_FLOW,
  showChecked,
  showFlow,
  showVersion,
  versionRow,
} from "../answers.ts";
import {
  addNode,
  connectNodes,
  type DraftChange,
  deleteNode,
  updateDraft,
  updateNode,
} from "../edit/drafts.ts";
import { checkFlow, publishFlow } from "../edit/publish.ts";
import { createFlow, deleteFlow, type StoredFlow } from "../edit/store.ts";
import { draftNodeSchema, edgeSchema } from "../graph/document.ts";
import { NODE_TYPES } from "../graph/nodes.ts";
import type { Finding, ProblemCode } from "../graph/problems.ts";
import { RUNNING } from "../run/sessions.ts";

const facts = { toolset: "flows", scope: "flows:write", hints: HINTS.W, untrusted: [] } as const;

const draftOutput = {
  flow: flowRow,
  nodes: z.int().describe("How many the draft has now"),
  edges: z.int(),
  ...checked,
};

/** The same where one node was changed. */
const nodeOutput = {
  ...draftOutput,
  errors: z.int().describe("In the whole draft: they keep it from being published"),
  warnings: z.int().describe("In the whole draft; validate_flow lists all"),
  problems: checked.problems.describe("Of what was changed, and what that broke"),
};

async function showDraft(
  { tenant, workspace }: Call,
  flow: StoredFlow,
  isShown?: (finding: Finding) => boolean,
) {
  const assignable = () => workspace.members();
  return {
    flow: showFlow(flow),
    nodes: flow.draft.nodes.length,
    edges: flow.draft.edges.length,
    ...showChecked(await checkFlow(tenant, flow.draft, flow.id, { isShown, assignable })),
  };
}

const showChange = (call: Call, { flow }: Pick<DraftChange, "flow">) => showDraft(call, flow);

/** While a flow is built up, what is still missing around it is no news: validate_flow lists everything. */
const LATER: readonly ProblemCode[] = ["unreachable", "unconnected_handle", "never_ends"];
/** What a change of one node breaks elsewhere: what was called, and is not there any more. */
const BROKEN: readonly ProblemCode[] = ["missing_node", "unknown_variable"];

/**
 * The draft after one of its nodes was changed, with the problems of that node alone.
 * @param breaks whether others may have relied on what it was
 */
function showNode(call: Call, { flow }: DraftChange, nodeId: string, { breaks = false } = {}) {
  const edges = flow.draft.edges.flatMap(({ source }, i) => (source === nodeId ? [`edges.${i}`] : []));
  const places = [`nodes.${nodeId}`, ...edges];
  const isAbout = (path: string) => places.some((place) => path === place || path.startsWith(`${place}.`));
  return showDraft(
    call,
    flow,
    ({ code, path }) => (isAbout(path) && !LATER.includes(code)) || (breaks && BROKEN.includes(code)),
  );
}

/** Making and deleting automation flows. */
export const lifeTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "create_flow",
    title: "Create flow",
    description:
      "Makes an automation flow without a chatbot, as a draft: only a start node unless you pass the flow.",
    phrases:
      "build a dialog, new workflow, build a flow from scratch, empty flow, automation without a bot, set " +
      "up an automation that asks for feedback, design a new flow, create a sequence, build a lead capture " +
      "flow",
    example: {
      name: "Welcome",
      flow: {
        nodes: [
          { id: "start", type: "start", data: {} },
          { id: "hello", type: "message", data: { text: "Hello! How can we help?" } },
          { id: "end", type: "end", data: {} },
        ],
        edges: [
          { source: "start", target: "hello" },
          { source: "hello", target: "end" },
        ],
      },
    },
    input: () => z.strictObject({ name: typedText(100), flow: flowInput.optional() }),
    output: () => z.object(draftOutput),
    async run(call, { name, flow }) {
      return showDraft(call, await createFlow(call.tenant, { name, draft: flow }));
    },
  }),
  defineTool({
    ...facts,
    name: "delete_flow",
    title: "Delete flow",
    description:
      "Deletes an automation flow with all its versions; visitors in it are left where they are. A chatbot's main flow goes with its chatbot only.",
    phrases:
      "throw away an old dialog, remove a flow, throw away a workflow, drop an old automation, flow is " +
      "obsolete",
    scope: "flows:publish",
    hints: HINTS.D,
    example: { flowId: "fl_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ flowId: reference("flow") }),
    output: () => z.object({ deleted: z.boolean(), flow: flowRow }),
    async run({ tenant }, { flowId }) {
      return { deleted: true, flow: showFlow(await deleteFlow(tenant, flowId)) };
    },
  }),
];

/** Changing drafts. */
export const draftTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "update_chatbot_flow",
    title: "Update flow",
    description:
      "Replaces a flow's draft and saves it as a version; visitors see it once it is published. Pass the revision that you read: if the draft has changed since, it fails and says which nodes.",
    phrases:
      "replace the whole dialog, save a redesigned flow, overwrite the draft, edit the flow, write back " +
      "the changed flow, reorder questions, change the order of steps, rewrite the bot's flow, modify the " +
      "dialog, rework the conversation design",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      flow: {
        nodes: [
          { id: "start", type: "start", data: {} },
          { id: "hello", type: "message", data: { text: "Hello! How can we help?" } },
          { id: "end", type: "end", data: {} },
        ],
        edges: [
          { source: "start", target: "hello" },
          { source: "hello", target: "end" },
        ],
      },
      versionName: "Shorter greeting",
      revision: 3,
    },
    input: () =>
      z
        .strictObject({
          ...flowReference,
          flow: flowInput,
          versionName: typedText(32).optional(),
          revision: z.int().min(1).optional().describe("From get_chatbot_flow"),
        })
        .refine(namesOneFlow, ONE_FLOW),
    output: () => z.object({ ...draftOutput, version: versionRow }),
    async run(call, { flow: draft, versionName, revision, ...reference }) {
      const change = await updateDraft(call.tenant, reference, draft, { versionName, revision });
      const version = showVersion(change.version, change.flow.publishedVersionId);
      return { ...(await showChange(call, change)), version };
    },
  }),
  defineTool({
    ...facts,
    name: "add_flow_node",
    title: "Add flow node",
    description:
      "Adds one node to a flow's draft; problems say what its data lacks. validate_flow with types answers what data holds; connect_flow_nodes leads to it.",
    phrases:
      "new step that waits two hours, one more step in the dialog, insert a block, another message in the " +
      "flow, bot should also ask for something, ask for email in the flow, extra question, append a " +
      "condition to the flow",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      node: {
        id: "ask_email",
        type: "question",
        data: {
          text: "What is your email address?",
          answer: "email",
          variable: "email",
          timeoutSeconds: 1800,
        },
      },
    },
    input: () =>
      z
        .strictObject({
          ...flowReference,
          node: draftNodeSchema.extend({
            type: draftNodeSchema.shape.type.describe(NODE_TYPES.join(", ")),
            data: draftNodeSchema.shape.data.describe("By type; texts may hold {{variable}}"),
          }),
        })
        .refine(namesOneFlow, ONE_FLOW),
    output: () => z.object(nodeOutput),
    async run(call, { node, ...reference }) {
      return showNode(call, await addNode(call.tenant, reference, node), node.id);
    },
  }),
  defineTool({
    ...facts,
    name: "update_flow_node",
    title: "Update flow node",
    description:
      "Changes one node of a flow's draft: the fields of data that you give, null takes one out. Its edges stay.",
    phrases:
      "change the wording of a step, different text for the question, add an option to the choice, edit a " +
      "node, rename a button in the dialog, correct a typo in the bot's message, change a condition, set a " +
      "timeout on a question, move a node in the editor",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      nodeId: "ask_email",
      data: { text: "Where may we write to?", timeoutSeconds: null },
    },
    input: () =>
      z
        .strictObject({
          ...flowReference,
          nodeId: z.string().min(1).max(60),
          data: draftNodeSchema.shape.data.removeDefault().optional().describe("By type"),
          position: draftNodeSchema.shape.position,
        })
        .refine(namesOneFlow, ONE_FLOW)
        .refine(({ data, position }) => data !== undefined || position !== undefined, {
          error: "Give data or position",
        }),
    output: () => z.object({ ...nodeOutput, node: draftNodeSchema }),
    async run(call, { nodeId, data, position, ...reference }) {
      const change = await updateNode(call.tenant, reference, nodeId, { data, position });
      const node = change.flow.draft.nodes.find(({ id }) => id === nodeId);
      if (!node) throw new Error("unreachable: it was changed");
      return { ...(await showNode(call, change, nodeId, { breaks: true })), node };
    },
  }),
  defineTool({
    ...facts,
    name: "delete_flow_node",
    title: "Delete flow node",
    description: "Deletes one node from a flow's draft, and every edge at it.",
    phrases:
      "take a step out of the dialog, remove a block, take a question out of the flow, node is " +
      "superfluous, drop the node, cut a step, bot should no longer ask",
    hints: HINTS.D,
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", nodeId: "ask_email" },
    input: () =>
      z.strictObject({ ...flowReference, nodeId: z.string().min(1).max(60) }).refine(namesOneFlow, ONE_FLOW),
    output: () => z.object({ ...nodeOutput, removedEdges: z.array(edgeSchema) }),
    async run(call, { nodeId, ...reference }) {
      const change = await deleteNode(call.tenant, reference, nodeId);
      return {
        ...(await showNode(call, change, nodeId, { breaks: true })),
        removedEdges: change.removedEdges,
      };
    },
  }),
  defineTool({
    ...facts,
    name: "connect_flow_nodes",
    title: "Connect flow nodes",
    description:
      "Leads from a node's handle to another node in a flow's draft, replacing the edge that left the handle before. Without sourceHandle: by the main one, or from a choice's options that lead nowhere yet.",
    phrases:
      "after the question go to the next step, draw an arrow, link two blocks, when they say yes continue " +
      "with, after this step go to that one, wire the button to a step, branch, jump to, where the yes " +
      "answer leads, make the flow continue with",
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      edge: { source: "ask_email", sourceHandle: "answered", target: "end" },
    },
    input: () =>
      z
        .strictObject({
          ...flowReference,
          edge: edgeSchema.extend({
            sourceHandle: edgeSchema.shape.sourceHandle.describe("Handle to leave by"),
          }),
        })
        .refine(namesOneFlow, ONE_FLOW),
    output: () =>
      z.object({
        ...nodeOutput,
        connected: z.array(edgeSchema).describe("What leads there now"),
        replaced: edgeSchema.nullable(),
      }),
    async run(call, { edge, ...reference }) {
      const change = await connectNodes(call.tenant, reference, edge);
      const { connected, replaced } = change;
      return { ...(await showNode(call, change, edge.source)), connected, replaced };
    },
  }),
];

export const publishTool: Tool = defineTool({
  ...facts,
  name: "publish_flow_version",
  title: "Publish flow version",
  description:
    "Makes a version live for new visitors, or the draft when no versionId is given. Refuses a flow with errors; unreachable names the nodes that nothing leads to.",
  phrases:
    "go live, go back to the version from may, undo what was published, roll back, release the bot, " +
    "restore an older version, undo the last release, put changes online, activate a version, deploy, " +
    "visitors should see the new flow, return to the former version",
  scope: "flows:publish",
  hints: HINTS.D,
  example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", running: "keep" },
  input: () =>
    z
      .strictObject({
        ...flowReference,
        versionId: reference("flowVersion").optional(),
        running: z
          .enum(RUNNING)
          .default("keep")
          .describe("Visitors under way: stay in their version, start over in this one, or end"),
      })
      .refine(namesOneFlow, ONE_FLOW),
  output: () =>
    z.object({
      flow: flowRow,
      live: versionRow,
      previousVersionId: z.string().nullable(),
      sessionsChanged: z.int().describe("Visitors who start over or were ended"),
      unreachable: z.array(z.string()).describe("Nodes that no visitor comes to: nothing leads to them"),
      warnings: checked.problems,
    }),
  async run({ tenant, workspace }, { versionId, running, ...reference }) {
    const assignable = () => workspace.members();
    const { flow, version, ...rest } = await publishFlow(tenant, reference, {
      versionId,
      running,
      assignable,
    });
    return { ...rest, flow: showFlow(flow), live: showVersion(version, version.id) };
  },
});
