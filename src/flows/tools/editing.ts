import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { typedText } from "../../tenant/typed-text.ts";
import {
  flowInput,
  flowReference,
  flowRow,
  namesOneFlow,
  ONE_FLOW,
  showFlow,
  showVersion,
  validationRows,
  versionRow,
} from "../answers.ts";
import { replaceDraft, updateDraft } from "../edit/drafts.ts";
import { publishFlow } from "../edit/publish.ts";
import { createFlow, deleteFlow } from "../edit/store.ts";
import { wakeRestarted } from "../run/restarted.ts";
import { RUNNING } from "../run/sessions.ts";
import { flowDraftOutput, showChange, showDraft } from "./draft-answers.ts";

const facts = { toolset: "flows", scope: "flows:write", hints: HINTS.W, untrusted: [] } as const;

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
    output: () => z.object(flowDraftOutput),
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
          saveVersion: z.boolean().default(true).describe("false: changes the draft alone"),
          revision: z.int().min(1).optional().describe("From get_chatbot_flow"),
        })
        .refine(namesOneFlow, ONE_FLOW),
    output: () => z.object({ ...flowDraftOutput, version: versionRow.nullable() }),
    async run(call, { flow: draft, versionName, saveVersion, revision, ...reference }) {
      const change = await (saveVersion
        ? updateDraft(call.tenant, reference, draft, { versionName, revision })
        : replaceDraft(call.tenant, reference, draft, { revision }));
      const saved = change.version && showVersion(change.version, change.flow.publishedVersionId);
      return { ...(await showChange(call, change)), version: saved };
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
      warnings: validationRows.problems,
    }),
  async run({ tenant, workspace, env, principal }, { versionId, running, ...reference }) {
    const assignable = () => workspace.members();
    const { flow, version, ...rest } = await publishFlow(tenant, reference, {
      versionId,
      running,
      assignable,
    });
    if (running === "restart" && rest.sessionsChanged > 0) await wakeRestarted(env, tenant, principal.shard);
    return { ...rest, flow: showFlow(flow), live: showVersion(version, version.id) };
  },
});
