import { z } from "zod";
import { cutText } from "../tenant/cut-text.ts";
import { namesOf } from "../tenant/names-of.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { fromMinorUnits } from "./price.ts";
import { AVAILABILITIES } from "./schema.ts";
import type { Product } from "./store.ts";

/** Characters of a description in answers. */
const CUT = 500;

export const productRow = z.object({
  id: z.string(),
  externalId: z.string().describe("The shop's own id"),
  title: z.string(),
  price: z.string().nullable().describe("Decimal, in the currency; null when not known"),
  currency: z.string().nullable().describe("ISO 4217"),
  availability: z.enum(AVAILABILITIES),
  description: z.string(),
  descriptionCut: z.boolean().describe("True when the description is not whole"),
  url: z.string().nullable(),
  imageUrl: z.string().nullable(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  chatbotId: z.string().nullable().describe("The one chatbot that offers it; null: all"),
  chatbotName: z.string().nullable(),
  updatedAt: time,
});

/** Products for {@link productRow}. */
export async function showProducts(
  tenant: Tenant,
  list: readonly Product[],
): Promise<z.input<typeof productRow>[]> {
  const names = await namesOf(
    tenant,
    list.map(({ chatbotId }) => chatbotId),
  );
  return list.map((product) => ({
    ...showProduct(product),
    chatbotName: names.get(product.chatbotId) ?? null,
  }));
}

function showProduct(product: Product): Omit<z.input<typeof productRow>, "chatbotName"> {
  const { priceMinor, currency } = product;
  const { text: description, cut: descriptionCut } = cutText(product.description, CUT);
  const price = priceMinor === null || currency === null ? null : fromMinorUnits(priceMinor, currency);
  return { ...product, description, descriptionCut, price };
}
