import { z } from "zod";
import { Time } from "./layout.tsx";
import { chatbotOptions, choice, ofChatbot, valued } from "./list-filters.ts";
import { listPage, Plain } from "./listing.tsx";
import type { Page } from "./page.ts";
import type { ToolForm } from "./tool-form.tsx";
import { hereOf, ofWebhook, secretOf, Webhook } from "./webhook.tsx";

const id = z.string();
const maybe = z.string().nullable();

const webhooks = listPage({
  path: "/webhooks",
  label: "webhooks",
  needs: "webhooks:read",
  tool: "list_webhooks",
  row: z.object({
    id,
    url: z.string(),
    description: maybe,
    events: z.array(z.string()),
    status: z.string(),
    disabledReason: maybe,
  }),
  filters: [ofChatbot],
  columns: [
    { label: "address", cell: (row) => <Plain text={row.url} /> },
    {
      label: "status",
      cell: (row, visit) => (
        <>
          <span class={row.status === "active" ? "tag active" : "tag revoked"}>
            {valued(visit, row.status)}
          </span>{" "}
          {row.disabledReason}
        </>
      ),
    },
    { label: "events", cell: (row) => <>{row.events.join(", ")}</> },
  ],
  opens: (row) => `/webhooks/${row.id}`,
  empty: "webhooks",
  forms: {
    make: {
      heading: "makeWebhook",
      tool: "create_webhook",
      needs: "webhooks:write",
      fields: [
        { name: "url", label: "address", kind: "text", required: true, max: 2000 },
        { name: "events", label: "eventsLines", kind: "list", required: true },
        { name: "description", label: "description", kind: "text" },
        { name: "chatbotId", label: "chatbot", kind: "choice", options: chatbotOptions },
      ],
      to: () => "/webhooks",
      once: secretOf,
    },
  },
});

const webhookForms: Record<string, ToolForm> = {
  test: {
    heading: "testWebhook",
    tool: "test_webhook",
    needs: "webhooks:write",
    args: ofWebhook,
    to: hereOf,
    done: "tried",
  },
  pause: {
    heading: "pause",
    tool: "update_webhook",
    needs: "webhooks:write",
    args: (visit) => ({ ...ofWebhook(visit), status: "paused" }),
    to: hereOf,
  },
  resume: {
    heading: "resume",
    tool: "update_webhook",
    needs: "webhooks:write",
    args: (visit) => ({ ...ofWebhook(visit), status: "active" }),
    to: hereOf,
  },
  secret: {
    heading: "newSecret",
    tool: "regenerate_webhook_secret",
    needs: "webhooks:write",
    args: ofWebhook,
    to: hereOf,
    sure: "newSecret",
    once: secretOf,
  },
  remove: {
    heading: "deleteWebhook",
    tool: "delete_webhook",
    needs: "webhooks:write",
    args: ofWebhook,
    to: () => "/webhooks",
    done: "deleted",
    sure: "deleteWebhook",
  },
};

const deliveries = listPage({
  path: "/webhooks/:webhook",
  label: "deliveries",
  needs: "webhooks:read",
  tool: "get_webhook_delivery_logs",
  at: "/webhooks",
  args: ofWebhook,
  above: (visit) => <Webhook visit={visit} />,
  forms: webhookForms,
  rowForms: {
    again: {
      heading: "redeliver",
      tool: "redeliver_webhook",
      needs: "webhooks:write",
      args: (visit, form) => ({ ...ofWebhook(visit), deliveryId: form.get("delivery") ?? "" }),
      to: hereOf,
      done: "tried",
      hidden: (row) => ({ delivery: row.id }),
    },
  },
  row: z.object({
    id,
    eventType: z.string(),
    attempt: z.number(),
    status: z.string(),
    statusCode: z.number().nullable(),
    errorKind: maybe,
    createdAt: z.string(),
  }),
  filters: [choice("status", "status", ["pending", "succeeded", "failed", "exhausted", "cancelled"])],
  columns: [
    { label: "event", cell: (row) => <code>{row.eventType}</code> },
    { label: "status", cell: (row, visit) => <span class="tag">{valued(visit, row.status)}</span> },
    { label: "answer", cell: (row) => <>{row.statusCode ?? row.errorKind ?? "–"}</> },
    { label: "attempt", cell: (row) => <>{row.attempt}</> },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.createdAt} /> },
  ],
  empty: "deliveries",
});

export const WEBHOOK_PAGES: readonly Page[] = [webhooks, deliveries];
