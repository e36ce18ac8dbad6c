import { z } from "zod";
import type { Tenant } from "../tenant/tenant.ts";
import {
  DELIVERY_STATES,
  DELIVERY_TRIGGERS,
  type Delivery,
  ERROR_KINDS,
  WEBHOOK_STATUSES,
  type Webhook,
} from "./schema.ts";

const shownTime = (at: number | null) => (at === null ? null : new Date(at).toISOString());

/** A webhook as tools answer it: never a secret, sealed or not. */
export const webhookOutput = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(z.string()).describe("Event types; * stands for all"),
  status: z.enum(WEBHOOK_STATUSES).describe("disabled: by Parley, for the reason given"),
  disabledReason: z.string().nullable(),
  chatbotId: z.string().nullable().describe("Only events of this chatbot"),
  inboxIds: z
    .array(z.string())
    .nullable()
    .describe("Only events of these inboxes, which its maker was limited to; null: all"),
  oldSecretValidUntil: z.iso.datetime().nullable().describe("Two secrets sign until then"),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export function showWebhook(webhook: Webhook, now = Date.now()): z.input<typeof webhookOutput> {
  const { id, url, description, events, status, disabledReason, chatbotId, inboxIds, oldSecretUntil } =
    webhook;
  return {
    ...{ id, url, description, events, status, disabledReason, chatbotId, inboxIds },
    oldSecretValidUntil: oldSecretUntil !== null && now < oldSecretUntil ? shownTime(oldSecretUntil) : null,
    createdAt: new Date(webhook.createdAt).toISOString(),
    updatedAt: new Date(webhook.updatedAt).toISOString(),
  };
}

/** An attempt as tools answer it. */
export const deliveryOutput = z.object({
  id: z.string(),
  messageId: z.string().describe("The header webhook-id: the same in all attempts of one event"),
  eventType: z.string(),
  eventSeq: z.int().nullable().describe("Its number in list_events; null for tests and limited callers"),
  attempt: z.int(),
  trigger: z.enum(DELIVERY_TRIGGERS),
  status: z.enum(DELIVERY_STATES),
  statusCode: z.int().nullable(),
  errorKind: z.enum(ERROR_KINDS).nullable(),
  durationMs: z.int().nullable(),
  responseExcerpt: z.string().nullable().describe("At most 2 KB of what the receiver answered"),
  nextAttemptAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});

/** What of an attempt the receiver wrote. */
export const UNTRUSTED = ["responseExcerpt"] as const;

export function showDelivery(tenant: Tenant, delivery: Delivery): z.input<typeof deliveryOutput> {
  const { id, messageId, eventType, eventSeq, attempt, trigger, state, statusCode, errorKind } = delivery;
  return {
    ...{ id, messageId, eventType, attempt, trigger, status: state, statusCode, errorKind },
    // As in the events feed: numbers with gaps would tell how much happens in other inboxes.
    eventSeq: tenant.inboxes === null ? eventSeq : null,
    durationMs: delivery.durationMs,
    responseExcerpt: delivery.responseExcerpt,
    nextAttemptAt: shownTime(delivery.nextAttemptAt),
    createdAt: new Date(delivery.createdAt).toISOString(),
  };
}
