import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { tagNameInput } from "../../contacts/tags.ts";
import { momentInput, rangeStart } from "../../figures/days.ts";
import { Failure } from "../../tenant/failure.ts";
import { CUT, conversationFull, messageRow, showMessage, UNTRUSTED_CONVERSATION } from "../answers.ts";
import { labelConversation, MAX_TAGS } from "../labels.ts";
import { addNote } from "../notes.ts";
import { tellRating } from "../room.ts";
import { CONVERSATION_PRIORITIES, CONVERSATION_STATUSES } from "../schema.ts";
import { assignConversation, setStatus } from "../status.ts";
import { describeConversation } from "./reading.ts";
import { textInput } from "./text.ts";

export const noteTool: Tool = defineTool({
  name: "add_private_note",
  title: "Add private note",
  description: "Writes a note into a conversation that only the team can read.",
  phrases:
    "comment for colleagues, internal remark, put down for the team, memo on the chat, leave a remark for " +
    "colleagues, note for the next shift, hidden note, note to self in a conversation, warn my colleagues " +
    "about this customer, customer must not see",
  toolset: "conversations",
  scope: "notes:write",
  hints: HINTS.W,
  untrusted: [],
  example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v", text: "The carrier confirmed: lost in transit." },
  input: () => z.strictObject({ conversationId: reference("conversation"), text: textInput }),
  output: () => z.object({ note: messageRow }),
  async run({ tenant }, { conversationId, text }) {
    return { note: showMessage(tenant, await addNote(tenant, conversationId, text), CUT) };
  },
});

/** Names of tags. */
const tagList = z.array(tagNameInput).min(1).max(MAX_TAGS);

export const stateTools: readonly Tool[] = [
  defineTool({
    name: "set_conversation_status",
    title: "Set conversation status",
    description:
      "Sets a conversation to open, pending (the bot has it), snoozed or resolved. A snoozed one opens at snoozedUntil, or when the customer writes.",
    phrases:
      "close the chat, put on hold until monday, reopen, archive, mark solved, chat is finished, done with " +
      "this customer, remind me of this chat later, come back to it tomorrow, wake up again, give back to " +
      "the bot, change state of the conversation",
    toolset: "conversations",
    scope: "conversations:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: UNTRUSTED_CONVERSATION,
    example: {
      conversationId: "cv_01kajq3v7e8m2n4p6r8t0v",
      status: "snoozed",
      snoozedUntil: "2027-01-04T09:00:00Z",
    },
    input: () =>
      z
        .strictObject({
          conversationId: reference("conversation"),
          status: z.enum(CONVERSATION_STATUSES),
          snoozedUntil: momentInput
            .optional()
            .describe("For snoozed, and only then: a day, or a date and time, in the future"),
        })
        .refine(({ status, snoozedUntil }) => (status === "snoozed") === (snoozedUntil !== undefined), {
          path: ["snoozedUntil"],
          error: "required for snoozed, and not allowed otherwise",
        }),
    output: () => z.object({ conversation: conversationFull }),
    async run(call, { conversationId, status, snoozedUntil }) {
      const until = snoozedUntil === undefined ? null : rangeStart(snoozedUntil, call.tenant.timeZone);
      if (until !== null && until <= call.tenant.now()) {
        throw new Failure("invalid_input", "snoozedUntil: must be in the future.");
      }
      const changed = await setStatus(call.tenant, conversationId, { status, snoozedUntil: until });
      // Asked by this very change.
      if (changed.ratingAskedAt !== null && changed.ratingAskedAt === changed.resolvedAt) {
        await tellRating(call, changed.id);
      }
      const { conversation } = await describeConversation(call, changed);
      return { conversation };
    },
  }),
  defineTool({
    name: "assign_conversation",
    title: "Assign conversation",
    description: "Assigns a conversation to a member or a bot, or to nobody.",
    phrases:
      "let maria handle this chat, give to somebody, take over, who should deal with it, hand over, pass " +
      "to sales, transfer to another agent, let someone else take it, i will take it, unassign, release a " +
      "chat, forward a chat to the team, another person should answer",
    toolset: "conversations",
    scope: "conversations:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: UNTRUSTED_CONVERSATION,
    example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v", assignee: "none" },
    input: () =>
      z.strictObject({
        conversationId: reference("conversation"),
        assignee: reference("assignee").describe("Member, bot, me, or none"),
      }),
    output: () => z.object({ conversation: conversationFull }),
    async run(call, { conversationId, assignee }) {
      const wanted = assignee === "none" ? null : await assignable(call, assignee);
      const changed = await assignConversation(call.tenant, conversationId, wanted);
      const { conversation } = await describeConversation(call, changed);
      return { conversation };
    },
  }),
  defineTool({
    name: "update_conversation",
    title: "Update conversation",
    description: "Sets a conversation's priority, and adds or takes off tags; new names become tags.",
    phrases:
      "this chat is urgent, label a chat, mark as complaint, categorise the conversation, raise the importance, " +
      "low priority, put a label on a thread, prioritise, untag a chat, flag this chat",
    toolset: "conversations",
    scope: "conversations:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: UNTRUSTED_CONVERSATION,
    example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v", priority: "urgent", addTags: ["complaint"] },
    input: () =>
      z
        .strictObject({
          conversationId: reference("conversation"),
          priority: z.enum(CONVERSATION_PRIORITIES).optional(),
          addTags: tagList.optional(),
          removeTags: tagList.optional(),
        })
        .refine(({ priority, addTags, removeTags }) => (priority ?? addTags ?? removeTags) !== undefined, {
          error: "say priority, addTags or removeTags",
        }),
    output: () => z.object({ conversation: conversationFull }),
    async run(call, { conversationId, ...changes }) {
      const changed = await labelConversation(call.tenant, conversationId, changes);
      const { conversation } = await describeConversation(call, changed);
      return { conversation };
    },
  }),
];

/** @throws Failure `invalid_input` unless the id is a member's or a bot's of this workspace */
export async function assignable(call: Call, id: string): Promise<string> {
  const members = await call.workspace.members();
  if (members.some((member) => member.id === id)) return id;
  throw new Failure("invalid_input", "assignee is no member or bot of this workspace.", {
    hint: "Pass an id of list_members, or none.",
    candidates: members.slice(0, 20).map(({ id, name }) => ({ id, name })),
  });
}
