import { z } from "zod";
import { givenFilesInput } from "../../attachments/given.ts";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { cursorInput, limitInput, pageOutput } from "../../tenant/page.ts";
import { CUT, draftRow, showDraftReply } from "../answers.ts";
import { createDraftReply, filesForDraft, listDrafts, updateDraftReply } from "../drafts.ts";
import { DRAFT_STATUSES } from "../schema.ts";
import { textInput } from "./text.ts";

export const draftReplyTools: readonly Tool[] = [
  defineTool({
    name: "create_draft_reply",
    title: "Create draft reply",
    description: "Leaves a reply in a conversation for a person of the team to send or discard.",
    phrases:
      "write an answer but let somebody check it first, suggest a response, prepare a reply for approval, " +
      "do not send yet, boss reviews, propose a response, reply to be reviewed by a human, write something " +
      "i can check before it is sent, prewrite an answer",
    toolset: "conversations",
    scope: "drafts:write",
    hints: HINTS.W,
    untrusted: [],
    example: {
      conversationId: "cv_01kajq3v7e8m2n4p6r8t0v",
      text: "We are sending a new one today, free of charge.",
    },
    input: () =>
      z.strictObject({
        conversationId: reference("conversation"),
        text: textInput,
        attachments: givenFilesInput,
      }),
    output: () => z.object({ draft: draftRow }),
    async run(call, { conversationId, text, attachments }) {
      const files = await filesForDraft(call, conversationId, attachments);
      const draft = await createDraftReply(call.tenant, conversationId, text, files);
      return { draft: showDraftReply(call.tenant, draft, CUT) };
    },
  }),
  defineTool({
    name: "update_draft_reply",
    title: "Update draft reply",
    description: "Rewrites a pending draft and answers it; without text it answers the draft whole.",
    phrases:
      "make the proposed answer shorter, reword the suggestion, change a draft, improve the suggested " +
      "reply, edit the draft, shorten the draft, make the draft friendlier, correct the pending reply, " +
      "show the whole draft",
    toolset: "conversations",
    scope: "drafts:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: [],
    example: { draftId: "dr_01kajq3v7e8m2n4p6r8t0v", text: "We are sending a new one today." },
    input: () => z.strictObject({ draftId: reference("draft"), text: textInput.optional() }),
    output: () => z.object({ draft: draftRow }),
    async run({ tenant }, { draftId, text }) {
      return { draft: showDraftReply(tenant, await updateDraftReply(tenant, draftId, text)) };
    },
  }),
  defineTool({
    name: "list_draft_replies",
    title: "List draft replies",
    description: "Lists draft replies and what became of them, newest first, long texts cut.",
    phrases:
      "what is waiting for approval, suggested answers not sent yet, pending proposals, were drafts sent " +
      "or discarded, unsent replies, answers that need review, open suggestions",
    toolset: "conversations",
    scope: "drafts:read",
    hints: HINTS.R,
    untrusted: [],
    example: { status: "pending" },
    input: () =>
      z.strictObject({
        conversationId: reference("conversation").optional(),
        status: z.enum(DRAFT_STATUSES).optional(),
        cursor: cursorInput,
        limit: limitInput(),
      }),
    output: () => pageOutput(draftRow),
    async run({ tenant }, input) {
      const page = await listDrafts(tenant, input);
      return { ...page, items: page.items.map((draft) => showDraftReply(tenant, draft, CUT)) };
    },
  }),
];
