import { existsSync, readFileSync } from "node:fs";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { z } from "zod";
import { randomText } from "../src/tenant/ids.ts";
import { FIELDS, FURTHER_CONTACTS, INBOXES, SHOP, STORIES, type Story, TAGS } from "./demo-content.ts";
import { ARTICLES, CHATBOT, PRODUCTS, SALES_RULE, TICKET } from "./demo-shop.ts";
import { type LocalData, writePrivate } from "./local.ts";
import { OperatorClient } from "./operator-client.ts";
import { Refused } from "./refused.ts";

const demoSchema = z.object({
  workspaceId: z.string(),
  token: z.string(),
  /** The public key of the website's inbox, to try the visitor API with. */
  inboxKey: z.string(),
  email: z.string(),
  password: z.string(),
});

/** The demo workspace and how to get in. The file that remembers it is readable by its owner alone. */
export type Demo = z.output<typeof demoSchema>;

/**
 * The demo workspace of a local server: made once, through the same doors that customers, assistants and operators
 * use; afterwards read from the file that remembers it.
 */
export async function ensureDemo(url: string, operatorKey: string, data: LocalData): Promise<Demo> {
  const operator = new OperatorClient(url, operatorKey);
  if (existsSync(data.demoFile)) {
    const held = demoSchema.parse(JSON.parse(readFileSync(data.demoFile, "utf8")));
    if (await isThere(operator, `/workspaces/${held.workspaceId}`)) return held;
  }
  const demo = await makeDemo(url, operator);
  writePrivate(data.demoFile, `${JSON.stringify(demo, null, 2)}\n`);
  return demo;
}

/** False when somebody removed the databases and left the file. */
async function isThere(operator: OperatorClient, path: string): Promise<boolean> {
  return operator.get(path).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Refused && error.code === "not_found") return false;
      throw error;
    },
  );
}

/** The owner's account. The plain address is taken when an earlier first start was interrupted half-way. */
async function makeOwner(
  operator: OperatorClient,
  workspace: string,
): Promise<{ email: string; password: string }> {
  const password = randomText(16);
  const make = async (email: string) => {
    await operator.post("/users", { email, name: "Mia Berg", password, workspace, role: "owner" });
    return { email, password };
  };
  return make("owner@example.com").catch((error: unknown) => {
    if (error instanceof Refused && error.code === "duplicate")
      return make(`owner-${randomText(6)}@example.com`);
    throw error;
  });
}

async function makeDemo(url: string, operator: OperatorClient): Promise<Demo> {
  const workspace = await operator.post("/workspaces", {
    name: SHOP,
    plan: "enterprise",
    timeZone: "Europe/Berlin",
  });
  const workspaceId = String(workspace.id);
  const path = `/workspaces/${workspaceId}`;
  const { email, password } = await makeOwner(operator, workspaceId);
  const key = async (kind: "api_key" | "bot", name: string) =>
    String((await operator.post(`${path}/tokens`, { kind, name, scopes: "all" })).token);
  const token = await key("api_key", "Demo");
  const [team, bot] = [await connect(url, token), await connect(url, await key("bot", "Triage bot"))];

  const chatbotId = await makeChatbot(operator, path, team);
  const inboxKeys = new Map<string, string>();
  for (const { key, ...inbox } of INBOXES) {
    const made = await operator.post(`${path}/inboxes`, { ...inbox, chatbotId });
    inboxKeys.set(key, String(made.publicKey));
  }
  for (const tag of TAGS) await use(team, "create_tag", tag);
  for (const field of FIELDS) await use(team, "create_custom_field", field);
  for (const contact of FURTHER_CONTACTS) await use(team, "create_contact", contact);
  for (const story of STORIES) await tell(url, inboxKeys.get(story.inbox) ?? "", story, team, bot);
  await use(team, "create_ticket", { contactId: `email:${TICKET.email}`, subject: TICKET.subject });
  await Promise.all([team.close(), bot.close()]);
  return { workspaceId, token, inboxKey: inboxKeys.get("website") ?? "", email, password };
}

/** The shop's chatbot with its flow live, and what it knows and sells. */
async function makeChatbot(operator: OperatorClient, path: string, team: Client): Promise<string> {
  const made = await use(team, "create_from_template", CHATBOT);
  const { id: chatbotId } = z.object({ chatbot: z.object({ id: z.string() }) }).parse(made).chatbot;
  await use(team, "publish_flow_version", { chatbotId });
  await use(team, "create_sales_rule", { chatbotId, ...SALES_RULE });
  for (const [kind, items] of [["articles", ARTICLES] as const, ["products", PRODUCTS] as const]) {
    await operator.post(`${path}/imports/${kind}`, { chatbotId, items });
  }
  return chatbotId;
}

async function connect(url: string, token: string): Promise<Client> {
  const client = new Client(
    { name: "parley-demo", version: "1.0.0" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL("/mcp", url), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  return client;
}

/** Calls a tool, which answers its structured result. */
async function use(client: Client, name: string, args: object): Promise<unknown> {
  const answer = await client.callTool({ name, arguments: { ...args } });
  if (answer.isError) throw new Error(`${name} failed for the demo: ${JSON.stringify(answer.content)}`);
  return answer.structuredContent;
}

/** Plays a conversation: the visitor's lines over the visitor API, everybody else's through tools. */
async function tell(url: string, inboxKey: string, story: Story, team: Client, bot: Client): Promise<void> {
  const session = await visit(url, "/sessions", "", { inboxKey, name: story.name, email: story.email });
  const visitorToken = String(session.visitorToken);
  let conversationId = "";
  for (const [who, text] of story.lines) {
    if (who === "visitor") {
      conversationId = String((await visit(url, "/messages", visitorToken, { text })).conversationId);
    } else if (who === "reply") {
      await use(team, "reply_to_conversation", { conversationId, text });
    } else if (who === "note") {
      await use(bot, "add_private_note", { conversationId, text });
    } else {
      await use(bot, "create_draft_reply", { conversationId, text });
    }
  }
  const contactId = `email:${story.email}`;
  if (story.tags) await use(team, "add_contact_tags", { contactId, tags: story.tags });
  if (story.fields) await use(team, "update_contact", { contactId, customFields: story.fields });
  if (story.status) await use(team, "set_conversation_status", { conversationId, status: story.status });
}

async function visit(
  url: string,
  path: string,
  token: string,
  body: object,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${url}/api/visitor/v1${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`The visitor API answered ${response.status} to the demo: ${await response.text()}`);
  return z.record(z.string(), z.unknown()).parse(await response.json());
}
