import { z } from "zod";
import { checkChatbot } from "../chatbots/store.ts";
import { CHANNELS } from "../inboxes/store.ts";
import type { Tenant } from "../tenant/tenant.ts";
import {
  type Counts,
  countOf,
  csatOf,
  csatOutput,
  durationOf,
  durationOutput,
  periodOutput,
  rate,
  rateOutput,
  readPeriod,
  showPeriod,
  trendOf,
  trendOutput,
} from "./figures.ts";

const STATUSES = ["open", "pending", "snoozed", "resolved"] as const;

const statusOutput = z
  .object({ open: z.int(), pending: z.int(), snoozed: z.int(), resolved: z.int() })
  .describe("Those that began in these days, by their status now");

export const summaryOutput = z.object({
  period: periodOutput,
  conversations: z.int().describe("Begun in these days, by whichever side"),
  byStatus: statusOutput,
  byChannel: z.array(z.object({ channel: z.enum(CHANNELS), conversations: z.int(), byStatus: statusOutput })),
  changes: z
    .object({ resolved: z.int(), reopened: z.int() })
    .describe("Changes of status made in these days, whenever the conversation began"),
  rates: z
    .object({
      resolution: rateOutput.describe("Resolved now, of those that began"),
      containment: rateOutput.describe("Of the sessions, resolved now without any answer by a person"),
    })
    .describe("0 to 1; null of nothing"),
  responseTimes: z
    .object({ person: durationOutput, chatbot: durationOutput })
    .describe("From the customer's first message to the first answer; median and p90 are estimates"),
  resolutionTimes: z.object({
    first: durationOutput.describe("From the beginning to the first resolution"),
    full: durationOutput.describe("To the last one, of those resolved now"),
    each: durationOutput.describe(
      "Every resolution made in these days, from the beginning or last reopening",
    ),
  }),
  csat: csatOutput,
  waiting: z
    .object({ waits: z.int(), averageSeconds: z.number().nullable() })
    .describe("How long customers waited for the answers that ended in these days"),
  trend: trendOutput,
});

function statusesOf(counts: Counts): z.input<typeof statusOutput> {
  return {
    open: countOf(counts, "status_open"),
    pending: countOf(counts, "status_pending"),
    snoozed: countOf(counts, "status_snoozed"),
    resolved: countOf(counts, "status_resolved"),
  };
}

/**
 * Conversations of the last days by status and channel, and how fast they were answered and resolved.
 * @throws Failure `not_found` for the chatbot
 */
export async function summaryOf(
  tenant: Tenant,
  { chatbotId, days }: { chatbotId?: string; days: number },
): Promise<z.input<typeof summaryOutput>> {
  const [period] = await Promise.all([
    readPeriod(tenant, days, { chatbotId }),
    checkChatbot(tenant, chatbotId),
  ]);
  const { total, byDay, byChannel } = period;
  const begun = countOf(total, "conversations_created");
  const waits = countOf(total, "waits");
  const onDay = (metric: string) => (day: string) => countOf(byDay.get(day), metric);
  return {
    period: showPeriod(tenant, period),
    conversations: begun,
    byStatus: statusesOf(total),
    byChannel: byChannel.map(({ channel, total: own }) => ({
      channel,
      conversations: countOf(own, "conversations_created"),
      byStatus: statusesOf(own),
    })),
    changes: {
      resolved: countOf(total, "conversations_resolved"),
      reopened: countOf(total, "conversations_reopened"),
    },
    rates: {
      resolution: rate(countOf(total, "status_resolved"), begun),
      containment: rate(countOf(total, "sessions_contained"), countOf(total, "sessions")),
    },
    responseTimes: {
      person: durationOf(total, "first_reply_seconds"),
      chatbot: durationOf(total, "first_bot_reply_seconds"),
    },
    resolutionTimes: {
      first: durationOf(total, "first_resolution_seconds"),
      full: durationOf(total, "full_resolution_seconds"),
      each: durationOf(total, "resolution_seconds"),
    },
    csat: csatOf(total),
    waiting: {
      waits,
      averageSeconds: waits > 0 ? Math.round(countOf(total, "waiting_ms") / waits / 100) / 10 : null,
    },
    trend: trendOf(period, {
      conversations: onDay("conversations_created"),
      ...Object.fromEntries(STATUSES.map((status) => [status, onDay(`status_${status}`)])),
      ...Object.fromEntries(
        byChannel.map(({ channel, byDay: own }) => [
          channel,
          (day: string) => countOf(own.get(day), "conversations_created"),
        ]),
      ),
    }),
  };
}
