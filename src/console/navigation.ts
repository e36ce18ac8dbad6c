import type { Need } from "./visit.ts";
import type { Words } from "./words.ts";

interface Entry {
  /** Below the workspace. */
  path: string;
  label: keyof Words["nav"];
  needs: Need;
}

/** What the pages are found by, in the order of a day's work. */
export const NAVIGATION: readonly { heading: keyof Words["headings"]; entries: readonly Entry[] }[] = [
  {
    heading: "talk",
    entries: [
      { path: "/inbox", label: "inbox", needs: "conversations:read" },
      { path: "/drafts", label: "drafts", needs: "drafts:read" },
      { path: "/saved-replies", label: "savedReplies", needs: "conversations:read" },
      { path: "/contacts", label: "contacts", needs: "contacts:read" },
      { path: "/tickets", label: "tickets", needs: "tickets:read" },
      { path: "/leads", label: "leads", needs: "leads:read" },
      { path: "/analytics", label: "analytics", needs: "analytics:read" },
    ],
  },
  {
    heading: "bots",
    entries: [
      { path: "/chatbots", label: "chatbots", needs: "chatbots:read" },
      { path: "/products", label: "products", needs: "products:read" },
      { path: "/sales-rules", label: "salesRules", needs: "sales:read" },
      { path: "/templates", label: "templates", needs: "templates:read" },
      { path: "/webhooks", label: "webhooks", needs: "webhooks:read" },
    ],
  },
  {
    heading: "settings",
    entries: [
      { path: "/settings/mcp", label: "mcp", needs: "workspace:read" },
      { path: "/settings/tokens", label: "tokens", needs: "manage" },
      { path: "/settings/apps", label: "apps", needs: null },
      { path: "/settings/sessions", label: "sessions", needs: "manage" },
      { path: "/settings/log", label: "log", needs: "manage" },
      { path: "/settings/members", label: "members", needs: "workspace:read" },
      { path: "/settings/inboxes", label: "inboxes", needs: "channels:read" },
      { path: "/settings/tags", label: "tags", needs: "contacts:read" },
      { path: "/settings/fields", label: "fields", needs: "contacts:read" },
      { path: "/settings/workspace", label: "workspace", needs: "workspace:read" },
      { path: "/settings/events", label: "events", needs: "events:read" },
    ],
  },
];
