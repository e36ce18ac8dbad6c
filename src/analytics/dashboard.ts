import { desc, sql } from "drizzle-orm";
import { z } from "zod";
import { namesOfChatbots } from "../chatbots/store.ts";
import { readTotal } from "../figures/totals.ts";
import { events } from "../tenant/schema.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { activityOf } from "./activity.ts";
import { type Counts, countOf, periodOutput, readPeriod, showPeriod } from "./figures.ts";
import { channelOutput, channelsOf, messagesOut } from "./overview.ts";

/** Chatbots that are named, those with the most sessions first. */
const NAMED = 10;
/** Events that are shown. */
const RECENT = 10;

export const dashboardOutput = z.object({
  period: periodOutput,
  sessions: z.int(),
  activeChatbots: z
    .object({
      count: z.int(),
      busiest: z.array(
        z.object({
          id: z.string(),
          name: z.string().nullable().describe("null: deleted since"),
          sessions: z.int(),
          messages: z.int(),
          responses: z.int(),
        }),
      ),
    })
    .describe("Those with a session, message or flow response in these days"),
  byChannel: z.array(channelOutput),
  leadsCaptured: z.int(),
  ticketsCreated: z.int(),
  ticketsResolved: z.int().describe("Resolved or closed in these days"),
  openConversations: z.int().describe("Now"),
  openTickets: z.int().describe("Now"),
  recentActivity: z
    .array(
      z.object({
        type: z.string(),
        label: z.string().describe("In words"),
        subjectId: z.string(),
        conversationId: z.string().nullable().describe("The conversation that it was in"),
        inboxId: z.string().nullable(),
        at: time,
      }),
    )
    .describe("The newest events"),
});

/** What happened lately, in figures, and what is open now: of the caller's inboxes. */
export async function dashboardOf(
  tenant: Tenant,
  { days }: { days: number },
): Promise<z.input<typeof dashboardOutput>> {
  const [period, openConversations, openTickets, recent] = await Promise.all([
    readPeriod(tenant, days),
    readTotal(tenant, "conversations_open"),
    readTotal(tenant, "tickets_open"),
    newestEvents(tenant),
  ]);
  const active = [...period.byChatbot]
    .map(([id, counts]) => ({ id, ...figuresOf(counts) }))
    .filter(({ sessions, messages, responses }) => sessions + messages + responses > 0)
    .sort((a, b) => b.sessions - a.sessions || b.messages - a.messages || (a.id < b.id ? -1 : 1));
  const busiest = active.slice(0, NAMED);
  const names = await namesOfChatbots(
    tenant,
    busiest.map(({ id }) => id),
  );
  return {
    period: showPeriod(tenant, period),
    sessions: countOf(period.total, "sessions"),
    activeChatbots: {
      count: active.length,
      busiest: busiest.map(({ id, ...figures }) => ({ id, name: names.get(id) ?? null, ...figures })),
    },
    byChannel: channelsOf(period),
    leadsCaptured: countOf(period.total, "leads_captured"),
    ticketsCreated: countOf(period.total, "tickets_created"),
    ticketsResolved: countOf(period.total, "tickets_resolved"),
    openConversations,
    openTickets,
    recentActivity: recent.map(({ createdAt, data, ...event }) => ({
      ...event,
      ...activityOf({ ...event, data }),
      at: createdAt,
    })),
  };
}

function figuresOf(counts: Counts) {
  return {
    sessions: countOf(counts, "sessions"),
    messages: countOf(counts, "messages_in") + messagesOut(counts),
    responses: countOf(counts, "responses_started"),
  };
}

/** How far back the newest events of a caller's inboxes are looked for. */
const LOOKED_AT = 300;

/** The newest events, of the caller's inboxes only: those that are among the last {@link LOOKED_AT} of the workspace. */
function newestEvents(tenant: Tenant) {
  const { type, subjectId, inboxId, data, createdAt } = events;
  const among =
    tenant.inboxes === null
      ? undefined
      : sql`${events.seq} > (SELECT max(seq) FROM events WHERE workspace_id = ${tenant.workspaceId}) - ${LOOKED_AT}
          AND ${tenant.visible(inboxId)}`;
  return tenant.db
    .select({ type, subjectId, inboxId, data, createdAt })
    .from(events)
    .where(tenant.of(events, among))
    .orderBy(desc(events.seq))
    .limit(RECENT);
}
