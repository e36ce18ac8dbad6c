import { expect } from "vitest";
import { upsertProducts } from "../../src/products/import.ts";
import { column, list, part, type Rig, type Row } from "./row.ts";

const ticket = { toolset: "tickets", kind: "R", scope: "tickets:read" } as const;
const product = { toolset: "products", kind: "R", scope: "products:read" } as const;
const sales = { toolset: "products", kind: "W", scope: "sales:write" } as const;

/** Two products of the world's chatbot; the same whenever it is asked. */
async function stock(rig: Rig) {
  const chatbotId = rig.id("chatbotId");
  await upsertProducts(
    rig.tenant,
    [
      {
        externalId: "row-1",
        chatbotId,
        title: "Walking boots",
        price: "89.90",
        currency: "EUR",
        availability: "in_stock",
      },
      {
        externalId: "row-2",
        chatbotId,
        title: "Wool socks",
        price: "12.00",
        currency: "EUR",
        availability: "out_of_stock",
      },
    ],
    { vectors: null },
  );
  return chatbotId;
}

export const ticketRows: Record<string, Row> = {
  list_tickets: {
    ...ticket,
    parameters:
      "chatbotId?, status?, priority?, assignee?, contactId?, query?, sort?, cursor?, limit?, page?",
    from: "C T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), status: ["open", "in-progress"] }),
    async holds(answer, rig) {
      const stored = await rig.rows("tickets", { chatbot_id: rig.id("chatbotId") });
      const open = stored.filter(({ status }) => status !== "resolved" && status !== "closed");
      expect(column(list(answer), "id")).toEqual(column(open, "id"));
    },
  },
  get_ticket: {
    ...ticket,
    parameters: "ticketId",
    from: "T",
    async args(rig) {
      await rig.call("update_ticket", {
        ticketId: rig.id("ticketId"),
        status: "pending",
        note: "Asked the depot.",
      });
      return { ticketId: rig.id("ticketId") };
    },
    async holds(answer, rig) {
      const stored = await rig.row("tickets", { id: rig.id("ticketId") });
      expect(part(answer, "ticket")).toMatchObject({
        id: stored.id,
        status: "pending",
        number: stored.number,
      });
      expect(part(answer, "conversation").id).toBe(stored.conversation_id);
      const entries = await rig.rows("ticket_entries", { ticket_id: rig.id("ticketId") });
      const said = entries.filter(({ kind }) => kind !== "status");
      expect(list(answer, "thread").map(({ seq }) => seq)).toEqual(said.map(({ seq }) => seq));
      expect(list(answer, "statusHistory")).toMatchObject([{ from: "new", to: "pending" }]);
    },
  },
  create_ticket: {
    ...ticket,
    kind: "W",
    scope: "tickets:write",
    parameters: "conversationId?, contactId?, subject, text?, priority?, assignee?",
    from: "+",
    args: (rig) => ({
      conversationId: rig.id("conversationId"),
      subject: "Row ticket",
      text: "It is broken.",
    }),
    async holds(answer, rig) {
      expect(await rig.row("tickets", { subject: "Row ticket" })).toMatchObject({
        id: part(answer, "ticket").id,
        conversation_id: rig.id("conversationId"),
        contact_id: rig.id("contactId"),
        status: "new",
      });
    },
  },
  update_ticket: {
    ...ticket,
    kind: "W",
    scope: "tickets:write",
    parameters: "ticketId, status?, assignee?, priority?, note?",
    from: "+",
    args: (rig) => ({
      ticketId: rig.id("ticketId"),
      status: "in-progress",
      assignee: rig.id("assignee"),
      priority: "urgent",
      note: "On it.",
    }),
    async holds(answer, rig) {
      const stored = await rig.row("tickets", { id: rig.id("ticketId") });
      expect(stored).toMatchObject({
        status: "in_progress",
        assignee: rig.id("assignee"),
        priority: "urgent",
      });
      expect(part(answer, "ticket")).toMatchObject({ status: "in_progress", priority: "urgent" });
      const entries = await rig.rows("ticket_entries", { ticket_id: rig.id("ticketId") });
      expect(entries.map(({ text }) => text)).toContain("On it.");
    },
  },
  list_leads: {
    ...ticket,
    scope: "leads:read",
    parameters: "chatbotId?, startDate?, endDate?, query?, cursor?, limit?",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), query: rig.world.open.canary }),
    async holds(answer, rig) {
      const stored = await rig.row("leads", { chatbot_id: rig.id("chatbotId") });
      expect(list(answer)).toMatchObject([
        { id: stored.id, email: stored.email, contactId: stored.contact_id, chatbotId: stored.chatbot_id },
      ]);
    },
  },
};

export const productRows: Record<string, Row> = {
  search_products: {
    ...product,
    parameters: "query, chatbotId?, limit?",
    from: "T",
    args: async (rig) => ({ chatbotId: await stock(rig), query: "walkng boots" }),
    async holds(answer, rig) {
      const stored = await rig.row("products", { external_id: "row-1" });
      expect(list(answer)[0]).toMatchObject({ id: stored.id, title: "Walking boots" });
      expect(column(list(list(answer)[0] ?? {}, "found"), "arm")).toEqual(["typos", "words"]);
    },
  },
  list_products: {
    ...product,
    parameters: "chatbotId?, availability?, cursor?, limit?",
    from: "T",
    args: async (rig) => ({ chatbotId: await stock(rig), availability: "out_of_stock" }),
    async holds(answer, rig) {
      const stored = await rig.row("products", { external_id: "row-2" });
      expect(list(answer)).toMatchObject([{ id: stored.id, price: "12.00", currency: "EUR" }]);
      expect(stored.price_minor).toBe(1200);
    },
  },
  list_sales_rules: {
    ...sales,
    kind: "R",
    scope: "sales:read",
    parameters: "chatbotId?, active?, cursor?, limit?",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), active: true }),
    async holds(answer, rig) {
      const stored = await rig.rows("sales_rules", { chatbot_id: rig.id("chatbotId"), active: 1 });
      expect(list(answer).map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
    },
  },
  create_sales_rule: {
    ...sales,
    parameters: "chatbotId, name, trigger, message, active?",
    from: "+",
    args: (rig) => ({
      chatbotId: rig.id("chatbotId"),
      name: "Row rule",
      trigger: { kind: "time_on_page", seconds: 30 },
      message: "Can I help?",
    }),
    async holds(answer, rig) {
      const stored = await rig.row("sales_rules", { name: "Row rule" });
      expect(stored).toMatchObject({ id: part(answer, "rule").id, message: "Can I help?", active: 1 });
      expect(JSON.parse(String(stored.trigger))).toEqual({ kind: "time_on_page", seconds: 30 });
    },
  },
  delete_sales_rule: {
    ...sales,
    kind: "D",
    parameters: "ruleId",
    from: "+",
    async args(rig) {
      const { rule } = await rig.call("create_sales_rule", {
        chatbotId: rig.id("chatbotId"),
        name: "Short-lived",
        trigger: { kind: "exit_intent" },
        message: "Wait!",
      });
      return { ruleId: part({ rule }, "rule").id };
    },
    async holds(answer, rig) {
      expect(answer.deleted).toBe(true);
      expect(await rig.rows("sales_rules", { id: String(answer.id) })).toEqual([]);
    },
  },
  update_sales_rule: {
    ...sales,
    parameters: "ruleId, name?, trigger?, message?, active?",
    from: "+",
    args: (rig) => ({ ruleId: rig.id("ruleId"), active: false, message: "Come back soon." }),
    async holds(answer, rig) {
      expect(part(answer, "rule").active).toBe(false);
      expect(await rig.row("sales_rules", { id: rig.id("ruleId") })).toMatchObject({
        active: 0,
        message: "Come back soon.",
      });
    },
  },
};
