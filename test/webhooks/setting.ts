import { vi } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { type EventType, recordEvent } from "../../src/tenant/events.ts";
import { events } from "../../src/tenant/schema.ts";
import { deliverEvent } from "../../src/webhooks/deliver.ts";
import type { AfterFailure } from "../../src/webhooks/deliveries.ts";
import type { StoredEvent } from "../../src/webhooks/render.ts";
import type { WebhookDelivery } from "../../src/webhooks/schema.ts";
import { getWebhook } from "../../src/webhooks/store.ts";
import { webhookTools } from "../../src/webhooks/tools.ts";
import { failureOf, runTool } from "../run.ts";

export const URL_ = "https://hooks.example.com/parley";

export const run = (call: Call, name: string, args: object = {}) => runTool(webhookTools, call, name, args);

/** The failure that a webhooks tool answers with. */
export const refusal = (call: Call, name: string, args: object = {}) => failureOf(run(call, name, args));

const made = z.object({ webhook: z.looseObject({ id: z.string() }), secret: z.string() });

/** A new webhook for contact.created, and its secret. */
export async function make(call: Call, args: object = {}) {
  return made.parse(await run(call, "create_webhook", { url: URL_, events: ["contact.created"], ...args }));
}

/** A request as the receiver got it. */
export interface Received {
  url: string;
  body: string;
  headers: Record<string, string>;
  redirect: string;
}

/** Stands in for the internet: every request of this test goes to `answer`. Undone by `vi.restoreAllMocks()`. */
export function receive(answer: (received: Received, signal: AbortSignal) => Response | Promise<Response>) {
  const received: Received[] = [];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const one = {
      url: request.url,
      body: await request.text(),
      headers: Object.fromEntries(request.headers),
      redirect: request.redirect,
    };
    received.push(one);
    return answer(one, request.signal);
  });
  return received;
}

/** A receiver that never answers, until the sender gives up. */
export function never(signal: AbortSignal): Promise<Response> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** Records an event and answers it as it is stored. */
export async function happen(
  { tenant }: Call,
  event: {
    type?: EventType;
    subjectId?: string;
    inboxId?: string | null;
    data?: Record<string, unknown>;
  } = {},
): Promise<StoredEvent> {
  const { type = "contact.created", subjectId = "ct_1", inboxId = null, data } = event;
  await tenant.batch([recordEvent(tenant, { type, subjectId, inboxId, ...(data ? { data } : {}) })]);
  const rows = await tenant.db.select().from(events).where(tenant.of(events)).orderBy(events.seq);
  const last = rows.at(-1);
  if (!last) throw new Error("No event was recorded.");
  return last;
}

/** Lets an event happen and makes one attempt to tell a webhook of it, as the queue does. */
export async function deliverNew(
  call: Call,
  webhookId: string,
  options: { event?: Parameters<typeof happen>[1]; afterFailure?: AfterFailure; chatbotId?: string } = {},
): Promise<WebhookDelivery> {
  const webhook = await getWebhook(call.tenant, webhookId);
  const delivery = await deliverEvent(call.tenant, call.env, webhook, await happen(call, options.event), {
    inboxChatbotId: options.chatbotId ?? null,
    afterFailure: options.afterFailure ?? "exhausted",
  });
  if (!delivery) throw new Error("The webhook does not get this event.");
  return delivery;
}
