import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { clientAddress, overLimit } from "../../gate/rate-limit.ts";
import { Failure } from "../../tenant/failure.ts";
import { check, MAX_BODY, messageInput, messagesQuery, readJson, sessionInput } from "./input.ts";
import { readMessages, sendMessage } from "./messages.ts";
import { authenticate } from "./reach.ts";
import { Refusal } from "./refusal.ts";
import { openSession } from "./sessions.ts";

/** Where a chat widget finds its API. */
export const VISITOR_PATH = "/api/visitor/v1";

type Door = { Bindings: Env };

/**
 * What a chat widget talks to: open a session with an inbox's public key, send messages, read the answers.
 * Errors are `{error: {code, message}}`. Any page may ask; whether it gets an answer is decided by the inbox's
 * allowed domains when the inbox is known, so every other answer can be read by the page that asked.
 */
export const visitorApi = new Hono<Door>({ strict: false }).basePath(VISITOR_PATH);

visitorApi.use(async (c, next) => {
  await next();
  c.res.headers.set("Cache-Control", "no-store");
  c.res.headers.set("X-Content-Type-Options", "nosniff");
  c.res.headers.append("Vary", "Origin");
  const origin = c.req.header("origin");
  const refused = c.error instanceof Refusal && c.error.code === "origin_not_allowed";
  if (origin === undefined || refused) return;
  c.res.headers.set("Access-Control-Allow-Origin", origin);
  c.res.headers.set("Access-Control-Expose-Headers", "Retry-After");
});

// A preflight carries neither key nor token, so it cannot know the inbox: the real request decides.
visitorApi.options("*", (c) =>
  c.body(null, 204, {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "7200",
  }),
);

const capped = bodyLimit({
  maxSize: MAX_BODY,
  onError: () => {
    throw new Refusal("body_too_large", `A request may have at most ${MAX_BODY / 1024} KB.`);
  },
});

visitorApi.post("/sessions", capped, async (c) => {
  await limit(c, "session", clientAddress(c.req.raw));
  const input = await readJson(c, sessionInput);
  return c.json(await openSession(c.env, input, c.req.header("origin")), 201);
});

visitorApi.post("/messages", capped, async (c) => {
  const visitor = await authenticate(c.env, c.req.header("authorization"));
  await limit(c, "message", `${visitor.inboxId}:${visitor.sourceId}`);
  const input = await readJson(c, messageInput);
  return c.json(await sendMessage(c.env, visitor, input, c.req.raw), 201);
});

visitorApi.get("/messages", async (c) => {
  const visitor = await authenticate(c.env, c.req.header("authorization"));
  await limit(c, "read", `${visitor.inboxId}:${visitor.sourceId}`);
  const query = check(messagesQuery, c.req.query());
  return c.json(await readMessages(c.env, visitor, query, c.req.header("origin")));
});

visitorApi.all("/sessions", () => notAllowed("POST"));
visitorApi.all("/messages", () => notAllowed("GET, POST"));

visitorApi.notFound((c) => c.json({ error: { code: "not_found", message: "There is nothing here." } }, 404));

visitorApi.onError((error, c) => {
  if (error instanceof Refusal) {
    return c.json({ error: { code: error.code, message: error.message } }, error.status, error.headers);
  }
  if (error instanceof Failure) {
    return c.json(
      { error: { code: error.code, message: error.message } },
      error.status as ContentfulStatusCode,
    );
  }
  // The Worker logs it under the request id that the answer carries.
  throw error;
});

function notAllowed(methods: string): never {
  throw new Refusal("method_not_allowed", `This address takes ${methods}.`, { Allow: methods });
}

async function limit(c: Context<Door>, what: string, whom: string): Promise<void> {
  const seconds = await overLimit(c.env.VISITOR_LIMIT, `visitor-${what}`, whom);
  if (seconds === null) return;
  throw new Refusal("rate_limited", "Too many requests; wait a minute.", { "Retry-After": String(seconds) });
}

/** Answers every request under {@link VISITOR_PATH}. */
export async function handleVisitor(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
  return visitorApi.fetch(request, env, ctx);
}
