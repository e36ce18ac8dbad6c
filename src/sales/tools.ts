import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { checkChatbot } from "../chatbots/store.ts";
import { namesOf } from "../tenant/names-of.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import { time } from "../tenant/time.ts";
import { typedText } from "../tenant/typed-text.ts";
import { ruleCounts } from "./counts.ts";
import { salesTrigger, TRIGGER_KINDS } from "./schema.ts";
import { createSalesRule, deleteSalesRule, listSalesRules, updateSalesRule } from "./store.ts";

const ruleRow = z.object({
  id: z.string(),
  chatbotId: z.string(),
  name: z.string(),
  trigger: salesTrigger,
  message: z.string(),
  active: z.boolean(),
  priority: z.int().describe("Of rules that fire at once, the lowest speaks"),
  createdAt: time,
  updatedAt: time,
});

const nameInput = typedText(100);
const messageInput = typedText(1000).describe("What the widget says to the visitor");

/**
 * A trigger as an argument: checked as the union that it is, but listed flat, which costs a client a third of the
 * context.
 */
const triggerInput = z
  .strictObject({
    kind: z.enum(TRIGGER_KINDS),
    contains: z.string().max(500).optional().describe("page_url: part of the page's address"),
    seconds: z.int().optional().describe("time_on_page"),
    percent: z.int().optional().describe("scroll: how far down the page"),
    minimum: z.number().optional().describe("cart_value, which the page tells: parley.setCart"),
  })
  .transform((given, context) => {
    const read = salesTrigger.safeParse(given);
    if (read.success) return read.data;
    for (const { path, message } of read.error.issues) {
      context.issues.push({ code: "custom", path, message, input: given });
    }
    return z.NEVER;
  });

const NOT_SHOWN = { shown: 0, opened: 0, answered: 0 };

const facts = { toolset: "products", untrusted: [] } as const;

/** Sales rules, second half of the products toolset. */
export const salesTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "list_sales_rules",
    title: "List sales rules",
    description:
      "Lists the rules by which a chat widget speaks to visitors first, in the order of priority, with how often each was shown, opened and answered.",
    phrases:
      "which pop-ups are active, what proactive messages do visitors get, offers on the site, active " +
      "popups, proactive messages, when does the widget speak first, which rules are there, automatic " +
      "greetings, running promotions, triggers we have set up",
    scope: "sales:read",
    hints: HINTS.R,
    example: { active: true },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot").optional(),
        active: z.boolean().optional(),
        cursor: cursorInput,
        limit: limitInput(),
      }),
    output: () =>
      pageOutput(
        ruleRow.extend({
          chatbotName: z.string().nullable(),
          shown: z.int().describe("Times its message stood on a page"),
          opened: z.int().describe("Times a visitor opened the chat by it"),
          answered: z.int().describe("Times a visitor wrote after that"),
        }),
      ),
    async run({ tenant }, input) {
      const [page] = await Promise.all([
        listSalesRules(tenant, input),
        checkChatbot(tenant, input.chatbotId),
      ]);
      const [names, counts] = await Promise.all([
        namesOf(
          tenant,
          page.items.map(({ chatbotId }) => chatbotId),
        ),
        ruleCounts(
          tenant,
          page.items.map(({ id }) => id),
        ),
      ]);
      const items = page.items.map((rule) => ({
        ...rule,
        chatbotName: names.get(rule.chatbotId) ?? null,
        ...(counts.get(rule.id) ?? NOT_SHOWN),
      }));
      return { ...page, items };
    },
  }),
  defineTool({
    ...facts,
    name: "create_sales_rule",
    title: "Create sales rule",
    description:
      "Makes a rule by which a chatbot's widget speaks to a visitor first, at once unless active is false.",
    phrases:
      "show a message to visitors who stay on the pricing page, greet after ten seconds, nudge shoppers, " +
      "new popup, message when somebody is about to leave, trigger for the cart, start a promotion, invite " +
      "visitors to chat, pop up after some seconds",
    scope: "sales:write",
    hints: HINTS.W,
    example: {
      chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v",
      name: "Help on the price page",
      trigger: { kind: "time_on_page", seconds: 30 },
      message: "Questions about our prices?",
    },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot"),
        name: nameInput,
        trigger: triggerInput,
        message: messageInput,
        active: z.boolean().default(true),
      }),
    output: () => z.object({ rule: ruleRow }),
    async run({ tenant }, input) {
      await checkChatbot(tenant, input.chatbotId);
      return { rule: await createSalesRule(tenant, input) };
    },
  }),
  defineTool({
    ...facts,
    name: "update_sales_rule",
    title: "Update sales rule",
    description: "Changes the given fields of a sales rule and answers it; active false stops it.",
    phrases:
      "pause the exit offer, other wording of a pop-up, change when a nudge appears, stop a proactive " +
      "message, deactivate the promotion, other text for the popup, turn the discount off, change the " +
      "trigger, switch a sales rule on again, edit rule",
    scope: "sales:write",
    hints: { ...HINTS.W, idempotent: true },
    example: { ruleId: "sr_01kajq3v7e8m2n4p6r8t0v", active: false },
    input: () =>
      z.strictObject({
        ruleId: reference("salesRule"),
        name: nameInput.optional(),
        trigger: triggerInput.optional(),
        message: messageInput.optional(),
        active: z.boolean().optional(),
      }),
    output: () => z.object({ rule: ruleRow }),
    async run({ tenant }, { ruleId, ...changes }) {
      return { rule: await updateSalesRule(tenant, ruleId, changes) };
    },
  }),
  defineTool({
    ...facts,
    name: "delete_sales_rule",
    title: "Delete sales rule",
    description: "Deletes a sales rule for good. update_sales_rule with active false only stops it.",
    phrases:
      "remove a pop-up for good, campaign is over, throw away a nudge, drop the exit offer, rule is no " +
      "longer needed, get rid of a promotion",
    scope: "sales:write",
    grantScope: "chatbots:delete",
    hints: HINTS.D,
    example: { ruleId: "sr_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ ruleId: reference("salesRule") }),
    output: () => z.object({ id: z.string(), deleted: z.literal(true) }),
    async run({ tenant }, { ruleId }) {
      await deleteSalesRule(tenant, ruleId);
      return { id: ruleId, deleted: true as const };
    },
  }),
];
