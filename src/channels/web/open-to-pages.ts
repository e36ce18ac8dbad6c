import type { MiddlewareHandler } from "hono";
import type { App } from "../../http/app.ts";
import { Failure } from "../../tenant/failure.ts";

/** Where a chat widget finds its API. */
export const VISITOR_PATH = "/api/visitor/v1";

/**
 * Any page may ask; whether it gets an answer is decided by the inbox's allowed domains when the inbox is known, so
 * every other answer can be read by the page that asked.
 */
export const openToPages: MiddlewareHandler<App> = async (c, next) => {
  await next();
  // A WebSocket handshake cannot be changed, and browsers ask no leave for one.
  if (c.res.status === 101) return;
  c.res.headers.append("Vary", "Origin");
  const origin = c.req.header("origin");
  const refused = c.error instanceof Failure && c.error.code === "origin_not_allowed";
  if (origin === undefined || refused) return;
  c.res.headers.set("Access-Control-Allow-Origin", origin);
  c.res.headers.set("Access-Control-Expose-Headers", "Retry-After");
};
