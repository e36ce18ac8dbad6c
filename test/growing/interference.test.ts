import type { Client } from "@modelcontextprotocol/client";
import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { receiveMessage } from "../../src/conversations/inbound.ts";
import { recordGap } from "../../src/knowledge/gaps.ts";
import { recordLead } from "../../src/leads/record.ts";
import { newId } from "../../src/tenant/ids.ts";
import { limitedTo } from "./isolation.ts";
import { argumentSchema, sampleArguments } from "./samples.ts";
import { growWorld } from "./seed.ts";
import { callTool, makePublishedFlow, makeWorld, QUESTION, type World, wholeTenant } from "./world.ts";

/**
 * Nothing that a caller may not see changes what it gets: every reading tool and resource is asked, the hidden side
 * changes, and all are asked again with the same arguments. The answers are the same byte for byte.
 */
let world: World;
let limited: Client;
let flowId: string;

/** What counts calls changes by being asked. */
const COUNTS_CALLS = ["get_api_usage", "parley://usage"];
const readers = catalogue.tools.filter(({ hints, name }) => hints.readOnly && !COUNTS_CALLS.includes(name));
const resources = catalogue.resources.filter(({ uri }) => !COUNTS_CALLS.includes(uri));

type Answers = Record<string, string>;
type Asked = readonly (readonly [name: string, args: Record<string, unknown>])[];

async function ask(client: Client, asked: Asked): Promise<Answers> {
  const answers: Answers = {};
  for (const [name, args] of asked) {
    answers[`${name} ${String(args.sort)}`] = (await callTool(client, name, args)).text;
  }
  for (const { uri } of resources) {
    const ids: Record<string, string> = { ...world.open.shared, ...world.open.ids };
    const filled = uri.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? "");
    answers[uri] = JSON.stringify(await client.readResource({ uri: filled }));
  }
  return answers;
}

/** Everything that can happen in an inbox, and to whom it knows. */
async function muchHappens({ client, other, workspace }: World): Promise<void> {
  const tenant = wholeTenant(workspace);
  const inboxId = String(other.ids.inboxId);
  const chatbotId = String(other.shared.chatbotId);
  const inbox = { id: inboxId, channel: "web" as const, chatbotId };
  for (let i = 0; i < 3; i++) {
    const who = { inboxId, channel: "web", sourceId: newId("identity"), name: "Aaron", email: "a@b.example" };
    const { contactId, identityId } = await findOrCreateVisitorContact(tenant, who);
    const identity = { contactId, identityId, contactName: "Aaron" };
    const { conversationId } = await receiveMessage(tenant, { inbox, identity, text: QUESTION });
    await recordLead(tenant, { contactId, conversationId, inboxId, chatbotId, email: "a@b.example" });
    await recordGap(tenant, { chatbotId, question: QUESTION, inboxId, conversationId, hits: 0 });
    const done = async (name: string, args: Record<string, unknown>) => {
      const { code, text } = await callTool(client, name, args);
      expect(code, `${name}: ${text}`).toBeNull();
    };
    await done("reply_to_conversation", { conversationId, text: "We look" });
    await done("add_private_note", { conversationId, text: QUESTION });
    await done("create_draft_reply", { conversationId, text: QUESTION });
    await done("create_ticket", { conversationId, subject: QUESTION });
    await done("set_conversation_status", { conversationId, status: "resolved" });
    await done("update_contact", { contactId, name: "Aaron B", email: `${newId("message")}@b.example` });
    await done("send_contact_flow", { contactId, flowId });
    await done("create_contact", { name: `${QUESTION} ${i}` });
    await done("create_webhook", { url: "https://hooks.example.com/more", events: ["*"] });
  }
}

async function sameAnswers(client: Client, change: () => Promise<void>): Promise<void> {
  const asked: [string, Record<string, unknown>][] = [];
  for (const tool of readers) {
    const args = await sampleArguments(tool, world, world.open);
    const sorts = argumentSchema(tool).properties.sort?.enum ?? [];
    for (const order of [{}, ...sorts.map((sort) => ({ sort }))])
      asked.push([tool.name, { ...args, ...order }]);
  }
  const before = await ask(client, asked);
  expect(await ask(client, asked)).toEqual(before);
  await change();
  expect(await ask(client, asked)).toEqual(before);
}

beforeAll(async () => {
  world = await makeWorld("interference", { shard: "TENANT_1" });
  limited = await limitedTo(world);
  flowId = await makePublishedFlow(world.client, "For all");
});

describe("what a caller gets", () => {
  it("does not depend on other workspaces of its database", async () => {
    await sameAnswers(world.client, async () => {
      const other = await makeWorld("interfering", { shard: "TENANT_1" });
      await growWorld(other, 40);
    });
  });

  it("does not depend on inboxes that it may not see", async () => {
    await sameAnswers(limited, () => muchHappens(world));
  });
});
