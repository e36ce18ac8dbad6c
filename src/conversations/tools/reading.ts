import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { reference } from "../../calls/references.ts";
import { contactReference } from "../../contacts/answers.ts";
import { contactBriefs, resolveContact } from "../../contacts/lookup.ts";
import { getInbox } from "../../inboxes/store.ts";
import { notFound } from "../../tenant/failure.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../../tenant/page.ts";
import { time } from "../../tenant/time.ts";
import {
  CUT,
  conversationDetails,
  conversationRow,
  conversationRows,
  messageRow,
  namesFor,
  showConversation,
  showConversations,
  showMessage,
  UNTRUSTED_CONTACT,
  UNTRUSTED_CONVERSATION,
  UNTRUSTED_MESSAGE,
  UNTRUSTED_ROW,
  UNTRUSTED_VISITOR,
} from "../answers.ts";
import type { Conversation } from "../append.ts";
import { listContactMessages } from "../contact-messages.ts";
import { filterInput, resolveFilters } from "../filters.ts";
import { CONVERSATION_SORTS, listConversations } from "../list.ts";
import { getConversation, listMessages } from "../read.ts";
import { SENDER_KINDS } from "../schema.ts";
import { searchConversations, snippetOf } from "../search.ts";
import { WRITERS } from "../search-index.ts";

/** Private notes are for callers with `notes:read`. */
export function readsNotes(call: Call): boolean {
  return call.principal.scopes.includes("notes:read");
}

async function inboxWithNames(call: Call, { inboxId, tags }: Conversation) {
  const inbox = await getInbox(call.tenant, inboxId);
  return { inbox, names: await namesFor(call, [inbox], tags) };
}

/** A conversation with its contact and what the visitor's page said, without its messages. */
export async function describeConversation(call: Call, conversation: Conversation) {
  const [{ inbox, names }, contacts] = await Promise.all([
    inboxWithNames(call, conversation),
    contactBriefs(call.tenant, [conversation.contactId]),
  ]);
  const { contactId } = conversation;
  const contact = contacts.get(contactId) ?? { id: contactId, name: null, email: null, phone: null };
  return {
    conversation: showConversation(conversation, inbox, contact, names),
    contact,
    visitor: conversation.visitor,
  };
}

export const listConversationsTool: Tool = defineTool({
  name: "list_conversations",
  title: "List conversations",
  description:
    "Lists conversations with contact, status and last message, by last activity: one that is written in moves to " +
    "the top. To go through all page by page, sort by newest or oldest (creation). startDate and endDate bound the " +
    "last activity.",
  phrases:
    "latest chats, telegram chats, my queue, unassigned threads, who have we not answered, recent " +
    "inquiries, open chats, chats of today, what is in the inbox, unresolved chats, whatsapp conversations " +
    "this week, chats that nobody took, which customers wait longest",
  toolset: "conversations",
  scope: "conversations:read",
  hints: HINTS.R,
  untrusted: [...UNTRUSTED_ROW, "text"],
  example: { status: "open", assignee: "none", limit: 20 },
  input: () =>
    z.strictObject({
      ...filterInput,
      sort: z.enum(CONVERSATION_SORTS).default("last_activity"),
      cursor: cursorInput,
      limit: limitInput(50),
      page: pageInput,
    }),
  output: () => pageOutput(conversationRow),
  async run(call, { sort, cursor, limit, page, ...args }) {
    const { tenant } = call;
    const filters = await resolveFilters(tenant, args);
    const [found, names] = await Promise.all([
      listConversations(tenant, filters, { args, sort, cursor, limit, page }),
      namesFor(call, filters.inboxes.values()),
    ]);
    return { ...found, items: await conversationRows(tenant, found.items, filters.inboxes, names) };
  },
});

export const getTool: Tool = defineTool({
  name: "get_conversation",
  title: "Get conversation",
  description:
    "Answers one conversation: state, contact, what the visitor's page said, and its messages whole, oldest first. Private notes are among them for callers with notes:read.",
  phrases:
    "transcript, which page did they come from, their browser and country, show the chat, open this " +
    "conversation, read the whole thread, what did the customer say in this chat, full chat log, let me " +
    "see the exchange, context of this chat, catch me up on this chat",
  toolset: "conversations",
  scope: "conversations:read",
  hints: HINTS.R,
  untrusted: [...UNTRUSTED_CONVERSATION, "text", ...UNTRUSTED_CONTACT, ...UNTRUSTED_VISITOR],
  example: { conversationId: "cv_01kajq3v7e8m2n4p6r8t0v" },
  input: () =>
    z.strictObject({
      conversationId: reference("conversation"),
      chatbotId: reference("chatbot").optional().describe("Found only if this chatbot answers its inbox"),
      cursor: cursorInput,
      limit: limitInput(),
    }),
  output: () => conversationDetails.extend({ nextCursor: z.string().nullable(), hasMore: z.boolean() }),
  async run(call, { conversationId, chatbotId, cursor, limit }) {
    const conversation = await getConversation(call.tenant, conversationId);
    const [described, page] = await Promise.all([
      describeConversation(call, conversation),
      listMessages(call.tenant, conversationId, { notes: readsNotes(call), cursor, limit }),
    ]);
    if (chatbotId !== undefined && described.conversation.chatbotId !== chatbotId) {
      throw notFound("conversation", conversationId);
    }
    const { items, nextCursor, hasMore } = page;
    return {
      ...described,
      messages: items.map((message) => showMessage(call.tenant, message)),
      nextCursor,
      hasMore,
    };
  },
});

export const contactMessagesTool: Tool = defineTool({
  name: "list_contact_messages",
  title: "List a contact's messages",
  description: "Lists a contact's messages over all its conversations, newest first, long ones cut.",
  phrases:
    "all that a customer ever wrote to us, history with one person, everything said across chats, what has " +
    "a customer written over time, past communication with a client, when did we last write to him, " +
    "everything a person sent us",
  toolset: "conversations",
  scope: "conversations:read",
  hints: HINTS.R,
  untrusted: UNTRUSTED_MESSAGE,
  example: { contactId: "email:anna@example.com" },
  input: () => z.strictObject({ contactId: contactReference, cursor: cursorInput, limit: limitInput() }),
  output: () =>
    pageOutput(messageRow).extend({
      incomplete: z
        .boolean()
        .describe(
          "True where too many of its conversations overlap to list all: then read them by get_conversation",
        ),
    }),
  async run(call, { contactId, cursor, limit }) {
    const contact = await resolveContact(call.tenant, contactId);
    const page = await listContactMessages(call.tenant, contact.id, {
      notes: readsNotes(call),
      cursor,
      limit,
    });
    return { ...page, items: page.items.map((message) => showMessage(call.tenant, message, CUT)) };
  },
});

export const searchTool: Tool = defineTool({
  name: "search_conversations",
  title: "Search conversations",
  description:
    "Finds conversations by words in their messages, the newest match first, with snippets. A word finds all that begin " +
    "so; several must all be there, OR stands between alternatives. One can come again on a later page with older matches.",
  phrases:
    "which chats talked about late delivery, mentions of a refund, somebody said, conversations containing " +
    "a phrase, who wrote about, where was something discussed, look through chats for, has any customer " +
    "asked for, top complaints, what do customers say about",
  toolset: "conversations",
  scope: "conversations:read",
  hints: HINTS.R,
  untrusted: [...UNTRUSTED_ROW, "snippet"],
  example: { query: "late parcel", status: "open" },
  input: () =>
    z.strictObject({
      query: z.string().min(1).max(200).describe("return finds returned; late parcel; refund OR exchange"),
      from: z.enum(WRITERS).optional().describe("Who wrote the words"),
      ...filterInput,
      cursor: cursorInput,
      limit: limitInput(50),
    }),
  output: () =>
    pageOutput(
      conversationRow.omit({ lastMessage: true }).extend({
        matches: z.array(
          z.object({
            messageId: z.string(),
            kind: messageRow.shape.kind,
            senderKind: z.enum(SENDER_KINDS),
            snippet: z.string(),
            createdAt: time,
          }),
        ),
      }),
    ),
  async run(call, { query, from, cursor, limit, ...args }) {
    const { tenant } = call;
    const filters = await resolveFilters(tenant, args);
    const asked = { query, from, notes: readsNotes(call), args, cursor, limit };
    const [page, names] = await Promise.all([
      searchConversations(tenant, filters, asked),
      namesFor(call, filters.inboxes.values()),
    ]);
    const rows = await showConversations(
      tenant,
      page.items.map(({ conversation }) => conversation),
      filters.inboxes,
      names,
    );
    const matches = new Map(page.items.map((found) => [found.conversation.id, found.matches]));
    return {
      ...page,
      items: rows.map((row) => ({
        ...row,
        matches: (matches.get(row.id) ?? []).map((message) => ({
          messageId: message.id,
          kind: message.kind,
          senderKind: message.senderKind,
          snippet: snippetOf(message.body, query),
          createdAt: message.createdAt,
        })),
      })),
    };
  },
});
