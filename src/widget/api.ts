import type { Context } from "hono";
import { etag } from "hono/etag";
import { z } from "zod";
import { check, readInput } from "../channels/web/input.ts";
import { limitVisitor } from "../channels/web/limits.ts";
import { openToPages, VISITOR_PATH } from "../channels/web/open-to-pages.ts";
import { clientAddress } from "../gate/rate-limit.ts";
import { type App, newApp } from "../http/app.ts";
import { findArticles, readArticle } from "./articles.ts";
import { configOfWidget } from "./config.ts";
import { countRule, ruleInput } from "./rules.ts";
import { articleOutput, articlesOutput, widgetConfig } from "./wire.ts";

/** The public part of the visitor API: what a page may ask before it is anybody's. */
export const widgetApi = newApp().basePath(VISITOR_PATH);

const articleQuery = z.strictObject({ inboxKey: z.string().max(100) });
const articlesQuery = articleQuery.extend({ q: z.string().max(300).optional() });
const configQuery = z.strictObject({
  inboxKey: z.string().max(100),
  locale: z.string().max(100).optional(),
});

widgetApi.use("/widget", openToPages);
// Asked by each page that is opened, and again when the chat is: what did not change is not sent again.
widgetApi.use(
  "/widget",
  etag({ retainedHeaders: ["Access-Control-Allow-Origin", "Vary", "Cache-Control", "ETag"] }),
);

widgetApi.get("/widget", async (c) => {
  const config = await configOfWidget(c.env, await asking(c, "widget", configQuery));
  return c.json(widgetConfig.parse(config), 200, { "Cache-Control": "no-cache" });
});

/** Who asks what, counted by address and inbox. @throws Failure `rate_limited`, `invalid_input` */
async function asking<S extends z.ZodObject<{ inboxKey: z.ZodString }>>(
  c: Context<App>,
  what: string,
  schema: S,
) {
  await limitVisitor(c.env.VISITOR_ADDRESS_LIMIT, what, clientAddress(c.req.raw));
  const query = check(schema, c.req.query());
  await limitVisitor(c.env.VISITOR_READ_LIMIT, what, query.inboxKey);
  return { ...query, origin: c.req.header("origin") };
}

widgetApi.use("/articles/*", openToPages);
widgetApi.get("/articles", async (c) => {
  const { q = "", ...page } = await asking(c, "articles", articlesQuery);
  return c.json(articlesOutput.parse(await findArticles(c.env, page, q, c.get("requestId"))));
});
widgetApi.get("/articles/:id", async (c) => {
  const page = await asking(c, "articles", articleQuery);
  return c.json(articleOutput.parse(await readArticle(c.env, page, c.req.param("id"))));
});

widgetApi.use("/rules", openToPages);
widgetApi.post("/rules", async (c) => {
  await limitVisitor(c.env.VISITOR_ADDRESS_LIMIT, "rules", clientAddress(c.req.raw));
  const { inboxKey, ...rule } = await readInput(c.req.raw, ruleInput);
  await limitVisitor(c.env.VISITOR_INBOX_LIMIT, "rules", inboxKey);
  await countRule(c.env, { inboxKey, origin: c.req.header("origin") }, rule);
  return c.body(null, 204);
});
