import { chatbotsOfInboxes } from "../inboxes/store.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Item, laneOf } from "./lanes.ts";
import type { EventsRead } from "./news.ts";
import { renderEvent } from "./render.ts";
import type { Webhook } from "./schema.ts";
import { PULLED_AT_ONCE, readEvents } from "./settling.ts";
import { webhookIdOf } from "./signing.ts";
import { secretOwner } from "./store.ts";

/** Whose events are read. */
export interface Pulling {
  tenant: Tenant;
  webhook: Webhook;
  /** What was read for it by whoever woke it; null: it reads itself. */
  read: EventsRead | null;
}

/**
 * What the webhook is to be told of the next events.
 * @param after the newest event that was looked at
 * @returns with the newest event that is looked at by it, and whether there is none behind it
 */
export async function pullItems(
  env: Env,
  pulling: Pulling,
  after: number,
): Promise<{ items: Item[]; newest: number; whole: boolean }> {
  const { tenant, webhook } = pulling;
  const { events, whole, chatbots } = await eventsAfter(pulling, after);
  const owner = secretOwner(env, tenant, webhook.id);
  const items: Item[] = [];
  for (const event of events) {
    const message = renderEvent(webhook, event, chatbots[event.inboxId ?? ""] ?? null);
    if (message === null) continue;
    const messageId = await webhookIdOf(owner, event.seq);
    const { eventType, body } = message;
    const lane = laneOf(event);
    items.push({ seq: event.seq, lane, messageId, eventType, body, rowId: null, attempts: 0, due: 0 });
  }
  return { items, newest: events.at(-1)?.seq ?? 0, whole };
}

/** Those that were handed on, or as they are read now. */
async function eventsAfter({ tenant, webhook, read }: Pulling, after: number): Promise<EventsRead> {
  if (read && read.after <= after) {
    const events = read.events.filter(({ seq }) => seq > after);
    if (events.length > 0 || read.whole) return { ...read, after, events };
  }
  const events = await readEvents(tenant, after);
  const inboxIds = events.flatMap(({ inboxId }) => inboxId ?? []);
  const chatbots = webhook.chatbotId === null ? [] : await chatbotsOfInboxes(tenant, inboxIds);
  return { after, events, whole: events.length < PULLED_AT_ONCE, chatbots: Object.fromEntries(chatbots) };
}
