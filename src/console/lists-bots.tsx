import { z } from "zod";
import { Time } from "./layout.tsx";
import { chatbotOptions, choice, ofChatbot, valued } from "./list-filters.ts";
import { listPage, Plain } from "./listing.tsx";
import type { Page } from "./page.ts";
import { linkTo, may, param } from "./visit.ts";

const id = z.string();
const maybe = z.string().nullable();

const made = z.object({ chatbot: z.object({ id }) });

const chatbots = listPage({
  path: "/chatbots",
  label: "chatbots",
  needs: "chatbots:read",
  tool: "list_chatbots",
  row: z.object({
    id,
    name: z.string(),
    model: z.string(),
    disabled: z.boolean(),
    primary: z.boolean(),
    responseCount: z.number(),
  }),
  columns: [
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    {
      label: "status",
      cell: (row, { words }) => (
        <span class={row.disabled ? "tag revoked" : "tag active"}>
          {row.disabled ? words.switchedOff : words.switchedOn}
        </span>
      ),
    },
    { label: "model", cell: (row) => <Plain text={row.model} /> },
    { label: "responses", cell: (row) => <>{row.responseCount}</> },
  ],
  opens: (row) => `/chatbots/${row.id}`,
  above: (visit) =>
    may(visit, "chatbots:write") && (
      <ul class="links">
        <li>
          <a href={linkTo(visit, "/templates")}>{visit.words.nav.templates}</a>
        </li>
        <li>
          <a href={linkTo(visit, "/chatbot-import")}>{visit.words.nav.importChatbot}</a>
        </li>
      </ul>
    ),
  empty: "chatbots",
  emptyLeadsTo: "/templates",
  forms: {
    make: {
      heading: "makeChatbot",
      tool: "create_chatbot",
      needs: "chatbots:write",
      fields: [
        { name: "name", label: "name", kind: "text", required: true, max: 100 },
        { name: "description", label: "description", kind: "text", max: 500 },
      ],
      to: (_, answer) => `/chatbots/${made.parse(answer).chatbot.id}`,
    },
  },
});

const responses = listPage({
  path: "/chatbots/:chatbot/responses",
  label: "responses",
  needs: "responses:read",
  tool: "list_responses",
  args: (visit) => ({ chatbotId: param(visit, "chatbot") }),
  row: z.object({
    id,
    status: z.string(),
    contact: z.object({ name: maybe }).nullable(),
    conversationId: maybe,
    answerCount: z.number(),
    startedAt: z.string(),
  }),
  filters: [
    { name: "startDate", label: "from", kind: "date" },
    { name: "endDate", label: "until", kind: "date" },
  ],
  columns: [
    { label: "contact", cell: (row, { words }) => <Plain text={row.contact?.name ?? words.unnamed} /> },
    { label: "status", cell: (row, visit) => <span class="tag">{valued(visit, row.status)}</span> },
    { label: "answers", cell: (row) => <>{row.answerCount}</> },
    {
      label: "conversation",
      cell: (row, visit) =>
        row.conversationId ? (
          <a href={linkTo(visit, `/inbox/${row.conversationId}`)}>{visit.words.open}</a>
        ) : (
          "–"
        ),
    },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.startedAt} /> },
  ],
  opens: (row, visit) => `/chatbots/${param(visit, "chatbot")}/responses/${row.id}`,
  empty: "responses",
});

const templates = listPage({
  path: "/templates",
  label: "templates",
  needs: "templates:read",
  tool: "list_templates",
  row: z.object({
    id,
    name: z.string(),
    description: z.string(),
    category: z.string(),
    nodeCount: z.number(),
  }),
  filters: [
    choice("category", "category", [
      "leads",
      "support",
      "booking",
      "commerce",
      "feedback",
      "onboarding",
      "events",
      "recruiting",
    ]),
  ],
  columns: [
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    { label: "description", cell: (row) => <Plain text={row.description} /> },
    { label: "category", cell: (row, visit) => <>{valued(visit, row.category)}</> },
  ],
  empty: "templates",
  rowForms: {
    use: {
      heading: "useTemplate",
      tool: "create_from_template",
      needs: "chatbots:write",
      args: (_, form) => ({ templateId: form.get("template") ?? "" }),
      to: (_, answer) => `/chatbots/${made.parse(answer).chatbot.id}`,
      done: "madeFromTemplate",
      hidden: (row) => ({ template: row.id }),
    },
  },
});

const products = listPage({
  path: "/products",
  label: "products",
  needs: "products:read",
  tool: "list_products",
  row: z.object({
    id,
    title: z.string(),
    price: z.unknown(),
    currency: maybe,
    availability: z.string().nullable(),
    chatbotName: maybe,
    updatedAt: z.string(),
  }),
  filters: [
    choice("availability", "availability", ["in_stock", "out_of_stock", "preorder", "discontinued"]),
    ofChatbot,
  ],
  columns: [
    { label: "title", cell: (row) => <Plain text={row.title} /> },
    {
      label: "price",
      cell: (row) => <>{row.price === null ? "–" : `${String(row.price)} ${row.currency ?? ""}`}</>,
    },
    {
      label: "availability",
      cell: (row, visit) => <>{row.availability ? valued(visit, row.availability) : "–"}</>,
    },
    { label: "chatbot", cell: (row, { words }) => <Plain text={row.chatbotName ?? words.all} /> },
    { label: "updated", cell: (row, visit) => <Time visit={visit} at={row.updatedAt} /> },
  ],
  empty: "products",
});

const TRIGGERS = [
  "exit_intent",
  "time_on_page",
  "scroll",
  "page_url",
  "returning_visitor",
  "cart_value",
] as const;

/** What each kind of trigger is told besides. */
const AMOUNTS: Partial<Record<string, "contains" | "seconds" | "percent" | "minimum">> = {
  page_url: "contains",
  time_on_page: "seconds",
  scroll: "percent",
  cart_value: "minimum",
};

function triggerOf(form: URLSearchParams): object {
  const kind = form.get("kind") ?? "";
  const name = AMOUNTS[kind];
  const amount = form.get("amount")?.trim() ?? "";
  if (!name || amount === "") return { kind };
  return { kind, [name]: name === "contains" ? amount : Number(amount) };
}

const salesRules = listPage({
  path: "/sales-rules",
  label: "salesRules",
  needs: "sales:read",
  tool: "list_sales_rules",
  row: z.object({ id, name: z.string(), message: z.string(), active: z.boolean(), chatbotName: maybe }),
  filters: [ofChatbot],
  columns: [
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    { label: "message", cell: (row) => <Plain text={row.message} /> },
    {
      label: "status",
      cell: (row, { words }) => (
        <span class={row.active ? "tag active" : "tag revoked"}>
          {row.active ? words.switchedOn : words.switchedOff}
        </span>
      ),
    },
    { label: "chatbot", cell: (row) => <Plain text={row.chatbotName} /> },
  ],
  empty: "salesRules",
  forms: {
    make: {
      heading: "makeRule",
      tool: "create_sales_rule",
      needs: "sales:write",
      fields: [
        { name: "chatbotId", label: "chatbot", kind: "choice", options: chatbotOptions },
        { name: "name", label: "name", kind: "text", required: true, max: 100 },
        {
          name: "kind",
          label: "trigger",
          kind: "choice",
          options: ({ words }) => TRIGGERS.map((one) => [one, words.triggers[one]]),
        },
        { name: "amount", label: "amount", kind: "text", max: 200 },
        { name: "message", label: "message", kind: "text", required: true, max: 500 },
      ],
      gathered: true,
      args: (_, form) => ({
        ...Object.fromEntries(["chatbotId", "name", "message"].map((name) => [name, form.get(name) ?? ""])),
        trigger: triggerOf(form),
      }),
      to: () => "/sales-rules",
    },
  },
  rowForms: {
    remove: {
      heading: "delete",
      tool: "delete_sales_rule",
      needs: "chatbots:delete",
      args: (_, form) => ({ ruleId: form.get("rule") ?? "" }),
      to: () => "/sales-rules",
      done: "deleted",
      sure: "deleteRule",
      hidden: (row) => ({ rule: row.id }),
    },
  },
});

export const BOT_LISTS: readonly Page[] = [chatbots, responses, templates, products, salesRules];
