import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { flowReference, namesOneFlow, ONE_FLOW } from "../answers.ts";
import { addNode, connectNodes, deleteNode, updateNode } from "../edit/drafts.ts";
import { draftNodeSchema, edgeSchema } from "../graph/document.ts";
import { NODE_TYPES } from "../graph/nodes.ts";
import { nodeOutput, showNode } from "./draft-answers.ts";

const facts = { toolset: "flows", scope: "flows:write", hints: HINTS.W, untrusted: [] } as const;

/** Building a draft node by node. */
export const nodeTools: readonly Tool[] = [
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
