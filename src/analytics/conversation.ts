import { z } from "zod";
import type { Call } from "../calls/define.ts";
import { modelsOf } from "../chatbots/models.ts";
import { getChatbot } from "../chatbots/store.ts";
import type { Conversation } from "../conversations/append.ts";
import { countBySender, latestInbound } from "../conversations/figures.ts";
import { getConversation } from "../conversations/read.ts";
import { CHANNELS, getInbox } from "../inboxes/store.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { time } from "../tenant/time.ts";
import { estimateSentiment, MESSAGES_READ } from "./sentiment.ts";

const seconds = z.number().nullable();

export const conversationOutput = z.object({
  conversationId: z.string(),
  inboxId: z.string(),
  channel: z.enum(CHANNELS),
  chatbotId: z.string().nullable(),
  status: z.string(),
  startedAt: time,
  lastActivityAt: time,
  durationSeconds: z.number().describe("From its beginning to its resolution, or else to its last message"),
  waitingSince: time.nullable().describe("Since when the customer waits for an answer"),
  firstResponse: z
    .object({ personSeconds: seconds, chatbotSeconds: seconds })
    .describe("From the customer's first message; null while there is none"),
  messages: z.object({
    total: z.int(),
    in: z.int(),
    out: z.int(),
    bySender: z.array(z.object({ sender: z.string(), count: z.int() })),
    complete: z.boolean().describe("false: in, out and bySender are of the first 5,000 only"),
  }),
  resolution: z.object({
    resolved: z.boolean(),
    resolvedAt: time.nullable(),
    firstSeconds: seconds.describe("To the first resolution"),
    fullSeconds: seconds.describe("To the last one, while it is resolved"),
    reopenedCount: z.int(),
  }),
  sentiment: z.object({
    score: z.number().min(-1).max(1).nullable().describe("-1 to 1, a model's estimate; null without one"),
    model: z.string().nullable(),
    note: z.string(),
  }),
});

/** Seconds between two times, to the millisecond; null unless both are there. Clocks that differ make no negative. */
function secondsBetween(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from) / 1000;
}

/** Conversations from before first resolutions were kept have one only if there was no other. */
function firstResolvedAt({ firstResolvedAt: first, reopenedCount, resolvedAt }: Conversation): number | null {
  return first ?? (reopenedCount === 0 ? resolvedAt : null);
}

/** The model that reads for a chatbot: its own, or the deployment's first where there is no chatbot (any more). */
async function modelFor(call: Call, chatbotId: string | null): Promise<string> {
  const [byDefault] = modelsOf(call.env);
  if (chatbotId === null) return byDefault;
  try {
    return (await getChatbot(call.tenant, chatbotId)).model;
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return byDefault;
    throw error;
  }
}

/**
 * One conversation in figures.
 * @param input.chatbotId found only if this chatbot answers its inbox
 * @throws Failure `not_found`
 */
export async function conversationFigures(
  call: Call,
  { conversationId, chatbotId }: { conversationId: string; chatbotId?: string },
): Promise<z.input<typeof conversationOutput>> {
  const { tenant, env, signal } = call;
  const conversation = await getConversation(tenant, conversationId);
  const inbox = await getInbox(tenant, conversation.inboxId);
  if (chatbotId !== undefined && inbox.chatbotId !== chatbotId)
    throw notFound("conversation", conversationId);
  const [{ counts, complete }, texts, model] = await Promise.all([
    countBySender(tenant, conversationId),
    latestInbound(tenant, conversationId, MESSAGES_READ),
    modelFor(call, inbox.chatbotId),
  ]);
  const sentiment = await estimateSentiment(env, model, texts, signal);
  const { createdAt, lastActivityAt, firstInboundAt, resolvedAt } = conversation;
  const bySender = Object.entries(counts).map(([sender, count]) => ({ sender, count }));
  const fromContact = counts.contact ?? 0;
  return {
    conversationId,
    inboxId: inbox.id,
    channel: inbox.channel,
    chatbotId: inbox.chatbotId,
    status: conversation.status,
    startedAt: createdAt,
    lastActivityAt,
    durationSeconds: secondsBetween(createdAt, resolvedAt ?? lastActivityAt) ?? 0,
    waitingSince: conversation.waitingSince,
    firstResponse: {
      personSeconds: secondsBetween(firstInboundAt, conversation.firstReplyAt),
      chatbotSeconds: secondsBetween(firstInboundAt, conversation.firstBotReplyAt),
    },
    messages: {
      total: conversation.messageCount,
      in: fromContact,
      out: bySender.reduce((sum, { count }) => sum + count, 0) - fromContact,
      bySender,
      complete,
    },
    resolution: {
      resolved: resolvedAt !== null,
      resolvedAt,
      firstSeconds: secondsBetween(createdAt, firstResolvedAt(conversation)),
      fullSeconds: secondsBetween(createdAt, resolvedAt),
      reopenedCount: conversation.reopenedCount,
    },
    sentiment,
  };
}
