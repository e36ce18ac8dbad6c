import { z } from "zod";
import { CHANNELS } from "../inboxes/store.ts";
import { detailPage } from "./detail.tsx";
import { Time } from "./layout.tsx";
import { chatbotOptions, ofChatbot, valued } from "./list-filters.ts";
import { listPage, Plain } from "./listing.tsx";
import { eventsPage } from "./lists-events.tsx";
import type { Page } from "./page.ts";
import { linkTo, param } from "./visit.ts";

const id = z.string();
const maybe = z.string().nullable();

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
  opens: (row) => `/settings/inboxes/${row.id}`,
  empty: "inboxes",
  forms: {
    make: {
      heading: "makeInbox",
      tool: "create_channel",
      needs: "settings:write",
      fields: [
        { name: "name", label: "name", kind: "text", required: true, max: 100 },
        {
          name: "channel",
          label: "channel",
          kind: "choice",
          options: () => CHANNELS.map((one) => [one, one]),
        },
        { name: "chatbotId", label: "chatbot", kind: "choice", options: chatbotOptions },
      ],
      to: () => "/settings/inboxes",
    },
  },
});

const inbox = detailPage({
  path: "/settings/inboxes/:inbox",
  at: "/settings/inboxes",
  needs: "channels:read",
  tool: "get_channel_config",
  args: (visit) => ({ channelId: param(visit, "inbox") }),
  answer: z.object({
    id,
    name: z.string(),
    channel: z.string(),
    state: z.string(),
    chatbotId: maybe,
    chatbotName: maybe,
    publicKey: maybe,
    allowedDomains: z.array(z.string()).nullable(),
    createdAt: z.string(),
  }),
  title: (row) => row.name,
  facts: (row, visit) => [
    ["channel", row.channel],
    [
      "status",
      <span class={row.state === "active" ? "tag active" : "tag revoked"}>{valued(visit, row.state)}</span>,
    ],
    ["chatbot", <Plain text={row.chatbotName} />],
    ["publicKey", row.publicKey ? <code data-copyable>{row.publicKey}</code> : "–"],
    ["domains", <Plain text={row.allowedDomains?.join(", ")} />],
    ["created", <Time visit={visit} at={row.createdAt} />],
  ],
  forms: {
    save: {
      heading: "save",
      tool: "update_channel",
      needs: "settings:write",
      fields: [
        { name: "name", label: "name", kind: "text", required: true, max: 100 },
        {
          name: "chatbotId",
          label: "chatbot",
          kind: "choice",
          options: async (visit) => [["none", visit.words.nobody], ...(await chatbotOptions(visit)).slice(1)],
        },
        { name: "allowedDomains", label: "domains", kind: "list" },
      ],
      args: (visit, form) => ({
        channelId: param(visit, "inbox"),
        // Taken back to any: an empty list replaces them as well.
        ...((form.get("allowedDomains") ?? "").trim() === "" && { allowedDomains: [] }),
      }),
      to: (visit) => `/settings/inboxes/${param(visit, "inbox")}`,
      values: (row) => ({
        name: row.name,
        chatbotId: row.chatbotId ?? "none",
        allowedDomains: row.allowedDomains?.join("\n") ?? "",
      }),
    },
    off: {
      heading: "disableInbox",
      tool: "update_channel",
      needs: "settings:write",
      args: (visit) => ({ channelId: param(visit, "inbox"), state: "disabled" }),
      to: (visit) => `/settings/inboxes/${param(visit, "inbox")}`,
      sure: "disableInbox",
      shown: (row) => row.state !== "disabled",
    },
    on: {
      heading: "enableInbox",
      tool: "update_channel",
      needs: "settings:write",
      args: (visit) => ({ channelId: param(visit, "inbox"), state: "active" }),
      to: (visit) => `/settings/inboxes/${param(visit, "inbox")}`,
      shown: (row) => row.state === "disabled",
    },
  },
});

const tags = listPage({
  path: "/settings/tags",
  label: "tags",
  needs: "contacts:read",
  tool: "list_tags",
  row: z.object({ id, name: z.string() }),
  columns: [
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    {
      label: "contacts",
      cell: (row, visit) => <a href={linkTo(visit, "/contacts", { tag: row.id })}>{visit.words.show}</a>,
    },
  ],
  empty: "tags",
  forms: {
    make: {
      heading: "makeTag",
      tool: "create_tag",
      needs: "settings:write",
      fields: [{ name: "name", label: "name", kind: "text", required: true, max: 100 }],
      to: () => "/settings/tags",
    },
  },
  rowForms: {
    remove: {
      heading: "delete",
      tool: "delete_tag",
      needs: "settings:write",
      args: (_, form) => ({ tagId: form.get("tag") ?? "" }),
      to: () => "/settings/tags",
      done: "deleted",
      sure: "deleteTag",
      hidden: (row) => ({ tag: row.id }),
    },
  },
});

const FIELD_TYPES = ["text", "number", "date", "datetime", "boolean", "select"] as const;

const fields = listPage({
  path: "/settings/fields",
  label: "fields",
  needs: "contacts:read",
  tool: "list_custom_fields",
  row: z.object({
    id,
    key: z.string(),
    label: z.string(),
    type: z.enum(FIELD_TYPES),
    options: z.array(z.string()).nullable(),
  }),
  columns: [
    { label: "name", cell: (row) => <Plain text={row.label} /> },
    { label: "key", cell: (row) => <code>{row.key}</code> },
    { label: "type", cell: (row, { words }) => <>{words.fieldTypes[row.type]}</> },
    { label: "options", cell: (row) => <Plain text={row.options?.join(", ")} /> },
  ],
  empty: "fields",
  forms: {
    make: {
      heading: "makeField",
      tool: "create_custom_field",
      needs: "settings:write",
      fields: [
        { name: "label", label: "name", kind: "text", required: true, max: 100 },
        { name: "key", label: "key", kind: "text", required: true, max: 40 },
        {
          name: "type",
          label: "type",
          kind: "choice",
          options: ({ words }) => FIELD_TYPES.map((one) => [one, words.fieldTypes[one]]),
        },
        { name: "options", label: "optionsLines", kind: "list" },
      ],
      to: () => "/settings/fields",
    },
  },
  rowForms: {
    remove: {
      heading: "delete",
      tool: "delete_custom_field",
      needs: "settings:write",
      args: (_, form) => ({ field: form.get("field") ?? "" }),
      to: () => "/settings/fields",
      done: "deleted",
      sure: "deleteField",
      hidden: (row) => ({ field: row.id }),
    },
  },
});

export const SETTINGS_LISTS: readonly Page[] = [inboxes, inbox, tags, fields, eventsPage];
