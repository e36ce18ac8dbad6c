import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { contactReference } from "../contacts/answers.ts";
import { contactDetails, resolveContact } from "../contacts/lookup.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import { time } from "../tenant/time.ts";
import { typedText } from "../tenant/typed-text.ts";
import { listSavedReplies, type SavedReply, saveReply } from "./store.ts";
import { render, variablesOf } from "./variables.ts";

const savedReplyRow = z.object({
  id: z.string(),
  title: z.string(),
  text: z.string(),
  variables: z.array(z.string()),
  createdAt: time,
  updatedAt: time,
});

function show(reply: SavedReply): z.input<typeof savedReplyRow> {
  return { ...reply, variables: variablesOf(reply.text) };
}

/** Answers that a team writes again and again. */
export const savedReplyTools: readonly Tool[] = [
  defineTool({
    name: "list_saved_replies",
    title: "List saved replies",
    description:
      "Lists the team's saved replies by title; with contactId also as each would read for that contact. Send one with reply_to_conversation.",
    phrases:
      "canned responses, standard answers, our macros, text snippets, prewritten texts, how do we usually " +
      "answer this, boilerplate, quick replies of the team",
    toolset: "conversations",
    scope: "conversations:read",
    hints: HINTS.R,
    // The contact's own words stand in it.
    untrusted: ["rendered"],
    example: { query: "refund" },
    input: () =>
      z.strictObject({
        query: typedText(100).optional(),
        contactId: contactReference.optional(),
        cursor: cursorInput,
        limit: limitInput(),
      }),
    output: () =>
      pageOutput(
        savedReplyRow.extend({
          rendered: z.string().nullable().describe("For the contact; null without contactId"),
          missing: z.array(z.string()).describe("Variables without a value, which still stand in rendered"),
        }),
      ),
    async run({ tenant, principal }, { contactId, ...options }) {
      const [page, contact] = await Promise.all([
        listSavedReplies(tenant, { ...options, contactId }),
        contactId === undefined
          ? null
          : resolveContact(tenant, contactId).then((found) => contactDetails(tenant, found)),
      ]);
      const from = { sender: tenant.actor.name, workspace: principal.workspaceName };
      const items = page.items.map((reply) => {
        const filled = contact && render(reply.text, contact, from);
        return { ...show(reply), rendered: filled?.text ?? null, missing: filled?.missing ?? [] };
      });
      return { ...page, items };
    },
  }),
  defineTool({
    name: "create_saved_reply",
    title: "Create saved reply",
    description:
      "Saves a reply for the team to use again; one of the same title gets the new text. Variables: {{contact.name}}, " +
      "{{contact.first_name}}, {{contact.email}}, {{contact.phone}}, {{field.<key>}}, {{sender.name}}, {{workspace.name}}.",
    phrases:
      "new canned response, standard text for refunds, save this answer for later, add a macro, keep this wording, " +
      "snippet for the team, store a template text",
    toolset: "conversations",
    scope: "settings:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: [],
    example: { title: "Refund sent", text: "Hi {{contact.first_name}}, your refund is on its way." },
    input: () => z.strictObject({ title: typedText(100), text: typedText(5000) }),
    output: () => z.object({ savedReply: savedReplyRow, created: z.boolean() }),
    async run({ tenant }, input) {
      const { reply, created } = await saveReply(tenant, input);
      return { savedReply: show(reply), created };
    },
  }),
];
