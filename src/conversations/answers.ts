import { sql } from "drizzle-orm";
import { z } from "zod";
import { storedFiles, withAddresses } from "../attachments/said.ts";
import type { Call } from "../calls/define.ts";
import { type ContactBrief, contactBriefs } from "../contacts/lookup.ts";
import { CHANNELS, type Inbox } from "../inboxes/store.ts";
import { cutText } from "../tenant/cut-text.ts";
import { namesOf } from "../tenant/names-of.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import type { Conversation, Message } from "./append.ts";
import type { DraftReply } from "./drafts.ts";
import { type ListedConversation, PREVIEW } from "./list.ts";
import {
  CONVERSATION_PRIORITIES,
  CONVERSATION_STATUSES,
  DELIVERY_STATES,
  DRAFT_STATUSES,
  messages,
  SENDER_KINDS,
} from "./schema.ts";

/** How conversations, messages and drafts look in answers. Times are null where nothing happened yet. */

/** Characters of a message's text in lists; `get_conversation` has it whole. */
export const CUT = 2000;

const sender = z.object({
  kind: z.enum(SENDER_KINDS),
  id: z.string(),
  name: z.string(),
});

export const conversationRow = z.object({
  id: z.string(),
  inboxId: z.string(),
  inboxName: z.string(),
  chatbotId: z.string().nullable().describe("The chatbot of its inbox"),
  chatbotName: z.string().nullable(),
  channel: z.enum(CHANNELS),
  subject: z.string().nullable().describe("Of mail; null elsewhere"),
  status: z.enum(CONVERSATION_STATUSES),
  snoozedUntil: time.nullable(),
  assignee: z.string().nullable().describe("Member or bot id; null when unassigned"),
  assigneeName: z.string().nullable(),
  priority: z.enum(CONVERSATION_PRIORITIES),
  tags: z.array(z.string()).describe("Names"),
  contact: z.object({ id: z.string(), name: z.string().nullable() }),
  messageCount: z.int().describe("Public messages, without private notes"),
  waitingSince: time.nullable().describe("Since when the customer waits for an answer; null when not"),
  lastMessage: z
    .object({ text: z.string().describe(`At most ${PREVIEW} characters`), senderKind: z.enum(SENDER_KINDS) })
    .nullable(),
  lastActivityAt: time,
  createdAt: time,
});

export const conversationFull = conversationRow.omit({ lastMessage: true }).extend({
  firstInboundAt: time.nullable(),
  firstReplyAt: time.nullable().describe("First answer by a person"),
  firstBotReplyAt: time.nullable().describe("First answer by the chatbot"),
  resolvedAt: time.nullable(),
  reopenedCount: z.int(),
  rating: z
    .object({
      askedAt: time,
      value: z.int().nullable().describe("1 to 5; null: asked, but not answered"),
      comment: z.string().nullable(),
      ratedAt: time.nullable(),
    })
    .nullable()
    .describe("null: the customer was not asked"),
});

/** A file of ours. Its sender named it; what it is, its content says. */
export const attachmentOutput = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  url: z.string().describe("Good for an hour at least"),
});

/** How an answer of the AI came about. */
export const aiRecordOutput = z.object({
  action: z.enum(["answer", "clarify", "handoff", "none"]).describe("none: nothing was found"),
  model: z.string().nullable().describe("null: the team's own passages, or a fixed line"),
  confidence: z.number().describe("0 to 1"),
  passages: z
    .array(z.object({ articleId: z.string(), title: z.string(), heading: z.string(), cited: z.boolean() }))
    .describe("What was found, the best first; cited: the answer rests on it"),
  products: z.array(z.object({ productId: z.string(), name: z.string(), cited: z.boolean() })),
  handedOver: z.boolean(),
  reason: z.string().nullable().describe("Why it is no answer of the model's"),
});

export const messageRow = z.object({
  id: z.string(),
  conversationId: z.string(),
  seq: z.int().describe("Rises within the conversation"),
  kind: z.enum(["message", "note", "activity"]).describe("note: private, only the team sees it"),
  direction: z.enum(["in", "out"]),
  sender,
  text: z.string(),
  cut: z.boolean().describe("True when text is not whole"),
  status: z.enum(DELIVERY_STATES),
  failure: z.string().nullable().describe("Why it failed, as the channel says it"),
  ai: aiRecordOutput.nullable().describe("Of what the AI said: what it found, and how it came to it"),
  attachments: z.array(attachmentOutput).optional(),
  createdAt: time,
});

export const draftRow = z.object({
  id: z.string(),
  conversationId: z.string(),
  status: z.enum(DRAFT_STATUSES),
  text: z.string(),
  cut: z.boolean().describe("True when text is not whole"),
  attachments: z.array(attachmentOutput).optional(),
  author: sender,
  reviewer: z.string().nullable().describe("The member who sent or discarded it"),
  sentMessageId: z.string().nullable(),
  createdAt: time,
  updatedAt: time,
});

export const contactRow = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
});

export const visitorRow = z.object({
  page: z.string().optional(),
  referrer: z.string().optional(),
  locale: z.string().optional(),
  device: z.string().optional(),
  country: z.string().optional(),
});

/** A conversation with its contact, what the visitor's page said, and messages. */
export const conversationDetails = z.object({
  conversation: conversationFull,
  contact: contactRow,
  visitor: visitorRow,
  messages: z.array(messageRow),
});

/** A message for {@link messageRow}. @param length cuts the text; without it, it is whole */
export function showMessage(
  { workspaceId }: Pick<Tenant, "workspaceId">,
  message: Message,
  length = Number.POSITIVE_INFINITY,
): z.input<typeof messageRow> {
  const { senderKind: kind, senderId: id, senderName: name, body, answer: ai, content, ...rest } = message;
  const files = storedFiles(content?.attachments);
  const attachments = files.length > 0 ? { attachments: withAddresses(workspaceId, files) } : {};
  return { ...rest, ai, sender: { kind, id, name }, ...cutText(body, length), ...attachments };
}

/** A draft for {@link draftRow}. @param length cuts the text; without it, it is whole */
export function showDraftReply(
  { workspaceId }: Pick<Tenant, "workspaceId">,
  draft: DraftReply,
  length = Number.POSITIVE_INFINITY,
): z.input<typeof draftRow> {
  const { authorKind: kind, authorId: id, authorName: name, text, attachments: files, ...rest } = draft;
  const attachments = files ? { attachments: withAddresses(workspaceId, files) } : {};
  return { ...rest, author: { kind, id, name }, ...cutText(text, length), ...attachments };
}

/** What chatbots, members, bots and tags are called, by id. */
export type Names = ReadonlyMap<string | null, string>;

/**
 * What the chatbots of these inboxes are called, and whoever a conversation can be assigned to: asked beside the
 * conversations themselves, whose inboxes are known by then.
 * @param tags of a conversation that is known as well
 */
export async function namesFor(
  { tenant, workspace }: Pick<Call, "tenant" | "workspace">,
  inboxes: Iterable<Inbox>,
  tags: readonly string[] = [],
): Promise<Names> {
  const chatbots = [...inboxes].map(({ chatbotId }) => chatbotId);
  const [named, people] = await Promise.all([namesOf(tenant, [...chatbots, ...tags]), workspace.members()]);
  return new Map([...named, ...people.map(({ id, name }): [string, string] => [id, name])]);
}

/** Everything about a conversation but its messages, for {@link conversationFull}. */
export function showConversation(
  conversation: Conversation,
  { channel, chatbotId, name: inboxName }: Inbox,
  contact: Pick<ContactBrief, "id" | "name">,
  names: Names,
): z.input<typeof conversationFull> {
  const chatbotName = names.get(chatbotId) ?? null;
  const assigneeName = names.get(conversation.assignee) ?? null;
  const { ratingAskedAt: askedAt, rating: value, ratingComment: comment, ratedAt, ...facts } = conversation;
  const tags = conversation.tags.flatMap((id) => names.get(id) ?? []);
  const rating = askedAt === null ? null : { askedAt, value, comment, ratedAt };
  const subject = conversation.thread?.subject ?? null;
  return {
    ...facts,
    subject,
    channel,
    chatbotId,
    chatbotName,
    inboxName,
    assigneeName,
    contact,
    tags,
    rating,
  };
}

/** Conversations with their contacts' names: what lists show. Reads one row for each contact. */
export async function showConversations(
  tenant: Tenant,
  list: readonly Conversation[],
  inboxes: ReadonlyMap<string, Inbox>,
  names: Names,
): Promise<z.input<typeof conversationFull>[]> {
  const [contacts, named] = await Promise.all([
    contactBriefs(tenant, [...new Set(list.map(({ contactId }) => contactId))]),
    withTags(tenant, list, names),
  ]);
  return list.flatMap((conversation) => {
    const inbox = inboxes.get(conversation.inboxId);
    if (!inbox) return [];
    const contact = contacts.get(conversation.contactId) ?? { id: conversation.contactId, name: null };
    return showConversation(conversation, inbox, contact, named);
  });
}

/** Rows of a list of conversations: about three rows are read for each, at once with it where the list could. */
export async function conversationRows(
  tenant: Tenant,
  list: readonly ListedConversation[],
  inboxes: ReadonlyMap<string, Inbox>,
  names: Names,
): Promise<z.input<typeof conversationRow>[]> {
  const unread = list.filter(({ lastMessage }) => lastMessage === undefined);
  const [named, contacts, previews] = await Promise.all([
    withTags(tenant, list, names),
    contactBriefs(tenant, [...new Set(unread.map(({ contactId }) => contactId))]),
    lastMessages(
      tenant,
      unread.map(({ id }) => id),
    ),
  ]);
  return list.flatMap((listed) => {
    const { contactName, lastMessage, ...conversation } = listed;
    const inbox = inboxes.get(conversation.inboxId);
    if (!inbox) return [];
    const name = contactName ?? contacts.get(conversation.contactId)?.name ?? null;
    const last = lastMessage === undefined ? previews.get(conversation.id) : shownLast.parse(lastMessage);
    return {
      ...showConversation(conversation, inbox, { id: conversation.contactId, name }, named),
      lastMessage: last ? { text: cutText(last.body, PREVIEW).text, senderKind: last.senderKind } : null,
    };
  });
}

/** The names with those of the tags that these carry. Asks nothing where there are none. */
async function withTags(tenant: Tenant, list: readonly Conversation[], names: Names): Promise<Names> {
  const tags = await namesOf(tenant, [...new Set(list.flatMap((conversation) => conversation.tags))]);
  return new Map([...names, ...tags]);
}

const shownLast = z
  .string()
  .transform((text) => z.tuple([z.string(), z.enum(SENDER_KINDS)]).parse(JSON.parse(text)))
  .transform(([body, senderKind]) => ({ body, senderKind }))
  .nullable();

type LastMessage = Pick<Message, "conversationId" | "body" | "senderKind">;

/** The newest public message of each conversation. CROSS JOIN keeps SQLite from beginning with all messages. */
async function lastMessages(tenant: Tenant, ids: readonly string[]): Promise<Map<string, LastMessage>> {
  if (ids.length === 0) return new Map();
  const rows = await tenant.db
    .select({
      conversationId: messages.conversationId,
      body: sql<string>`substr(${messages.body}, 1, ${PREVIEW + 1})`,
      senderKind: messages.senderKind,
    })
    .from(sql`json_each(${JSON.stringify(ids)}) AS wanted`)
    .crossJoin(messages)
    .where(
      tenant.of(
        messages,
        sql`${messages.n} = (SELECT x.n FROM messages x
          WHERE x.workspace_id = ${tenant.workspaceId} AND x.conversation_id = wanted.value AND x.kind = 'message'
          ORDER BY x.seq DESC LIMIT 1)`,
      ),
    );
  return new Map(rows.map((row) => [row.conversationId, row]));
}

/** What customers wrote in these answers, by the names of the fields. */
export const UNTRUSTED_MESSAGE = ["name", "text"] as const;
/** Of a conversation: flows may make tags of what a visitor says, as imports bring them. */
export const UNTRUSTED_ROW = ["name", "tags", "subject"] as const;
/** Of a whole conversation. */
export const UNTRUSTED_CONVERSATION = [...UNTRUSTED_ROW, "comment"] as const;
export const UNTRUSTED_CONTACT = ["email", "phone"] as const;
export const UNTRUSTED_VISITOR = ["page", "referrer", "locale", "device", "country"] as const;
