import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { checkChatbot } from "../chatbots/store.ts";
import { logUnexpected } from "../http/log.ts";
import { ARMS } from "../search/hybrid.ts";
import { vectorArm } from "../search/vectors.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import { productRow, showProducts } from "./answers.ts";
import { AVAILABILITIES } from "./schema.ts";
import { listProducts, searchProducts } from "./store.ts";
import { productWriteTools } from "./write-tools.ts";

const chatbotInput = reference("chatbot")
  .optional()
  .describe("What this chatbot offers: its own products and those of the whole workspace");

const facts = {
  toolset: "products",
  scope: "products:read",
  hints: HINTS.R,
  // Feeds come from outside the workspace, and so may what they say.
  untrusted: ["title", "description", "url", "imageUrl", "externalId", "attributes"],
} as const;

/** Products, first half of the products toolset. */
export const productTools: readonly Tool[] = [
  ...productWriteTools,
  defineTool({
    ...facts,
    name: "search_products",
    title: "Search products",
    description:
      "Finds products by words in any language, forgiving typos, the best first, as chatbots do. found says which arm of the search found each, and at which rank.",
    phrases:
      "do we have wool socks, what does the jacket cost, recommend something to buy, is it available, do " +
      "we sell, search the catalog, look for an item, product by name, is there a blue one, which product " +
      "fits, gift ideas, do we carry, price of an item, how much does it cost",
    example: { query: "warm winter jacket" },
    input: () =>
      z.strictObject({
        query: z.string().min(1).max(500),
        chatbotId: chatbotInput,
        limit: limitInput(),
      }),
    output: () =>
      z.object({
        items: z.array(
          productRow.extend({
            score: z.number().describe("For comparing within this answer only"),
            found: z.array(z.object({ arm: z.enum(ARMS), rank: z.int().describe("From 1") })),
          }),
        ),
        arms: z.array(z.enum(ARMS)).describe("The arms that ran; meaning needs vectors to be configured"),
      }),
    async run({ tenant, env, requestId }, input) {
      const search = {
        ...input,
        vectors: vectorArm(env, "products"),
        onVectorFault: (error: unknown) => logUnexpected(requestId, "search_products, vectors", error),
      };
      const [{ found, arms }] = await Promise.all([
        searchProducts(tenant, search),
        checkChatbot(tenant, input.chatbotId),
      ]);
      const rows = await showProducts(
        tenant,
        found.map(({ product }) => product),
      );
      return {
        arms,
        items: found.flatMap(({ score, found: by }, i) => {
          const row = rows[i];
          return row ? [{ ...row, score, found: by }] : [];
        }),
      };
    },
  }),
  defineTool({
    ...facts,
    name: "list_products",
    title: "List products",
    description: "Lists products with price, currency, description and availability, the last added first.",
    phrases:
      "whole assortment, all products, what is in stock, sold out, what does the shop sell, inventory, " +
      "available items, show the catalog",
    example: { availability: "in_stock" },
    input: () =>
      z.strictObject({
        chatbotId: chatbotInput,
        availability: z.enum(AVAILABILITIES).optional(),
        cursor: cursorInput,
        limit: limitInput(),
      }),
    output: () => pageOutput(productRow),
    async run({ tenant }, { cursor, limit, ...filters }) {
      const [page] = await Promise.all([
        listProducts(tenant, filters, { cursor, limit }),
        checkChatbot(tenant, filters.chatbotId),
      ]);
      return { ...page, items: await showProducts(tenant, page.items) };
    },
  }),
];
