/**
 * Every scope and what it lets an assistant do, in the plain words of the consent page.
 * The order is the consent page's order.
 */
export const SCOPES = {
  "workspace:read": "See the workspace, its usage and its members",
  "events:read": "Follow what happens in the workspace",
  "channels:read": "See inboxes and channels",
  "contacts:read": "Read contacts",
  "contacts:write": "Create and change contacts",
  "contacts:delete": "Merge and erase contacts, and delete tags and custom fields",
  "settings:write": "Define tags and custom fields, make and change inboxes",
  "conversations:read": "Read conversations and messages",
  "conversations:reply": "Reply to customers",
  "conversations:start": "Write to customers first",
  "conversations:write": "Change the status and assignee of conversations",
  "conversations:inbound": "Bring in customers' messages through an api channel",
  "notes:read": "Read private notes",
  "notes:write": "Write private notes",
  "drafts:read": "Read draft replies",
  "drafts:write": "Write draft replies for a person to send",
  "chatbots:read": "Read chatbots and their settings",
  "chatbots:write": "Create and change chatbots",
  "chatbots:delete": "Delete chatbots, articles, categories and sales rules",
  "flows:read": "Read flows",
  "flows:write": "Change drafts of flows",
  "flows:publish": "Publish and delete flows",
  "templates:read": "Browse templates",
  "responses:read": "Read what visitors answered in flows",
  "analytics:read": "Read analytics",
  "knowledge:read": "Read the knowledge base",
  "knowledge:write": "Write the knowledge base",
  "tickets:read": "Read tickets",
  "tickets:write": "Create and change tickets",
  "leads:read": "Read leads",
  "products:read": "Read products",
  "products:write": "Create, change and delete products",
  "sales:read": "Read sales rules",
  "sales:write": "Create and change sales rules",
  "webhooks:read": "See webhooks and their deliveries",
  "webhooks:write": "Create, change and delete webhooks",
} as const;

export type Scope = keyof typeof SCOPES;

/** All that an API key may hold. */
export const API_KEY_SCOPES = Object.keys(SCOPES) as Scope[];

/** Of these, what is for programs alone: no tool takes it, and no person allows it to an assistant. */
export const KEYS_ALONE: readonly Scope[] = ["conversations:inbound"];

/** All that a person may allow an assistant. */
export const ALL_SCOPES: Scope[] = API_KEY_SCOPES.filter((scope) => !KEYS_ALONE.includes(scope));

export function isScope(text: string): text is Scope {
  return Object.hasOwn(SCOPES, text);
}

/** What a bot token can hold at most. */
export const BOT_SCOPES: readonly Scope[] = [
  "workspace:read",
  "events:read",
  "channels:read",
  "contacts:read",
  "contacts:write",
  "conversations:read",
  "conversations:reply",
  "conversations:start",
  "conversations:write",
  "notes:read",
  "notes:write",
  "drafts:read",
  "drafts:write",
];

/** Scopes that only reading tools ask for. */
export const READ_SCOPES: readonly Scope[] = ALL_SCOPES.filter((scope) => scope.endsWith(":read"));

/** Preselected nowhere: a person ticks each of them at consent. */
export const CAREFUL_SCOPES: readonly Scope[] = [
  "contacts:delete",
  "chatbots:delete",
  "flows:publish",
  "webhooks:write",
];

export const ROLES = ["owner", "admin", "agent", "analyst"] as const;
export type Role = (typeof ROLES)[number];

/** The ceiling of each role: a grant never exceeds its member's role at the time of the call. */
export const ROLE_SCOPES: Record<Role, readonly Scope[]> = {
  owner: ALL_SCOPES,
  admin: ALL_SCOPES,
  agent: [
    ...BOT_SCOPES,
    "tickets:read",
    "tickets:write",
    "leads:read",
    "products:read",
    "knowledge:read",
    "chatbots:read",
    "analytics:read",
  ],
  analyst: READ_SCOPES,
};
