import { EVENT_TYPES, type EventType } from "../tenant/events.ts";
import type { events } from "../tenant/schema.ts";
import { time } from "../tenant/time.ts";
import type { Webhook } from "./schema.ts";

/** An event as it is stored. */
export type StoredEvent = Omit<typeof events.$inferSelect, "workspaceId">;

/** Stands for every type, those that come later too. */
export const ALL_EVENTS = "*";

/** A message's body, as JSON, and what it is about. */
export interface WebhookMessage {
  eventType: string;
  /** Null for a test. */
  eventSeq: number | null;
  body: string;
}

/** What decides which events a webhook gets. */
export type Subscription = Pick<Webhook, "events" | "chatbotId" | "inboxIds">;

/**
 * The message that tells a webhook of an event; null when it does not get this event. Bodies are thin: ids and states
 * as in the events feed, never text, so that what a receiver may not see stays where it is.
 * @param inboxChatbotId the chatbot of the event's inbox; null where it has none, or the event no inbox
 */
export function renderEvent(
  subscription: Subscription,
  event: StoredEvent,
  inboxChatbotId: string | null,
): WebhookMessage | null {
  const { events: types, chatbotId, inboxIds } = subscription;
  if (!types.includes(ALL_EVENTS) && !types.includes(event.type)) return null;
  if (chatbotId !== null && chatbotOf(event, inboxChatbotId) !== chatbotId) return null;
  if (inboxIds !== null && (event.inboxId === null || !inboxIds.includes(event.inboxId))) return null;
  return {
    eventType: event.type,
    eventSeq: event.seq,
    body: bodyOf(subscription, event, {}),
  };
}

/** An event says its chatbot itself, or is about one, or happened in an inbox that has one. */
function chatbotOf(event: StoredEvent, inboxChatbotId: string | null): string | null {
  if (event.type === "chatbot.updated") return event.subjectId;
  return typeof event.data.chatbotId === "string" ? event.data.chatbotId : inboxChatbotId;
}

function bodyOf({ inboxIds }: Subscription, event: StoredEvent, marks: { test?: true }): string {
  return JSON.stringify({
    type: event.type,
    timestamp: time.parse(event.createdAt),
    data: {
      ...marks,
      // As in the feed: numbers with gaps would tell how much happens in inboxes that are not this webhook's.
      seq: inboxIds === null ? event.seq : null,
      subjectId: event.subjectId,
      inboxId: event.inboxId,
      actor: { kind: event.actorKind, id: event.actorId },
      data: event.data,
    },
  });
}

/** Of the types that webhooks are mostly for, the first that a webhook gets is what a test shows. */
const TELLING: readonly EventType[] = ["message.created", "conversation.created", "lead.captured"];

/** A message that looks like one of the webhook's events but is about nothing, marked as a test. */
export function sampleMessage(
  subscription: Subscription,
  actor: { kind: string; id: string },
): WebhookMessage {
  const wanted = subscription.events.includes(ALL_EVENTS) ? EVENT_TYPES : subscription.events;
  const type = TELLING.find((one) => wanted.includes(one)) ?? wanted[0] ?? ALL_EVENTS;
  const event = {
    seq: 0,
    type,
    subjectId: "test",
    inboxId: subscription.inboxIds?.[0] ?? null,
    actorKind: actor.kind,
    actorId: actor.id,
    data: {},
    createdAt: Date.now(),
  };
  return { eventType: type, eventSeq: null, body: bodyOf(subscription, event, { test: true }) };
}
