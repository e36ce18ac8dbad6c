import { eq, or } from "drizzle-orm";
import { problemsOf } from "../http/problems.ts";
import { mayChangeChatbot, mustSeeAllInboxes } from "../inboxes/shared.ts";
import { unindex } from "../search/corpus.ts";
import type { VectorArm } from "../search/vectors.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { upsertProducts } from "./import.ts";
import { productCorpus } from "./index-rows.ts";
import { fromMinorUnits } from "./price.ts";
import { type ProductInput, productInput } from "./product-input.ts";
import { products } from "./schema.ts";
import { asProduct, type Product } from "./store.ts";

/** What a caller says of one product: what is left out stays as it is, or is as of a new one. */
export type ProductChange = { [K in keyof ProductInput]?: ProductInput[K] | undefined } & {
  externalId: string;
  title: string;
};

async function byExternalId(tenant: Tenant, externalId: string): Promise<Product | null> {
  const [row] = await tenant.db
    .select()
    .from(products)
    .where(tenant.of(products, eq(products.externalId, externalId)));
  return row ? asProduct(row) : null;
}

/** Who may change what a chatbot offers: who may change it; what all offer, who sees all inboxes. */
async function mayOffer(tenant: Tenant, chatbotId: string | null): Promise<void> {
  if (chatbotId === null) mustSeeAllInboxes(tenant, "A product of all chatbots");
  else await mayChangeChatbot(tenant, chatbotId);
}

/**
 * Makes or changes one product, as an import does.
 * @throws Failure as `upsertProducts`; `not_allowed` as `mayChangeChatbot`, and of what all chatbots offer for callers
 *   limited to inboxes
 */
export async function saveProduct(
  tenant: Tenant,
  { externalId, ...change }: ProductChange,
  vectors: VectorArm | null,
): Promise<{ product: Product; created: boolean }> {
  const before = await byExternalId(tenant, externalId);
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  const item: ProductInput = {
    externalId,
    ...(before ? inputOf(before) : {}),
    ...given,
    title: change.title,
  };
  const owners = [before?.chatbotId, item.chatbotId ?? null].filter((owner) => owner !== undefined);
  for (const owner of new Set(owners)) await mayOffer(tenant, owner);
  const parsed = productInput.safeParse(item);
  if (!parsed.success) {
    throw new Failure("invalid_input", problemsOf(parsed.error, productInput, item).sentences.join(" "));
  }
  await upsertProducts(tenant, [item], { vectors });
  const product = await byExternalId(tenant, externalId);
  if (!product) throw notFound("product", externalId);
  return { product, created: before === null };
}

/** A product as an import would give it. */
function inputOf(product: Product): Omit<ProductInput, "externalId" | "title"> {
  const { description, priceMinor, currency, availability, url, imageUrl, attributes, chatbotId } = product;
  const price = priceMinor === null || currency === null ? null : fromMinorUnits(priceMinor, currency);
  return { description, price, currency, availability, url, imageUrl, attributes, chatbotId };
}

/**
 * Deletes a product with its search rows and vectors.
 * @param reference its id, or the shop's own
 * @returns its id
 * @throws Failure `not_found`; `not_allowed` as {@link saveProduct}
 */
export async function deleteProduct(
  tenant: Tenant,
  reference: string,
  vectors: VectorArm | null,
): Promise<string> {
  const named = isId("product", reference)
    ? or(eq(products.id, reference), eq(products.externalId, reference))
    : eq(products.externalId, reference);
  const [row] = await tenant.db.select().from(products).where(tenant.of(products, named)).limit(1);
  if (!row) throw notFound("product", reference);
  const { id, externalId, chatbotId } = row;
  await mayOffer(tenant, chatbotId);
  const own = eq(products.id, id);
  await tenant.batch([
    unindex(tenant, productCorpus, [externalId], own),
    tenant.db.delete(products).where(tenant.of(products, own)),
  ]);
  await vectors?.remove([id]);
  return id;
}
