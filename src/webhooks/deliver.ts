import { Failure } from "../tenant/failure.ts";
import type { Actor, Tenant } from "../tenant/tenant.ts";
import { attempt } from "./attempt.ts";
import { type AfterFailure, beginAttempt, endAttempt, findUndelivered } from "./deliveries.ts";
import { getDelivery } from "./log.ts";
import { renderEvent, type StoredEvent, sampleMessage, type WebhookMessage } from "./render.ts";
import type { DeliveryTrigger, Webhook, WebhookDelivery } from "./schema.ts";
import { validSecrets, webhookIdOf } from "./signing.ts";
import { secretOwner, type WebhookSettings } from "./store.ts";

/** Everything that makes an attempt: the log says what came of it. */

/** Makes one attempt and logs it. */
async function deliver(
  tenant: Tenant,
  settings: WebhookSettings,
  webhook: Webhook,
  message: WebhookMessage & { messageId: string; made?: number },
  how: { trigger: DeliveryTrigger; afterFailure: AfterFailure },
): Promise<WebhookDelivery> {
  const { messageId, body } = message;
  const id = await beginAttempt(tenant, { ...message, webhookId: webhook.id, trigger: how.trigger });
  const secrets = await validSecrets(webhook, secretOwner(settings, tenant, webhook.id), Date.now());
  const { retryAfterMs: _, ...outcome } = await attempt(settings, {
    url: webhook.url,
    messageId,
    body,
    secrets,
  });
  return endAttempt(tenant, id, outcome, how.afterFailure);
}

/**
 * Makes one attempt to tell a webhook of an event. Repeating it is another attempt of the same message.
 * @param inboxChatbotId the chatbot of the event's inbox; null where it has none, or the event no inbox
 * @param afterFailure what follows when it fails: the time of the next attempt, or that there is none
 * @returns null when the webhook does not get this event, or no events at all now
 */
export async function deliverEvent(
  tenant: Tenant,
  settings: WebhookSettings,
  webhook: Webhook,
  event: StoredEvent,
  { inboxChatbotId, afterFailure }: { inboxChatbotId: string | null; afterFailure: AfterFailure },
): Promise<WebhookDelivery | null> {
  const message = webhook.status === "active" ? renderEvent(webhook, event, inboxChatbotId) : null;
  if (message === null) return null;
  const messageId = await webhookIdOf(secretOwner(settings, tenant, webhook.id), event.seq);
  return deliver(tenant, settings, webhook, { ...message, messageId }, { trigger: "auto", afterFailure });
}

/** Sends a sample, marked as a test, to a webhook in any state. Each test is a message of its own. */
export function deliverTest(
  tenant: Tenant,
  settings: WebhookSettings,
  webhook: Webhook,
): Promise<WebhookDelivery> {
  const actor: Pick<Actor, "kind" | "id"> = tenant.actor;
  const message = {
    ...sampleMessage(webhook, { kind: actor.kind, id: actor.id }),
    messageId: `msg_${crypto.randomUUID().replaceAll("-", "")}`,
  };
  return deliver(tenant, settings, webhook, message, { trigger: "test", afterFailure: "keep" });
}

/** Repeats what an attempt sent, byte for byte and under the same webhook-id, signed anew. */
function repeat(tenant: Tenant, settings: WebhookSettings, webhook: Webhook, delivery: WebhookDelivery) {
  const { messageId, eventSeq, eventType, requestBody, attempt: made } = delivery;
  const message = { messageId, eventSeq, eventType, body: requestBody, made };
  return deliver(tenant, settings, webhook, message, { trigger: "manual", afterFailure: "keep" });
}

/** Repeats one attempt, whatever came of it. @throws Failure `not_found` */
export async function redeliverOne(
  tenant: Tenant,
  settings: WebhookSettings,
  webhook: Webhook,
  deliveryId: string,
): Promise<WebhookDelivery> {
  return repeat(tenant, settings, webhook, await getDelivery(tenant, webhook.id, deliveryId));
}

/** Messages of one call. */
export const REDELIVERED_AT_ONCE = 20;
/** At the same time: a Worker may have six connections open. */
const IN_PARALLEL = 5;
/** After this time no further attempt begins, so that the answer comes before clients give up waiting. */
const BEGINS_WITHIN_MS = 20_000;

export interface Redelivery {
  deliveries: WebhookDelivery[];
  /** Messages that still wait for another attempt, without those that were just tried. */
  remaining: number;
  /** False: there are more than `remaining`. */
  remainingIsExact: boolean;
}

/**
 * Repeats the events that a webhook did not get since a time, the longest ago first: at most
 * {@link REDELIVERED_AT_ONCE}, one attempt each. What fails again is behind the others next time.
 * @param since milliseconds; of each message's newest attempt
 * @throws Failure `rate_limited` when none can be sent now; `cancelled`
 */
export async function redeliverSince(
  tenant: Tenant,
  settings: WebhookSettings,
  webhook: Webhook,
  since: number,
  options: { signal?: AbortSignal; onProgress?: (done: number, of: number) => Promise<void> } = {},
): Promise<Redelivery> {
  const { first, count, isExact } = await findUndelivered(tenant, webhook.id, since, REDELIVERED_AT_ONCE);
  const end = Date.now() + BEGINS_WITHIN_MS;
  const deliveries: WebhookDelivery[] = [];
  const waiting = [...first];
  let limited: Failure | null = null;
  const unlessLimited = (error: unknown) => {
    if (!(error instanceof Failure) || error.code !== "rate_limited") throw error;
    limited = error;
    return null;
  };
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const delivery = await repeat(tenant, settings, webhook, next).catch(unlessLimited);
      if (delivery === null) return;
      deliveries.push(delivery);
      await options.onProgress?.(deliveries.length, first.length);
      if (Date.now() > end || options.signal?.aborted) return;
    }
  };
  await Promise.all(Array.from({ length: IN_PARALLEL }, work));
  if (options.signal?.aborted) throw new Failure("cancelled", "The call was cancelled.");
  // Some were sent: what waits is in `remaining`, and the next call says for how long.
  if (limited && deliveries.length === 0) throw limited;
  return { deliveries, remaining: count - deliveries.length, remainingIsExact: isExact };
}
