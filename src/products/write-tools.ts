import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { vectorArm } from "../search/vectors.ts";
import { typedText } from "../tenant/typed-text.ts";
import { productRow, showProducts } from "./answers.ts";
import { deleteProduct, saveProduct } from "./change.ts";
import { priceInput, productAddress } from "./product-input.ts";
import { AVAILABILITIES } from "./schema.ts";

const facts = { toolset: "products", scope: "products:write", untrusted: [] } as const;

const vectorsOf = ({ env }: Call) => vectorArm(env, "products");

/** What an import does for many products, for one. */
export const productWriteTools: readonly Tool[] = [
  defineTool({
    ...facts,
    hints: { ...HINTS.W, idempotent: true },
    name: "upsert_product",
    title: "Create or change product",
    description:
      "Makes a product, or changes the one with this externalId; of that, what is left out stays. Chatbots offer it at once.",
    phrases:
      "new item in the catalog, raise the price, mark as sold out, back in stock, add goods to the shop, article " +
      "costs less now, change product text, we sell something new",
    untrusted: ["title", "description", "url", "imageUrl", "externalId", "attributes"],
    example: { externalId: "sku-123", title: "Wool socks", price: "12.90", currency: "EUR" },
    input: () =>
      z.strictObject({
        externalId: typedText(200).describe("The shop's own id"),
        title: typedText(300),
        description: typedText(20_000, { min: 0 }).optional(),
        price: priceInput.nullable().optional(),
        currency: z.string().max(3).nullable().optional().describe("ISO 4217"),
        availability: z.enum(AVAILABILITIES).optional(),
        url: productAddress.nullable().optional(),
        imageUrl: productAddress.nullable().optional(),
        // A list, since strict readers of schemas take no object that names nothing.
        attributes: z
          .array(z.strictObject({ name: typedText(60), value: typedText(500) }))
          .max(50)
          .optional()
          .describe("Replaces all"),
        chatbotId: reference("chatbot").nullable().optional().describe("Alone offers it; null: all"),
      }),
    output: () => z.object({ product: productRow, created: z.boolean() }),
    async run(call, { attributes, ...given }) {
      const named = attributes && Object.fromEntries(attributes.map(({ name, value }) => [name, value]));
      const input = { ...given, ...(named ? { attributes: named } : {}) };
      const { product, created } = await saveProduct(call.tenant, input, vectorsOf(call));
      const [shown] = await showProducts(call.tenant, [product]);
      if (!shown) throw new Error("unreachable: one product was shown");
      return { product: shown, created };
    },
  }),
  defineTool({
    ...facts,
    grantScope: "chatbots:delete",
    hints: HINTS.D,
    name: "delete_product",
    title: "Delete product",
    description:
      "Deletes a product for good; chatbots do not offer it any more. A later import that holds it makes it again.",
    phrases:
      "we do not sell this any longer, take an item out of the catalog, remove goods, product is gone for good, " +
      "erase an item from the shop",
    example: { productId: "pr_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ productId: reference("product").describe("Id or externalId") }),
    output: () => z.object({ id: z.string(), deleted: z.literal(true) }),
    async run(call, { productId }) {
      return { id: await deleteProduct(call.tenant, productId, vectorsOf(call)), deleted: true as const };
    },
  }),
];
