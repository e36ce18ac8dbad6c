import { z } from "zod";
import { checkChatbot } from "../chatbots/store.ts";
import { CHANNELS } from "../inboxes/store.ts";
import type { Tenant } from "../tenant/tenant.ts";
import {
  type Counts,
  countDurations,
  countOf,
  csatOf,
  csatOutput,
  type Period,
  periodOutput,
  rate,
  rateOutput,
  readPeriod,
  showPeriod,
  trendOf,
  trendOutput,
} from "./figures.ts";

/** Who can have sent a message for the workspace, as counters name them. */
const SENDERS = ["member", "bot", "api_key", "ai", "flow", "system"] as const;

export const channelOutput = z.object({
  channel: z.enum(CHANNELS),
  sessions: z.int(),
  messagesIn: z.int(),
  messagesOut: z.int(),
});

export const overviewOutput = z.object({
  period: periodOutput,
  sessions: z.int().describe("Conversations begun in these days in which the customer wrote"),
  messages: z.object({
    in: z.int(),
    out: z.int(),
    bySender: z.object({ contact: z.int(), ...senderFields() }),
  }),
  byChannel: z.array(channelOutput),
  responseRates: z
    .object({
      any: rateOutput,
      person: rateOutput.describe("Members, bot tokens and API keys"),
      chatbot: rateOutput,
    })
    .describe("Share of the sessions that were answered, 0 to 1; null without sessions"),
  csat: csatOutput,
  trend: trendOutput,
});

function senderFields() {
  const field = z.int();
  return { member: field, bot: field, api_key: field, ai: field, flow: field, system: field };
}

export function messagesOut(counts: Counts | undefined): number {
  return SENDERS.reduce((sum, sender) => sum + countOf(counts, `messages_out_${sender}`), 0);
}

/** Sessions and messages of each channel. */
export function channelsOf(period: Period): z.input<typeof channelOutput>[] {
  return period.byChannel.map(({ channel, total }) => ({
    channel,
    sessions: countOf(total, "sessions"),
    messagesIn: countOf(total, "messages_in"),
    messagesOut: messagesOut(total),
  }));
}

/**
 * Sessions, messages and response rates of the last days.
 * @throws Failure `not_found` for the chatbot
 */
export async function overviewOf(
  tenant: Tenant,
  { chatbotId, days }: { chatbotId?: string; days: number },
): Promise<z.input<typeof overviewOutput>> {
  const [period] = await Promise.all([
    readPeriod(tenant, days, { chatbotId }),
    checkChatbot(tenant, chatbotId),
  ]);
  const { total, byDay } = period;
  const sessions = countOf(total, "sessions");
  const sent = (sender: (typeof SENDERS)[number]) => countOf(total, `messages_out_${sender}`);
  return {
    period: showPeriod(tenant, period),
    sessions,
    messages: {
      in: countOf(total, "messages_in"),
      out: messagesOut(total),
      bySender: {
        contact: countOf(total, "messages_in"),
        member: sent("member"),
        bot: sent("bot"),
        api_key: sent("api_key"),
        ai: sent("ai"),
        flow: sent("flow"),
        system: sent("system"),
      },
    },
    byChannel: channelsOf(period),
    responseRates: {
      any: rate(countOf(total, "sessions_replied"), sessions),
      person: rate(countDurations(total, "first_reply_seconds"), sessions),
      chatbot: rate(countDurations(total, "first_bot_reply_seconds"), sessions),
    },
    csat: csatOf(total),
    trend: trendOf(period, {
      sessions: (day) => countOf(byDay.get(day), "sessions"),
      answered: (day) => countOf(byDay.get(day), "sessions_replied"),
      messagesIn: (day) => countOf(byDay.get(day), "messages_in"),
      messagesOut: (day) => messagesOut(byDay.get(day)),
    }),
  };
}
