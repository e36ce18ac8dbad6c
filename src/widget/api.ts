import { etag } from "hono/etag";
import { z } from "zod";
import { check } from "../channels/web/input.ts";
import { limitVisitor } from "../channels/web/limits.ts";
import { openToPages, VISITOR_PATH } from "../channels/web/open-to-pages.ts";
import { clientAddress } from "../gate/rate-limit.ts";
import { newApp } from "../http/app.ts";
import { configOfWidget } from "./config.ts";
import { widgetConfig } from "./wire.ts";

/** The public part of the visitor API: what a page may ask before it is anybody's. */
export const widgetApi = newApp().basePath(VISITOR_PATH);

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
  await limitVisitor(c.env.VISITOR_ADDRESS_LIMIT, "widget", clientAddress(c.req.raw));
  const query = check(configQuery, c.req.query());
  await limitVisitor(c.env.VISITOR_READ_LIMIT, "widget", query.inboxKey);
  const config = await configOfWidget(c.env, { ...query, origin: c.req.header("origin") });
  return c.json(widgetConfig.parse(config), 200, { "Cache-Control": "no-cache" });
});
