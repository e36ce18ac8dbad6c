import { z } from "zod";
import { listCustomFields, MAX_CUSTOM_FIELDS } from "../contacts/custom-fields.ts";
import { importContacts, MAX_IMPORTED_CONTACTS } from "../contacts/import.ts";
import { newApp } from "../http/app.ts";
import { logUnexpected } from "../http/log.ts";
import { articleInput } from "../knowledge/article-input.ts";
import {
  MAX_ARTICLES,
  markArticlesSeen,
  removeMissingArticles,
  upsertArticles,
} from "../knowledge/import.ts";
import { MAX_PRODUCTS, markProductsSeen, removeMissingProducts, upsertProducts } from "../products/import.ts";
import { productInput } from "../products/product-input.ts";
import { vectorArm } from "../search/vectors.ts";
import { operatorTenant, readBody, workspaceOf } from "./exchange.ts";

/** The largest body of an import's request. */
export const MAX_IMPORT_BYTES = 4 * 1024 * 1024;

const syncToken = z.string().min(1).max(100);
/** External ids of what the source holds in a form that cannot be read: a sync leaves it as it is. */
const keep = z.array(z.string().max(600)).max(1000).default([]);

const contactBatch = z.strictObject({
  items: z.array(z.unknown()).max(MAX_IMPORTED_CONTACTS),
  dryRun: z.boolean().default(false),
});
const productBatch = z.strictObject({
  items: z.array(z.unknown()).max(MAX_PRODUCTS),
  /** The chatbot of those that name none; null: they belong to none. */
  chatbotId: z.string().nullable().default(null),
  syncToken: syncToken.optional(),
  keep,
});
const articleBatch = z.strictObject({
  items: z.array(z.unknown()).max(MAX_ARTICLES),
  chatbotId: z.string(),
  syncToken: syncToken.optional(),
  keep,
});
const productRemoval = z.strictObject({ chatbotId: z.string().nullable(), syncToken });
const articleRemoval = z.strictObject({ chatbotId: z.string(), syncToken });

/** An item that was left out, by its place in the request, from 0. */
interface BadItem {
  index: number;
  message: string;
}

/** The items that fit a schema, and what is wrong with the others. */
function sorted<S extends z.ZodType>(schema: S, items: readonly unknown[]) {
  const good: z.output<S>[] = [];
  const errors: BadItem[] = [];
  for (const [index, item] of items.entries()) {
    const parsed = schema.safeParse(item);
    if (parsed.success) {
      good.push(parsed.data);
    } else {
      const [issue] = parsed.error.issues;
      const path = issue?.path.join(".") || "item";
      errors.push({ index, message: `${path}: ${issue?.message ?? "not valid"}` });
    }
  }
  return { good, errors };
}

const named = z.looseObject({ externalId: z.string() });

/** The external ids of items that were left out, so far as they say one. */
function idsOf(items: readonly unknown[], errors: readonly BadItem[]): string[] {
  return errors.flatMap(({ index }) => {
    const item = named.safeParse(items[index]);
    return item.success ? [item.data.externalId] : [];
  });
}

/** How articles are indexed; a vector service that fails is noted in the log. */
function indexing(env: Env) {
  return {
    vectors: vectorArm(env, "knowledge"),
    onVectorFault: (error: unknown) => logUnexpected("operator", "import articles, vectors", error),
  };
}

/**
 * Imports, a batch in each request. Items that do not fit are answered by their place; the others are written. Each
 * request can be repeated: what is the same already is left alone. With a `syncToken`, the same in all batches of a
 * run, a last request to `…/removals` removes what no batch of the run has held.
 */
export const importRoutes = newApp()
  .get("/workspaces/:workspace/imports/contacts/fields", async (c) => {
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    return c.json(await listCustomFields(tenant, { limit: MAX_CUSTOM_FIELDS }));
  })
  .post("/workspaces/:workspace/imports/contacts", async (c) => {
    const { items, dryRun } = await readBody(c, contactBatch);
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    return c.json(await importContacts(tenant, items, { dryRun }));
  })
  .post("/workspaces/:workspace/imports/products", async (c) => {
    const { items, chatbotId, syncToken, keep } = await readBody(c, productBatch);
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const ofRun = productInput
      .transform((product) => ({ ...product, chatbotId: product.chatbotId ?? chatbotId }))
      .refine((product) => syncToken === undefined || product.chatbotId === chatbotId, {
        path: ["chatbotId"],
        error: "products of another chatbot are not synced in one run",
      });
    const { good, errors } = sorted(ofRun, items);
    const vectors = vectorArm(c.env, "products");
    const imported = await upsertProducts(tenant, good, { syncToken, vectors });
    const kept = [...keep, ...idsOf(items, errors)];
    if (syncToken !== undefined) await markProductsSeen(tenant, kept, syncToken);
    return c.json({ ...imported, errors });
  })
  .post("/workspaces/:workspace/imports/products/removals", async (c) => {
    const { chatbotId, syncToken } = await readBody(c, productRemoval);
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const vectors = vectorArm(c.env, "products");
    return c.json({ removed: await removeMissingProducts(tenant, { syncToken, chatbotId, vectors }) });
  })
  .post("/workspaces/:workspace/imports/articles", async (c) => {
    const { items, chatbotId, syncToken, keep } = await readBody(c, articleBatch);
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const { good, errors } = sorted(articleInput, items);
    const imported = await upsertArticles(tenant, chatbotId, good, { syncToken, ...indexing(c.env) });
    const kept = [...keep, ...idsOf(items, errors)];
    if (syncToken !== undefined) await markArticlesSeen(tenant, chatbotId, kept, syncToken);
    return c.json({ ...imported, errors });
  })
  .post("/workspaces/:workspace/imports/articles/removals", async (c) => {
    const { chatbotId, syncToken } = await readBody(c, articleRemoval);
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const removed = await removeMissingArticles(tenant, chatbotId, { syncToken, ...indexing(c.env) });
    return c.json({ removed });
  });
