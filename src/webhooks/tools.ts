import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { checkChatbot } from "../chatbots/store.ts";
import { momentInput, rangeStart } from "../figures/days.ts";
import { EVENT_TYPES } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { namesOf } from "../tenant/names-of.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../tenant/page.ts";
import { commaFree, typedText } from "../tenant/typed-text.ts";
import { deliveryAnswer, deliveryOutput, UNTRUSTED, webhookAnswer, webhookOutput } from "./answers.ts";
import { deliverTest, redeliverOne, redeliverSince } from "./deliver.ts";
import { listDeliveries } from "./log.ts";
import { ATTEMPT_STATES } from "./schema.ts";
import {
  createWebhook,
  deleteWebhook,
  getWebhook,
  listWebhooks,
  MAX_WEBHOOKS,
  regenerateSecret,
  updateWebhook,
} from "./store.ts";
import { webhooksChanged } from "./waking.ts";

/** Webhooks and attempts that one page lists at most. */
const MAX_LISTED = 50;

// Longer ones are refused with a reason, and that none is public is found where it is checked.
const urlInput = typedText(4096);
const eventsInput = z
  .array(commaFree(z.string().max(100)))
  .min(1)
  .max(EVENT_TYPES.length + 1)
  .describe("Types of list_events, or * for all");
const descriptionInput = typedText(500, { min: 0 });

const facts = { toolset: "webhooks", untrusted: [] } as const;

const secretOutput = z.string().describe("Shown this once: the receiver verifies signatures with it");

const readTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "list_webhooks",
    title: "List webhooks",
    description:
      "Lists webhooks with address, events and status, never a secret; use it to find a webhookId.",
    phrases:
      "which servers get notified, callbacks, where do events go, all webhooks, webhook urls, where do we " +
      "send events, which systems get our events, callbacks registered, endpoints, integrations that " +
      "receive events",
    scope: "webhooks:read",
    hints: HINTS.R,
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot").optional(),
        cursor: cursorInput,
        limit: limitInput(MAX_WEBHOOKS),
      }),
    output: () => pageOutput(webhookOutput.extend({ chatbotName: z.string().nullable() })),
    async run({ tenant }, input) {
      const [page] = await Promise.all([listWebhooks(tenant, input), checkChatbot(tenant, input.chatbotId)]);
      const names = await namesOf(
        tenant,
        page.items.map(({ chatbotId }) => chatbotId),
      );
      const items = page.items.map((webhook) => ({
        ...webhookAnswer(webhook),
        chatbotName: names.get(webhook.chatbotId) ?? null,
      }));
      return { ...page, items };
    },
  }),
  defineTool({
    ...facts,
    name: "get_webhook",
    title: "Get webhook",
    description: "Answers one webhook's address, events, status and limits, never a secret.",
    phrases:
      "what does this callback listen to, is it paused, facts about one endpoint, webhook details, which " +
      "events is the webhook subscribed to, is the webhook active, was the webhook disabled, settings of a " +
      "webhook",
    scope: "webhooks:read",
    hints: HINTS.R,
    example: { webhookId: "wh_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ webhookId: reference("webhook") }),
    output: () => z.object({ webhook: webhookOutput }),
    async run({ tenant }, { webhookId }) {
      return { webhook: webhookAnswer(await getWebhook(tenant, webhookId)) };
    },
  }),
  defineTool({
    ...facts,
    name: "get_webhook_delivery_logs",
    title: "Get webhook delivery logs",
    description:
      "Lists a webhook's delivery attempts of the last 30 days, newest first: status code, kind of error, duration, what the receiver answered, next attempt. Use it to find out why events do not arrive.",
    phrases:
      "did our endpoint receive the events, why did calls to our server fail, webhook failures, response " +
      "code, webhook not working, webhook history",
    scope: "webhooks:read",
    hints: HINTS.R,
    untrusted: UNTRUSTED,
    example: { webhookId: "wh_01kajq3v7e8m2n4p6r8t0v", limit: 20 },
    input: () =>
      z.strictObject({
        webhookId: reference("webhook"),
        status: z.enum(ATTEMPT_STATES).optional(),
        page: pageInput,
        cursor: cursorInput,
        limit: limitInput(MAX_LISTED),
      }),
    output: () => pageOutput(deliveryOutput),
    async run({ tenant }, { webhookId, status, ...options }) {
      await getWebhook(tenant, webhookId);
      const page = await listDeliveries(tenant, webhookId, { ...options, state: status });
      return { ...page, items: page.items.map((delivery) => deliveryAnswer(tenant, delivery)) };
    },
  }),
];

const writeTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "create_webhook",
    title: "Create webhook",
    description:
      "Sets up a webhook for events, signed as Standard Webhooks, at a public https address, and answers its secret this once. It gets what happens from now on, each event at least once, in order per conversation; test_webhook tries it.",
    phrases:
      "tell our crm about each new contact by http, notify our server when, call a url whenever, connect " +
      "zapier, subscribe to events, notify our system, send each new lead to our crm, register an " +
      "endpoint, callback on new ticket, http request on every message",
    scope: "webhooks:write",
    hints: HINTS.W,
    example: { url: "https://hooks.example.com/parley", events: ["conversation.created", "lead.captured"] },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot").optional().describe("Only events of this chatbot"),
        url: urlInput,
        events: eventsInput,
        description: descriptionInput.optional(),
      }),
    output: () => z.object({ webhook: webhookOutput, secret: secretOutput }),
    async run({ tenant, env }, input) {
      const { webhook, secret } = await createWebhook(tenant, env, input);
      await webhooksChanged(env, tenant);
      return { webhook: webhookAnswer(webhook), secret };
    },
  }),
  defineTool({
    ...facts,
    name: "update_webhook",
    title: "Update webhook",
    description:
      "Changes the given fields of a webhook. Paused stops it and calls off retries; active starts it again with what happens from then on, also after Parley disabled it.",
    phrases:
      "send to another url, listen to other events, pause or resume a callback, add events to a webhook, " +
      "enable webhook again, endpoint moved to a new address, webhook should also get other events, " +
      "reactivate a disabled webhook, edit webhook",
    scope: "webhooks:write",
    hints: { ...HINTS.W, idempotent: true },
    example: { webhookId: "wh_01kajq3v7e8m2n4p6r8t0v", status: "paused" },
    input: () =>
      z.strictObject({
        webhookId: reference("webhook"),
        url: urlInput.optional(),
        events: eventsInput.optional(),
        status: z.enum(["active", "paused"]).optional(),
        description: descriptionInput.optional(),
      }),
    output: () => z.object({ webhook: webhookOutput }),
    async run({ tenant, env }, { webhookId, ...changes }) {
      const webhook = await updateWebhook(tenant, env, webhookId, changes);
      await webhooksChanged(env, tenant, webhookId);
      return { webhook: webhookAnswer(webhook) };
    },
  }),
  defineTool({
    ...facts,
    name: "delete_webhook",
    title: "Delete webhook",
    description:
      "Deletes a webhook and its delivery log for good. To stop it for a while, pause it with update_webhook.",
    phrases:
      "stop calling our server, remove webhook, stop sending events to an endpoint, endpoint no longer " +
      "exists, drop the callback, unsubscribe from events",
    scope: "webhooks:write",
    hints: HINTS.D,
    example: { webhookId: "wh_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ webhookId: reference("webhook") }),
    output: () => z.object({ id: z.string(), deleted: z.literal(true) }),
    async run({ tenant, env }, { webhookId }) {
      await deleteWebhook(tenant, webhookId);
      await webhooksChanged(env, tenant, webhookId);
      return { id: webhookId, deleted: true as const };
    },
  }),
  defineTool({
    ...facts,
    name: "regenerate_webhook_secret",
    title: "Regenerate webhook secret",
    description:
      "Gives a webhook a new signing secret and answers it this once. The old one signs as well for 24 hours; " +
      "expireOld now ends it at once, for one that leaked.",
    phrases:
      "rotate the secret, replace the shared key, change the signature key, reset the secret, someone saw " +
      "our webhook secret, key is compromised, renew the secret",
    scope: "webhooks:write",
    hints: HINTS.D,
    example: { webhookId: "wh_01kajq3v7e8m2n4p6r8t0v", expireOld: "24h" },
    input: () =>
      z.strictObject({ webhookId: reference("webhook"), expireOld: z.enum(["24h", "now"]).default("24h") }),
    output: () => z.object({ webhook: webhookOutput, secret: secretOutput }),
    async run({ tenant, env }, { webhookId, expireOld }) {
      const { webhook, secret } = await regenerateSecret(tenant, env, webhookId, expireOld);
      await webhooksChanged(env, tenant, webhookId);
      return { webhook: webhookAnswer(webhook), secret };
    },
  }),
  defineTool({
    ...facts,
    name: "test_webhook",
    title: "Test webhook",
    description:
      "Sends a webhook one signed sample event, marked as a test, and answers how the receiver took it. " +
      "Works on a paused one too.",
    phrases:
      "send an example event, try the callback, ping the endpoint, sample event to our url, check the " +
      "connection to our server, fire a dummy event",
    scope: "webhooks:write",
    hints: HINTS.W,
    untrusted: UNTRUSTED,
    example: { webhookId: "wh_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ webhookId: reference("webhook") }),
    output: () => z.object({ delivery: deliveryOutput, requestBody: z.string().describe("What was sent") }),
    async run({ tenant, env }, { webhookId }) {
      const delivery = await deliverTest(tenant, env, await getWebhook(tenant, webhookId));
      return { delivery: deliveryAnswer(tenant, delivery), requestBody: delivery.requestBody };
    },
  }),
  defineTool({
    ...facts,
    name: "redeliver_webhook",
    title: "Redeliver webhook",
    description:
      "Sends again, once and under the same webhook-id: one delivery, or what did not arrive since a time, 20 events at most, oldest first. Repeat while remaining is above 0.",
    phrases:
      "try failed deliveries again, resend events, retry delivery, replay missed events, server was down, " +
      "redeliver yesterday's events, get the lost events, catch up missed webhook calls",
    scope: "webhooks:write",
    interactive: true,
    hints: HINTS.W,
    untrusted: UNTRUSTED,
    example: { webhookId: "wh_01kajq3v7e8m2n4p6r8t0v", deliveryId: "wd_01kajq3v7e8m2n4p6r8t0v" },
    input: () =>
      z.strictObject({
        webhookId: reference("webhook"),
        deliveryId: reference("delivery").optional(),
        since: momentInput.optional(),
      }),
    output: () =>
      z.object({
        deliveries: z.array(deliveryOutput),
        succeeded: z.int(),
        remaining: z.int().describe("Events still undelivered, without those just tried"),
        remainingIsExact: z.boolean().describe("false: there are more than that"),
      }),
    async run(call, { webhookId, deliveryId, since }) {
      const { tenant, env, signal } = call;
      if ((deliveryId === undefined) === (since === undefined)) {
        throw new Failure("invalid_input", "Pass either deliveryId or since.", {
          hint: "deliveryId is one row of get_webhook_delivery_logs; since is a day or a time.",
        });
      }
      const webhook = await getWebhook(tenant, webhookId);
      const { deliveries, ...rest } =
        deliveryId === undefined
          ? await redeliverSince(tenant, env, webhook, rangeStart(since ?? "", tenant.timeZone), {
              signal,
              onProgress: (done, of) => call.progress(done, of),
            })
          : {
              deliveries: [await redeliverOne(tenant, env, webhook, deliveryId)],
              remaining: 0,
              remainingIsExact: true,
            };
      return {
        ...rest,
        deliveries: deliveries.map((delivery) => deliveryAnswer(tenant, delivery)),
        succeeded: deliveries.filter(({ state }) => state === "succeeded").length,
      };
    },
  }),
];

/** Webhooks: where they go, their secrets, their log, and single attempts. */
export const webhookTools: readonly Tool[] = [...readTools, ...writeTools];
