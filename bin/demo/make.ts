import { z } from "zod";
import { randomText } from "../../src/tenant/ids.ts";
import type { OperatorClient, Row } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import {
  ARTICLES,
  FIELDS,
  FURTHER_CONTACTS,
  PLACES,
  PRODUCTS,
  SALES_RULE,
  SHOP,
  TAGS,
  TEST_QUESTIONS,
  WEBHOOK,
} from "./shop.ts";
import { STORIES, type Story } from "./stories.ts";
import { type Act, type Cast, timeline } from "./timeline.ts";

/**
 * Makes the demo workspace through the operator API, so that everything in it was written by the stores that write
 * everything else, at its own moment. It can be broken off anywhere and begun again: each stage looks for what is there
 * already, and history passes over what it has taken in.
 */

/** What a demo that is being made remembers, so that beginning again ends in the same one. */
export interface Progress {
  /** The moment that the demo's past leads up to, in milliseconds. */
  now: number;
  password: string;
  workspaceId?: string;
  owner?: { memberId: string; email: string };
  token?: string;
}

/** The demo workspace, and how to get in. */
export interface Demo {
  workspaceId: string;
  token: string;
  /** The public key of the website's inbox, to try the visitor API with. */
  inboxKey: string;
  email: string;
  password: string;
}

export interface Making {
  operator: Pick<OperatorClient, "get" | "list" | "patch" | "post">;
  /** Keeps what is known by now; called after each stage. */
  keep(progress: Progress): void;
  /** Tells a person how far it is. */
  say(line: string): void;
}

const DAY = 24 * 60 * 60_000;
const MINUTE = 60_000;
/** Acts of one request. */
const AT_ONCE = 50;

const list = z.object({ items: z.array(z.looseObject({ id: z.string() })) });

/** Makes the demo, or what is missing of it. @param stories what happened in it */
export async function makeDemo(
  making: Making,
  progress: Progress,
  stories: readonly Story[] = STORIES,
): Promise<Demo> {
  const { operator, keep, say } = making;
  const keeping = (change: Partial<Progress>) => keep(Object.assign(progress, change));
  say("Demo shop: workspace and owner");
  progress.workspaceId ?? keeping({ workspaceId: await ensureWorkspace(operator, progress.now) });
  const path = `/workspaces/${progress.workspaceId}`;
  progress.owner ?? keeping({ owner: await ensureOwner(operator, path, progress) });
  const { owner } = progress;
  if (!owner) throw new Error("unreachable: the owner was made");
  const ines = await ensureAgent(operator, path);
  progress.token ?? keeping({ token: await ensureToken(operator, path) });
  const bot = await ensureBot(operator, path);

  say("Demo shop: chatbots and flows");
  const shop = new Shop(operator, path, { from: progress.now - 31 * DAY, by: owner.memberId });
  const { cast, inboxKey } = await furnish(shop, { mia: owner.memberId, ines, bot });
  const acts = timeline(stories, cast, progress.now);
  for (let done = 0; done < acts.length; done += AT_ONCE) {
    say(`Demo shop: thirty days, ${Math.round((100 * done) / acts.length)} %`);
    await operator.post(`${path}/imports/history`, { acts: acts.slice(done, done + AT_ONCE) });
  }
  say("Demo shop: articles and products");
  for (const { key } of PLACES) {
    const items = ARTICLES.filter((one) => one.for === key).map(({ for: _, ...article }) => article);
    const chatbotId = shop.chatbots.get(key);
    if (items.length > 0) await operator.post(`${path}/imports/articles`, { chatbotId, items });
  }
  await operator.post(`${path}/imports/products`, {
    items: PRODUCTS,
    chatbotId: shop.chatbots.get("website"),
  });
  return {
    workspaceId: progress.workspaceId ?? "",
    token: progress.token ?? "",
    inboxKey,
    email: owner.email,
    password: progress.password,
  };
}

type Operator = Making["operator"];

/** The workspace that a start that was broken off made, or a new one. */
async function ensureWorkspace(operator: Operator, since: number): Promise<string> {
  const named = (await operator.list("/workspaces")).find(
    ({ name, createdAt }) => name === SHOP && Date.parse(String(createdAt)) >= since,
  );
  const made =
    named ??
    (await operator.post("/workspaces", { name: SHOP, plan: "enterprise", timeZone: "Europe/Berlin" }));
  // Where another demo's help pages are, this one has none.
  await operator.patch(`/workspaces/${made.id}`, { helpSlug: "demo" }).catch(() => {});
  return String(made.id);
}

/** The owner's account. The plain address is taken where another demo was made on this server before. */
async function ensureOwner(operator: Operator, path: string, { password }: Progress) {
  const members = await operator.list(`${path}/members`);
  const there = members.find(({ role }) => role === "owner");
  if (there) return { memberId: String(there.id), email: String(there.email) };
  return makeMember(operator, path, {
    email: "owner@example.com",
    name: "Mia Berg",
    password,
    role: "owner",
  });
}

async function makeMember(
  operator: Operator,
  path: string,
  person: { email: string; name: string; role: string; password?: string },
): Promise<{ memberId: string; email: string }> {
  const make = async (email: string) => {
    const workspace = path.split("/").at(-1);
    const { memberId } = await operator.post("/users", { ...person, email, workspace });
    return { memberId: String(memberId), email };
  };
  return make(person.email).catch((error: unknown) => {
    if (!(error instanceof Refused) || error.code !== "duplicate") throw error;
    return make(person.email.replace("@", `-${randomText(6)}@`));
  });
}

async function ensureAgent(operator: Operator, path: string): Promise<string> {
  const there = (await operator.list(`${path}/members`)).find(({ role }) => role === "agent");
  const agent = { email: "ines.hoffmann@example.com", name: "Ines Hoffmann", role: "agent" };
  return there ? String(there.id) : (await makeMember(operator, path, agent)).memberId;
}

async function tokensNamed(operator: Operator, path: string, wanted: string): Promise<Row[]> {
  const tokens = await operator.list(`${path}/tokens`);
  return tokens.filter(({ name, revokedAt }) => name === wanted && revokedAt === null);
}

/** A token that nobody wrote down is of no use: it is revoked, and another one made. */
async function ensureToken(operator: Operator, path: string): Promise<string> {
  for (const { id } of await tokensNamed(operator, path, "Demo")) {
    await operator.post(`${path}/tokens/${id}/revoke`);
  }
  const made = await operator.post(`${path}/tokens`, { kind: "api_key", name: "Demo", scopes: "all" });
  return String(made.token);
}

async function ensureBot(operator: Operator, path: string): Promise<string> {
  const [there] = await tokensNamed(operator, path, "Triage bot");
  const bot = { kind: "bot", name: "Triage bot", scopes: "all" };
  return String((there ?? (await operator.post(`${path}/tokens`, bot))).id);
}

/** The shop as it is set up before anybody writes: a tool at a time, a minute apart. */
class Shop {
  readonly operator: Operator;
  readonly path: string;
  /** Ids by the key of the place. */
  readonly chatbots = new Map<string, string>();
  #at: number;
  readonly #by: string;

  constructor(operator: Operator, path: string, { from, by }: { from: number; by: string }) {
    this.operator = operator;
    this.path = path;
    this.#at = from;
    this.#by = by;
  }

  /** Uses a tool a minute after the one before; null where that was done already. */
  async use(tool: string, args: object): Promise<unknown> {
    this.#at += MINUTE;
    return this.#call(tool, args);
  }

  /** Asks a tool that only reads. */
  async read(tool: string, args: object) {
    return list.parse(await this.#call(tool, args)).items;
  }

  async #call(tool: string, args: object): Promise<unknown> {
    const act: Act = { at: this.#at, by: this.#by, tool, arguments: { ...args } };
    const { results } = await this.operator.post(`${this.path}/imports/history`, { acts: [act] });
    return Array.isArray(results) ? results[0] : null;
  }

  /** The id of the one in a list whose field has this value; made with a tool where there is none. */
  async ensure(
    what: { list: string; args?: object; field: string; value: string },
    [make, args]: [tool: string, args: object],
  ): Promise<string> {
    const find = async () => {
      const items = await this.read(what.list, { limit: 25, ...what.args });
      return items.find((one) => one[what.field] === what.value)?.id;
    };
    // It takes its minute whether it is there or not: each thing has the same moment however often this begins.
    this.#at += MINUTE;
    const there = await find();
    if (there !== undefined) return there;
    await this.#call(make, args);
    const id = await find();
    if (id === undefined) throw new Error(`${make} made nothing for the demo.`);
    return id;
  }
}

/** Chatbots with their flows live, inboxes, and what the team keeps. */
async function furnish(
  shop: Shop,
  people: { mia: string; ines: string; bot: string },
): Promise<{ cast: Cast; inboxKey: string }> {
  for (const tag of TAGS) {
    await shop.ensure({ list: "list_tags", field: "name", value: tag.name }, ["create_tag", tag]);
  }
  for (const field of FIELDS) {
    await shop.ensure({ list: "list_custom_fields", field: "key", value: field.key }, [
      "create_custom_field",
      field,
    ]);
  }
  const [inboxes, flows]: [Record<string, string>, Record<string, string>] = [{}, {}];
  let inboxKey = "";
  for (const { key, inbox: name, chatbot, description, flow, instructions } of PLACES) {
    const chatbotId = await shop.ensure({ list: "list_chatbots", field: "name", value: chatbot }, [
      "create_chatbot",
      { name: chatbot, description },
    ]);
    shop.chatbots.set(key, chatbotId);
    await shop.use("update_chatbot_instructions", { chatbotId, instructions });
    await shop.use("update_chatbot_flow", { chatbotId, flow, versionName: "First" });
    await shop.use("publish_flow_version", { chatbotId });
    const [main] = await shop.read("list_flows", { chatbotId });
    flows[key] = main?.id ?? "";
    const inbox = await ensureInbox(shop, name, chatbotId);
    inboxes[key] = String(inbox.id);
    if (key === "website") inboxKey = String(inbox.publicKey);
  }
  for (const contact of FURTHER_CONTACTS) await shop.use("upsert_contact", { matchBy: "email", ...contact });
  const chatbotId = shop.chatbots.get("website");
  await shop.ensure(
    { list: "list_sales_rules", args: { chatbotId }, field: "name", value: SALES_RULE.name },
    ["create_sales_rule", { chatbotId, ...SALES_RULE }],
  );
  for (const tested of TEST_QUESTIONS) {
    await shop.ensure(
      { list: "list_test_questions", args: { chatbotId }, field: "question", value: tested.question },
      ["create_test_question", { chatbotId, ...tested }],
    );
  }
  const webhookId = await shop.ensure({ list: "list_webhooks", field: "url", value: WEBHOOK.url }, [
    "create_webhook",
    WEBHOOK,
  ]);
  return { cast: { ...people, inboxes, flows, webhookId }, inboxKey };
}

async function ensureInbox(shop: Shop, name: string, chatbotId: string): Promise<Row> {
  const there = (await shop.operator.list(`${shop.path}/inboxes`)).find((inbox) => inbox.name === name);
  return there ?? shop.operator.post(`${shop.path}/inboxes`, { channel: "web", name, chatbotId });
}
