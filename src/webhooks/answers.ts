import { z } from "zod";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import {
  ATTEMPT_STATES,
  DELIVERY_TRIGGERS,
  ERROR_KINDS,
  WEBHOOK_STATUSES,
  type Webhook,
  type WebhookDelivery,
} from "./schema.ts";

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
  oldSecretValidUntil: time.nullable().describe("Two secrets sign until then"),
  delivering: z.boolean().describe("Whether events are sent to it by themselves"),
  reason: z.string().nullable().describe("Why they are not"),
  createdAt: time,
  updatedAt: time,
});

/** Why a webhook gets no events. */
function reasonOf({ status, disabledReason }: Webhook): string | null {
  if (status === "active") return null;
  const resume = "Set it active with update_webhook.";
  if (status === "paused") return `It is paused. ${resume}`;
  return `Parley disabled it: ${disabledReason ?? "no reason is known."} ${resume}`;
}

/** The row as {@link webhookOutput} takes it. */
export function webhookAnswer(webhook: Webhook, now = Date.now()): z.input<typeof webhookOutput> {
  const { secret: _, oldSecret: __, oldSecretUntil, revision: ___, cursor: ____, ...shown } = webhook;
  return {
    ...shown,
    delivering: webhook.status === "active",
    reason: reasonOf(webhook),
    oldSecretValidUntil: oldSecretUntil !== null && now < oldSecretUntil ? oldSecretUntil : null,
  };
}

/** An attempt as tools answer it. */
export const deliveryOutput = z.object({
  id: z.string(),
  messageId: z.string().describe("The header webhook-id: the same in all attempts of one event"),
  eventType: z.string(),
  eventSeq: z.int().nullable().describe("Its number in list_events; null for tests and limited callers"),
  attempt: z.int().describe("0: not tried yet"),
  trigger: z.enum(DELIVERY_TRIGGERS),
  status: z.enum(ATTEMPT_STATES),
  statusCode: z.int().nullable(),
  errorKind: z.enum(ERROR_KINDS).nullable(),
  durationMs: z.int().nullable(),
  responseExcerpt: z.string().nullable().describe("At most 2 KB of what the receiver answered"),
  nextAttemptAt: time.nullable().describe("Null also while an earlier event of its conversation waits"),
  createdAt: time,
});

/** What of an attempt the receiver wrote. */
export const UNTRUSTED = ["responseExcerpt"] as const;

/** The row as {@link deliveryOutput} takes it. */
export function deliveryAnswer(
  tenant: Tenant,
  { state, eventSeq, nextAttemptAt, ...shown }: WebhookDelivery,
): z.input<typeof deliveryOutput> {
  // One that waits behind another is tried when that has ended, whenever that is.
  const waits = state === "pending" && shown.attempt === 0;
  // As in the events feed: numbers with gaps would tell how much happens in other inboxes.
  return {
    ...shown,
    status: state,
    eventSeq: tenant.inboxes === null ? eventSeq : null,
    nextAttemptAt: waits ? null : nextAttemptAt,
  };
}
