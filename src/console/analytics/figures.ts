import { z } from "zod";
import type { Cell } from "../csv.ts";
import { use } from "../use.ts";
import type { Visit } from "../visit.ts";

/** The figures of the page, read by the tools and brought into tiles and tables, which the page shows and files hold. */

export const SPANS = ["7", "30", "90", "365"] as const;

export interface Asked {
  days: number;
  /** Empty: of the whole workspace. */
  chatbotId: string;
}

/** What the page's address asks for. */
export function askedBy({ query }: Visit): Asked {
  const days = SPANS.find((one) => one === query.get("days")) ?? "7";
  return { days: Number(days), chatbotId: query.get("chatbotId") ?? "" };
}

/** Where a figure's definition stands on /docs/metrics. */
type Definition = string;

export interface Tile {
  label: string;
  value: string;
  definition: Definition;
}

export interface Table {
  name: "days" | "chatbots" | "channels" | "states" | "times" | "csat" | "drop-off";
  title: string;
  definition: Definition;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
  /** The chatbot that each row is about, where it is. */
  chatbotIds?: readonly (string | null)[];
}

const count = z.number();
const share = z.number().nullable();
const duration = z.object({
  count,
  medianSeconds: z.number().nullable(),
  p90Seconds: z.number().nullable(),
});
const states = z.object({ open: count, pending: count, snoozed: count, resolved: count });
const trend = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number()]))),
});

const dashboardSchema = z.object({
  activeChatbots: z.object({
    busiest: z.array(
      z.object({
        id: z.string(),
        name: z.string().nullable(),
        sessions: count,
        messages: count,
        responses: count,
      }),
    ),
  }),
  leadsCaptured: count,
  ticketsCreated: count,
  ticketsResolved: count,
  openConversations: count,
  openTickets: count,
  recentActivity: z.array(
    z.object({ label: z.string(), conversationId: z.string().nullable(), at: z.string() }),
  ),
});
export type Dashboard = z.output<typeof dashboardSchema>;

const overviewSchema = z.object({
  period: z.object({ from: z.string(), to: z.string() }),
  sessions: count,
  byChannel: z.array(
    z.object({ channel: z.string(), sessions: count, messagesIn: count, messagesOut: count }),
  ),
  responseRates: z.object({ any: share, person: share, chatbot: share }),
  trend,
});

const summarySchema = z.object({
  conversations: count,
  byStatus: states,
  byChannel: z.array(z.object({ channel: z.string(), conversations: count, byStatus: states })),
  rates: z.object({ resolution: share, containment: share }),
  responseTimes: z.object({ person: duration, chatbot: duration }),
  resolutionTimes: z.object({ first: duration, full: duration, each: duration }),
  csat: z.object({
    asked: count,
    rated: count,
    score: share,
    responseRate: share,
    byRating: z.record(z.string(), count),
  }),
});

/** Of one chatbot. */
const chatbotSchema = z.object({
  responses: z.object({ started: count, completed: count, completionRate: share }),
  dropOff: z.array(
    z.object({
      nodeId: z.string(),
      label: z.string().nullable(),
      reached: count,
      answered: count,
      dropOffRate: share,
    }),
  ),
});

export interface Figures {
  from: string;
  to: string;
  tiles: Tile[];
  tables: Table[];
  /** Sessions of each day, for the plot. */
  perDay: number[];
  /** Null for one chatbot alone. */
  dashboard: Dashboard | null;
}

/** A share from 0 to 1 as a person reads it. */
const percent = (value: number | null): string =>
  value === null ? "–" : `${Math.round(value * 1000) / 10} %`;

/** @throws Failure `not_found` for the chatbot */
export async function readFigures(visit: Visit, { days, chatbotId }: Asked): Promise<Figures> {
  const of = { days, ...(chatbotId === "" ? {} : { chatbotId }) };
  const [overview, summary, dashboard, chatbot] = await Promise.all([
    use(visit, "get_analytics", of).then((answer) => overviewSchema.parse(answer)),
    use(visit, "get_conversation_summary", of).then((answer) => summarySchema.parse(answer)),
    chatbotId === ""
      ? use(visit, "get_dashboard", { days }).then((answer) => dashboardSchema.parse(answer))
      : null,
    chatbotId === ""
      ? null
      : use(visit, "get_chatbot_analytics", of).then((answer) => chatbotSchema.parse(answer)),
  ]);
  const t = visit.words.analytics;
  const tile = (label: string, value: number | string, definition: Definition): Tile => ({
    label,
    value: String(value),
    definition,
  });
  const place = overview.trend.columns.indexOf("sessions");
  return {
    ...overview.period,
    tiles: [
      tile(t.sessions, overview.sessions, "sessions"),
      tile(t.resolution, percent(summary.rates.resolution), "resolution-rate"),
      tile(t.containment, percent(summary.rates.containment), "containment-rate"),
      tile(t.answered, percent(overview.responseRates.any), "response-rate-any"),
      tile(t.answeredByPerson, percent(overview.responseRates.person), "response-rate-person"),
      tile(t.answeredByBot, percent(overview.responseRates.chatbot), "response-rate-chatbot"),
      tile(t.csat, percent(summary.csat.score), "score"),
      ...(chatbot
        ? [
            tile(visit.words.columns.responses, chatbot.responses.started, "responses-started"),
            tile(t.completion, percent(chatbot.responses.completionRate), "completion-rate"),
          ]
        : []),
      ...(dashboard
        ? [
            tile(t.open, dashboard.openConversations, "open-conversations-open-tickets-dashboard"),
            tile(t.leads, dashboard.leadsCaptured, "leads-captured"),
            tile(t.ticketsCreated, dashboard.ticketsCreated, "tickets-created-resolved"),
            tile(t.ticketsResolved, dashboard.ticketsResolved, "tickets-created-resolved"),
            tile(t.openTickets, dashboard.openTickets, "open-conversations-open-tickets-dashboard"),
          ]
        : []),
    ],
    tables: [
      {
        name: "days",
        title: t.byDay,
        definition: "two-kinds-of-counting",
        columns: overview.trend.columns,
        rows: overview.trend.rows,
      },
      ...(dashboard ? [chatbotTable(visit, dashboard)] : []),
      ...(chatbot ? [dropOffTable(visit, chatbot)] : []),
      {
        name: "channels",
        title: t.byChannel,
        definition: "two-kinds-of-counting",
        columns: [visit.words.columns.channel, t.sessions, t.messagesIn, t.messagesOut],
        rows: overview.byChannel.map((one) => [one.channel, one.sessions, one.messagesIn, one.messagesOut]),
      },
      statesTable(visit, summary),
      timesTable(visit, summary),
      {
        name: "csat",
        title: t.csatTable(summary.csat.rated, summary.csat.asked),
        definition: "satisfaction-csat",
        columns: [t.rating, t.ratings],
        rows: ["5", "4", "3", "2", "1"].map((one) => [one, summary.csat.byRating[one] ?? 0]),
      },
    ],
    perDay: overview.trend.rows.map((row) => Number(row[place] ?? 0)),
    dashboard,
  };
}

function chatbotTable({ words }: Visit, { activeChatbots: { busiest } }: Dashboard): Table {
  const t = words.analytics;
  return {
    name: "chatbots",
    title: t.byChatbot,
    definition: "two-kinds-of-counting",
    columns: [words.columns.name, t.sessions, t.messages, words.columns.responses],
    rows: busiest.map(({ name, sessions, messages, responses }) => [name, sessions, messages, responses]),
    chatbotIds: busiest.map(({ id, name }) => (name === null ? null : id)),
  };
}

function dropOffTable({ words }: Visit, { dropOff }: z.output<typeof chatbotSchema>): Table {
  const t = words.analytics;
  return {
    name: "drop-off",
    title: t.dropOff,
    definition: "drop-off-rate-of-a-node",
    columns: [words.nodeFields.nodeId, t.reached, t.wentOn, t.left],
    rows: dropOff.map(({ nodeId, label, reached, answered, dropOffRate }) => [
      label ?? nodeId,
      reached,
      answered,
      percent(dropOffRate),
    ]),
  };
}

function statesTable(
  visit: Visit,
  { byStatus, byChannel, conversations }: z.output<typeof summarySchema>,
): Table {
  const { words } = visit;
  const row = (name: string, all: number, of: z.output<typeof states>) =>
    [name, all, of.open, of.pending, of.snoozed, of.resolved] as const;
  return {
    name: "states",
    title: words.analytics.byState,
    definition: "by-status",
    columns: [
      words.columns.channel,
      words.all,
      words.statuses.open,
      words.statuses.pending,
      words.statuses.snoozed,
      words.statuses.resolved,
    ],
    rows: [
      row(words.all, conversations, byStatus),
      ...byChannel.map((one) => row(one.channel, one.conversations, one.byStatus)),
    ],
  };
}

function timesTable(
  { words }: Visit,
  { responseTimes, resolutionTimes }: z.output<typeof summarySchema>,
): Table {
  const t = words.analytics;
  const row = (name: string, { count: many, medianSeconds, p90Seconds }: z.output<typeof duration>) =>
    [name, many, medianSeconds, p90Seconds] as const;
  return {
    name: "times",
    title: t.times,
    definition: "times",
    columns: ["", t.howMany, t.median, t.p90],
    rows: [
      row(t.firstByPerson, responseTimes.person),
      row(t.firstByBot, responseTimes.chatbot),
      row(t.firstResolution, resolutionTimes.first),
      row(t.fullResolution, resolutionTimes.full),
      row(t.eachResolution, resolutionTimes.each),
    ],
  };
}
