import { z } from "zod";
import { Time } from "./layout.tsx";
import { choice, ofChatbot, valued } from "./list-filters.ts";
import { listPage, Plain } from "./listing.tsx";
import type { Page } from "./page.ts";
import { param } from "./visit.ts";

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
});

const deliveries = listPage({
  path: "/webhooks/:webhook",
  label: "deliveries",
  needs: "webhooks:read",
  tool: "get_webhook_delivery_logs",
  args: (visit) => ({ webhookId: param(visit, "webhook") }),
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

const inboxes = listPage({
  path: "/settings/inboxes",
  label: "inboxes",
  needs: "channels:read",
  tool: "list_channels",
  row: z.object({
    id,
    name: z.string(),
    channel: z.string(),
    state: z.string(),
    chatbotName: maybe,
    createdAt: z.string(),
  }),
  filters: [ofChatbot],
  columns: [
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    { label: "channel", cell: (row) => <>{row.channel}</> },
    {
      label: "status",
      cell: (row, visit) => (
        <span class={row.state === "active" ? "tag active" : "tag revoked"}>{valued(visit, row.state)}</span>
      ),
    },
    { label: "chatbot", cell: (row) => <Plain text={row.chatbotName} /> },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.createdAt} /> },
  ],
  empty: "inboxes",
});

const events = listPage({
  path: "/settings/events",
  label: "events",
  needs: "events:read",
  tool: "list_events",
  args: () => ({ sort: "newest" }),
  row: z.object({
    type: z.string(),
    subjectId: z.string(),
    actor: z.object({ kind: z.string(), id: z.string() }),
    createdAt: z.string(),
  }),
  columns: [
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.createdAt} /> },
    { label: "event", cell: (row) => <code>{row.type}</code> },
    { label: "who", cell: (row) => <>{`${row.actor.kind} ${row.actor.id}`}</> },
    { label: "what", cell: (row) => <code>{row.subjectId}</code> },
  ],
  empty: "events",
});

export const SETTINGS_LISTS: readonly Page[] = [webhooks, deliveries, inboxes, events];
