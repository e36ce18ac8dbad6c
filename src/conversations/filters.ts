import { z } from "zod";
import { reference } from "../calls/references.ts";
import { contactReference } from "../contacts/answers.ts";
import { resolveContact } from "../contacts/lookup.ts";
import { momentInput, rangeEnd, rangeStart } from "../figures/days.ts";
import { CHANNELS, type Inbox, listInboxes } from "../inboxes/store.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import {
  CONVERSATION_PRIORITIES,
  CONVERSATION_STATUSES,
  type ConversationPriority,
  type ConversationStatus,
} from "./schema.ts";

/** The filters that listing and searching conversations share. */
export const filterInput = {
  chatbotId: reference("chatbot").optional().describe("Only inboxes that this chatbot answers"),
  inboxId: reference("inbox").optional().describe("Only this inbox"),
  contactId: contactReference.optional(),
  status: z.enum(CONVERSATION_STATUSES).optional(),
  channel: z.enum(CHANNELS).optional(),
  assignee: reference("assignee").optional().describe("Member, bot, me, or none for unassigned"),
  tag: reference("tag").optional(),
  priority: z.enum(CONVERSATION_PRIORITIES).optional(),
  startDate: momentInput.optional().describe("A day, or a date and time"),
  endDate: momentInput.optional().describe("A day (counted whole), or a date and time"),
};

export interface FilterArguments {
  chatbotId?: string;
  inboxId?: string;
  contactId?: string;
  status?: ConversationStatus;
  channel?: Inbox["channel"];
  /** An id, or `none`. */
  assignee?: string;
  /** An id. */
  tag?: string;
  priority?: ConversationPriority;
  startDate?: string;
  endDate?: string;
}

/** Filters with everything looked up that several tables or the caller's rights decide. */
export interface Filters {
  /** Every inbox that the caller may see, by id: what rows show of theirs comes from here. */
  inboxes: Map<string, Inbox>;
  /** The inboxes that the list is limited to; null: all of the workspace. */
  inboxIds: string[] | null;
  contactId: string | undefined;
  status: ConversationStatus | undefined;
  /** Null: unassigned. */
  assignee: string | null | undefined;
  tag: string | undefined;
  priority: ConversationPriority | undefined;
  /** Last activity from this millisecond, and before that one. */
  from: number | undefined;
  until: number | undefined;
}

/** All inboxes that the caller may see; a workspace has at most some hundred. */
export async function visibleInboxes(tenant: Tenant): Promise<Map<string, Inbox>> {
  const found = new Map<string, Inbox>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listInboxes>> = await listInboxes(tenant, {
      limit: 500,
      ...(cursor === null ? {} : { cursor }),
    });
    for (const inbox of page.items) found.set(inbox.id, inbox);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

/**
 * Resolves filter arguments: chatbot, channel and inbox become one set of inboxes.
 * @throws Failure `not_found` for an inbox or contact that is not there for the caller; `invalid_input` when
 * endDate is before startDate
 */
export async function resolveFilters(tenant: Tenant, args: FilterArguments): Promise<Filters> {
  const [inboxes, contact] = await Promise.all([
    visibleInboxes(tenant),
    args.contactId === undefined ? undefined : resolveContact(tenant, args.contactId),
  ]);
  const { inboxId, chatbotId, channel } = args;
  if (inboxId !== undefined && !inboxes.has(inboxId)) throw notFound("inbox", inboxId);
  const chosen = [...inboxes.values()].filter(
    (inbox) =>
      (inboxId === undefined || inbox.id === inboxId) &&
      (chatbotId === undefined || inbox.chatbotId === chatbotId) &&
      (channel === undefined || inbox.channel === channel),
  );
  const all = tenant.inboxes === null && chosen.length === inboxes.size;
  const from = args.startDate === undefined ? undefined : rangeStart(args.startDate, tenant.timeZone);
  const until = args.endDate === undefined ? undefined : rangeEnd(args.endDate, tenant.timeZone);
  if (from !== undefined && until !== undefined && until <= from) {
    throw new Failure("invalid_input", "endDate is before startDate.");
  }
  return {
    inboxes,
    inboxIds: all ? null : chosen.map((inbox) => inbox.id),
    contactId: contact?.id,
    status: args.status,
    assignee: args.assignee === "none" ? null : args.assignee,
    tag: args.tag,
    priority: args.priority,
    from,
    until,
  };
}

/** What makes a cursor of one filter useless for another: the arguments, in one order. */
export function cursorFilters(args: FilterArguments): unknown {
  const { chatbotId, inboxId, contactId, status, channel, assignee, tag, priority, startDate, endDate } =
    args;
  return [chatbotId, inboxId, contactId, status, channel, assignee, tag, priority, startDate, endDate];
}

/** True when a conversation passes the filters: for scans of an index that knows only some of them. */
export function passes(filters: Filters): (conversation: Conversation) => boolean {
  const inboxes = filters.inboxIds === null ? null : new Set(filters.inboxIds);
  const { contactId, status, assignee, tag, priority, from, until } = filters;
  return (conversation) =>
    (inboxes === null || inboxes.has(conversation.inboxId)) &&
    (contactId === undefined || conversation.contactId === contactId) &&
    (status === undefined || conversation.status === status) &&
    (assignee === undefined || conversation.assignee === assignee) &&
    (tag === undefined || conversation.tags.includes(tag)) &&
    (priority === undefined || conversation.priority === priority) &&
    (from === undefined || conversation.lastActivityAt >= from) &&
    (until === undefined || conversation.lastActivityAt < until);
}
