import type { Client } from "@modelcontextprotocol/client";
import { beforeAll, describe, expect, it } from "vitest";
import { listCatalogue } from "../../src/calls/listing.ts";
import { catalogue } from "../../src/catalogue.ts";
import { makeWorld } from "../growing/world.ts";
import { type Args, column, list, part, Rig } from "./row.ts";

/** Each resource and prompt that was promised, read once for real and held against the database. */
let rig: Rig;
let client: Client;

beforeAll(async () => {
  rig = new Rig(await makeWorld("read"));
  client = rig.world.client;
});

/** What a resource must hold, by its address. */
const resources: Record<string, (read: Args) => void | Promise<void>> = {
  "parley://chatbots": async (read) => {
    expect(column(list(read), "id")).toEqual(column(await rig.rows("chatbots"), "id"));
  },
  "parley://usage": (read) => {
    expect(list(read, "windows").map(({ window }) => window)).toEqual(["minute", "day", "month"]);
  },
  "parley://flow-schema": (read) => {
    expect(Object.keys(part(read, "properties"))).toEqual(["nodes", "edges"]);
  },
  "parley://chatbot/{chatbotId}": async (read) => {
    const { name, model } = await rig.row("chatbots", { id: rig.id("chatbotId") });
    expect(read).toMatchObject({ id: rig.id("chatbotId"), name, model });
  },
  "parley://chatbot/{chatbotId}/analytics": async (read) => {
    const started = await rig.rows("responses", { chatbot_id: rig.id("chatbotId") });
    expect(part(read, "responses").started).toBe(started.length);
    expect(part(read, "period").days).toBe(30);
  },
  "parley://chatbot/{chatbotId}/widget": async (read) => {
    const { widget } = await rig.row("chatbots", { id: rig.id("chatbotId") });
    expect(part(read, "config")).toMatchObject(part({ widget: JSON.parse(String(widget)) }, "widget"));
  },
  "parley://chatbot/{chatbotId}/conversations": async (read) => {
    const stored = await rig.rows("conversations", { inbox_id: rig.id("inboxId") });
    expect(column(list(read), "id")).toEqual(column(stored, "id"));
  },
  "parley://conversation/{conversationId}": async (read) => {
    const stored = await rig.rows("messages", { conversation_id: rig.id("conversationId") });
    expect(list(read, "messages").map(({ id }) => id)).toEqual(stored.map(({ id }) => id));
  },
  "parley://contact/{contactId}": async (read) => {
    const { email } = await rig.row("contacts", { id: rig.id("contactId") });
    expect(read).toMatchObject({ id: rig.id("contactId"), email });
  },
};

/** A prompt's arguments, and what of the database its text must hold. */
const prompts: Record<string, { arguments: string; holds: () => Promise<unknown[]> }> = {
  "analyze-chatbot-performance": {
    arguments: "chatbotId",
    holds: async () => [rig.id("chatbotId"), rig.id("responseId")],
  },
  "debug-webhook-deliveries": {
    arguments: "webhookId",
    holds: async () => [(await rig.row("webhooks", { id: rig.id("webhookId") })).url, rig.id("deliveryId")],
  },
  "generate-analytics-report": {
    arguments: "chatbotId, days?",
    holds: async () => [(await rig.row("chatbots", { id: rig.id("chatbotId") })).name],
  },
  "build-chatbot-flow": {
    arguments: "chatbotId, description",
    holds: async () => [
      (await rig.row("flows", { chatbot_id: rig.id("chatbotId") })).id,
      "What is your name?",
    ],
  },
  "optimize-chatbot": {
    arguments: "chatbotId",
    holds: async () => [rig.id("chatbotId"), "What is your name?", "headerBgColor"],
  },
  "setup-knowledge-base": {
    arguments: "chatbotId, topic",
    holds: async () => [rig.id("articleId"), rig.id("categoryId")],
  },
};

const listed = listCatalogue(catalogue);

it("promises the resources and prompts of the catalogue, and no more", () => {
  const addresses = [
    ...listed.resources.map(({ uri }) => uri),
    ...listed.resourceTemplates.map(({ uriTemplate }) => uriTemplate),
  ];
  expect(Object.keys(resources).sort()).toEqual(addresses.sort());
  expect(Object.keys(prompts).sort()).toEqual(listed.prompts.map(({ name }) => name).sort());
});

describe.each(Object.entries(resources))("%s", (uri, holds) => {
  it("holds what the database holds", async () => {
    const { contents } = await client.readResource({
      uri: uri.replace(/\{(\w+)\}/, (_, name: string) => rig.id(name)),
    });
    const [content] = contents;
    await holds(content && "text" in content ? JSON.parse(content.text) : {});
  });
});

describe.each(Object.entries(prompts))("%s", (name, prompt) => {
  it("has the arguments that were promised, and carries the data that it speaks of", async () => {
    const found = listed.prompts.find((one) => one.name === name)?.arguments ?? [];
    expect(found.map((one) => (one.required ? one.name : `${one.name}?`)).join(", ")).toBe(prompt.arguments);
    const given = found.filter(({ required }) => required).map((one) => one.name);
    const { messages } = await client.getPrompt({
      name,
      arguments: Object.fromEntries(
        given.map((key) => [key, key.endsWith("Id") ? rig.id(key) : "Parcels that are late"]),
      ),
    });
    const text = messages.map(({ content }) => JSON.stringify(content)).join("\n");
    for (const held of await prompt.holds()) expect(text).toContain(held);
    if (given.some((key) => !key.endsWith("Id"))) expect(text).toContain("Parcels that are late");
  });
});
