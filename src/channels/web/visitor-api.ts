import { roomName } from "../../conversations/room.ts";
import { clientAddress } from "../../gate/rate-limit.ts";
import { newApp } from "../../http/app.ts";
import { Failure } from "../../tenant/failure.ts";
import {
  check,
  countryOf,
  messageInput,
  messagesQuery,
  ratingInput,
  readInput,
  readMarkInput,
  sessionInput,
  uploadQuery,
} from "./input.ts";
import { limitMessage, limitVisitor } from "./limits.ts";
import { markRead, readVisitorMessages, sendMessage, takeRating } from "./messages.ts";
import { openToPages, VISITOR_PATH } from "./open-to-pages.ts";
import { openVisitorSession } from "./sessions.ts";
import { openingRequest } from "./socket.ts";
import { takeUpload } from "./upload.ts";
import { unauthenticated, visitInbox, visitorOf } from "./visited-inbox.ts";
import { messagesOutput, ratedOutput, sentOutput, sessionOutput, uploadedOutput } from "./wire.ts";

/**
 * What a chat widget talks to: open a session with an inbox's public key, send messages, read the answers. Any page may
 * ask, see {@link openToPages}.
 */
export const visitorApi = newApp().basePath(VISITOR_PATH);

visitorApi.use(openToPages);

// A preflight carries neither key nor token, so it cannot know the inbox: the real request decides.
visitorApi.options("*", (c) =>
  c.body(null, 204, {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "7200",
  }),
);

visitorApi.post("/sessions", async (c) => {
  await limitVisitor(c.env.VISITOR_LIMIT, "session", clientAddress(c.req.raw));
  const input = await readInput(c.req.raw, sessionInput);
  await limitVisitor(c.env.VISITOR_INBOX_LIMIT, "sessions", input.inboxKey);
  return c.json(sessionOutput.parse(await openVisitorSession(c.env, input, c.req.header("origin"))), 201);
});

visitorApi.post("/messages", async (c) => {
  const visitor = await visitorOf(c.env, c.req.header("authorization"));
  await limitMessage(c.env, visitor, clientAddress(c.req.raw));
  const input = await readInput(c.req.raw, messageInput);
  return c.json(
    sentOutput.parse(
      await sendMessage(c.env, visitor, input, { request: c.req.raw, requestId: c.get("requestId") }),
    ),
    201,
  );
});

visitorApi.post("/attachments", async (c) => {
  const visitor = await visitorOf(c.env, c.req.header("authorization"));
  await limitVisitor(c.env.VISITOR_FILE_LIMIT, "file", `${visitor.inboxId}:${visitor.sourceId}`);
  await limitVisitor(c.env.VISITOR_FILE_LIMIT, "files", clientAddress(c.req.raw));
  const { name } = check(uploadQuery, c.req.query());
  return c.json(uploadedOutput.parse(await takeUpload(c.env, visitor, c.req.raw, name)), 201);
});

visitorApi.get("/messages", async (c) => {
  const visitor = await visitorOf(c.env, c.req.header("authorization"));
  await limitVisitor(c.env.VISITOR_LIMIT, "read", `${visitor.inboxId}:${visitor.sourceId}`);
  await limitVisitor(c.env.VISITOR_INBOX_LIMIT, "reads", clientAddress(c.req.raw));
  await limitVisitor(c.env.VISITOR_READ_LIMIT, "reads", visitor.inboxId);
  const query = check(messagesQuery, c.req.query());
  const origin = c.req.header("origin");
  return c.json(messagesOutput.parse(await readVisitorMessages(c.env, visitor, query, origin)));
});

visitorApi.post("/read", async (c) => {
  const visitor = await visitorOf(c.env, c.req.header("authorization"));
  await limitVisitor(c.env.VISITOR_LIMIT, "mark", `${visitor.inboxId}:${visitor.sourceId}`);
  await limitVisitor(c.env.VISITOR_READ_LIMIT, "marks", visitor.inboxId);
  await markRead(c.env, visitor, await readInput(c.req.raw, readMarkInput), c.req.header("origin"));
  return c.body(null, 204);
});

visitorApi.post("/ratings", async (c) => {
  const visitor = await visitorOf(c.env, c.req.header("authorization"));
  await limitVisitor(c.env.VISITOR_LIMIT, "rating", `${visitor.inboxId}:${visitor.sourceId}`);
  await limitVisitor(c.env.VISITOR_ADDRESS_LIMIT, "ratings", clientAddress(c.req.raw));
  const input = await readInput(c.req.raw, ratingInput);
  const from = { origin: c.req.header("origin"), requestId: c.get("requestId") };
  return c.json(ratedOutput.parse(await takeRating(c.env, visitor, input, from)));
});

/** What a page names as the protocol of its socket, with the visitor token behind it: an address would be logged. */
const SOCKET_PROTOCOL = "parley.visitor";

visitorApi.get("/socket", async (c) => {
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
    throw new Failure("invalid_input", "This address takes WebSockets.");
  }
  await limitVisitor(c.env.VISITOR_LIMIT, "socket", clientAddress(c.req.raw));
  const [protocol, token] = (c.req.header("sec-websocket-protocol") ?? "")
    .split(",")
    .map((one) => one.trim());
  if (protocol !== SOCKET_PROTOCOL || token === undefined) {
    throw unauthenticated(`Send ${SOCKET_PROTOCOL} and the visitor token as Sec-WebSocket-Protocol.`);
  }
  const visitor = await visitorOf(c.env, `Bearer ${token}`);
  await limitVisitor(c.env.VISITOR_INBOX_LIMIT, "sockets", visitor.inboxId);
  const { after } = check(messagesQuery, c.req.query());
  const origin = c.req.header("origin");
  await visitInbox(c.env, visitor.key, origin, null);
  const userAgent = c.req.header("user-agent");
  const from = { address: clientAddress(c.req.raw), country: countryOf(c.req.raw) };
  const opening = { visitor, origin, userAgent, ...from, after, protocol };
  return c.env.ROOM.getByName(roomName(visitor)).fetch(openingRequest(opening));
});

visitorApi.all("/sessions", () => notAllowed("POST"));
visitorApi.all("/messages", () => notAllowed("GET, POST"));
visitorApi.all("/attachments", () => notAllowed("POST"));
visitorApi.all("/ratings", () => notAllowed("POST"));
visitorApi.all("/read", () => notAllowed("POST"));
visitorApi.all("/socket", () => notAllowed("GET"));
visitorApi.all("*", () => {
  throw new Failure("not_found", "There is nothing here.");
});

function notAllowed(methods: string): never {
  throw new Failure("method_not_allowed", `This address takes ${methods}.`, {}, { Allow: methods });
}
