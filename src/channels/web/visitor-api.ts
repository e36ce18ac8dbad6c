import type { Context } from "hono";
import { clientAddress, overLimit } from "../../gate/rate-limit.ts";
import { type App, newApp } from "../../http/app.ts";
import { Failure } from "../../tenant/failure.ts";
import { messagesOutput, sentOutput, sessionOutput } from "./answers.ts";
import { check, messageInput, messagesQuery, readInput, sessionInput } from "./input.ts";
import { readVisitorMessages, sendMessage } from "./messages.ts";
import { openVisitorSession } from "./sessions.ts";
import { visitorOf } from "./visited-inbox.ts";

/** Where a chat widget finds its API. */
const VISITOR_PATH = "/api/visitor/v1";

/**
 * What a chat widget talks to: open a session with an inbox's public key, send messages, read the answers.
 * Any page may ask; whether it gets an answer is decided by the inbox's allowed domains when the inbox is known, so
 * every other answer can be read by the page that asked.
 */
export const visitorApi = newApp().basePath(VISITOR_PATH);

visitorApi.use(async (c, next) => {
  await next();
  c.res.headers.append("Vary", "Origin");
  const origin = c.req.header("origin");
  const refused = c.error instanceof Failure && c.error.code === "origin_not_allowed";
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

visitorApi.post("/sessions", async (c) => {
  await limit(c, "session", clientAddress(c.req.raw));
  const input = await readInput(c.req.raw, sessionInput);
  return c.json(sessionOutput.parse(await openVisitorSession(c.env, input, c.req.header("origin"))), 201);
});

visitorApi.post("/messages", async (c) => {
  const visitor = await visitorOf(c.env, c.req.header("authorization"));
  await limit(c, "message", `${visitor.inboxId}:${visitor.sourceId}`);
  const input = await readInput(c.req.raw, messageInput);
  return c.json(sentOutput.parse(await sendMessage(c.env, visitor, input, c.req.raw)), 201);
});

visitorApi.get("/messages", async (c) => {
  const visitor = await visitorOf(c.env, c.req.header("authorization"));
  await limit(c, "read", `${visitor.inboxId}:${visitor.sourceId}`);
  const query = check(messagesQuery, c.req.query());
  const origin = c.req.header("origin");
  return c.json(messagesOutput.parse(await readVisitorMessages(c.env, visitor, query, origin)));
});

visitorApi.all("/sessions", () => notAllowed("POST"));
visitorApi.all("/messages", () => notAllowed("GET, POST"));
visitorApi.all("*", () => {
  throw new Failure("not_found", "There is nothing here.");
});

function notAllowed(methods: string): never {
  throw new Failure("method_not_allowed", `This address takes ${methods}.`, {}, { Allow: methods });
}

/** @throws Failure `rate_limited` */
async function limit(c: Context<App>, what: string, whom: string): Promise<void> {
  const retryAfterSeconds = await overLimit(c.env.VISITOR_LIMIT, `visitor-${what}`, whom);
  if (retryAfterSeconds === null) return;
  throw new Failure("rate_limited", "Too many requests; wait a minute.", { retryAfterSeconds });
}
