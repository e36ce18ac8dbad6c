import { env, exports } from "cloudflare:workers";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { vi } from "vitest";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { type Plan, setPlan } from "../../src/control/plans.ts";
import { receiveMessage } from "../../src/conversations/inbound.ts";
import { createToken } from "../../src/gate/tokens.ts";
import { addMember, createWorkspace, type Workspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { recordGap } from "../../src/knowledge/gaps.ts";
import { recordLead } from "../../src/leads/record.ts";
import { TEMPLATES } from "../../src/templates/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";

/** Our own Worker, as any client reaches it. */
export const ORIGIN = "http://localhost:8787";

/** Answers requests as a Worker does: ours, or one over another catalogue. */
export type Serve = (request: Request) => Promise<Response>;
const ourWorker: Serve = (request) => exports.default.fetch(request);

/** An official client at 2026-07-28; its SDK checks every structured answer against the tool's output schema. */
export async function connect(token: string, path = "/mcp", serve = ourWorker): Promise<Client> {
  const client = new Client(
    { name: "growing-tests", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  const transport = new StreamableHTTPClientTransport(new URL(path, ORIGIN), {
    fetch: (input, init) => serve(new Request(input, init)),
    requestInit: { headers: { authorization: `Bearer ${token}` } },
  });
  await client.connect(transport);
  return client;
}

export interface Answer {
  /** The error's code, or null when the call succeeded. */
  code: string | null;
  data: Record<string, unknown>;
  /** Everything that the client was sent. */
  text: string;
}

/** Calls a tool and takes its answer apart. A protocol error (unknown tool) becomes the code `protocol:<number>`. */
export async function callTool(client: Client, name: string, args: Record<string, unknown>): Promise<Answer> {
  let result: Awaited<ReturnType<Client["callTool"]>>;
  try {
    result = await client.callTool({ name, arguments: args });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "thrown";
    return { code: `protocol:${code}`, data: {}, text: String(error) };
  }
  const text = JSON.stringify(result);
  if (!result.isError) return { code: null, data: asRecord(result.structuredContent), text };
  const [block] = result.content;
  const data = asRecord(block?.type === "text" ? JSON.parse(block.text) : {});
  return { code: String(data.code), data, text };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** What customers write to fool a reader: invisible and direction-changing characters, which no answer may hold. */
export const HIDDEN = "\u202e\u2066\u200b\u2060\u{e0041}";

/** What the visitor of every corner says. */
export const QUESTION = "Where is my order?";

/** Makes something by a tool and gives its id, which answers hold on top or in the one thing that was made. */
export async function make(client: Client, tool: string, args: Record<string, unknown>): Promise<string> {
  const { code, data, text } = await callTool(client, tool, args);
  if (code !== null) throw new Error(`${tool}: ${text}`);
  const holder = [data, ...Object.values(data).map(asRecord)].find(({ id }) => typeof id === "string");
  if (!holder) throw new Error(`${tool} answered no id: ${text}`);
  return String(holder.id);
}

/** One inbox with a conversation that a visitor began, all of it marked by a word found nowhere else. */
export interface Corner {
  /** In every text, name and email of this corner. */
  canary: string;
  /** Values for parameters of these names, of things that belong to the corner's inbox. */
  ids: Record<string, string>;
  /** The same of things that belong to the workspace: callers limited to other inboxes see them as well. */
  shared: Record<string, string>;
  /** What else people and programs call what belongs to the corner's inbox: addresses, numbers, names, words. */
  callings: string[];
}

/** A workspace with two inboxes: what tests point tools at. */
export interface World {
  workspace: Workspace;
  /** The Worker that its clients talk to. */
  serve: Serve;
  /** Everything about the first inbox, and about the second. */
  open: Corner;
  other: Corner;
  /** A key that may do everything, in all inboxes. */
  token: string;
  client: Client;
  /** Workspace-wide ids by parameter name: tags, custom fields, members. */
  ids: Record<string, string>;
}

export const wholeTenant = (workspace: Workspace, credentialId: string | null = null) =>
  new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId: workspace.id,
    inboxes: null,
    actor: { kind: "system", id: "parley", name: "Parley", credentialId },
    timeZone: workspace.timeZone,
  });

/** Where the webhooks of these tests go; the rest of the internet is not there. */
const HOOKS = "https://hooks.example.com";

/** A receiver of webhooks that takes everything. Requests to our own Worker do not pass by here. */
function receiveWebhooks() {
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input) => {
    const { url } = new Request(input);
    if (!url.startsWith(HOOKS)) throw new Error(`There is no ${url} in these tests.`);
    return new Response("taken");
  });
}

/** A flow that greets, asks and ends. */
const ASKING = {
  nodes: [
    { id: "start", type: "start", data: {}, position: { x: 0, y: 0 } },
    { id: "name", type: "question", data: { text: "What is your name?" }, position: { x: 0, y: 0 } },
    { id: "end", type: "end", data: {}, position: { x: 0, y: 0 } },
  ],
  edges: [
    { source: "start", target: "name" },
    { source: "name", sourceHandle: "answered", target: "end" },
  ],
};

/** A flow that can be sent to contacts. */
export async function makePublishedFlow(client: Client, name: string): Promise<string> {
  const flowId = await make(client, "create_flow", { name, flow: ASKING });
  await make(client, "publish_flow_version", { flowId });
  return flowId;
}

let numbers = 1_000_000;

/** Seven digits that nobody has. */
export function newNumber(): number {
  numbers += 7919;
  return numbers;
}

async function makeCorner(workspace: Workspace, client: Client, label: string): Promise<Corner> {
  const canary = `${label}${newId("message").slice(-8)}`;
  const tenant = wholeTenant(workspace);
  const chatbotId = await make(client, "create_chatbot", { name: `Chatbot ${label}` });
  const inbox = await createInbox(tenant, { channel: "web", name: `Inbox ${canary}`, chatbotId });
  const visitor = new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId: workspace.id,
    inboxes: [inbox.id],
    actor: { kind: "contact", id: "visitor", name: "Visitor", credentialId: null },
    timeZone: workspace.timeZone,
  });
  const identity = await findOrCreateVisitorContact(visitor, {
    inboxId: inbox.id,
    channel: "web",
    sourceId: newId("identity"),
    name: `Visitor ${HIDDEN}${canary}`,
    email: `${canary}@example.com`,
  });
  const { contactId } = identity;
  const phone = `+49 30 ${newNumber()}`;
  const email = `${canary}@example.com`;
  // A person confirms what the visitor only said: now it can be found by it.
  await make(client, "update_contact", {
    ...{ contactId, email, phone, externalId: `ext-${canary}`, tags: [`tag ${canary}`] },
  });
  const received = await receiveMessage(visitor, {
    inbox: { id: inbox.id, channel: "web", chatbotId: inbox.chatbotId },
    identity: {
      contactId: identity.contactId,
      identityId: identity.identityId,
      contactName: `Visitor ${canary}`,
    },
    text: `${HIDDEN}${QUESTION} ${canary}`,
  });
  const conversationId = received.conversationId;
  const draftId = await make(client, "create_draft_reply", { conversationId, text: `Draft ${canary}` });
  await callTool(client, "add_private_note", { conversationId, text: `Note ${canary}` });
  const ticketId = await make(client, "create_ticket", { conversationId, subject: `Ticket ${canary}` });
  const ticket = await callTool(client, "get_ticket", { ticketId });
  const ruleId = await make(client, "create_sales_rule", {
    chatbotId,
    name: `Rule ${label}`,
    trigger: { kind: "exit_intent" },
    message: "Wait!",
  });
  const flowId = await make(client, "create_flow", { name: `Flow ${label}` });
  await make(client, "update_chatbot_flow", { chatbotId, flow: ASKING });
  const published = await callTool(client, "publish_flow_version", { chatbotId });
  const sent = await callTool(client, "send_contact_flow", {
    contactId: identity.contactId,
    flowId: asRecord(published.data.flow).id,
  });
  const categoryId = await make(client, "create_knowledge_category", {
    chatbotId,
    name: `Category ${label}`,
  });
  const articleId = await make(client, "create_knowledge_article", {
    chatbotId,
    categoryId,
    title: "Delivery times",
    description: "When parcels come",
    content: "Parcels come within three days.",
  });
  await callTool(client, "update_knowledge_article", { chatbotId, articleId, reviewStatus: "published" });
  const asked = { chatbotId, question: "When do parcels come?", expects: { words: ["three days"] } };
  await make(client, "create_test_question", asked);
  const questionId = await make(client, "create_test_question", asked);
  await recordGap(visitor, {
    chatbotId,
    question: `${HIDDEN}${QUESTION} ${canary}`,
    inboxId: inbox.id,
    conversationId,
    hits: 0,
  });
  const webhookId = await make(client, "create_webhook", { url: `${HOOKS}/${canary}`, events: ["*"] });
  const deliveryId = await make(client, "test_webhook", { webhookId });
  await recordLead(visitor, {
    contactId: identity.contactId,
    conversationId,
    inboxId: inbox.id,
    chatbotId,
    email: `${canary}@example.com`,
    name: `Visitor ${canary}`,
  });
  return {
    canary,
    ids: {
      ticketId,
      inboxId: inbox.id,
      channelId: inbox.id,
      contactId: identity.contactId,
      conversationId,
      draftId,
      responseId: String(sent.data.responseId),
      // Made by a key of all inboxes, so that nobody with fewer may see it.
      webhookId,
      deliveryId,
    },
    shared: { chatbotId, ruleId, flowId, categoryId, articleId, questionId },
    callings: [
      ...[`email:${email}`, email, `phone:${phone}`, phone, `ext-${canary}`, `tag ${canary}`],
      ...[`#${asRecord(ticket.data.ticket).number}`, `Inbox ${canary}`, `Visitor ${canary}`, canary],
    ],
  };
}

/** As enterprise, but with room for a test's thousands of calls in a minute. */
const ROOMY: Plan = {
  name: "roomy",
  perMinute: 1_000_000,
  perDay: null,
  perMonth: null,
  mcp: true,
  botTokens: true,
  maxInboxes: null,
  trialDays: null,
  fallsTo: null,
};

/** Makes a workspace full of data through the same stores and tools that the product uses. */
export async function makeWorld(
  label: string,
  { shard, serve = ourWorker }: { shard?: string; serve?: Serve } = {},
): Promise<World> {
  receiveWebhooks();
  await setPlan(env, ROOMY);
  const workspace = await createWorkspace(env, {
    name: `Workspace ${label}`,
    plan: ROOMY.name,
    shard,
  });
  const { token } = await createToken(env, workspace.id, { kind: "api_key", name: "All", scopes: "all" });
  const client = await connect(token, "/mcp", serve);
  const member = await addMember(env, workspace.id, {
    userId: newId("user"),
    name: `Member ${label}`,
    email: `${label}@team.example`,
    role: "admin",
  });
  const open = await makeCorner(workspace, client, `${label}open`);
  const other = await makeCorner(workspace, client, `${label}other`);
  const tagId = await make(client, "create_tag", { name: `tag ${label}` });
  for (const title of ["Greeting", "Goodbye"]) {
    await make(client, "create_saved_reply", { title, text: `${title}, {{contact.first_name}}!` });
  }
  await callTool(client, "create_custom_field", { key: "size", label: `Size ${label}`, type: "text" });
  return {
    workspace,
    serve,
    open,
    other,
    token,
    client,
    ids: {
      assignee: member.id,
      tagId,
      field: "size",
      templateId: TEMPLATES[0]?.id ?? "",
    },
  };
}

/** A key limited to some inboxes or scopes, connected. */
export async function connectWith(
  { workspace, serve }: Pick<World, "workspace" | "serve">,
  token: Omit<Parameters<typeof createToken>[2], "kind" | "name">,
  path?: string,
): Promise<Client> {
  const made = await createToken(env, workspace.id, { kind: "api_key", name: "Limited", ...token });
  return connect(made.token, path, serve);
}

/** The log and its counters: every call writes there, reading tools too. */
const LOG_TABLES = ["calls", "call_days"];

/**
 * Everything that the tenant database holds of a workspace, table by table, without the call log:
 * equal before and after means unchanged. Search tables are derived and have no columns to compare.
 */
export async function contentsOf(workspace: Workspace): Promise<Record<string, unknown[]>> {
  const database = workspace.shard === "TENANT_2" ? env.TENANT_2 : env.TENANT_1;
  const { results } = await database
    .prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND sql LIKE '%workspace_id%'",
    )
    .all<{ name: string }>();
  const tables = results.map(({ name }) => name).filter((name) => !LOG_TABLES.includes(name));
  const rows = await database.batch(
    tables.map((name) =>
      database.prepare(`SELECT * FROM "${name}" WHERE workspace_id = ?`).bind(workspace.id),
    ),
  );
  return Object.fromEntries(tables.map((name, i) => [name, rows[i]?.results ?? []]));
}
