import { env } from "cloudflare:workers";
import type { AiSettings } from "../../src/chatbots/settings.ts";
import { changeChatbot } from "../../src/chatbots/store.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { testCall } from "../call.ts";
import { browser, chat, open } from "../channels/browser.ts";
import { make } from "../chatbots/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";

/** What a shop's chatbot knows in these tests. */
export const ARTICLES = [
  {
    externalId: "returns.md",
    title: "Returns",
    content:
      "You can return anything within 30 days, unused and in its box. Print the return label from your account.\n\nReturning is free inside the EU.",
    seoKeywords: ["send back", "return label"],
  },
  {
    externalId: "shipping.md",
    title: "Shipping costs",
    content: "Standard shipping costs 4.90 € in Germany. Express shipping costs 12 €.",
    seoKeywords: ["postage", "delivery fee"],
  },
];

const PRODUCTS = [
  {
    externalId: "kettle",
    title: "Steel kettle",
    description: "Boils a litre of water in three minutes.",
    price: "39.90",
    currency: "EUR",
    url: "https://shop.example/kettle",
  },
];

/** A chat whose chatbot answers by AI, and an assistant of its workspace. No flow of it is published. */
export async function answeringChat(ai: Partial<AiSettings> = {}) {
  const place = await chat();
  const { workspace, inbox, tenant } = place;
  const team = testCall({
    workspaceId: workspace.id,
    database: env[workspace.shard === "TENANT_1" ? "TENANT_1" : "TENANT_2"],
  });
  team.principal.shard = workspace.shard;
  const chatbotId = await make(team, { name: "Helper" });
  await changeChatbot(tenant, chatbotId, (before) => ({ ai: { ...before.ai, ...ai } }));
  await upsertArticles(tenant, chatbotId, ARTICLES, wordsOnly);
  await upsertProducts(tenant, PRODUCTS, { vectors: null });
  await updateInbox(tenant, inbox.id, { chatbotId });
  const page = browser();
  const token = await open(page, inbox.publicKey, { name: "Ada" });
  const messages = async (): Promise<
    { text: string; from: string; senderName: string | null; content: unknown }[]
  > => {
    const { body } = await page("GET", "/messages", { token });
    return body.messages;
  };
  const texts = async () => (await messages()).map(({ text }) => text);
  return { ...place, team, chatbotId, page, token, messages, texts };
}
