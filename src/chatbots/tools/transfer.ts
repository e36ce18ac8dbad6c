import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { forExample } from "../../calls/portable.ts";
import { reference } from "../../calls/references.ts";
import { MAX_RESULT_CHARACTERS } from "../../calls/shape.ts";
import { replaceDraft } from "../../flows/edit/drafts.ts";
import type { Draft } from "../../flows/graph/document.ts";
import { Failure } from "../../tenant/failure.ts";
import { chatbotOutput, showChatbot } from "../answers.ts";
import { documentOf, readDocument } from "../document.ts";
import { CONSEQUENCES } from "../imported.ts";
import { chatbotNameInput, settingsOf } from "../settings.ts";
import { createChatbot, getChatbot, readMainDraft } from "../store.ts";

const facts = { toolset: "chatbots", untrusted: [] } as const;

const leftOutOutput = z.array(z.object({ path: z.string(), reason: z.string() }));

const notCarriedOver = z
  .array(
    z.object({
      consequence: z.enum(CONSEQUENCES).describe("What it means for visitors"),
      reason: z.string(),
      nodeIds: z
        .array(z.string())
        .describe("Where: these nodes, or those in place of what is missing; none: all of it"),
    }),
  )
  .describe("The worst first");

/** The name of a copy, cut so that it fits. */
function copyName(name: string): string {
  const suffix = " (copy)";
  return `${name.slice(0, 100 - suffix.length).toWellFormed()}${suffix}`;
}

/**
 * What another noun copies of what it holds of a chatbot to a new one, in steps.
 * @param copies the id of each copy by the original's, as far as another copier may ask for it: those before have noted
 * theirs, and this one adds its own
 * @returns what it copied, by what it is called in the answer
 */
export type ChatbotCopier = (
  call: Call,
  fromId: string,
  toId: string,
  copies: Map<string, string>,
) => Promise<Record<string, number | boolean>>;

/** A flow's draft whose AI answers from the copies of the categories that it answered from; null: it names none. */
function withCopiedCategories(draft: Draft, copies: ReadonlyMap<string, string>): Draft | null {
  let changed = false;
  const nodes = draft.nodes.map((node) => {
    const { categoryIds, ...data } = node.data ?? {};
    if (node.type !== "ai_answer" || !Array.isArray(categoryIds)) return node;
    changed = true;
    return { ...node, data: { ...data, categoryIds: categoryIds.map((id) => copies.get(id) ?? id) } };
  });
  return changed ? { ...draft, nodes } : null;
}

/** Copies of chatbots, within the workspace and as documents. */
export const transferTools = (copiers: readonly ChatbotCopier[]): readonly Tool[] => [
  defineTool({
    ...facts,
    name: "duplicate_chatbot",
    title: "Duplicate chatbot",
    description:
      "Copies a chatbot with its settings, articles, categories, sales rules, test questions and the draft of its flow. Inboxes stay with the original, and the copy's flow is not published.",
    phrases:
      "second bot just like this one, copy an assistant, clone for another brand, same bot again, make a " +
      "duplicate to experiment, sandbox copy, second identical bot, replicate for another country, " +
      "template from our existing bot",
    scope: "chatbots:write",
    hints: HINTS.W,
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v", name: "Shop assistant (test)" },
    input: () => z.strictObject({ chatbotId: reference("chatbot"), name: chatbotNameInput.optional() }),
    output: () =>
      z.object({
        chatbot: chatbotOutput,
        copied: z
          .record(z.string(), z.union([z.int(), z.boolean()]))
          .describe("How many of what else; …LeftOut: there were more than one call copies"),
      }),
    async run(call, { chatbotId, name }) {
      const { tenant } = call;
      const [original, draft] = await Promise.all([
        getChatbot(tenant, chatbotId),
        readMainDraft(tenant, chatbotId),
      ]);
      const settings = { ...settingsOf(original), name: name ?? copyName(original.name) };
      const copy = await createChatbot(tenant, settings, draft);
      const copies = new Map<string, string>();
      const copied: Record<string, number | boolean> = {};
      for (const copier of copiers) {
        Object.assign(copied, await copier(call, chatbotId, copy.id, copies));
      }
      const scoped = withCopiedCategories(draft, copies);
      if (scoped) await replaceDraft(tenant, { chatbotId: copy.id }, scoped, {});
      return { chatbot: showChatbot(copy), copied };
    },
  }),
  defineTool({
    ...facts,
    name: "export_chatbot",
    title: "Export chatbot",
    description:
      "Answers a chatbot's whole configuration and flow draft as JSON, which import_chatbot takes back. leftOut names what means something in this workspace only.",
    phrases:
      "back up the bot, save as a file, take the bot elsewhere, download bot, backup a chatbot, move a bot " +
      "to another workspace, get the bot out of the system, dump settings",
    scope: "chatbots:read",
    hints: HINTS.R,
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId: reference("chatbot") }),
    output: () =>
      z.object({
        configuration: z.object({
          format: z.string(),
          version: z.int(),
          chatbot: z.record(z.string(), z.unknown()),
          flow: z.record(z.string(), z.unknown()),
        }),
        leftOut: leftOutOutput,
      }),
    async run({ tenant }, { chatbotId }) {
      const [chatbot, draft] = await Promise.all([
        getChatbot(tenant, chatbotId),
        readMainDraft(tenant, chatbotId),
      ]);
      const { document, leftOut } = documentOf(chatbot, draft);
      const answer = { configuration: { ...document, flow: { ...document.flow } }, leftOut };
      // A result that is cut is no configuration any more.
      const { length } = JSON.stringify(answer);
      if (length > MAX_RESULT_CHARACTERS) {
        throw new Failure(
          "unsupported",
          `The configuration has ${length} characters; an answer holds ${MAX_RESULT_CHARACTERS}.`,
          {
            hint:
              "duplicate_chatbot copies a chatbot of any size within the workspace; the operator's command " +
              "writes one to a file: parley export chatbot.",
          },
        );
      }
      return answer;
    },
  }),
  defineTool({
    ...facts,
    name: "import_chatbot",
    title: "Import chatbot",
    description:
      "Makes a chatbot from what export_chatbot answered, or from a Typebot export. Its flow is a draft; notCarriedOver names what could not be brought along.",
    phrases:
      "upload a bot, load chatbot json, restore from backup, bring a typebot file, migrate a bot from " +
      "another tool, recreate the exported bot, import configuration",
    scope: "chatbots:write",
    hints: HINTS.W,
    example: {
      configuration: { format: "parley.chatbot", version: 1, chatbot: { name: "Shop assistant" } },
      name: "Copy from staging",
    },
    input: () =>
      z.strictObject({
        configuration: z
          .record(z.string(), z.unknown())
          .meta(forExample({ format: { type: "string" }, version: { type: "integer" } }))
          .describe("The document as an object, at most 600,000 bytes"),
        name: chatbotNameInput.optional().describe("In place of the document's"),
      }),
    output: () => z.object({ chatbot: chatbotOutput, notCarriedOver }),
    async run({ tenant, env }, { configuration, name }) {
      const { settings, draft, leftOut } = readDocument(env, configuration);
      const named = name === undefined ? settings : { ...settings, name };
      return {
        chatbot: showChatbot(await createChatbot(tenant, named, draft)),
        notCarriedOver: leftOut,
      };
    },
  }),
];
