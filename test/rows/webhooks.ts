import { expect } from "vitest";
import { column, list, part, type Rig, type Row } from "./row.ts";

const read = { toolset: "webhooks", kind: "R", scope: "webhooks:read" } as const;
const write = { toolset: "webhooks", kind: "W", scope: "webhooks:write" } as const;

const stored = (rig: Rig, id: unknown = rig.id("webhookId")) => rig.row("webhooks", { id: String(id) });

const made = async (rig: Rig) => {
  const webhook = { url: "https://hooks.example.com/row", events: ["lead.captured"] };
  return String(part(await rig.call("create_webhook", webhook), "webhook").id);
};

/** A secret is answered once, and is nowhere in what is stored. */
async function holdsSecret(answer: Record<string, unknown>, rig: Rig) {
  const row = await stored(rig, part(answer, "webhook").id);
  expect(answer.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(JSON.stringify(row)).not.toContain(String(answer.secret).slice("whsec_".length));
  return row;
}

export const webhookRows: Record<string, Row> = {
  list_webhooks: {
    ...read,
    parameters: "chatbotId?, cursor?, limit?",
    from: "C",
    args: () => ({}),
    async holds(answer, rig) {
      expect(column(list(answer), "id")).toEqual(column(await rig.rows("webhooks"), "id"));
      expect(JSON.stringify(answer)).not.toMatch(/whsec_|"secret"/);
    },
  },
  get_webhook: {
    ...read,
    parameters: "webhookId",
    from: "C",
    args: (rig) => ({ webhookId: rig.id("webhookId") }),
    async holds(answer, rig) {
      const { url, status } = await stored(rig);
      expect(part(answer, "webhook")).toMatchObject({ url, status, events: ["*"] });
      expect(JSON.stringify(answer)).not.toMatch(/whsec_|"secret"/);
    },
  },
  create_webhook: {
    ...write,
    parameters: "chatbotId?, url, events, description?",
    from: "C",
    args: (rig) => ({
      chatbotId: rig.id("chatbotId"),
      url: "https://hooks.example.com/created",
      events: ["lead.captured", "ticket.created"],
      description: "Row webhook",
    }),
    async holds(answer, rig) {
      const row = await holdsSecret(answer, rig);
      expect(row).toMatchObject({
        url: "https://hooks.example.com/created",
        chatbot_id: rig.id("chatbotId"),
      });
      expect(JSON.parse(String(row.events))).toEqual(["lead.captured", "ticket.created"]);
    },
  },
  update_webhook: {
    ...write,
    parameters: "webhookId, url?, events?, status?, description?",
    from: "C",
    args: async (rig) => ({ webhookId: await made(rig), status: "paused", description: "On holiday" }),
    async holds(answer, rig) {
      const { id } = part(answer, "webhook");
      expect(await stored(rig, id)).toMatchObject({ status: "paused", description: "On holiday" });
    },
  },
  delete_webhook: {
    ...write,
    kind: "D",
    parameters: "webhookId",
    from: "C",
    async args(rig) {
      const webhookId = await made(rig);
      await rig.call("test_webhook", { webhookId });
      return { webhookId };
    },
    async holds(answer, rig) {
      expect(answer.deleted).toBe(true);
      expect(await rig.rows("webhooks", { id: String(answer.id) })).toEqual([]);
      expect(await rig.rows("webhook_deliveries", { webhook_id: String(answer.id) })).toEqual([]);
    },
  },
  regenerate_webhook_secret: {
    ...write,
    kind: "D",
    parameters: "webhookId, expireOld?",
    from: "C",
    args: async (rig) => ({ webhookId: await made(rig) }),
    async holds(answer, rig) {
      const row = await holdsSecret(answer, rig);
      expect(Number(row.old_secret_until)).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    },
  },
  get_webhook_delivery_logs: {
    ...read,
    parameters: "webhookId, status?, cursor?, page?, limit?",
    from: "C",
    args: (rig) => ({ webhookId: rig.id("webhookId"), status: "succeeded" }),
    async holds(answer, rig) {
      const rows = await rig.rows("webhook_deliveries", {
        webhook_id: rig.id("webhookId"),
        state: "succeeded",
      });
      expect(column(list(answer), "id")).toEqual(column(rows, "id"));
      expect(list(answer)[0]).toMatchObject({ statusCode: 200, trigger: "test", attempt: 1 });
    },
  },
  test_webhook: {
    ...write,
    parameters: "webhookId",
    from: "+",
    args: async (rig) => ({ webhookId: await made(rig) }),
    async holds(answer, rig) {
      const delivery = part(answer, "delivery");
      expect(await rig.row("webhook_deliveries", { id: String(delivery.id) })).toMatchObject({
        status_code: 200,
        trigger: "test",
        state: "succeeded",
        response_excerpt: "taken",
      });
    },
  },
  redeliver_webhook: {
    ...write,
    parameters: "webhookId, deliveryId?, since?",
    from: "+",
    args: (rig) => ({ webhookId: rig.id("webhookId"), deliveryId: rig.id("deliveryId") }),
    async holds(answer, rig) {
      const [delivery] = list(answer, "deliveries");
      const [first, second] = await rig.rows("webhook_deliveries", { webhook_id: rig.id("webhookId") });
      expect(second).toMatchObject({ id: delivery?.id, message_id: first?.message_id, trigger: "manual" });
    },
  },
};
