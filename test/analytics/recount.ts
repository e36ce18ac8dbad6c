import { z } from "zod";
import { events } from "../../src/tenant/schema.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import type { Workspace } from "./traffic.ts";

/**
 * Counts everything again from the events alone, in a plain way that shares nothing with the counters: what tools
 * answer must be this.
 */

type Event = Pick<
  typeof events.$inferSelect,
  "type" | "subjectId" | "inboxId" | "actorKind" | "data" | "createdAt"
>;

const statusChange = z.object({ from: z.string(), to: z.string() });
const message = z.object({
  conversationId: z.string(),
  kind: z.string(),
  direction: z.string(),
  senderKind: z.string(),
});

const startedAt = z.object({ startedAt: z.iso.datetime() });

interface Conversation {
  inboxId: string;
  startDay: string;
  createdAt: number;
  openedAt: number;
  status: string;
  firstIn: number | null;
  firstPerson: number | null;
  firstChatbot: number | null;
  waitingSince: number | null;
  firstResolved: number | null;
  resolved: number | null;
}

/** Something that counts on a day in an inbox. */
interface Tally {
  what: string;
  day: string;
  inboxId: string;
  by: number;
}

export interface Recount {
  conversations: Conversation[];
  tallies: Tally[];
  openTickets: number;
}

const PEOPLE = ["member", "bot", "api_key"];
const CHATBOT = ["ai", "flow"];

/** The day as the zone's own calendar prints it. */
export function printedDay(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short" }).format(at);
}

export interface Counted {
  /** The inboxes that are counted; null: everything, that of no inbox too. */
  inboxIds: readonly string[] | null;
  /** Only what counts for this chatbot. */
  chatbotId?: string;
}

/** What of the events counts: those of the inboxes, and of the chatbot that they name or else their inbox has. */
function filterOf({ inboxes }: Workspace, { inboxIds, chatbotId }: Counted): (event: Event) => boolean {
  return ({ type, inboxId, data }) => {
    if (inboxIds !== null && !inboxIds.includes(inboxId ?? "")) return false;
    if (chatbotId === undefined) return true;
    const its = type.startsWith("response.")
      ? data.chatbotId
      : inboxes.find(({ id }) => id === inboxId)?.chatbotId;
    return its === chatbotId;
  };
}

export async function recount(tenant: Tenant, workspace: Workspace, counted: Counted): Promise<Recount> {
  const { timeZone } = workspace;
  const all: Event[] = await tenant.db.select().from(events).where(tenant.of(events)).orderBy(events.seq);
  const dayOf = (at: number) => printedDay(at, timeZone);
  const conversations = new Map<string, Conversation>();
  const tickets = new Map<string, string>();
  const tallies: Tally[] = [];
  for (const event of all.filter(filterOf(workspace, counted))) {
    const { type, subjectId, createdAt: at, data } = event;
    const inboxId = event.inboxId ?? "";
    const tally = (what: string, by = 1, when = at) => tallies.push({ what, day: dayOf(when), inboxId, by });
    if (type === "conversation.created") {
      conversations.set(subjectId, {
        ...{ inboxId, startDay: dayOf(at), createdAt: at, openedAt: at, status: "open" },
        ...{ firstIn: null, firstPerson: null, firstChatbot: null, waitingSince: null },
        ...{ firstResolved: null, resolved: null },
      });
    } else if (type === "conversation.status_changed") {
      const conversation = conversations.get(subjectId);
      if (!conversation) throw new Error("A change of no conversation.");
      changeStatus(conversation, event, tally);
    } else if (type === "message.created") {
      const conversation = conversations.get(message.parse(data).conversationId);
      if (!conversation) throw new Error("A message in no conversation.");
      takeMessage(conversation, event, tally);
    } else if (type === "ticket.created") {
      tickets.set(subjectId, "new");
      tally("tickets_created");
    } else if (type === "ticket.status_changed") {
      const { to } = statusChange.parse(data);
      if (isOpen(tickets.get(subjectId) ?? "") && !isOpen(to)) tally("tickets_resolved");
      tickets.set(subjectId, to);
    } else if (type === "lead.captured") {
      tally("leads");
    } else if (type === "response.created") {
      tally("started");
    } else if (type === "response.completed") {
      // On the day that it was started.
      tally("completed", 1, Date.parse(startedAt.parse(data).startedAt));
    }
  }
  return {
    conversations: [...conversations.values()],
    tallies,
    openTickets: [...tickets.values()].filter(isOpen).length,
  };
}

function isOpen(ticketStatus: string): boolean {
  return !["resolved", "closed"].includes(ticketStatus);
}

function endWait(conversation: Conversation, at: number, tally: (what: string, by?: number) => void): void {
  if (conversation.waitingSince === null) return;
  tally("waits");
  tally("waiting_ms", at - conversation.waitingSince);
  conversation.waitingSince = null;
}

function changeStatus(
  conversation: Conversation,
  { data, actorKind, createdAt: at }: Event,
  tally: (what: string, by?: number) => void,
): void {
  const { from, to } = statusChange.parse(data);
  if (to === "resolved" && from !== "resolved") {
    tally("resolved");
    tally(`each ${at - conversation.openedAt}`);
    endWait(conversation, at, tally);
    conversation.firstResolved ??= at;
    conversation.resolved = at;
  }
  const wakes = from === "snoozed" && actorKind === "contact";
  if (to !== "resolved" && (from === "resolved" || wakes)) {
    tally("reopened");
    conversation.openedAt = at;
  }
  if (to !== "resolved") conversation.resolved = null;
  conversation.status = to;
}

function takeMessage(
  conversation: Conversation,
  { data, createdAt: at }: Event,
  tally: (what: string, by?: number) => void,
): void {
  const { kind, direction, senderKind } = message.parse(data);
  if (kind !== "message") return;
  if (direction === "in") {
    tally("in");
    conversation.firstIn ??= at;
    conversation.waitingSince ??= at;
    return;
  }
  tally("out");
  tally(`out ${senderKind}`);
  if (PEOPLE.includes(senderKind) || senderKind === "ai") endWait(conversation, at, tally);
  if (conversation.firstIn === null) return;
  if (PEOPLE.includes(senderKind)) conversation.firstPerson ??= at;
  if (CHATBOT.includes(senderKind)) conversation.firstChatbot ??= at;
}

/** Exact durations, in milliseconds, sorted. */
export function durations(values: readonly (number | null)[]): number[] {
  return values.filter((value) => value !== null).sort((a, b) => a - b);
}
